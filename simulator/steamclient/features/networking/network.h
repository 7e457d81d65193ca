// All connections of a simulated Steam: the game server's, and those of the players that are
// played.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "features/logon.h"
#include "features/networking/connections.h"
#include "features/networking/handles.h"
#include "features/networking/listen_sockets.h"
#include "kernel/world.h"

namespace steamgs::simulator::networking {

// Microseconds as games see them, from the world's seconds; never 0.
SteamNetworkingMicroseconds timestamp(double now);

struct Options {
    int count;
    const SteamNetworkingConfigValue_t* values;
};

// What a connection is to reach.
struct Target {
    Route route;
    SteamNetworkingIdentity identity;
    SteamNetworkingIPAddr address;
    int virtual_port;
};

// The game server, as its players see it.
class ServerHost final : public Host {
  public:
    explicit ServerHost(World& world);

    SteamNetworkingIdentity identity() const override;
    SteamNetworkingIPAddr address() override;
    void tell(const SteamNetConnectionStatusChangedCallback_t& change) override;

  private:
    World& world_;
    const Logon& logon_;
};

class Network final : public Feature {
  public:
    explicit Network(World& world);
    ~Network() override;
    void reset() override;
    void describe(json::Object& out) const override;

    double now() const { return backend_.now(); }
    std::mt19937_64& random() { return backend_.random; }
    // What has come to be due since.
    void run_due() {
        if (backend_.something_due()) {
            backend_.run_due();
        }
    }

    ServerHost& server() { return server_; }
    // The host of an identity; NULL if Steam knows none.
    Host* host_of(const SteamNetworkingIdentity& identity);
    void add_player(uint64 steam_id, Host& host);
    // Its connections end without a word, and nobody finds it any more.
    void remove_host(Host& host);

    uint32 listen(Host& host, Place place, const SteamNetworkingIPAddr& address, Options options);
    bool stop_listening(Host& host, uint32 handle);
    ListenSocket* listen_socket(const Host& host, uint32 handle) const;
    uint32 connect(Host& host, const Target& target, Options options);
    EResult accept(Host& host, uint32 handle);
    bool close(Host& host, uint32 handle, int reason, const char* text, bool linger);
    bool pair(Host& host, uint32* first, uint32* second,
              const SteamNetworkingIdentity* first_identity,
              const SteamNetworkingIdentity* second_identity);
    // NULL unless the host may name it.
    Connection* connection(const Host& host, uint32 handle) const {
        Connection* found = connections_.find(handle);
        return found != nullptr && &found->host == &host && found->is_alive() ? found : nullptr;
    }

    uint32 create_group(Host& host);
    bool destroy_group(Host& host, uint32 handle);
    bool join(Host& host, uint32 connection, uint32 group);
    PollGroup* group(const Host& host, uint32 handle) const;

    // What connections call.
    void tell(Connection& connection, const SteamNetConnectionStatusChangedCallback_t& change);
    void wake(Connection& connection, double time);
    void lingered(Connection& connection) { say_closed(connection); }
    void hears_of_acceptance(Connection& connection);
    void problem(Connection& connection, int reason, const std::string& text);
    SteamNetworkingPOPID relay_pop() const;

    // Links: of everybody, or of one player.
    void set_conditions(const Conditions& conditions);
    void set_conditions(uint64 steam_id, const Conditions& conditions);
    void cut(uint64 steam_id, bool is_cut);
    bool is_cut(const Host* host) const;
    void stall(uint64 steam_id, double seconds);
    // The player's game is gone without a word.
    void vanish(uint64 steam_id);
    // The identity that others see of the player from now on.
    void present(uint64 steam_id, const SteamNetworkingIdentity& identity);

    // Steam's own words about what happens, for the game's debug output.
    void say(ESteamNetworkingSocketsDebugOutputType type, const std::string& text);
    void set_output(ESteamNetworkingSocketsDebugOutputType level,
                    FSteamNetworkingSocketsDebugOutput function) {
        level_ = level;
        output_ = function;
    }
    // What was said and not handed over yet: without the mutex, as the game's function may wait.
    struct Said {
        ESteamNetworkingSocketsDebugOutputType type;
        std::string text;
    };
    std::vector<Said> said;
    FSteamNetworkingSocketsDebugOutput output() const { return output_; }

    Config config;  // of the global scope
    Config* scope(ESteamNetworkingConfigScope scope, intptr_t object);

  private:
    using Step = void (Network::*)(Connection&);

    Connection* add(Host& host, Route route);
    void remove(Connection* connection);
    void drop_all(Host& host);
    bool configure(Config& out, Options options);
    void later(Connection& connection, double delay, Step step);
    Conditions conditions_of(const Host& one, const Host* other) const;
    ListenSocket* listener_for(const Target& target);
    ListenSocket* listener_of(const Host* host, Place place) const;
    void reach(Connection& connection);
    void arrive_at(ListenSocket& listener, Connection& connection);
    void give_up(Connection& connection);
    void find_route(Connection& connection);
    void connected(Connection& connection);
    void say_closed(Connection& connection);
    void forget(Connection& connection);
    void lose_peer(Connection& connection);
    void time_out(Connection& connection);
    template <class Change>
    void each_of(uint64 steam_id, Change change);

    World& world_;
    Backend& backend_;
    ServerHost server_;
    Handles<Connection> connections_;
    Handles<ListenSocket> listen_sockets_;
    Handles<PollGroup> groups_;
    std::map<int, ListenSocket*> by_port_;
    std::map<std::pair<const Host*, Place>, ListenSocket*> by_place_;
    std::multimap<uint64, Host*> players_;  // the newest of an id comes last
    std::map<uint32, Target> targets_;      // of those who are still connecting
    Conditions conditions_;
    std::map<uint64, Conditions> conditions_of_;
    std::set<uint64> cut_;  // whose links carry nothing
    std::map<uint64, SteamNetworkingIdentity> presented_;
    ESteamNetworkingSocketsDebugOutputType level_ = k_ESteamNetworkingSocketsDebugOutputType_None;
    FSteamNetworkingSocketsDebugOutput output_ = nullptr;
    uint16 next_port_ = 50000;
};

}  // namespace steamgs::simulator::networking
