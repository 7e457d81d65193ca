// Messages as games hold them, with what the simulated Steam keeps beside each.
#pragma once

#include <atomic>
#include <cstddef>

#include "features/networking/types.h"

namespace steamgs::simulator::networking {

class Connection;

struct Message final : SteamNetworkingMessage_t {
    struct Links {
        Message* previous;
        Message* next;
    };
    Links of_connection;
    Links of_group;
    Connection* receiver;  // in whose queue it waits
    size_t capacity;       // bytes behind this struct

    // Without contents; NULL if there is no memory.
    static Message* make(size_t size) noexcept;
    void destroy() noexcept;
    // The bytes behind this struct; whoever sends a message may put others in their place.
    void* own_data() noexcept { return this + 1; }
    // Whether a game's message is one of these.
    static bool is_ours(const SteamNetworkingMessage_t* message) noexcept {
        return message->m_pfnRelease == &release;
    }
    // What a game calls, at any time: also when the world is gone.
    static void release(SteamNetworkingMessage_t* message) noexcept;
};

constexpr size_t kNoLimit = static_cast<size_t>(-1);

// What games hold: messages that they have allocated or received, and not released or sent.
// Of the whole process, as a message may outlive its world.
class HeldMessages {
  public:
    void add(size_t count) noexcept { count_.fetch_add(count, std::memory_order_relaxed); }
    void remove() noexcept { count_.fetch_sub(1, std::memory_order_relaxed); }
    size_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
    // How many there can be before memory is exhausted.
    std::atomic<size_t> limit{kNoLimit};
    bool exhausted() const noexcept { return count() >= limit.load(std::memory_order_relaxed); }

  private:
    std::atomic<size_t> count_{0};
};

extern HeldMessages held_messages;

// A queue of messages, linked by one of their two pairs of links.
template <Message::Links Message::* links>
class MessageQueue {
  public:
    bool empty() const noexcept { return first_ == nullptr; }
    Message* first() const noexcept { return first_; }
    static Message* after(const Message* message) noexcept { return (message->*links).next; }

    void push(Message* message) noexcept { insert(message, nullptr); }
    // NULL: at the end.
    void insert(Message* message, Message* before) noexcept {
        Message* previous = before != nullptr ? (before->*links).previous : last_;
        (message->*links) = {previous, before};
        (previous != nullptr ? (previous->*links).next : first_) = message;
        (before != nullptr ? (before->*links).previous : last_) = message;
    }
    void remove(Message* message) noexcept {
        const Message::Links around = message->*links;
        (around.previous != nullptr ? (around.previous->*links).next : first_) = around.next;
        (around.next != nullptr ? (around.next->*links).previous : last_) = around.previous;
    }

  private:
    Message* first_ = nullptr;
    Message* last_ = nullptr;
};

}  // namespace steamgs::simulator::networking
