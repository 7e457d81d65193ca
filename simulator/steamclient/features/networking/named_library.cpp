#include "features/networking/named_library.h"

#include "common/dynamic_library.h"
#include "features/udp_socket.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<NamedLibrary> kFeature("named_library");

constexpr size_t kErrorCapacity = 1024;  // of SteamNetworkingErrMsg

// Whose it is: the library has one state for the process, and says nothing if it is started twice.
std::atomic<const NamedLibrary*> user{nullptr};

// The library calls this in RunCallbacks.
template <class P>
void forward(P* callback) {
    if (World* world = armed_world()) {
        world->backend.post(*callback);
    }
}

template <class P>
void forward_all(ISteamNetworkingUtils004& utils, ESteamNetworkingConfigValue key) {
    void (*function)(P*) = &forward<P>;
    utils.SetConfigValue(key, k_ESteamNetworkingConfig_Global, 0, k_ESteamNetworkingConfig_Ptr,
                         &function);
}

template <class Function>
void find(LibraryHandle library, const std::string& path, const char* symbol, Function& out) {
    out = reinterpret_cast<Function>(find_symbol(library, symbol));
    if (out == nullptr) {
        throw NotThere(path + " is no libGameNetworkingSockets: it has no " + symbol);
    }
}

}  // namespace

void NamedLibrary::name(const std::string& path) {
    if (world_.has_server()) {
        throw NotThere("a networking library is named before the server starts");
    }
    path_.clear();
    if (path.empty()) {
        return;
    }
    std::string error;
    LibraryHandle library = open_library(path, error);
    if (library == nullptr) {
        throw NotThere("there is no networking library " + path + ": " + error);
    }
    find(library, path, "GameNetworkingSockets_Init", functions_.init);
    find(library, path, "GameNetworkingSockets_Kill", functions_.kill);
    find(library, path, "SteamNetworkingSockets_LibV12", functions_.sockets);
    find(library, path, "SteamNetworkingUtils_LibV4", functions_.utils);
    error = start();  // to know now that it can be
    stop();
    if (!error.empty()) {
        throw NotThere(path + " does not start: " + error);
    }
    path_ = path;
}

std::string NamedLibrary::start() {
    const NamedLibrary* nobody = nullptr;
    if (!user.compare_exchange_strong(nobody, this)) {
        return "another simulated Steam of this process uses it";
    }
    char error[kErrorCapacity] = "";
    if (!functions_.init(nullptr, error)) {
        user.store(nullptr);
        return error[0] != '\0' ? error : "it does not say why";
    }
    runs_ = true;
    process_ = current_process();
    return "";
}

void NamedLibrary::stop() {
    if (!runs_) {
        return;
    }
    runs_ = false;
    world_.source.store(nullptr);
    if (process_ != current_process()) {
        return;  // after a fork its threads are the parent's, and would be waited for
    }
    // The game's function is not called with the world's mutex.
    functions_.utils()->SetDebugOutputFunction(k_ESteamNetworkingSocketsDebugOutputType_None,
                                               nullptr);
    functions_.kill();
    user.store(nullptr);
}

void NamedLibrary::server_starts() {
    if (path_.empty() || !start().empty()) {
        return;
    }
    ISteamNetworkingUtils004& utils = *functions_.utils();
    forward_all<SteamNetConnectionStatusChangedCallback_t>(
        utils, k_ESteamNetworkingConfig_Callback_ConnectionStatusChanged);
    forward_all<SteamNetAuthenticationStatus_t>(
        utils, k_ESteamNetworkingConfig_Callback_AuthStatusChanged);
    forward_all<SteamRelayNetworkStatus_t>(
        utils, k_ESteamNetworkingConfig_Callback_RelayNetworkStatusChanged);
    forward_all<SteamNetworkingFakeIPResult_t>(utils,
                                               k_ESteamNetworkingConfig_Callback_FakeIPResult);
    older_.there = functions_.sockets();
    world_.source.store(this);
}

bool NamedLibrary::serves(const std::string& version) const {
    return !path_.empty() && world_.has_server() &&
           (version == ISteamNetworkingSockets012::kVersion ||
            version == ISteamNetworkingSockets013::kVersion ||
            version == ISteamNetworkingUtils004::kVersion);
}

void* NamedLibrary::interface_called(const std::string& version) {
    if (!runs_) {
        return nullptr;
    }
    if (version == ISteamNetworkingUtils004::kVersion) {
        return functions_.utils();
    }
    if (version == ISteamNetworkingSockets012::kVersion) {
        return static_cast<ISteamNetworkingSockets012*>(&older_);
    }
    return older_.there;
}

void NamedLibrary::describe(json::Object& out) const { out.text("networking_library", path_); }

namespace {

constexpr Text kPath = {0, 4095};

struct Row {
    std::string library;
};

const CommandOf<Row> kUseNetworkingLibrary = {
    "use_networking_library",
    "Has a libGameNetworkingSockets serve the sockets of servers that start later.",
    [] {
        return std::vector{field("library", &Row::library, kPath,
                                 "its path; the simulated network if empty or missing")};
    },
    [](World& world, const Row& row) { world.get<NamedLibrary>().name(row.library); },
    {"networking_library"}};

}  // namespace

}  // namespace steamgs::simulator::networking
