// Messages that Steam has handed over and Python keeps: those of batches, and single ones.
//
// Steam owns their memory until they are released, which has to happen before it shuts down. So all
// of them are in one list. What is kept longer is copied into memory of ours; a copy is a message
// like Steam's, and its function of release is ours.
//
// The list is guarded; a batch is not. While the server is closed, no other thread may read one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/networking.h"

namespace steamgs {

class KeptMessages {
  public:
    KeptMessages() = default;
    ~KeptMessages() { release(); }
    KeptMessages(const KeptMessages&) = delete;
    KeptMessages& operator=(const KeptMessages&) = delete;

    // Room for so many pointers; false if memory is out. Once.
    bool reserve(size_t capacity) noexcept;
    // The pointers; those that Steam has filled count.
    NetworkingMessage** data() noexcept { return messages_; }
    size_t size() const noexcept { return size_; }
    NetworkingMessage* at(size_t index) const noexcept { return messages_[index]; }
    // The first `size` are messages, which this owns from now on.
    void own(size_t size) noexcept;
    // Takes the array that another one has filled, as malloc() has given it.
    void own_array(NetworkingMessage** messages, size_t size) noexcept;
    // Owns one message.
    void own_one(NetworkingMessage* message) noexcept;
    // The caller owns the message from now on; NULL is in its place.
    NetworkingMessage* give(size_t index) noexcept;
    // Whether the messages are pointed to from elsewhere, and have to stay where they are.
    void pin(bool pinned) noexcept { pinned_ = pinned; }

    // Steam shuts down: whatever is kept becomes ours, but for what is pinned, and what there is no
    // memory for. That is never released. Returns how many that were.
    static size_t take_over_all() noexcept;
    // In a forked child: what is Steam's is the parent's, and is never released here.
    static void strand_all() noexcept;

  private:
    void link() noexcept;
    void unlink() noexcept;
    void release() noexcept;
    size_t take_over() noexcept;
    void strand() noexcept;

    NetworkingMessage** messages_ = nullptr;
    NetworkingMessage* single_ = nullptr;  // in place of an array, for one
    size_t size_ = 0;
    bool pinned_ = false;
    bool stranded_ = false;
    KeptMessages* before_ = nullptr;
    KeptMessages* after_ = nullptr;
};

// What a batch is read by: three fields of all messages, in one block. The arrays have room for
// `count` numbers each.
inline void gather_messages(NetworkingMessage* const* messages, size_t count, int64_t* user_data,
                            uint32_t* connections, int32_t* sizes) noexcept {
    for (size_t index = 0; index < count; ++index) {
        const NetworkingMessage& message = *messages[index];
        user_data[index] = message.m_nConnUserData;
        connections[index] = message.m_conn;
        sizes[index] = message.m_cbSize;
    }
}

}  // namespace steamgs
