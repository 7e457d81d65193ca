// Messages that a tick has received, on their way to Python: of one poll group, or of one channel
// of ISteamNetworkingMessages; or for a function of C.
//
// The thread that ticks puts them in, and whoever holds the GIL takes them out; neither waits for
// the other. As long as too many wait, no more are taken from Steam, whose transport then slows
// those who send.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "common/event_queue.h"
#include "core/mpsc_list.h"
#include "core/networking.h"
#include "core/traffic.h"

namespace steamgs {

// What is received at once; one batch in Python.
struct ReceivedBatch {
    ReceivedBatch* next;
    NetworkingMessage** messages;  // of malloc()
    size_t size;
    size_t bytes;
};

// Where messages are received from.
struct InboxSource {
    Sockets* sockets;
    NetworkingMessages* messages;  // NULL unless there is an inbox of a channel
};

class Inbox {
  public:
    // For native code: called by the thread that ticks, inside the tick. It owns the messages.
    using Consumer = void (*)(NetworkingMessage** messages, int count, void* context) noexcept;

    // `number` is a poll group's, or a channel's.
    Inbox(bool of_channel, uint32_t number, uint64_t token, size_t most_messages, size_t most_bytes)
        : of_channel_(of_channel),
          number_(number),
          token_(token),
          most_messages_(most_messages),
          most_bytes_(most_bytes) {}
    ~Inbox();

    // Receives what there is and room for; tells the queue if Python should look, and counts it if
    // somebody wants to know. By the ticking thread.
    void receive(const InboxSource& steam, EventQueue& queue, size_t at_once,
                 Traffic* traffic) noexcept;
    // All that has come, oldest first, which the caller owns; NULL for nothing.
    ReceivedBatch* take() noexcept { return batches_.take(); }
    // The caller has used up what it took.
    void used(size_t messages, size_t bytes) noexcept {
        waiting_messages_.fetch_sub(messages, std::memory_order_relaxed);
        waiting_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    }

    // In a forked child: what is in here is the parent's, and is never released.
    void strand() noexcept { batches_.strand(); }

    bool of_channel() const noexcept { return of_channel_; }
    uint64_t token() const noexcept { return token_; }
    size_t waiting_messages() const noexcept {
        return waiting_messages_.load(std::memory_order_relaxed);
    }
    size_t waiting_bytes() const noexcept { return waiting_bytes_.load(std::memory_order_relaxed); }
    // How often it has become so full that messages were left with Steam.
    uint64_t held_back() const noexcept { return held_back_.load(std::memory_order_relaxed); }
    // Before any tick knows of it.
    void set_consumer(Consumer consumer, void* context) noexcept {
        consumer_ = consumer;
        context_ = context;
    }
    bool has_consumer() const noexcept { return consumer_ != nullptr; }
    // The consumer is not called any more; if it runs, this waits, but not for itself. From any
    // thread, without the GIL. What comes then stays with Steam.
    void stop_consumer() noexcept;
    bool stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }

  private:
    bool is_full() noexcept;
    // Adds messages up to `most` and to what may wait; whether there may be more. The bound in
    // bytes is exceeded by a part of one message at most.
    bool fill(ReceivedBatch& batch, const InboxSource& steam, size_t most) const noexcept;
    // What was taken: moved to as little memory as it needs, if there is any.
    ReceivedBatch* hand_over() noexcept;
    void put(ReceivedBatch* batch, EventQueue& queue) noexcept;
    void consume(const InboxSource& steam, size_t at_once, Traffic* traffic) noexcept;
    int take_from(const InboxSource& steam, NetworkingMessage** out, size_t room) const noexcept;

    const bool of_channel_;
    const uint32_t number_;
    const uint64_t token_;
    const size_t most_messages_;
    const size_t most_bytes_;
    Consumer consumer_ = nullptr;
    void* context_ = nullptr;
    std::mutex consuming_;  // while the consumer runs
    std::atomic<std::thread::id> consumes_{};
    std::atomic<bool> stopped_{false};
    ReceivedBatch* empty_ = nullptr;  // for the next messages; the ticking thread's
    bool was_full_ = false;           // likewise
    MpscList<ReceivedBatch> batches_;
    std::atomic<size_t> waiting_messages_{0};
    std::atomic<size_t> waiting_bytes_{0};
    std::atomic<uint64_t> held_back_{0};
};

// The inboxes of a server. Guarded by the mutex that guards Steam's dispatcher.
class Inboxes {
  public:
    // Whether a tick has to look: read without the mutex by nobody.
    bool empty() const noexcept { return all_.empty(); }
    void receive(EventQueue& queue, Traffic* traffic) noexcept;
    void add(const InboxSource& steam, std::shared_ptr<Inbox> inbox);
    void remove(uint64_t token) noexcept;
    void clear() noexcept { all_.clear(); }
    void strand() noexcept;

  private:
    InboxSource steam_{};
    std::vector<std::shared_ptr<Inbox>> all_;
};

}  // namespace steamgs
