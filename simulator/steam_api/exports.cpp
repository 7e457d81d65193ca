// The exported functions of libsteam_api, as far as game servers call them.
#include <steam/steam_gameserver.h>

#include <cstdio>
#include <string>

#include "game_server_context.h"

using namespace steamgs::simulator;

namespace {

GameServerContext& context() {
    // Never destroyed: games unregister listeners as late as in their own exit handlers.
    static auto* instance = new GameServerContext;
    return *instance;
}

// Without a server, what Steam says of one that is not initialised yet.
constexpr uint64 kNotInitializedId = 1;

}  // namespace

S_API ESteamAPIInitResult S_CALLTYPE SteamInternal_GameServer_Init_V2(
    uint32 ip, uint16 game_port, uint16 query_port, EServerMode mode, const char* version,
    const char* interface_versions, SteamErrMsg* message) {
    std::string text;
    const ESteamAPIInitResult result =
        context().init({ip, game_port, query_port, mode, version, interface_versions}, text);
    if (result != k_ESteamAPIInitResult_OK && message != nullptr) {
        std::snprintf(*message, sizeof(*message), "%s", text.c_str());
    }
    return result;
}

S_API bool S_CALLTYPE SteamInternal_GameServer_Init(uint32 ip, uint16, uint16 game_port,
                                                    uint16 query_port, EServerMode mode,
                                                    const char* version) {
    std::string text;
    return context().init({ip, game_port, query_port, mode, version, nullptr}, text) ==
           k_ESteamAPIInitResult_OK;
}

S_API void SteamGameServer_Shutdown() { context().shutdown(); }
S_API void S_CALLTYPE SteamGameServer_RunCallbacks() { context().run_callbacks(); }
S_API bool SteamGameServer_BSecure() {
    ISteamGameServer* server = context().server();
    return server != nullptr && server->BSecure();
}
S_API uint64 SteamGameServer_GetSteamID() {
    ISteamGameServer* server = context().server();
    return server != nullptr ? server->GetSteamID().ConvertToUint64() : kNotInitializedId;
}
S_API HSteamPipe S_CALLTYPE SteamGameServer_GetHSteamPipe() { return context().pipe(); }
S_API HSteamUser S_CALLTYPE SteamGameServer_GetHSteamUser() { return context().user(); }

// No player's Steam client runs here: there is no client side.
S_API HSteamPipe S_CALLTYPE SteamAPI_GetHSteamPipe() { return 0; }
S_API HSteamUser S_CALLTYPE SteamAPI_GetHSteamUser() { return 0; }
S_API void S_CALLTYPE SteamAPI_RunCallbacks() {}
S_API void S_CALLTYPE SteamAPI_Shutdown() {}
S_API void S_CALLTYPE SteamAPI_ReleaseCurrentThreadMemory() {}

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id) {
    context().registry().add(callback, id);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback) {
    context().registry().remove(callback);
}
S_API void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* result, SteamAPICall_t call) {
    context().registry().add_result(result, call);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* result, SteamAPICall_t call) {
    context().registry().remove_result(result, call);
}

S_API void* S_CALLTYPE SteamInternal_ContextInit(void* data) {
    struct Context {
        void (*renew)(void*);
        uintptr_t generation;
        void* pointer;
    };
    auto* cached = static_cast<Context*>(data);
    if (cached->generation != context().generation()) {
        cached->renew(&cached->pointer);
        cached->generation = context().generation();
    }
    return &cached->pointer;
}
S_API void* S_CALLTYPE SteamInternal_CreateInterface(const char* version) {
    std::string message;
    const Steamclient* client = load_steamclient(message);
    return client != nullptr ? client->create_interface(version, nullptr) : nullptr;
}
S_API void* S_CALLTYPE SteamInternal_FindOrCreateUserInterface(HSteamUser, const char*) {
    return nullptr;
}
S_API void* S_CALLTYPE SteamInternal_FindOrCreateGameServerInterface(HSteamUser,
                                                                     const char* version) {
    return context().find_interface(version);
}
S_API void S_CALLTYPE SteamAPI_ManualDispatch_Init() {
    if (!context().choose_manual_dispatch()) {
        std::fprintf(stderr,
                     "manual dispatch can't be chosen after callbacks were registered or run\n");
    }
}
S_API void S_CALLTYPE SteamAPI_ManualDispatch_RunFrame(HSteamPipe) {}
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetNextCallback(HSteamPipe, CallbackMsg_t* message) {
    return context().next_callback(message);
}
S_API void S_CALLTYPE SteamAPI_ManualDispatch_FreeLastCallback(HSteamPipe) {
    context().free_last_callback();
}
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetAPICallResult(HSteamPipe, SteamAPICall_t call,
                                                               void* out, int size, int expected,
                                                               bool* failed) {
    return context().call_result(call, out, size, expected, failed);
}
