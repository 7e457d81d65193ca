#include "core/bulk_send.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace steamgs {

namespace {

// Up to this size each message of a broadcast has its own copy: Steam allocates the message anyway,
// and one block less to count is worth more than the bytes.
constexpr uint32_t kCopiedSize = 256;

// Data that several messages point to. It goes with the last of them.
class SharedData {
  public:
    // NULL if memory is out. The maker has it too, until release().
    static SharedData* of(const void* data, uint32_t size) noexcept {
        void* memory = std::malloc(sizeof(SharedData) + size);
        if (memory == nullptr) {
            return nullptr;
        }
        auto* made = new (memory) SharedData();
        std::memcpy(made->data(), data, size);
        return made;
    }

    void* data() noexcept { return this + 1; }
    void add_user() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            std::free(this);
        }
    }
    // Steam calls it on any thread when it needs a message's data no more.
    static void free_of(NetworkingMessage* message) {
        (static_cast<SharedData*>(message->m_pData) - 1)->release();
    }

  private:
    alignas(std::max_align_t) std::atomic<size_t> users_{1};
};

}  // namespace

void BulkSend::allocate(size_t count, const Outgoing* all) {
    messages_.reserve(count);
    for (size_t index = 0; index < count; ++index) {
        NetworkingMessage* message =
            utils_->AllocateMessage(all != nullptr ? static_cast<int>(all[index].size) : 0);
        if (message == nullptr) {
            for (NetworkingMessage* one : messages_) {
                release_message(one);
            }
            messages_.clear();
            throw std::bad_alloc();
        }
        messages_.push_back(message);
    }
}

void BulkSend::hand_over(int64_t* results) noexcept {
    // Steam's int64 need not be the same type as int64_t.
    send_messages(sockets_, newer_, static_cast<int>(messages_.size()), messages_.data(),
                  reinterpret_cast<int64*>(results));
    messages_.clear();
}

void BulkSend::send(const Outgoing* all, size_t count, int64_t* results) {
    allocate(count, all);
    for (size_t index = 0; index < count; ++index) {
        const Outgoing& one = all[index];
        fill(*messages_[index], one.connection);
        if (one.size != 0) {
            std::memcpy(messages_[index]->m_pData, one.data, one.size);
        }
    }
    hand_over(results);
}

void BulkSend::broadcast(const uint32_t* connections, size_t count, const void* data, uint32_t size,
                         int64_t* results) {
    if (size <= kCopiedSize) {
        std::vector<Outgoing> all(count);
        for (size_t index = 0; index < count; ++index) {
            all[index] = {connections[index], size, data};
        }
        send(all.data(), count, results);
        return;
    }
    allocate(count, nullptr);
    SharedData* shared = SharedData::of(data, size);
    if (shared == nullptr) {
        for (NetworkingMessage* one : messages_) {
            release_message(one);
        }
        messages_.clear();
        throw std::bad_alloc();
    }
    for (size_t index = 0; index < count; ++index) {
        NetworkingMessage& message = *messages_[index];
        fill(message, connections[index]);
        shared->add_user();
        message.m_pData = shared->data();
        message.m_cbSize = static_cast<int>(size);
        message.m_pfnFreeData = &SharedData::free_of;
    }
    hand_over(results);
    shared->release();
}

}  // namespace steamgs
