// Connections: one end each, with the states, the messages and the limits of Steam's.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "features/networking/config.h"
#include "features/networking/identities.h"
#include "features/networking/lanes.h"
#include "features/networking/link.h"
#include "features/networking/messages.h"

namespace steamgs::simulator::networking {

class Connection;
class ListenSocket;
class Network;
class PollGroup;

// Whose connections they are: the game server's, or a player's.
class Host {
  public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    virtual SteamNetworkingIdentity identity() const = 0;
    virtual SteamNetworkingIPAddr address() = 0;
    virtual void tell(const SteamNetConnectionStatusChangedCallback_t& change) = 0;
    // Under whose identity its listen sockets are found.
    virtual const Host* found_as() const { return this; }
    // Others see this identity of it.
    virtual void present(const SteamNetworkingIdentity&) {}
    // It has crashed: what else it has ends too.
    virtual void vanishes() {}
    // The world ends, and with it all connections.
    virtual void world_goes() {}

    Config config;                // what holds for all connections of this host
    Connection* first = nullptr;  // they are linked
    // Handles. Looking for those of one host among all would take longer with each player.
    std::set<uint32> groups;
    std::set<uint32> listen_sockets;
    uint64 steam_id = 0;  // under which it is one of the players
};

enum class Route { ip, p2p, hosted, fake_ip, pair };

// How many there were, and how many a second there are.
class Rate {
  public:
    void add(size_t count) noexcept { total_ += count; }
    float a_second(double now);

  private:
    uint64 total_ = 0;
    uint64 counted_ = 0;
    double since_ = 0.0;
    float rate_ = 0.0f;
};

class Connection {
  public:
    Connection(Network& network, Host& its_host, Route its_route);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // What games see of the state.
    ESteamNetworkingConnectionState state() const;
    bool is_open() const {
        return state_ == k_ESteamNetworkingConnectionState_Connecting ||
               state_ == k_ESteamNetworkingConnectionState_FindingRoute || is_connected();
    }
    bool is_connected() const { return state_ == k_ESteamNetworkingConnectionState_Connected; }
    // Whether the game may name it.
    bool is_alive() const { return state() != k_ESteamNetworkingConnectionState_None; }
    void set_state(ESteamNetworkingConnectionState state);
    // Nobody is told.
    void begin_connected() { state_ = k_ESteamNetworkingConnectionState_Connected; }
    void set_name(const char* name) { name_ = std::string(name != nullptr ? name : ""); }
    const std::string& name() const { return name_; }
    void set_user_data(int64 data);
    int64 user_data() const { return user_data_; }
    void describe(SteamNetConnectionInfo_t& out) const;
    EResult status(SteamNetConnectionRealTimeStatus_t* out, int lanes,
                   SteamNetConnectionRealTimeLaneStatus_t* lane_status);
    std::string detailed_status();

    // Why it ends; the first reason stays.
    void end(int reason, const std::string& text);
    int end_reason() const { return end_reason_; }
    const std::string& end_text() const { return end_text_; }

    // Why nothing may be sent now; k_EResultOK if something may.
    EResult may_send(const SteamNetworkingMessage_t& message) const;
    EResult may_send(size_t size, int flags) const;
    // Takes the message if it returns its number; a failure is negative.
    int64 send(Message* message, double now);
    EResult flush(double now);
    // Sends what can be sent, and takes what has arrived.
    void run(double now);
    bool idle() const { return queue.empty() && path.immediate(); }
    // How many were taken; whoever takes them holds them.
    int receive(SteamNetworkingMessage_t** out, int most);
    // Takes one of the queue, which a poll group found.
    void take(Message* message);
    void discard_received();
    void join(PollGroup* group);
    // After messages were taken: a sender that waited for room goes on.
    void has_room_again();

    Network& network;
    Host& host;
    const Route route;
    uint32 handle = 0;
    SteamNetworkingIdentity remote_identity{};
    SteamNetworkingIPAddr remote_address{};
    ListenSocket* listen_socket = nullptr;
    PollGroup* group = nullptr;
    size_t place_in_group = 0;
    Connection* peer = nullptr;
    bool from_outside = false;
    int virtual_port = -1;
    Connection* next = nullptr;  // of the host's
    Connection* previous = nullptr;
    Config config;
    SendQueue queue;
    Path path;
    double cut_since = -1.0;

  private:
    struct Limits {
        uint32 changes = ~0u;
        size_t send_buffer, receive_buffer, receive_messages, receive_size;
        double nagle;
    };
    const Limits& limits() const;
    bool has_room(size_t size) const;
    void leave(Message* message, double now);
    void arrive(Message* message, double now);
    void enqueue(Message* message, double now);
    void wake_at(double time);

    ESteamNetworkingConnectionState state_ = k_ESteamNetworkingConnectionState_None;
    int end_reason_ = 0;
    std::string end_text_;
    std::string name_;
    int64 user_data_ = -1;
    MessageQueue<&Message::of_connection> received_;
    size_t received_count_ = 0;
    size_t received_bytes_ = 0;
    bool sender_waits_ = false;  // until messages are taken
    double nagle_until_ = 0.0;
    double wakes_at_;
    Rate out_packets_, out_bytes_, in_packets_, in_bytes_;
    mutable Limits limits_{};

    friend class PollGroup;
};

// A group of connections whose messages are received together.
class PollGroup {
  public:
    PollGroup(Network& its_network, Host& its_host) : network(its_network), host(its_host) {}
    ~PollGroup();

    int receive(SteamNetworkingMessage_t** out, int most);
    void add(Connection& connection);
    void remove(Connection& connection);

    Network& network;
    Host& host;
    uint32 handle = 0;
    MessageQueue<&Message::of_group> queue;

  private:
    std::vector<Connection*> connections_;
};

}  // namespace steamgs::simulator::networking
