// One simulated Steam: everything that the steamclient's interfaces ask and the control sets.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "features/accounts.h"
#include "features/browser.h"
#include "features/community.h"
#include "features/logon.h"
#include "features/query_port.h"
#include "features/sessions.h"
#include "features/stats.h"
#include "kernel/backend.h"
#include "kernel/calls.h"

namespace steamgs::simulator {

class World {
  public:
    World(uint64 seed, bool manual_clock);

    // A game server comes and goes; users, groups and faults stay.
    void server_starts();
    void server_goes();

    // The next callback that is due, or false. Without the mutex; one caller at a time.
    bool next_callback(CallbackMsg_t* message);

    // Opens the server's own query port, if it has one; false if it should and can't.
    bool open_query_port();

    // Says, once for each method, that it is not simulated. Takes the mutex.
    void report_not_simulated(const char* method);
    // Steam's own warning, through the hook that the game set. Without the mutex.
    void warn(int severity, const char* text);

    std::mutex mutex;  // guards all below, as far as nothing else is said
    Backend backend;
    Users users;
    Logon logon;
    Authentication auth;
    CallResults calls;
    Community community;
    Stats stats;
    ServerBrowser browser;
    bool has_server = false;
    std::atomic<SteamAPIWarningMessageHook_t> warning_hook{nullptr};
    std::set<std::string> not_simulated_methods;
    bool has_query_socket = true;
    uint32 query_ip = 0x7f000001;  // loopback, unless told otherwise
    QueryPort query_port;
    int query_port_error = 0;       // the system's, of the server that started last
    bool tells_of_trouble = false;  // on stderr, as nobody holds this world who could be told
};

// The world that the interfaces belong to now; NULL if none is armed: then nothing is served.
World* armed_world() noexcept;
void arm(World* world) noexcept;

// A world and its mutex, for as long as the object lives.
class Locked {
  public:
    Locked() : world_(armed_world()), lock_(world_->mutex) {}
    World* operator->() { return world_; }

  private:
    World* world_;
    std::lock_guard<std::mutex> lock_;
};

}  // namespace steamgs::simulator
