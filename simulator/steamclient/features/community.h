// Groups, clans, who gets on with whom, and what Steam thinks of the server.
#pragma once

#include "features/sessions.h"
#include "kernel/calls.h"

namespace steamgs::simulator {

class Community final : public Feature {
  public:
    explicit Community(World& world)
        : backend_(world.backend),
          logon_(world.get<Logon>()),
          users_(world.get<Accounts>()),
          sessions_(world.get<Sessions>()),
          calls_(world.calls) {}

    bool request_group_status(uint64 steam_id, uint64 group_id);
    SteamAPICall_t associate_with_clan(uint64 clan_id);
    SteamAPICall_t player_compatibility(uint64 steam_id);
    SteamAPICall_t server_reputation();
    void gameplay_stats();
    void reset() override { clan_ = 0; }

    GSReputation_t reputation = {k_EResultOK, 0, false, 0, 0, 0, 0};

  private:
    // Asks Steam; the answer is lost if there is no connection when it is due.
    template <class P, class Make>
    SteamAPICall_t ask(Make make);
    ComputeNewPlayerCompatibilityResult_t compatibility(uint64 steam_id);

    Backend& backend_;
    Logon& logon_;
    Accounts& users_;
    Sessions& sessions_;
    CallResults& calls_;
    uint64 clan_ = 0;
};

}  // namespace steamgs::simulator
