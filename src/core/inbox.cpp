#include "core/inbox.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace steamgs {

namespace {

// What one tick takes at once, and how often: others are to have their turn.
constexpr size_t kAtOnce = 256;
constexpr int kRounds = 16;
// The largest message that Steam receives, unless it is configured otherwise.
constexpr size_t kLargestMessage = 512 * 1024;

// NULL if there is no memory.
ReceivedBatch* new_batch(size_t room) noexcept {
    auto** messages =
        static_cast<NetworkingMessage**>(std::malloc(room * sizeof(NetworkingMessage*)));
    auto* batch = new (std::nothrow) ReceivedBatch{nullptr, messages, 0, 0};
    if (messages == nullptr || batch == nullptr) {
        std::free(messages);
        delete batch;
        return nullptr;
    }
    return batch;
}

void release_all(ReceivedBatch* batch) noexcept {
    for (size_t index = 0; index < batch->size; ++index) {
        release_message(batch->messages[index]);
    }
    std::free(batch->messages);
    delete batch;
}

}  // namespace

Inbox::~Inbox() {
    for (ReceivedBatch* batch = take(); batch != nullptr;) {
        ReceivedBatch* next = batch->next;
        release_all(batch);
        batch = next;
    }
    if (empty_ != nullptr) {
        release_all(empty_);
    }
}

int Inbox::take_from(const InboxSource& steam, NetworkingMessage** out,
                     size_t room) const noexcept {
    const int most = static_cast<int>(room);
    return of_channel_
               ? steam.messages->ReceiveMessagesOnChannel(static_cast<int>(number_), out, most)
               : steam.sockets->ReceiveMessagesOnPollGroup(number_, out, most);
}

void Inbox::stop_consumer() noexcept {
    stopped_.store(true, std::memory_order_release);
    if (consumes_.load(std::memory_order_relaxed) != std::this_thread::get_id()) {
        std::lock_guard<std::mutex> lock(consuming_);
    }
}

void Inbox::consume(const InboxSource& steam, size_t at_once, Traffic* traffic) noexcept {
    std::lock_guard<std::mutex> lock(consuming_);
    consumes_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    for (int round = 0; round < kRounds && !stopped(); ++round) {
        NetworkingMessage* messages[kAtOnce];
        const size_t room = std::min(at_once, kAtOnce);
        const int count = take_from(steam, messages, room);
        if (count > 0) {
            if (traffic != nullptr) {
                traffic->received(messages, static_cast<size_t>(count));
            }
            consumer_(messages, count, context_);
        }
        if (count < static_cast<int>(room)) {
            break;
        }
    }
    consumes_.store(std::thread::id(), std::memory_order_relaxed);
}

void Inbox::receive(const InboxSource& steam, EventQueue& queue, size_t at_once,
                    Traffic* traffic) noexcept {
    if (consumer_ != nullptr) {
        consume(steam, at_once, traffic);
        return;
    }
    bool more = true;
    for (int round = 0; round < kRounds && more; ++round) {
        // Memory first: nothing is taken that there is no place for.
        if (empty_ == nullptr) {
            empty_ = new_batch(kAtOnce);
        }
        if (is_full() || empty_ == nullptr) {
            return;
        }
        more = fill(*empty_, steam, std::min(at_once, kAtOnce));
        if (empty_->size == 0) {
            return;
        }
        if (traffic != nullptr) {
            traffic->in.add(empty_->size, empty_->bytes);
        }
        put(hand_over(), queue);
    }
}

bool Inbox::is_full() noexcept {
    const bool full = waiting_messages() >= most_messages_ || waiting_bytes() >= most_bytes_;
    if (full && !was_full_) {
        held_back_.fetch_add(1, std::memory_order_relaxed);
    }
    was_full_ = full;
    return full;
}

bool Inbox::fill(ReceivedBatch& batch, const InboxSource& steam, size_t most) const noexcept {
    const size_t messages = waiting_messages();
    const size_t bytes = waiting_bytes();
    while (batch.size < most && messages + batch.size < most_messages_ &&
           bytes + batch.bytes < most_bytes_) {
        // Steam tells the size of a message only when it gives it: as many as fit if all are large.
        const size_t fitting = (most_bytes_ - bytes - batch.bytes) / kLargestMessage;
        const size_t room = std::min({most - batch.size, most_messages_ - messages - batch.size,
                                      std::max<size_t>(fitting, 1)});
        const int count = take_from(steam, batch.messages + batch.size, room);
        for (int index = 0; index < count; ++index) {
            batch.bytes += static_cast<size_t>(batch.messages[batch.size++]->m_cbSize);
        }
        if (count < static_cast<int>(room)) {
            return false;
        }
    }
    return true;
}

ReceivedBatch* Inbox::hand_over() noexcept {
    ReceivedBatch* exact = new_batch(empty_->size);
    if (exact == nullptr) {
        return std::exchange(empty_, nullptr);
    }
    std::copy_n(empty_->messages, empty_->size, exact->messages);
    exact->size = std::exchange(empty_->size, 0);
    exact->bytes = std::exchange(empty_->bytes, 0);
    return exact;
}

void Inbox::put(ReceivedBatch* batch, EventQueue& queue) noexcept {
    waiting_messages_.fetch_add(batch->size, std::memory_order_relaxed);
    waiting_bytes_.fetch_add(batch->bytes, std::memory_order_relaxed);
    if (batches_.push(batch)) {
        queue.push(0, kMessages, token_, nullptr, 0);
    }
}

void Inboxes::receive(EventQueue& queue, Traffic* traffic) noexcept {
    for (const std::shared_ptr<Inbox>& inbox : all_) {
        inbox->receive(steam_, queue, kAtOnce, traffic);
    }
}

void Inboxes::add(const InboxSource& steam, std::shared_ptr<Inbox> inbox) {
    all_.erase(
        std::remove_if(all_.begin(), all_.end(), [](const auto& one) { return one->stopped(); }),
        all_.end());
    steam_ = {steam.sockets, steam.messages != nullptr ? steam.messages : steam_.messages};
    all_.push_back(std::move(inbox));
}

void Inboxes::strand() noexcept {
    for (const std::shared_ptr<Inbox>& inbox : all_) {
        inbox->strand();
    }
}

void Inboxes::remove(uint64_t token) noexcept {
    all_.erase(std::remove_if(all_.begin(), all_.end(),
                              [token](const auto& inbox) { return inbox->token() == token; }),
               all_.end());
}

}  // namespace steamgs
