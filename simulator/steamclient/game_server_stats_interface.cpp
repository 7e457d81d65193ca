// ISteamGameServerStats: not played yet. Each function fails as Steam documents.
#include "interfaces.h"
#include "world.h"

namespace steamgs::simulator {

namespace {

bool refuse(const char* method) {
    armed_world()->unplayed(method);
    return false;
}

class GameServerStatsInterface final : public ISteamGameServerStats {
  public:
    SteamAPICall_t RequestUserStats(CSteamID) override {
        refuse("ISteamGameServerStats::RequestUserStats");
        return k_uAPICallInvalid;
    }
    bool GetUserStat(CSteamID, const char*, int32*) override {
        return refuse("ISteamGameServerStats::GetUserStat");
    }
    bool GetUserStat(CSteamID, const char*, float*) override {
        return refuse("ISteamGameServerStats::GetUserStat");
    }
    bool GetUserAchievement(CSteamID, const char*, bool*) override {
        return refuse("ISteamGameServerStats::GetUserAchievement");
    }
    bool SetUserStat(CSteamID, const char*, int32) override {
        return refuse("ISteamGameServerStats::SetUserStat");
    }
    bool SetUserStat(CSteamID, const char*, float) override {
        return refuse("ISteamGameServerStats::SetUserStat");
    }
    bool UpdateUserAvgRateStat(CSteamID, const char*, float, double) override {
        return refuse("ISteamGameServerStats::UpdateUserAvgRateStat");
    }
    bool SetUserAchievement(CSteamID, const char*) override {
        return refuse("ISteamGameServerStats::SetUserAchievement");
    }
    bool ClearUserAchievement(CSteamID, const char*) override {
        return refuse("ISteamGameServerStats::ClearUserAchievement");
    }
    SteamAPICall_t StoreUserStats(CSteamID) override {
        refuse("ISteamGameServerStats::StoreUserStats");
        return k_uAPICallInvalid;
    }
};

}  // namespace

ISteamGameServerStats* game_server_stats_interface() {
    static GameServerStatsInterface instance;
    return &instance;
}

}  // namespace steamgs::simulator
