// The functions that Valve's libsteam_api, or the simulator's front, calls in a steamclient.
#include <steam/steam_gameserver.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "interfaces/interface.h"
#include "kernel/control.h"
#include "kernel/scenario.h"
#include "kernel/world.h"

using namespace steamgs::simulator;

namespace {

// Windows' narrow environment has no names outside the machine's code page.
std::filesystem::path named_by_environment() {
#ifdef _WIN32
    const wchar_t* variable = _wgetenv(L"STEAMGS_SIMULATOR");
#else
    const char* variable = std::getenv("STEAMGS_SIMULATOR");
#endif
    return variable != nullptr ? std::filesystem::path(variable) : std::filesystem::path();
}

// A world for programs without Python: STEAMGS_SIMULATOR=1, or the path of a scenario.
World* world_of_environment() {
    const std::filesystem::path named = named_by_environment();
    if (named.empty()) {
        return nullptr;
    }
    try {
        World* world = named == "1" ? new World(1, false) : read_scenario_file(named).release();
        world->tells_of_trouble = true;
        return world;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "STEAMGS_SIMULATOR=%s: %s\n", named.u8string().c_str(), error.what());
        return nullptr;
    }
}

// Deny by default: a program that finds this library by accident is not served.
bool serving() {
    static World* const by_environment = world_of_environment();
    if (armed_world() == nullptr && by_environment != nullptr) {
        arm(by_environment);
    }
    return armed_world() != nullptr;
}

}  // namespace

STEAMGS_SIM_API void* CreateInterface(const char* version, int* status) {
    void* found = version != nullptr && serving() ? interface_called(version) : nullptr;
    if (status != nullptr) {
        *status = found != nullptr ? 0 : 1;
    }
    return found;
}

STEAMGS_SIM_API bool Steam_BGetCallback(HSteamPipe, CallbackMsg_t* message, int*) {
    World* world = armed_world();
    return world != nullptr && world->next_callback(message);
}

// The queue keeps a callback until the next one is asked for.
STEAMGS_SIM_API void Steam_FreeLastCallback(HSteamPipe) {}

STEAMGS_SIM_API bool Steam_GetAPICallResult(HSteamPipe, SteamAPICall_t call, void* out, int size,
                                            int expected, bool* failed) {
    *failed = true;
    return armed_world() != nullptr && Locked()->calls.fetch(call, out, size, expected, failed);
}

STEAMGS_SIM_API void Steam_ReleaseThreadLocalMemory(bool) {}

STEAMGS_SIM_API bool Steam_IsKnownInterface(const char* version) {
    return version != nullptr && serving() && interface_called(version) != nullptr;
}

// Valve's library says so of whatever it did not get: also of what is withheld, and simulated.
STEAMGS_SIM_API void Steam_NotifyMissingInterface(HSteamPipe, const char* version) {
    if (armed_world() != nullptr && interface_called(version) == nullptr) {
        armed_world()->report_not_simulated(version);
    }
}

// Crash reports: nobody reads the simulator's.
STEAMGS_SIM_API void Breakpad_SteamMiniDumpInit(uint32, const char*, const char*, const char*, bool,
                                                void*, void*) {}
STEAMGS_SIM_API void Breakpad_SteamSetAppID(uint32) {}
STEAMGS_SIM_API void Breakpad_SteamSetSteamID(uint64) {}
STEAMGS_SIM_API void Breakpad_SteamWriteMiniDumpSetComment(const char*) {}
STEAMGS_SIM_API void Breakpad_SteamWriteMiniDumpUsingExceptionInfoWithBuildId(int, int) {}
