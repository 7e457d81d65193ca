// Starting and stopping a game server. Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "steam/steam_api.h"

// SDK 1.58 and later.
S_API ESteamAPIInitResult S_CALLTYPE SteamInternal_GameServer_Init_V2(
    uint32 ip, uint16 game_port, uint16 query_port, EServerMode mode, const char* version,
    const char* interface_versions, SteamErrMsg* message);
// SDK 1.56 and 1.57.
S_API bool S_CALLTYPE SteamInternal_GameServer_Init(uint32 ip, uint16 legacy_steam_port,
                                                    uint16 game_port, uint16 query_port,
                                                    EServerMode mode, const char* version);

S_API void SteamGameServer_Shutdown();
S_API bool SteamGameServer_BSecure();
S_API uint64 SteamGameServer_GetSteamID();

inline void SteamGameServer_ReleaseCurrentThreadMemory() { SteamAPI_ReleaseCurrentThreadMemory(); }
