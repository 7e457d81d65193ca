#include "core/bulk_send.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unordered_map>

namespace steamgs {

namespace {

// Up to this size each message of a broadcast has its own copy. Sharing takes two blocks of memory
// a message, and an atomic counter: with a thousand connections it took 1.2 to 1.7 times as long
// below 8 KiB, and the same at this size. Above, it saves the memory.
constexpr uint32_t kCopiedSize = 16384;
// Valve's implementation sorts messages on its stack, 8 bytes each: with 200,000 at once a thread
// of Windows would have none left.
constexpr size_t kAtOnce = 16384;

// Data that several messages point to. It goes with the last of them.
class SharedData {
  public:
    // NULL if memory is out.
    static SharedData* of(const void* data, uint32_t size, size_t users) noexcept {
        void* memory = std::malloc(sizeof(SharedData) + size);
        if (memory == nullptr) {
            return nullptr;
        }
        auto* made = new (memory) SharedData(users);
        std::memcpy(made->data(), data, size);
        return made;
    }

    void* data() noexcept { return this + 1; }
    void release(size_t users) noexcept {
        if (users_.fetch_sub(users, std::memory_order_acq_rel) == users) {
            std::free(this);
        }
    }
    // Steam calls it on any thread when it needs a message's data no more.
    static void free_of(NetworkingMessage* message) {
        (static_cast<SharedData*>(message->m_pData) - 1)->release(1);
    }

  private:
    explicit SharedData(size_t users) noexcept : users_(users) {}

    alignas(std::max_align_t) std::atomic<size_t> users_;
};

// Since 013, Steam does not try what follows a failure on the same connection. It says 0 then,
// which is no message's number: these were not sent for the reason of the first.
template <class ConnectionOf>
void give_reasons(size_t count, int64_t* results, ConnectionOf connection_of) noexcept {
    try {
        std::unordered_map<uint32_t, int64_t> failures;
        for (size_t index = 0; index < count; ++index) {
            if (results[index] < 0) {
                failures.emplace(connection_of(index), results[index]);
            } else if (results[index] == 0) {
                const auto found = failures.find(connection_of(index));
                results[index] = found != failures.end() ? found->second : -k_EResultFail;
            }
        }
    } catch (const std::bad_alloc&) {
        std::replace(results, results + count, int64_t{0}, -int64_t{k_EResultFail});
    }
}

}  // namespace

bool BulkSend::reserve(size_t count) noexcept {
    try {
        messages_.reserve(count);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

NetworkingMessage* BulkSend::add(uint32_t connection, uint32_t size) noexcept {
    NetworkingMessage* message = utils_->AllocateMessage(static_cast<int>(size));
    if (message != nullptr) {
        message->m_conn = connection;
        message->m_nFlags = flags_;
        message->m_idxLane = lane_;
        messages_.push_back(message);
    }
    return message;
}

BulkSend::Outcome BulkSend::give_up(size_t count, int64_t* results) noexcept {
    for (NetworkingMessage* message : messages_) {
        release_message(message);
    }
    messages_.clear();
    std::fill_n(results, count, -static_cast<int64_t>(k_EResultFail));
    return Outcome::steam_has_no_memory;
}

template <class ConnectionOf>
BulkSend::Outcome BulkSend::hand_over(int64_t* results, ConnectionOf connection_of) noexcept {
    const size_t count = messages_.size();
    for (size_t first = 0; first < count; first += kAtOnce) {
        const auto some = static_cast<int>(std::min(kAtOnce, count - first));
        // Steam's int64 need not be the same type as int64_t.
        send_messages(sockets_, newer_, some, messages_.data() + first,
                      reinterpret_cast<int64*>(results + first));
    }
    messages_.clear();
    if (std::all_of(results, results + count, [](int64_t one) { return one > 0; })) {
        return Outcome::all_taken;
    }
    give_reasons(count, results, connection_of);
    return Outcome::some_refused;
}

// A message is filled as soon as it is allocated, while the processor still has it at hand: in a
// second pass, a thousand of them would come from memory again.

BulkSend::Outcome BulkSend::send(const Outgoing* all, size_t count, int64_t* results) noexcept {
    if (!reserve(count)) {
        return Outcome::no_memory;
    }
    for (size_t index = 0; index < count; ++index) {
        const Outgoing& one = all[index];
        NetworkingMessage* message = add(one.connection, one.size);
        if (message == nullptr) {
            return give_up(count, results);
        }
        if (one.size != 0) {
            std::memcpy(message->m_pData, one.data, one.size);
        }
    }
    return hand_over(results, [all](size_t index) { return all[index].connection; });
}

BulkSend::Outcome BulkSend::broadcast(const uint32_t* connections, size_t count, const void* data,
                                      uint32_t size, int64_t* results) noexcept {
    if (!reserve(count)) {
        return Outcome::no_memory;
    }
    const bool copied = size <= kCopiedSize;
    SharedData* shared = copied ? nullptr : SharedData::of(data, size, count);
    if (!copied && shared == nullptr) {
        return Outcome::no_memory;
    }
    for (size_t index = 0; index < count; ++index) {
        NetworkingMessage* message = add(connections[index], copied ? size : 0);
        if (message == nullptr) {
            if (shared != nullptr) {
                shared->release(count - index);
            }
            return give_up(count, results);
        }
        if (shared != nullptr) {
            message->m_pData = shared->data();
            message->m_cbSize = static_cast<int>(size);
            message->m_pfnFreeData = &SharedData::free_of;
        } else if (size != 0) {
            std::memcpy(message->m_pData, data, size);
        }
    }
    return hand_over(results, [connections](size_t index) { return connections[index]; });
}

}  // namespace steamgs
