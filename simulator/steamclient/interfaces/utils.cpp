// ISteamUtils: what concerns servers. The rest belongs to players' machines.
#include <steamgs/slots/isteamutils.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "features/utilities.h"
#include "interfaces/interface.h"
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

template <class Slots>
class Utils final : public Slots {
  public:
    uint32 GetSecondsSinceAppActive() override { return seconds_running(); }
    uint32 GetSecondsSinceComputerActive() override { return seconds_running(); }
    EUniverse GetConnectedUniverse() override { return k_EUniversePublic; }
    uint32 GetServerRealTime() override {
        return static_cast<uint32>(Locked()->backend.unix_time());
    }
    const char* GetIPCountry() override { return LockedFeature<Utilities>()->country(); }
    uint8 GetCurrentBatteryPower() override { return kOnMains; }
    uint32 GetAppID() override { return find_app_id(); }

    bool IsAPICallCompleted(SteamAPICall_t call, bool* failed) override {
        return Locked()->calls.completed(call, failed);
    }
    abi::ESteamAPICallFailure GetAPICallFailureReason(SteamAPICall_t call) override {
        return static_cast<abi::ESteamAPICallFailure>(Locked()->calls.failure(call));
    }
    bool GetAPICallResult(SteamAPICall_t call, void* out, int size, int expected,
                          bool* failed) override {
        return Locked()->calls.fetch(call, out, size, expected, failed);
    }

    SteamAPICall_t CheckFileSignature(const char* file) override {
        return LockedFeature<Utilities>()->check_signature(file != nullptr ? file : "");
    }
    bool InitFilterText(uint32) override { return LockedFeature<Utilities>()->init_filter(); }
    int FilterText(abi::ETextFilteringContext context, CSteamID, const char* text, char* out,
                   uint32 size) override {
        if (text == nullptr || out == nullptr || size == 0) {
            return -1;
        }
        std::string filtered = text;
        const int count = LockedFeature<Utilities>()->filter(context, filtered);
        filtered.resize(std::min<size_t>(filtered.size(), size - 1));
        std::memcpy(out, filtered.c_str(), filtered.size() + 1);
        return count;
    }
    abi::ESteamIPv6ConnectivityState GetIPv6ConnectivityState(
        abi::ESteamIPv6ConnectivityProtocol protocol) override {
        return LockedFeature<Utilities>()->ipv6(protocol);
    }

    void RunFrame() override {}
    uint32 GetIPCCallCount() override { return 0; }
    void SetWarningMessageHook(SteamAPIWarningMessageHook_t hook) override {
        armed_world()->warning_hook.store(hook);
    }
    const char* GetSteamUILanguage() override { return ""; }

  private:
    static constexpr uint8 kOnMains = 255;

    static uint32 seconds_running() { return static_cast<uint32>(Locked()->backend.now()); }
};

const EveryVersion<Utils, slots::EveryISteamUtils> kInterface;

}  // namespace

}  // namespace steamgs::simulator
