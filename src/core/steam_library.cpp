#include "core/steam_library.h"

namespace steamgs {

namespace {

SteamLibrary current;

// Every SDK's library exports an accessor named after the interface version that it was made for.
constexpr char kInterfaceAccessor[] = "SteamAPI_SteamGameServer_v015";

template <class Function>
bool resolve(LibraryHandle handle, const char* name, Function& out) {
    out = reinterpret_cast<Function>(find_symbol(handle, name));
    return out != nullptr;
}

// The name of the first symbol that is missing, or NULL.
const char* resolve_all(LibraryHandle handle, SteamLibrary& library) {
    struct {
        const char* name;
        bool found;
    } const required[] = {
#define STEAMGS_SYMBOL(name, member) {name, resolve(handle, name, library.member)}
        STEAMGS_SYMBOL("SteamGameServer_Shutdown", shutdown),
        STEAMGS_SYMBOL("SteamGameServer_RunCallbacks", run_callbacks),
        STEAMGS_SYMBOL("SteamGameServer_GetHSteamUser", get_user),
        STEAMGS_SYMBOL("SteamInternal_FindOrCreateGameServerInterface", find_interface),
        STEAMGS_SYMBOL("SteamAPI_RegisterCallback", register_callback),
        STEAMGS_SYMBOL("SteamAPI_UnregisterCallback", unregister_callback),
        STEAMGS_SYMBOL("SteamAPI_RegisterCallResult", register_call_result),
        STEAMGS_SYMBOL("SteamAPI_UnregisterCallResult", unregister_call_result),
        STEAMGS_SYMBOL("SteamAPI_ReleaseCurrentThreadMemory", release_thread_memory),
#undef STEAMGS_SYMBOL
    };
    for (const auto& symbol : required) {
        if (!symbol.found) {
            return symbol.name;
        }
    }
    const bool v2 = resolve(handle, "SteamInternal_GameServer_Init_V2", library.init_v2);
    const bool v1 = resolve(handle, "SteamInternal_GameServer_Init", library.init);
    return v1 || v2 ? nullptr : "SteamInternal_GameServer_Init_V2";
}

}  // namespace

LoadStatus load_steam_library(const std::string& path, std::string& detail) {
    LibraryHandle handle = open_library(path, detail);
    if (handle == nullptr) {
        return LoadStatus::not_loadable;
    }
    SteamLibrary library;
    library.path = path;
    library.handle = handle;
    if (const char* missing = resolve_all(handle, library)) {
        detail = missing;
        return LoadStatus::missing_symbol;
    }
    if (find_symbol(handle, kInterfaceAccessor) == nullptr) {
        detail = kInterfaceAccessor;
        return LoadStatus::too_old;
    }
    current = library;
    return LoadStatus::ok;
}

const SteamLibrary& steam_library() noexcept { return current; }

bool simulated_steamclient_loaded() {
    LibraryHandle steamclient = find_loaded_library(steamclient_file_name());
    return steamclient != nullptr && find_symbol(steamclient, "steamgs_sim_version") != nullptr;
}

}  // namespace steamgs
