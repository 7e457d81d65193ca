// Messages that a game hands over to be sent.
#pragma once

#include <set>
#include <vector>

#include "features/networking/connections.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

// One SendMessages. Data that the game frees with a function of its own is copied before the
// world's mutex is taken, and given back after it is released: that function may wait for others.
class Outgoing {
  public:
    struct Manner {
        bool stops;         // at the first failure of a connection: the rest gets the result 0
        bool takes_failed;  // else the game keeps what could not be sent
    };

    Outgoing(int count, SteamNetworkingMessage_t* const* messages);
    ~Outgoing();
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    void send(Network& network, int64* results, Manner manner);

  private:
    int64 send(Network& network, size_t index, double now);
    void fail(size_t index, bool takes);

    const size_t count_;
    SteamNetworkingMessage_t* const* const messages_;
    std::vector<Message*> copies_;  // by the index of the message; empty if all data are ours
    std::vector<Message*> given_back_;
    std::set<uint32> stopped_;
};

// SendMessageToConnection; `connection` may be NULL.
EResult send_copy(Connection* connection, const void* data, uint32 size, int flags, int64* number,
                  uint16 lane = 0, int channel = 0);

}  // namespace steamgs::simulator::networking
