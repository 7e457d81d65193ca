#include "core/game_server.h"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>

#include "core/served.h"

namespace steamgs {

namespace {

// What Init checks with the steamclient: only what every server needs, so that an older one serves
// too. All else is negotiated.
constexpr char kRequired[] =
    STEAMGAMESERVER_INTERFACE_VERSION "\0" STEAMGAMESERVERSTATS_INTERFACE_VERSION "\0";

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
    if (dispatching_here()) {
        const auto size = static_cast<uint32_t>(strnlen(text, kMaxWarningBytes));
        // In line with what Steam says.
        queue.push(0, kWarning, static_cast<uint32_t>(severity), text, size);
    } else {
        steam_log().say(kWarning, severity, text);
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
    callbacks_.listen();
    native_listeners_->listen(&callbacks_);
    started.store(this, std::memory_order_release);
    set_warning_hook(&GameServer::warning_hook);
    return 0;
}

int GameServer::init_library(const InitParameters& parameters, std::string& message) {
    const SteamLibrary& library = steam_library();
    char text[kMessageBytes] = "";
    int result;
    if (library.init_v2 != nullptr) {
        result = library.init_v2(parameters.ip, parameters.game_port, parameters.query_port,
                                 parameters.mode, parameters.version.c_str(), kRequired, text);
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
    // Not by the headers' accessors: those cache a pointer for each library-wide counter, and
    // another library loaded later may count to the same number.
    for (const InterfaceKind kind : {kGameServerInterface, kGameServerStatsInterface}) {
        if (find_interface(kind) == nullptr) {
            message = std::string("No ") + interface_facts(kind).versions[0].string;
            interfaces_.forget();
            return 3;
        }
    }
    find_interface(kUtilsInterface);  // without it, Steam's warnings are not to be had
    interface_ = static_cast<ISteamGameServer*>(interfaces_.pointer(kGameServerInterface));
    message.clear();
    return 0;
}

void* GameServer::find_interface(InterfaceKind kind) {
    if (interfaces_.asked(kind)) {
        return interfaces_.pointer(kind);
    }
    void* found = interfaces_.ask(kind);
    if (found != nullptr) {
        callbacks_.negotiated(interfaces_.version(kind));
    }
    return found;
}

void GameServer::set_warning_hook(SteamAPIWarningMessageHook_t hook) noexcept {
    if (auto* newer = interfaces_.as<abi::ISteamUtils011>(kUtilsInterface)) {
        newer->SetWarningMessageHook(hook);
    } else if (auto* older = interfaces_.as<abi::ISteamUtils010>(kUtilsInterface)) {
        older->SetWarningMessageHook(hook);
    }
}

int GameServer::failure_reason(SteamAPICall_t call) const noexcept {
    const abi::ServedUtils utils(interfaces_);
    return utils ? utils.GetAPICallFailureReason(call) : abi::k_ESteamAPICallFailureNone;
}

void GameServer::shutdown() noexcept {
    SteamMutex::Lock lock(steam_mutex_);
    if (interface_ == nullptr) {
        return;
    }
    set_warning_hook(nullptr);
    if (void* utils = interfaces_.pointer(kNetworkingUtilsInterface)) {
        set_debug_output(static_cast<NetworkingUtils*>(utils), 0);
    }
    forget_steam();
    steam_library().shutdown();
    steam_log().clear();
}

void GameServer::forget_steam() noexcept {
    started.store(nullptr, std::memory_order_release);
    call_results_.cancel_all();
    native_listeners_->stop();
    callbacks_.stop();
    inboxes_.clear();
    interfaces_.forget();
    interface_ = nullptr;
    shutdowns_.fetch_add(1, std::memory_order_relaxed);
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
    steam_log().strand();
    if (interface_ != nullptr) {
        inboxes_.strand();
        forget_steam();
        if (simulated_steamclient_loaded()) {
            steam_library().shutdown();
        }
    }
    set_pump_interval(0);
    // Anew, whatever state a thread of the parent's has left it in. What it holds stays: the caller
    // may be on the way out of a delivery.
    new (&queue) EventQueue();
}

void GameServer::enable_meter(double interval) {
    SteamMutex::Lock lock(steam_mutex_);
    if (owned_meter_ == nullptr) {
        owned_meter_ = std::make_unique<Meter>();
        callbacks_.tell(owned_meter_.get());
    }
    owned_meter_->expect_interval(interval);
    meter_.store(owned_meter_.get(), std::memory_order_release);
}

void GameServer::measured_tick(Meter& meter) noexcept {
    meter.tick_begins(pumped());
    tick_steam();
    meter.tick_ends();
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

bool GameServer::lock_to_ask(std::unique_lock<SteamMutex>& lock) noexcept {
    // Far longer than a tick takes, and short beside what those who watch a server wait.
    constexpr std::chrono::milliseconds kPatience{2000};
    if (dispatching_here()) {
        return true;
    }
    // Whoever asks next does not wait for the same tick again.
    const uint64_t tick = ticks();
    const bool known = hung_tick_.load(std::memory_order_relaxed) == tick;
    const std::chrono::milliseconds time = known ? std::chrono::milliseconds(0) : kPatience;
    if (steam_mutex_.try_lock_for(time)) {
        lock = std::unique_lock<SteamMutex>(steam_mutex_, std::adopt_lock);
        hung_tick_.store(UINT64_MAX, std::memory_order_relaxed);
        return true;
    }
    hung_tick_.store(tick, std::memory_order_relaxed);
    return false;
}

bool GameServer::ask(uint64_t token, uint64_t key, CallbackKind answer, InterfaceKind interface,
                     Question question, const void* arguments, bool& hangs) {
    std::unique_lock<SteamMutex> lock;
    hangs = !lock_to_ask(lock);
    if (hangs) {
        return false;
    }
    void* steam = interface_ != nullptr ? find_interface(interface) : nullptr;
    if (steam == nullptr) {
        return false;
    }
    const SteamAPICall_t call = question(steam, arguments);
    return call != k_uAPICallInvalid &&
           call_results_.expect(answer, interfaces_.version(interface), call, token, key);
}

bool GameServer::negotiate(InterfaceKind kind, bool& hangs) {
    std::unique_lock<SteamMutex> lock;
    hangs = !lock_to_ask(lock);
    if (hangs || interface_ == nullptr) {
        return false;
    }
    find_interface(kind);
    return true;
}

bool GameServer::add_inbox(const std::shared_ptr<Inbox>& inbox) {
    SteamMutex::Lock lock(steam_mutex_);
    if (interface_ == nullptr) {
        return false;
    }
    InboxSource steam{};
    steam.sockets = static_cast<Sockets*>(find_interface(kNetworkingSocketsInterface));
    if (inbox->of_channel()) {
        steam.messages =
            static_cast<NetworkingMessages*>(find_interface(kNetworkingMessagesInterface));
    }
    if ((inbox->of_channel() ? steam.messages == nullptr : steam.sockets == nullptr)) {
        return false;
    }
    inboxes_.add(steam, inbox);
    return true;
}

void GameServer::remove_inbox(uint64_t token) {
    SteamMutex::Lock lock(steam_mutex_);
    inboxes_.remove(token);
}

}  // namespace steamgs
