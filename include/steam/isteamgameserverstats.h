// ISteamGameServerStats, interface version 001. Part of steamgs' own declarations of the Steamworks
// ABI. Overloads keep their order: MSVC lays them out in its own way, derived from it.
#pragma once

#include "steam_api_common.h"

class ISteamGameServerStats {
  public:
    virtual SteamAPICall_t RequestUserStats(CSteamID user) = 0;
    virtual bool GetUserStat(CSteamID user, const char* name, int32* value) = 0;
    virtual bool GetUserStat(CSteamID user, const char* name, float* value) = 0;
    virtual bool GetUserAchievement(CSteamID user, const char* name, bool* achieved) = 0;
    virtual bool SetUserStat(CSteamID user, const char* name, int32 value) = 0;
    virtual bool SetUserStat(CSteamID user, const char* name, float value) = 0;
    virtual bool UpdateUserAvgRateStat(CSteamID user, const char* name, float count,
                                       double seconds) = 0;
    virtual bool SetUserAchievement(CSteamID user, const char* name) = 0;
    virtual bool ClearUserAchievement(CSteamID user, const char* name) = 0;
    virtual SteamAPICall_t StoreUserStats(CSteamID user) = 0;

  protected:
    ~ISteamGameServerStats() = default;
};

#define STEAMGAMESERVERSTATS_INTERFACE_VERSION "SteamGameServerStats001"

STEAMGS_GAMESERVER_ACCESSOR(ISteamGameServerStats, SteamGameServerStats,
                            STEAMGAMESERVERSTATS_INTERFACE_VERSION)

STEAMGS_PACK_BEGIN

struct GSStatsReceived_t {
    enum { k_iCallback = k_iSteamGameServerStatsCallbacks };
    EResult m_eResult;
    CSteamID m_steamIDUser;
};

struct GSStatsStored_t {
    enum { k_iCallback = k_iSteamGameServerStatsCallbacks + 1 };
    EResult m_eResult;
    CSteamID m_steamIDUser;
};

struct GSStatsUnloaded_t {
    enum { k_iCallback = k_iSteamUserStatsCallbacks + 8 };
    CSteamID m_steamIDUser;
};

STEAMGS_PACK_END
