#include "core/game_server.h"

#include <cstring>
#include <new>
#include <type_traits>

namespace steamgs {

namespace {

// What Init checks with the steamclient: only what steamgs uses, so that an older one serves too.
constexpr char kInterfaces[] = STEAMUTILS_INTERFACE_VERSION
    "\0" STEAMGAMESERVER_INTERFACE_VERSION "\0" STEAMGAMESERVERSTATS_INTERFACE_VERSION "\0";

constexpr size_t kMessageBytes = 1024;
constexpr size_t kMaxWarningBytes = 4096;

// Steam's hook takes no context. One server runs in a process, so one is the one to tell.
std::atomic<GameServer*> started{nullptr};

}  // namespace

void S_CALLTYPE GameServer::warning_hook(int severity, const char* text) {
    GameServer* server = started.load(std::memory_order_acquire);
    if (server != nullptr && text != nullptr) {
        server->on_warning(severity, text);
    }
}

void GameServer::on_warning(int severity, const char* text) noexcept {
    const auto size = static_cast<uint32_t>(strnlen(text, kMaxWarningBytes));
    const auto word = static_cast<uint32_t>(severity);
    if (dispatching_here()) {
        queue.push(0, kWarning, word, text, size);  // in line with what Steam says
    } else {
        queue.push_from_anywhere(0, kWarning, word, text, size);
    }
}

int GameServer::init(const InitParameters& parameters, std::string& message) {
    SteamMutex::Lock lock(steam_mutex_);
    int result = init_library(parameters, message);
    if (result == 0) {
        result = find_interfaces(message);
    }
    if (result != 0) {
        // Valve's library rolls nothing back by itself.
        steam_library().shutdown();
        return result;
    }
    callbacks_.listen(&queue, &call_results_.repeated);
    native_listeners_->listen(&callbacks_);
    started.store(this, std::memory_order_release);
    utils_->SetWarningMessageHook(&GameServer::warning_hook);
    return 0;
}

int GameServer::init_library(const InitParameters& parameters, std::string& message) {
    const SteamLibrary& library = steam_library();
    char text[kMessageBytes] = "";
    int result;
    if (library.init_v2 != nullptr) {
        result = library.init_v2(parameters.ip, parameters.game_port, parameters.query_port,
                                 parameters.mode, parameters.version.c_str(), kInterfaces, text);
    } else {
        const bool done =
            library.init(parameters.ip, 0, parameters.game_port, parameters.query_port,
                         parameters.mode, parameters.version.c_str());
        // That generation of the library says why on stderr only.
        std::strcpy(text, done ? "" : "SteamGameServer_Init failed; Steam wrote why to stderr");
        result = done ? 0 : 1;
    }
    text[kMessageBytes - 1] = '\0';
    message = text;
    return result;
}

int GameServer::find_interfaces(std::string& message) {
    const SteamLibrary& library = steam_library();
    const HSteamUser user = library.get_user();
    // Not by the headers' accessors: those cache a pointer for each library-wide counter, and
    // another library loaded later may count to the same number.
    const auto find = [&](auto*& interface, const char* version) {
        using Interface = std::remove_reference_t<decltype(interface)>;
        interface = static_cast<Interface>(library.find_interface(user, version));
        if (interface == nullptr && message.empty()) {
            message = std::string("No ") + version;
        }
    };
    message.clear();
    find(interface_, STEAMGAMESERVER_INTERFACE_VERSION);
    find(stats_, STEAMGAMESERVERSTATS_INTERFACE_VERSION);
    find(utils_, STEAMUTILS_INTERFACE_VERSION);
    if (message.empty()) {
        return 0;
    }
    interface_ = nullptr;
    return 3;
}

void GameServer::shutdown() noexcept {
    SteamMutex::Lock lock(steam_mutex_);
    if (interface_ == nullptr) {
        return;
    }
    utils_->SetWarningMessageHook(nullptr);
    forget_steam();
    steam_library().shutdown();
}

void GameServer::forget_steam() noexcept {
    started.store(nullptr, std::memory_order_release);
    call_results_.cancel_all();
    native_listeners_->stop();
    callbacks_.stop();
    interface_ = nullptr;
    stats_ = nullptr;
    utils_ = nullptr;
}

void GameServer::lock_for_fork() {
    if (!dispatching_here()) {
        steam_mutex_.lock();
    }
}

void GameServer::unlock_after_fork() {
    if (!dispatching_here()) {
        steam_mutex_.unlock();
    }
}

void GameServer::abandon() noexcept {
    steam_mutex_.renew_after_fork();
    SteamMutex::Lock lock(steam_mutex_);
    if (interface_ != nullptr) {
        forget_steam();
        if (simulated_steamclient_loaded()) {
            steam_library().shutdown();
        }
    }
    set_pumped(false);
    // Anew, whatever state a thread of the parent's has left it in. What it holds stays: the caller
    // may be on the way out of a delivery.
    new (&queue) EventQueue();
}

void GameServer::run_callbacks() noexcept {
    if (dispatching_here()) {
        return;  // a listener asks, inside the tick that it asks for
    }
    SteamMutex::Dispatch dispatch(steam_mutex_);
    tick();
}

bool GameServer::try_run_callbacks() noexcept {
    if (!steam_mutex_.try_lock()) {
        return dispatching_here();
    }
    SteamMutex::Dispatch dispatch(steam_mutex_, std::adopt_lock);
    tick();
    return true;
}

template <class P, class Call>
bool GameServer::call_and_expect(uint64_t token, uint64_t key, Call call) {
    SteamMutex::Lock lock(steam_mutex_);
    if (interface_ == nullptr) {
        return false;
    }
    const SteamAPICall_t handle = call(*interface_);
    if (handle == k_uAPICallInvalid) {
        return false;
    }
    call_results_.expect<P>(handle, token, key);
    return true;
}

bool GameServer::associate_with_clan(uint64_t token, CSteamID clan) {
    return call_and_expect<AssociateWithClanResult_t>(
        token, 0, [clan](ISteamGameServer& steam) { return steam.AssociateWithClan(clan); });
}

bool GameServer::compute_new_player_compatibility(uint64_t token, CSteamID player) {
    return call_and_expect<ComputeNewPlayerCompatibilityResult_t>(
        token, player.ConvertToUint64(),
        [player](ISteamGameServer& steam) { return steam.ComputeNewPlayerCompatibility(player); });
}

bool GameServer::get_server_reputation(uint64_t token) {
    return call_and_expect<GSReputation_t>(
        token, 0, [](ISteamGameServer& steam) { return steam.GetServerReputation(); });
}

bool GameServer::request_user_stats(uint64_t token, CSteamID player) {
    return call_and_expect<GSStatsReceived_t>(
        token, player.ConvertToUint64(),
        [this, player](ISteamGameServer&) { return stats_->RequestUserStats(player); });
}

bool GameServer::store_user_stats(uint64_t token, CSteamID player) {
    return call_and_expect<GSStatsStored_t>(
        token, player.ConvertToUint64(),
        [this, player](ISteamGameServer&) { return stats_->StoreUserStats(player); });
}

}  // namespace steamgs
