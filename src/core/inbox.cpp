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
    for (int round = 0; round < kRounds; ++round) {
        if (waiting_messages() >= most_messages_ || waiting_bytes() >= most_bytes_) {
            held_back_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        NetworkingMessage* messages[kAtOnce];
        const size_t room = std::min({at_once, kAtOnce, most_messages_ - waiting_messages()});
        const int count = take_from(steam, messages, room);
        if (count <= 0) {
            return;
        }
        const auto size = static_cast<size_t>(count);
        auto** kept =
            static_cast<NetworkingMessage**>(std::malloc(size * sizeof(NetworkingMessage*)));
        auto* batch = new (std::nothrow) ReceivedBatch{nullptr, kept, size, 0};
        if (kept == nullptr || batch == nullptr) {
            std::for_each(messages, messages + count, release_message);
            std::free(kept);
            delete batch;
            return;
        }
        for (size_t index = 0; index < size; ++index) {
            kept[index] = messages[index];
            batch->bytes += static_cast<size_t>(messages[index]->m_cbSize);
        }
        if (traffic != nullptr) {
            traffic->in.add(batch->size, batch->bytes);
        }
        put(batch, queue);
        if (static_cast<size_t>(count) < room) {
            return;
        }
    }
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
