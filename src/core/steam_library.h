// Valve's libsteam_api (or the simulator's front), loaded at run time.
//
// The Steamworks headers call a few exported C functions. steamgs defines them itself, hidden in
// the extension (src/core/steam_api_forwarders.cpp), and forwards them through this table. So one
// build works with every SDK's library, and a missing library is an exception and not a failed
// import.
#pragma once

#include <string>

#include "common/dynamic_library.h"
#include "common/steam.h"

namespace steamgs {

// The functions of libsteam_api that steamgs calls; init and init_v2 are one or the other.
struct SteamLibrary {
    std::string path;
    LibraryHandle handle = nullptr;

    bool(S_CALLTYPE* init)(uint32, uint16, uint16, uint16, EServerMode, const char*) = nullptr;
    int(S_CALLTYPE* init_v2)(uint32, uint16, uint16, EServerMode, const char*, const char*,
                             char*) = nullptr;
    void(S_CALLTYPE* shutdown)() = nullptr;
    void(S_CALLTYPE* run_callbacks)() = nullptr;
    HSteamUser(S_CALLTYPE* get_user)() = nullptr;
    void*(S_CALLTYPE* find_interface)(HSteamUser, const char*) = nullptr;
    void(S_CALLTYPE* register_callback)(CCallbackBase*, int) = nullptr;
    void(S_CALLTYPE* unregister_callback)(CCallbackBase*) = nullptr;
    void(S_CALLTYPE* register_call_result)(CCallbackBase*, SteamAPICall_t) = nullptr;
    void(S_CALLTYPE* unregister_call_result)(CCallbackBase*, SteamAPICall_t) = nullptr;
    void(S_CALLTYPE* release_thread_memory)() = nullptr;
};

enum class LoadStatus { ok, not_loadable, missing_symbol, too_old };

// Loads `path` and makes it the library that the forwarders call. On failure the current one stays.
// `detail` gets the loader's message or the missing symbol's name. A loaded library is never
// unloaded, because Valve's has its own threads and exit handlers. The caller serialises calls.
LoadStatus load_steam_library(const std::string& path, std::string& detail);

// The library in use; its functions are NULL before a successful load.
const SteamLibrary& steam_library() noexcept;

// Whether this process has a simulated steamclient loaded under the name that Valve's asks for.
bool simulated_steamclient_loaded();

}  // namespace steamgs
