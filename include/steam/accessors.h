// What the accessors of interfaces stand on. Part of steamgs' own declarations of the Steamworks
// ABI.
#pragma once

#include "steam/values.h"

S_API HSteamPipe S_CALLTYPE SteamAPI_GetHSteamPipe();
S_API HSteamUser S_CALLTYPE SteamAPI_GetHSteamUser();
S_API HSteamPipe S_CALLTYPE SteamGameServer_GetHSteamPipe();
S_API HSteamUser S_CALLTYPE SteamGameServer_GetHSteamUser();
S_API void* S_CALLTYPE SteamInternal_ContextInit(void* context);
S_API void* S_CALLTYPE SteamInternal_CreateInterface(const char* version);
S_API void* S_CALLTYPE SteamInternal_FindOrCreateUserInterface(HSteamUser user,
                                                               const char* version);
S_API void* S_CALLTYPE SteamInternal_FindOrCreateGameServerInterface(HSteamUser user,
                                                                     const char* version);

// libsteam_api fills a context of three pointers (initialiser, counter, interface) and renews it
// when its own counter has moved on.
#define STEAMGS_INTERFACE_ACCESSOR(type, name, expression)                                       \
    inline void S_CALLTYPE SteamInternal_Init_##name(type** interface_pointer) {                 \
        *interface_pointer = static_cast<type*>(expression);                                     \
    }                                                                                            \
    inline type* name() {                                                                        \
        static void* context[3] = {reinterpret_cast<void*>(&SteamInternal_Init_##name), nullptr, \
                                   nullptr};                                                     \
        return *static_cast<type**>(SteamInternal_ContextInit(context));                         \
    }

// Whose instance of an interface an accessor gives.
#define STEAMGS_OF_SERVER(version) \
    SteamInternal_FindOrCreateGameServerInterface(SteamGameServer_GetHSteamUser(), version)
#define STEAMGS_OF_ZERO(version) SteamInternal_FindOrCreateGameServerInterface(0, version)
// A client's, if one runs in the same process.
#define STEAMGS_OF_GLOBAL(version)                             \
    (SteamInternal_FindOrCreateUserInterface(0, version)       \
         ? SteamInternal_FindOrCreateUserInterface(0, version) \
         : SteamInternal_FindOrCreateGameServerInterface(0, version))
#define STEAMGS_OF_NONE(version) SteamInternal_CreateInterface(version)
