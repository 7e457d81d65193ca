// The game server's ISteamNetworkingMessages.
#pragma once

#include "features/networking/message_sessions.h"

namespace steamgs::simulator::networking {

class ServerMessages final : public Feature {
  public:
    explicit ServerMessages(World& world);

    void reset() override { sessions.restart(); }

    MessageSessions sessions;
};

}  // namespace steamgs::simulator::networking
