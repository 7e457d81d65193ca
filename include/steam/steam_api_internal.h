// What the accessors of interfaces and the dispatcher of callbacks stand on. Part of steamgs' own
// declarations of the Steamworks ABI.
#pragma once

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

#define STEAMGS_GAMESERVER_ACCESSOR(type, name, version) \
    STEAMGS_INTERFACE_ACCESSOR(                          \
        type, name,                                      \
        SteamInternal_FindOrCreateGameServerInterface(SteamGameServer_GetHSteamUser(), version))

STEAMGS_PACK_BEGIN
struct CallbackMsg_t {
    HSteamUser m_hSteamUser;
    int m_iCallback;
    uint8* m_pubParam;
    int m_cubParam;
};
STEAMGS_PACK_END

struct SteamNetworkingIdentity;

// First id of each family of callbacks.
enum { k_iSteamUserCallbacks = 100 };
enum { k_iSteamGameServerCallbacks = 200 };
enum { k_iSteamUtilsCallbacks = 700 };
enum { k_iSteamUserStatsCallbacks = 1100 };
enum { k_iSteamGameServerStatsCallbacks = 1800 };
