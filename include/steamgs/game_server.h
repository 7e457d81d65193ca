// A process' Steam game server: starts and stops it, ticks Steam, collects what Steam says.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "steamgs/event_queue.h"
#include "steamgs/listeners.h"
#include "steamgs/native_listeners.h"
#include "steamgs/steam_library.h"

namespace steamgs {

struct InitParameters {
    uint32 ip;  // host order, 0 for any
    uint16 game_port;
    uint16 query_port;
    EServerMode mode;
    std::string version;
};

class GameServer {
  public:
    GameServer() : call_results_(&queue) {}

    // ESteamAPIInitResult; `message` says why if it isn't 0. On failure everything is undone.
    int init(const InitParameters& parameters, std::string& message);
    void shutdown() noexcept;

    // One tick of Steam: what it says is in `queue` afterwards.
    void run_callbacks() noexcept;

    // Call and registration of its answer as one step; 0 if Steam refused the call.
    SteamAPICall_t associate_with_clan(CSteamID clan);
    SteamAPICall_t compute_new_player_compatibility(CSteamID player);
    SteamAPICall_t get_server_reputation();
    SteamAPICall_t request_user_stats(CSteamID player);
    SteamAPICall_t store_user_stats(CSteamID player);

    // A listener of another module; see steamgs/native.h.
    NativeListeners::Entry* listen(CCallbackBase* callback, int id, bool alone) {
        return NativeListeners::add(native_listeners_, callback, id, alone);
    }
    // After a fork, in the child: Steam and all threads are the parent's.
    void abandon() noexcept { native_listeners_->abandon(); }
    // Whether this code runs inside Steam's dispatcher.
    bool dispatching_here() const noexcept { return steam_mutex_.dispatching_here(); }

    // NULL unless started. Only for the thread that starts and shuts down.
    ISteamGameServer* interface() const noexcept { return interface_; }
    ISteamGameServerStats* stats_interface() const noexcept { return stats_; }
    uint64_t ticks() const noexcept { return ticks_.load(std::memory_order_relaxed); }

    EventQueue queue;

  private:
    int init_library(const InitParameters& parameters, std::string& message);
    int find_interfaces(std::string& message);
    template <class P, class Call>
    SteamAPICall_t call_and_expect(Call call);

    void on_warning(int severity, const char* text) noexcept;
    static void S_CALLTYPE warning_hook(int severity, const char* text);

    std::shared_ptr<NativeListeners> native_listeners_ = std::make_shared<NativeListeners>();
    SteamMutex& steam_mutex_ = native_listeners_->mutex;
    CallbackListeners callbacks_;
    CallResults call_results_;
    ISteamGameServer* interface_ = nullptr;
    ISteamGameServerStats* stats_ = nullptr;
    ISteamUtils* utils_ = nullptr;
    std::atomic<uint64_t> ticks_{0};
};

}  // namespace steamgs
