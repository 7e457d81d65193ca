// The game server of this process: its pipe, its interfaces, its dispatcher.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>
#include <vector>

#include "callback_registry.h"
#include "steamclient.h"

namespace steamgs::simulator {

struct InitRequest {
    uint32 ip;
    uint16 game_port;
    uint16 query_port;
    EServerMode mode;
    const char* version;
    const char* interfaces;  // each with a NUL, and an empty one at the end; or NULL
};

class GameServerContext {
  public:
    ESteamAPIInitResult init(const InitRequest& request, std::string& message);
    void shutdown();

    void run_callbacks();
    void* find_interface(const char* version);

    bool choose_manual_dispatch();
    bool next_callback(CallbackMsg_t* message);
    void free_last_callback();
    bool call_result(SteamAPICall_t call, void* out, int size, int expected, bool* failed);

    // Registration chooses automatic dispatch for good.
    CCallbackMgr& registry() {
        automatic_ = true;
        return registry_;
    }

    HSteamPipe pipe() const { return pipe_; }
    HSteamUser user() const { return user_; }
    ISteamGameServer* server() const { return server_; }
    // Changes whenever interfaces come or go, so that callers look theirs up again.
    uintptr_t generation() const { return generation_; }

  private:
    ESteamAPIInitResult connect(const InitRequest& request, std::string& message);
    const char* first_unknown(const char* interfaces) const;
    void dispatch(const CallbackMsg_t& message);
    void dispatch_call_result(SteamAPICall_t call);

    const Steamclient* client_ = nullptr;
    ISteamClient* steam_client_ = nullptr;
    ISteamGameServer* server_ = nullptr;
    HSteamPipe pipe_ = 0;
    HSteamUser user_ = 0;
    uintptr_t generation_ = 1;
    CCallbackMgr registry_;
    std::vector<uint8> result_buffer_;
    bool running_ = false;
    bool automatic_ = false;
    bool manual_ = false;
};

}  // namespace steamgs::simulator
