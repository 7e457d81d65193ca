// How connections begin and end.
#include <algorithm>
#include <vector>

#include "features/networking/fake_ips.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

namespace {

constexpr uint32 kLoopback = 0x7f000001;
constexpr uint16 kFirstPort = 50000;
// How often a host that hears nothing tries again.
constexpr double kTryAgain = 0.5;

bool any_address(const SteamNetworkingIPAddr& address) {
    return std::all_of(std::begin(address.m_ipv6), std::end(address.m_ipv6),
                       [](uint8 byte) { return byte == 0; }) ||
           (is_ipv4(address) && ipv4_of(address) == 0);
}

bool is_peer_to_peer(Route route) { return route != Route::ip && route != Route::pair; }

double seconds(const Connection& connection, ESteamNetworkingConfigValue key) {
    return static_cast<double>(connection.config.integer(key)) / 1000.0;
}

}  // namespace

uint32 Network::listen(Host& host, Place place, const SteamNetworkingIPAddr& address,
                       Options options) {
    const auto key = std::make_pair(host.found_as(), place);
    const bool by_address = place.route == Route::ip;
    if (by_address ? place.port == 0 || by_port_.count(place.port) != 0
                   : by_place_.count(key) != 0) {
        return 0;
    }
    auto listener = std::make_unique<ListenSocket>(host, place);
    listener->address = address;
    if (!configure(listener->config, options)) {
        return 0;
    }
    listener->handle = listen_sockets_.add(listener.get());
    if (listener->handle == 0) {
        return 0;
    }
    (by_address ? by_port_[place.port] : by_place_[key]) = listener.get();
    host.listen_sockets.insert(listener->handle);
    return listener.release()->handle;
}

bool Network::stop_listening(Host& host, uint32 handle) {
    ListenSocket* listener = listen_socket(host, handle);
    if (listener == nullptr) {
        return false;
    }
    // Its connections end with it: their peers are told nothing, but that nobody knows them.
    while (!listener->children.empty()) {
        Connection* child = listener->children.begin()->second;
        child->listen_socket = nullptr;
        listener->children.erase(listener->children.begin());
        if (!child->is_alive()) {
            continue;
        }
        child->end(k_ESteamNetConnectionEnd_Misc_PeerSentNoConnection,
                   "the peer does not know this connection");
        child->set_state(k_ESteamNetworkingConnectionState_FinWait);
        say_closed(*child);
    }
    if (listener->place.route == Route::ip) {
        by_port_.erase(listener->place.port);
    } else {
        by_place_.erase({host.found_as(), listener->place});
    }
    listen_sockets_.remove(handle);
    host.listen_sockets.erase(handle);
    delete listener;
    return true;
}

uint32 Network::connect(Host& host, const Target& target, Options options) {
    Connection* connection = add(host, target.route);
    if (connection == nullptr) {
        return 0;
    }
    const uint32 handle = connection->handle;
    if (!configure(connection->config, options)) {
        remove(connection);
        return 0;
    }
    connection->remote_identity = target.identity;
    connection->remote_address = target.address;
    connection->virtual_port = target.virtual_port;
    connection->set_user_data(
        connection->config.integer(k_ESteamNetworkingConfig_ConnectionUserData));
    const Host* other = host_of(target.identity);
    connection->path.set(conditions_of(host, other != nullptr ? other : &server_));
    targets_[handle] = target;
    connection->set_state(k_ESteamNetworkingConnectionState_Connecting);
    later(*connection,
          std::max(0.001, seconds(*connection, k_ESteamNetworkingConfig_TimeoutInitial)),
          &Network::give_up);
    // A packet there, one back that it be asked for, and the request itself.
    later(*connection, 3 * connection->path.delay(now(), random()), &Network::reach);
    return handle;
}

ListenSocket* Network::listener_for(const Target& target) {
    if (target.route == Route::ip) {
        const auto found = by_port_.find(target.address.m_port);
        if (found == by_port_.end()) {
            return nullptr;
        }
        const SteamNetworkingIPAddr& at = found->second->address;
        const bool local = is_ipv4(target.address) && ipv4_of(target.address) == kLoopback;
        SteamNetworkingIPAddr there = target.address;
        there.m_port = at.m_port;
        return any_address(at) || local || same(at, there) ? found->second : nullptr;
    }
    if (target.route == Route::fake_ip) {
        const auto& fake_ips = world_.get<FakeIps>();
        const int index = fake_ips.port_at(target.address);
        ListenSocket* visible = listener_of(&server_, {Route::fake_ip, index});
        return visible != nullptr ? visible
                                  : listener_of(fake_ips.port(index), {Route::fake_ip, index});
    }
    return listener_of(host_of(target.identity), {target.route, target.virtual_port});
}

ListenSocket* Network::listener_of(const Host* host, Place place) const {
    const auto found = by_place_.find({host, place});
    return host != nullptr && found != by_place_.end() ? found->second : nullptr;
}

void Network::reach(Connection& connection) {
    const auto found = targets_.find(connection.handle);
    if (!connection.is_open() || found == targets_.end()) {
        return;
    }
    const Target target = found->second;
    connection.path.cut = is_cut(&connection.host) || is_cut(host_of(target.identity));
    if (connection.path.cut) {
        later(connection, kTryAgain, &Network::reach);
        return;
    }
    ListenSocket* listener = listener_for(target);
    if (listener != nullptr) {
        arrive_at(*listener, connection);
        return;
    }
    if (is_peer_to_peer(target.route) && host_of(target.identity) != nullptr) {
        connection.end(k_ESteamNetConnectionEnd_Misc_P2P_Rendezvous,
                       "the peer does not listen at this virtual port");
        connection.set_state(k_ESteamNetworkingConnectionState_ClosedByPeer);
        return;
    }
    // Nobody answers: whoever begins to listen in time may still be found.
    later(connection, kTryAgain, &Network::reach);
}

void Network::arrive_at(ListenSocket& listener, Connection& connection) {
    targets_.erase(connection.handle);
    Connection* incoming = add(listener.host, connection.route);
    if (incoming == nullptr) {
        return;  // the table is full: nobody answers
    }
    incoming->from_outside = true;
    incoming->peer = &connection;
    connection.peer = incoming;
    incoming->config.set_wider(&listener.config);
    incoming->listen_socket = &listener;
    listener.children[incoming->handle] = incoming;
    incoming->virtual_port = connection.virtual_port;
    incoming->remote_identity = connection.host.identity();
    if (connection.route == Route::ip) {
        incoming->remote_address = connection.host.address();
        if (incoming->remote_address.m_port == 0) {
            incoming->remote_address.m_port = next_port_;
            next_port_ = next_port_ == 65535 ? kFirstPort : static_cast<uint16>(next_port_ + 1);
        }
    }
    if (!is_valid(incoming->remote_identity)) {
        incoming->remote_identity = identity_of(incoming->remote_address);
    }
    incoming->path.set(conditions_of(connection.host, &listener.host));
    incoming->path.cut = connection.path.cut;
    incoming->set_user_data(incoming->config.integer(k_ESteamNetworkingConfig_ConnectionUserData));
    incoming->set_state(k_ESteamNetworkingConnectionState_Connecting);
    later(*incoming, std::max(0.001, seconds(*incoming, k_ESteamNetworkingConfig_TimeoutInitial)),
          &Network::give_up);
}

void Network::give_up(Connection& connection) {
    if (!connection.is_open() || connection.is_connected()) {
        return;
    }
    const bool nobody = connection.peer == nullptr && is_peer_to_peer(connection.route);
    problem(connection,
            nobody ? k_ESteamNetConnectionEnd_Misc_P2P_Rendezvous
                   : k_ESteamNetConnectionEnd_Misc_Timeout,
            connection.from_outside ? "the application did not accept the connection in time"
                                    : "the peer did not answer in time");
}

EResult Network::accept(Host& host, uint32 handle) {
    Connection* accepted = connection(host, handle);
    if (accepted == nullptr) {
        return k_EResultInvalidParam;
    }
    if (accepted->state() != k_ESteamNetworkingConnectionState_Connecting) {
        return k_EResultInvalidState;
    }
    if (!accepted->from_outside) {
        return k_EResultInvalidParam;
    }
    const double there = accepted->path.delay(now(), random());
    if (!is_peer_to_peer(accepted->route)) {
        connected(*accepted);
        if (accepted->peer != nullptr) {
            later(*accepted->peer, there, &Network::hears_of_acceptance);
        }
        return k_EResultOK;
    }
    accepted->set_state(k_ESteamNetworkingConnectionState_FindingRoute);
    if (accepted->peer != nullptr) {
        later(*accepted->peer, there, &Network::find_route);
        later(*accepted, 2 * there, &Network::connected);
        later(*accepted->peer, 2 * there, &Network::hears_of_acceptance);
    }
    return k_EResultOK;
}

void Network::find_route(Connection& connection) {
    if (connection.state() == k_ESteamNetworkingConnectionState_Connecting) {
        connection.set_state(k_ESteamNetworkingConnectionState_FindingRoute);
    }
}

void Network::connected(Connection& connection) {
    if (connection.is_open() && !connection.is_connected() && connection.peer != nullptr) {
        connection.set_state(k_ESteamNetworkingConnectionState_Connected);
        connection.run(now());
    }
}

void Network::hears_of_acceptance(Connection& connection) {
    if (connection.path.cut) {
        later(connection, kTryAgain, &Network::hears_of_acceptance);
        return;
    }
    if (!connection.is_open() || connection.is_connected() || connection.peer == nullptr) {
        return;
    }
    const SteamNetworkingIdentity identity = connection.peer->host.identity();
    if (!is_valid(connection.remote_identity)) {
        connection.remote_identity =
            is_valid(identity) ? identity : identity_of(connection.remote_address);
    }
    if (is_peer_to_peer(connection.route)) {
        find_route(connection);
    }
    connected(connection);
}

bool Network::close(Host& host, uint32 handle, int reason, const char* text, bool linger) {
    Connection* closing = connection(host, handle);
    if (closing == nullptr) {
        return false;
    }
    const bool allowed = reason >= k_ESteamNetConnectionEnd_App_Min &&
                         reason <= k_ESteamNetConnectionEnd_AppException_Max;
    const std::string said = text != nullptr ? text : "";
    if (reason == 0 || allowed) {
        closing->end(reason != 0 ? reason : k_ESteamNetConnectionEnd_App_Generic,
                     said.empty() ? "the application closed the connection" : said);
    } else {
        closing->end(k_ESteamNetConnectionEnd_App_Max, "the reason is not one of an application");
    }
    if (linger && closing->is_connected() && closing->peer != nullptr) {
        closing->flush(now());
        if (!closing->idle()) {
            closing->set_state(k_ESteamNetworkingConnectionState_Linger);
            later(*closing, seconds(*closing, k_ESteamNetworkingConfig_TimeoutConnected),
                  &Network::forget);
            return true;
        }
    }
    closing->set_state(k_ESteamNetworkingConnectionState_FinWait);
    say_closed(*closing);
    return true;
}

void Network::say_closed(Connection& connection) {
    if (connection.peer == nullptr) {
        remove(&connection);
        return;
    }
    if (connection.path.cut) {
        lose_peer(connection);
        remove(&connection);
        return;
    }
    connection.set_state(k_ESteamNetworkingConnectionState_FinWait);
    later(connection, connection.path.immediate() ? 0.0 : connection.path.delay(now(), random()),
          &Network::forget);
}

void Network::forget(Connection& connection) {
    connection.set_state(k_ESteamNetworkingConnectionState_FinWait);
    if (Connection* peer = connection.peer; peer != nullptr && !connection.path.cut) {
        connection.run(now());
        if (peer->is_open()) {
            peer->end(connection.end_reason(), connection.end_text());
            peer->set_state(k_ESteamNetworkingConnectionState_ClosedByPeer);
        }
    }
    remove(&connection);
}

void Network::problem(Connection& connection, int reason, const std::string& text) {
    if (!connection.is_open()) {
        return;
    }
    connection.end(reason, text);
    connection.set_state(k_ESteamNetworkingConnectionState_ProblemDetectedLocally);
    Connection* peer = connection.peer;
    if (peer != nullptr && !connection.path.cut && peer->is_open()) {
        peer->end(reason, text);
        peer->set_state(k_ESteamNetworkingConnectionState_ClosedByPeer);
    }
}

void Network::lose_peer(Connection& connection) {
    Connection* peer = connection.peer;
    if (peer == nullptr) {
        return;
    }
    peer->peer = nullptr;
    connection.peer = nullptr;
    if (peer->state() == k_ESteamNetworkingConnectionState_None) {
        remove(peer);  // it waited for that one only
        return;
    }
    later(*peer, std::max(0.001, seconds(*peer, k_ESteamNetworkingConfig_TimeoutConnected)),
          &Network::time_out);
}

void Network::time_out(Connection& connection) {
    const bool back = connection.peer != nullptr && !connection.path.cut;
    if (connection.is_open() && !back) {
        problem(connection,
                is_peer_to_peer(connection.route) ? k_ESteamNetConnectionEnd_Remote_Timeout
                                                  : k_ESteamNetConnectionEnd_Misc_Timeout,
                "nothing was heard from the peer for too long");
    }
}

bool Network::pair(Host& host, uint32* first, uint32* second,
                   const SteamNetworkingIdentity* first_identity,
                   const SteamNetworkingIdentity* second_identity) {
    Connection* one = add(host, Route::pair);
    Connection* other = one != nullptr ? add(host, Route::pair) : nullptr;
    if (other == nullptr) {
        if (one != nullptr) {
            remove(one);
        }
        return false;
    }
    SteamNetworkingIdentity mine = host.identity();
    if (!is_valid(mine)) {
        mine = identity_of(ipv4(kLoopback, 0));
    }
    one->remote_identity = second_identity != nullptr ? *second_identity : mine;
    other->remote_identity = first_identity != nullptr ? *first_identity : mine;
    one->peer = other;
    other->peer = one;
    one->begin_connected();
    other->begin_connected();
    *first = one->handle;
    *second = other->handle;
    return true;
}

}  // namespace steamgs::simulator::networking
