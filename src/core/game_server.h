// A process' Steam game server: starts and stops it, ticks Steam, collects what Steam says.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "common/event_queue.h"
#include "core/inbox.h"
#include "core/interfaces.h"
#include "core/listeners.h"
#include "core/meter.h"
#include "core/native_listeners.h"
#include "core/steam_library.h"
#include "core/steam_log.h"

namespace steamgs {

struct InitParameters {
    uint32 ip;  // host order, 0 for any
    uint16 game_port;
    uint16 query_port;
    EServerMode mode;
    std::string version;
};

// Makes a call that Steam answers later. It runs under the mutex, without the GIL.
using Question = SteamAPICall_t (*)(void* interface, const void* arguments);

class GameServer {
  public:
    GameServer()
        : call_results_(&queue, [this](SteamAPICall_t call) { return failure_reason(call); }),
          callbacks_(&queue, &call_results_.repeated) {}

    // ESteamAPIInitResult; `message` says why if it isn't 0. On failure everything is undone.
    int init(const InitParameters& parameters, std::string& message);
    void shutdown() noexcept;

    // One tick of Steam: what it says is in `queue` afterwards. Nothing inside Steam's dispatcher.
    void run_callbacks() noexcept;
    // The same, with the GIL held: false, and no tick, if it would have to wait for Steam.
    bool try_run_callbacks() noexcept;

    // Makes a call that Steam answers later, and registers for its answer, as one step; false if
    // Steam refused the call, or `hangs`: the tick under way does not return. Not with the GIL
    // held. The answer's record is of kind `answer` and bears `token`; `key` says whom it is about,
    // as the answer does.
    bool ask(uint64_t token, uint64_t key, CallbackKind answer, InterfaceKind interface,
             Question question, const void* arguments, bool& hangs);
    // Asks steamclient for an interface, if nobody did in this run. Not with the GIL held. False if
    // the server is not started, or `hangs`: the tick under way does not return.
    bool negotiate(InterfaceKind kind, bool& hangs);
    const Interfaces& interfaces() const noexcept { return interfaces_; }
    // How often Steam was shut down. It can't change while Steam is asked: what was read before is
    // of another run if the count is not the same.
    uint64_t shutdowns() const noexcept { return shutdowns_.load(std::memory_order_relaxed); }

    // Receives messages in each tick from now on, behind the callbacks of the same tick. Not with
    // the GIL held. False if the server is not started.
    bool add_inbox(const std::shared_ptr<Inbox>& inbox);
    // No tick receives for it afterwards, except one that this code runs inside of.
    // Returns when no tick is under way that had begun before. Not with the GIL held.
    void wait_for_tick() { SteamMutex::Lock lock(steam_mutex_); }
    void remove_inbox(uint64_t token);

    // A listener of another module; see steamgs/native.h.
    NativeListeners::Entry* listen(CCallbackBase* callback, int id, bool alone) {
        return NativeListeners::add(native_listeners_, callback, id, alone);
    }
    // Around a fork: no other thread is in Steam's library.
    void lock_for_fork();
    void unlock_after_fork();
    // In the child, which has no server: nothing of it is left in Steam's library, or in the queue.
    // A simulated Steam is shut down; a real one is the parent's, and is not told.
    void abandon() noexcept;
    // Whether this code runs inside Steam's dispatcher.
    bool dispatching_here() const noexcept { return steam_mutex_.dispatching_here(); }

    // NULL unless started. Only for the thread that starts and shuts down.
    ISteamGameServer* interface() const noexcept { return interface_; }
    uint64_t ticks() const noexcept { return ticks_.load(std::memory_order_relaxed); }
    // Whether the pump ticks this server.
    bool pumped() const noexcept { return pump_interval() != 0; }
    // Seconds between the pump's ticks, 0 while it does not tick this server; the pump's to set.
    double pump_interval() const noexcept { return pump_interval_.load(std::memory_order_relaxed); }
    void set_pump_interval(double seconds) noexcept {
        pump_interval_.store(seconds, std::memory_order_relaxed);
    }
    // Measures from now on, for good; also how late ticks are, if there is an interval that is
    // meant to be kept. Not with the GIL held.
    void enable_meter(double interval);
    // NULL as long as nobody wants metrics.
    Meter* meter() const noexcept { return meter_.load(std::memory_order_acquire); }
    // How often the pump has announced events.
    void count_wake() noexcept { wakes_.fetch_add(1, std::memory_order_relaxed); }
    uint64_t wakes() const noexcept { return wakes_.load(std::memory_order_relaxed); }

    EventQueue queue;

  private:
    int init_library(const InitParameters& parameters, std::string& message);
    int find_interfaces(std::string& message);
    // NULL if Steam serves none; listens to what its version sends.
    void* find_interface(InterfaceKind kind);
    void set_warning_hook(SteamAPIWarningMessageHook_t hook) noexcept;
    // Why an answer was lost: a code of ESteamAPICallFailure.
    int failure_reason(SteamAPICall_t call) const noexcept;
    void tick() noexcept {
        if (interface_ != nullptr) {
            if (Meter* meter = this->meter()) {
                measured_tick(*meter);
            } else {
                tick_steam();
            }
        }
    }
    void tick_steam() noexcept {
        steam_library().run_callbacks();
        if (!steam_log().empty()) {
            steam_log().flush(queue);
        }
        if (!inboxes_.empty()) {
            Meter* meter = this->meter();
            inboxes_.receive(queue, meter == nullptr ? nullptr : &meter->traffic);
        }
        queue.publish();
        // Written under the mutex only: no need of an atomic addition.
        ticks_.store(ticks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    void measured_tick(Meter& meter) noexcept;
    void forget_steam() noexcept;
    // For a question to Steam. False if the tick under way hangs.
    bool lock_to_ask(std::unique_lock<SteamMutex>& lock) noexcept;

    void on_warning(int severity, const char* text) noexcept;
    static void S_CALLTYPE warning_hook(int severity, const char* text);

    std::shared_ptr<NativeListeners> native_listeners_ = std::make_shared<NativeListeners>();
    SteamMutex& steam_mutex_ = native_listeners_->mutex;
    CallResults call_results_;
    CallbackListeners callbacks_;
    Interfaces interfaces_;
    Inboxes inboxes_;
    ISteamGameServer* interface_ = nullptr;  // while started
    std::atomic<uint64_t> ticks_{0};
    std::atomic<uint64_t> hung_tick_{UINT64_MAX};  // what `ticks` was while it hung
    std::atomic<uint64_t> shutdowns_{0};           // written under the mutex
    std::atomic<uint64_t> wakes_{0};
    std::atomic<double> pump_interval_{0};
    std::unique_ptr<Meter> owned_meter_;
    std::atomic<Meter*> meter_{nullptr};
};

}  // namespace steamgs
