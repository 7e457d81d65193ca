// What a connection has yet to send, by lane: lower priorities first, and those of equal priority
// by their weights.
#pragma once

#include <vector>

#include "features/networking/messages.h"

namespace steamgs::simulator::networking {

struct Lane {
    int priority = 0;
    uint16 weight = 1;
    int64 last_number = 0;
    MessageQueue<&Message::of_connection> queue;
    int pending_reliable = 0;
    int pending_unreliable = 0;
    int unacknowledged = 0;  // bytes of reliable messages on their way
    double served = 0.0;     // bytes by weight, of those that have left
    // When the last reliable and unreliable one arrive: each kind keeps its order.
    double arrives[2] = {0.0, 0.0};
};

class SendQueue {
  public:
    ~SendQueue() { clear(); }

    // As ConfigureConnectionLanes: lanes are never taken away.
    EResult configure(int count, const int* priorities, const uint16* weights);
    std::vector<Lane>& lanes() { return lanes_; }
    const std::vector<Lane>& lanes() const { return lanes_; }

    bool empty() const noexcept { return count_ == 0; }
    int pending() const noexcept { return pending_; }
    void push(Message* message);
    // The one that leaves next; NULL if there is none.
    Message* next();
    void pop(Message* message);
    void clear();

  private:
    static constexpr int kMostLanes = 255;

    std::vector<Lane> lanes_ = std::vector<Lane>(1);
    size_t count_ = 0;
    int pending_ = 0;
    double served_ = 0.0;  // of the lane that was served last
};

inline bool is_reliable(const SteamNetworkingMessage_t& message) {
    return (message.m_nFlags & k_nSteamNetworkingSend_Reliable) != 0;
}

}  // namespace steamgs::simulator::networking
