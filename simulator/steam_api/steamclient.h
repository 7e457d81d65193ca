// The steamclient below: what it exports, found once.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>

namespace steamgs::simulator {

struct Steamclient {
    void* (*create_interface)(const char*, int*) = nullptr;
    bool (*get_callback)(HSteamPipe, CallbackMsg_t*, int*) = nullptr;
    void (*free_last_callback)(HSteamPipe) = nullptr;
    bool (*get_call_result)(HSteamPipe, SteamAPICall_t, void*, int, int, bool*) = nullptr;
    // Optional.
    bool (*is_known_interface)(const char*) = nullptr;
    void (*notify_missing_interface)(HSteamPipe, const char*) = nullptr;
    void (*release_thread_memory)(bool) = nullptr;
};

// The one that this process has loaded already, else the one beside this library. NULL on failure,
// with Steam's words for it in `message`. It stays loaded.
const Steamclient* load_steamclient(std::string& message);

}  // namespace steamgs::simulator
