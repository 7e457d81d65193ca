// ISteamUtils in versions 010 and 011.
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "interfaces/interfaces.h"
#include "interfaces/slots.h"
#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

constexpr size_t kMostAppIdBytes = 4096;

// Whoever can write there may have put a pipe under the name, which would be waited for.
std::string app_id_file() {
    const char* path = "steam_appid.txt";
    struct stat status;
    if (stat(path, &status) != 0 || (status.st_mode & S_IFMT) != S_IFREG) {
        return "";
    }
    std::string text(kMostAppIdBytes, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(&text[0], static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
    return text;
}

// The app id as Steam finds it: the environment, then steam_appid.txt in the working directory.
AppId_t find_app_id() {
    std::string text;
    if (const char* variable = std::getenv("SteamAppId")) {
        text = variable;
    } else {
        text = app_id_file();
    }
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) {
        text.erase(0, 3);  // editors on Windows put a byte-order mark there
    }
    return static_cast<AppId_t>(std::strtoul(text.c_str(), nullptr, 10));
}

uint32 seconds_running(void*) { return static_cast<uint32>(Locked()->backend.now()); }
EUniverse connected_universe(void*) { return k_EUniversePublic; }
uint32 server_real_time(void*) { return static_cast<uint32>(Locked()->backend.unix_time()); }
const char* empty_text(void*) { return ""; }
uint8 battery_power(void*) { return 255; }  // on mains
uint32 app_id(void*) { return find_app_id(); }
bool is_call_completed(void*, SteamAPICall_t call, bool* failed) {
    return Locked()->calls.completed(call, failed);
}
ESteamAPICallFailure call_failure(void*, SteamAPICall_t call) {
    return Locked()->calls.failure(call);
}
bool call_result(void*, SteamAPICall_t call, void* out, int size, int expected, bool* failed) {
    return Locked()->calls.fetch(call, out, size, expected, failed);
}
void run_frame(void*) {}
uint32 ipc_call_count(void*) { return 0; }
void set_warning_hook(void*, SteamAPIWarningMessageHook_t hook) {
    armed_world()->warning_hook.store(hook);
}

// The rest belongs to players' machines; every slot fails with a 0 and says its name once.
constexpr const char* kNotSimulated[] = {
    "GetImageSize",
    "GetImageRGBA",
    "GetCSERIPPort",
    "SetOverlayNotificationPosition",
    "IsOverlayEnabled",
    "BOverlayNeedsPresent",
    "CheckFileSignature",
    "ShowGamepadTextInput",
    "GetEnteredGamepadTextLength",
    "GetEnteredGamepadTextInput",
    "IsSteamRunningInVR",
    "SetOverlayNotificationInset",
    "IsSteamInBigPictureMode",
    "StartVRDashboard",
    "IsVRHeadsetStreamingEnabled",
    "SetVRHeadsetStreamingEnabled",
    "IsSteamChinaLauncher",
    "InitFilterText",
    "FilterText",
    "GetIPv6ConnectivityState",
    "IsSteamRunningOnSteamDeck",
    "ShowFloatingGamepadTextInput",
    "SetGameLauncherMode",
    "DismissFloatingGamepadTextInput",
    "DismissGamepadTextInput",
    "IsRunningOnSteamHardware",
    "GetSteamHardwareDefaultConfig",
    "IsRunningUnderProton",
};

template <int kIndex>
uint64 not_simulated(void*) {
    armed_world()->report_not_simulated(
        (std::string("ISteamUtils::") + kNotSimulated[kIndex]).c_str());
    return 0;
}

template <int kFirst, int kLast>
void add_not_simulated(std::vector<Slot>& slots) {
    slots.push_back(slot(not_simulated<kFirst>));
    if constexpr (kFirst < kLast) {
        add_not_simulated<kFirst + 1, kLast>(slots);
    }
}

enum class Version { v010, v011 };

std::vector<Slot> utils_slots(Version version) {
    std::vector<Slot> slots = {slot(seconds_running), slot(seconds_running),
                               slot(connected_universe), slot(server_real_time), slot(empty_text)};
    add_not_simulated<0, 1>(slots);
    if (version == Version::v010) {
        add_not_simulated<2, 2>(slots);  // GetCSERIPPort
    }
    slots.insert(slots.end(), {slot(battery_power), slot(app_id)});
    add_not_simulated<3, 3>(slots);
    slots.insert(slots.end(), {slot(is_call_completed), slot(call_failure), slot(call_result),
                               slot(run_frame), slot(ipc_call_count), slot(set_warning_hook)});
    add_not_simulated<4, 9>(slots);
    slots.push_back(slot(empty_text));  // GetSteamUILanguage
    add_not_simulated<10, 19>(slots);
    if (version == Version::v010) {
        add_not_simulated<20, 20>(slots);  // IsSteamRunningOnSteamDeck
    }
    add_not_simulated<21, 24>(slots);
    if (version == Version::v011) {
        add_not_simulated<25, 27>(slots);  // IsRunningOnSteamHardware and after
    }
    return slots;
}

}  // namespace

void* steam_utils_interface(const char* version) {
    static SlotTable utils010(utils_slots(Version::v010));
    static SlotTable utils011(utils_slots(Version::v011));
    const std::string name = version;
    if (name == STEAMUTILS_INTERFACE_VERSION) {
        return utils010.interface();
    }
    return name == "SteamUtils011" ? utils011.interface() : nullptr;
}

}  // namespace steamgs::simulator
