// One simulated Steam: the clock, the queue, the calls, and the features that are registered.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/backend.h"
#include "kernel/calls.h"
#include "kernel/feature.h"

namespace steamgs::simulator {

// What posts callbacks only when it is asked to.
class CallbackSource {
  public:
    virtual void run_callbacks() = 0;

  protected:
    ~CallbackSource() = default;
};

class World {
  public:
    World(uint64 seed, bool manual_clock);
    ~World();

    // A feature of this world, by its class. Fast, as some are asked for with every message.
    template <class F>
    F& get() {
        static const size_t index = next_index();
        if (index >= by_index_.size()) {
            by_index_.resize(index + 1);
        }
        if (by_index_[index] == nullptr) {
            by_index_[index] = &feature(typeid(F));
        }
        return static_cast<F&>(*by_index_[index]);
    }

    // A game server comes and goes; users, groups and faults stay.
    void server_starts();
    void server_goes();
    bool has_server() const { return has_server_; }

    // Gets the next callback that is due, or returns false. Without the mutex; one caller at a
    // time.
    bool next_callback(CallbackMsg_t* message);

    // Says, once for each method, that it is not simulated. Takes the mutex.
    void report_not_simulated(const char* method);
    // Steam's own warning, through the hook that the game set. Without the mutex.
    void warn(int severity, const char* text);

    // The state of the game server as JSON.
    std::string describe() const;

    std::mutex mutex;  // guards everything below, unless stated otherwise
    Backend backend;
    CallResults calls;
    std::atomic<SteamAPIWarningMessageHook_t> warning_hook{nullptr};
    std::atomic<CallbackSource*> source{nullptr};  // asked before each look at the queue
    bool tells_of_trouble = false;  // on stderr, because no program controls this world

  private:
    static size_t next_index();
    Feature& feature(std::type_index type);

    std::vector<std::unique_ptr<Feature>> features_;  // those that others need come first
    std::unordered_map<std::type_index, Feature*> feature_of_;
    std::vector<Feature*> by_index_;
    bool has_server_ = false;
    std::set<std::string> not_simulated_;
};

// The world that the interfaces belong to now; NULL if none is armed: then nothing is served.
World* armed_world() noexcept;
void arm(World* world) noexcept;

// The armed world and its mutex, for as long as the object lives.
class Locked {
  public:
    Locked() : world_(armed_world()), lock_(world_->mutex) {}
    World* operator->() { return world_; }

  private:
    World* world_;
    std::lock_guard<std::mutex> lock_;
};

// The same for a single feature: LockedFeature<Logon>()->log_off().
template <class F>
class LockedFeature {
  public:
    F* operator->() { return &world_->template get<F>(); }

  private:
    Locked world_;
};

}  // namespace steamgs::simulator
