// The exported functions for programs that don't call C++ classes, made from the table.
#include <steam/steam_gameserver.h>

namespace {

// Also of those interfaces that Valve's library takes from a player's Steam client if there is one.
void* interface_of_server(const char* version) {
    return SteamInternal_FindOrCreateGameServerInterface(SteamGameServer_GetHSteamUser(), version);
}

}  // namespace

#include <steamgs/flat_functions.h>
