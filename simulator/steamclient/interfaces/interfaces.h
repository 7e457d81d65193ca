// The interfaces that the simulated steamclient gives out.
#pragma once

#include <steam/steam_gameserver.h>

namespace steamgs::simulator {

ISteamGameServer* game_server_interface();
ISteamGameServerStats* game_server_stats_interface();

// Interfaces whose table of functions differs between versions: by version, NULL if not known.
void* steam_client_interface(const char* version);
void* steam_utils_interface(const char* version);

// Any interface that belongs to a user and a pipe.
void* generic_interface(const char* version);

}  // namespace steamgs::simulator
