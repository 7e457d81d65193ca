#include "features/networking/network.h"

#include <algorithm>

#include "features/browser.h"
#include "features/networking/hosting.h"
#include "kernel/json.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<Network> kFeature("networking");
const Latency kStatusLatency = {"status", "of what a server is told about its connections"};
const Behaviour kDoubleChanges = {"double_changes",
                                  "a server is told of its connections' changes twice"};

constexpr double kMicroseconds = 1e6;
// As if the machine had been running for a day: games take 0 for "never".
constexpr double kBefore = 86400.0;
constexpr uint32 kLoopback = 0x7f000001;

}  // namespace

SteamNetworkingMicroseconds timestamp(double now) {
    return static_cast<SteamNetworkingMicroseconds>((kBefore + now) * kMicroseconds);
}

ServerHost::ServerHost(World& world) : world_(world), logon_(world.get<Logon>()) {}

SteamNetworkingIdentity ServerHost::identity() const {
    return logon_.logged_on() ? identity_of(logon_.steam_id().ConvertToUint64()) : no_identity();
}

SteamNetworkingIPAddr ServerHost::address() {
    return ipv4(kLoopback, world_.get<ServerBrowser>().state.game_port);
}

void ServerHost::tell(const SteamNetConnectionStatusChangedCallback_t& change) {
    world_.backend.post(change);
}

Network::Network(World& world) : world_(world), backend_(world.backend), server_(world) {
    server_.config.set_wider(&config);
}

Network::~Network() {
    held_messages.limit = kNoLimit;
    for (const auto& [steam_id, host] : players_) {
        host->world_goes();
    }
    groups_.each([this](PollGroup& group) { destroy_group(group.host, group.handle); });
    std::vector<Connection*> all;
    connections_.each([&all](Connection& connection) { all.push_back(&connection); });
    for (Connection* connection : all) {
        delete connection;
    }
    listen_sockets_.each([](ListenSocket& listener) { delete &listener; });
}

void Network::reset() {
    drop_all(server_);
    server_.config = Config(&config);
    config = Config();
    set_output(k_ESteamNetworkingSocketsDebugOutputType_None, nullptr);
    said.clear();
    ++config_changes;
}

void Network::add_player(uint64 steam_id, Host& host) {
    players_.emplace(steam_id, &host);
    host.steam_id = steam_id;
    const auto found = presented_.find(steam_id);
    if (found != presented_.end()) {
        host.present(found->second);
    }
}

void Network::present(uint64 steam_id, const SteamNetworkingIdentity& identity) {
    presented_[steam_id] = identity;
    const auto [first, last] = players_.equal_range(steam_id);
    for (auto player = first; player != last; ++player) {
        player->second->present(identity);
    }
}

void Network::remove_host(Host& host) {
    drop_all(host);
    const auto [first, last] = players_.equal_range(host.steam_id);
    for (auto player = first; player != last;) {
        player = player->second == &host ? players_.erase(player) : std::next(player);
    }
}

void Network::drop_all(Host& host) {
    while (!host.groups.empty()) {
        destroy_group(host, *host.groups.begin());
    }
    while (!host.listen_sockets.empty()) {
        ListenSocket* listener = listen_socket(host, *host.listen_sockets.begin());
        for (const auto& [handle, child] : listener->children) {
            child->listen_socket = nullptr;
        }
        listener->children.clear();
        stop_listening(host, listener->handle);
    }
    while (Connection* connection = host.first) {
        lose_peer(*connection);
        remove(connection);
    }
}

void Network::describe(json::Object& out) const {
    size_t connections = 0;
    for (const Connection* one = server_.first; one != nullptr; one = one->next) {
        connections += one->is_alive() ? 1 : 0;
    }
    json::List listening;
    listen_sockets_.each([&](ListenSocket& listener) {
        if (&listener.host == &server_) {
            listening.add(json::quoted(listener.place.route == Route::ip
                                           ? text_of(listener.address, true)
                                           : std::to_string(listener.place.port)));
        }
    });
    out.raw("networking", json::Object()
                              .number("connections", connections)
                              .raw("listening", listening.done())
                              .number("held_messages", held_messages.count())
                              .done());
}

void Network::say(ESteamNetworkingSocketsDebugOutputType type, const std::string& text) {
    if (output_ != nullptr && type <= level_) {
        said.push_back({type, text});
    }
}

SteamNetworkingPOPID Network::relay_pop() const {
    const SteamNetworkingPOPID hosted = world_.get<Hosting>().pop;
    return hosted != 0 ? hosted : static_cast<SteamNetworkingPOPID>(k_SteamDatagramPOPID_dev);
}

Host* Network::host_of(const SteamNetworkingIdentity& identity) {
    if (same(identity, server_.identity()) && is_valid(identity)) {
        return &server_;
    }
    if (identity.m_eType != k_ESteamNetworkingIdentityType_SteamID) {
        return nullptr;
    }
    const uint64_t steam_id = identity.m_steamID64;  // which is not aligned
    const auto after = players_.upper_bound(steam_id);
    const bool known = after != players_.begin() && std::prev(after)->first == steam_id;
    return known ? std::prev(after)->second : nullptr;
}

Connection* Network::add(Host& host, Route route) {
    auto* connection = new Connection(*this, host, route);
    connection->handle = connections_.add(connection);
    if (connection->handle == 0) {
        delete connection;
        return nullptr;
    }
    return connection;
}

void Network::remove(Connection* connection) {
    targets_.erase(connection->handle);
    connections_.remove(connection->handle);
    delete connection;
}

bool Network::configure(Config& out, Options options) {
    for (int i = 0; i < options.count; ++i) {
        const SteamNetworkingConfigValue_t& option = options.values[i];
        const ConfigRow* row = config_row(option.m_eValue);
        const void* value = option.m_eDataType == k_ESteamNetworkingConfig_String
                                ? static_cast<const void*>(option.m_val.m_string)
                                : static_cast<const void*>(&option.m_val);
        if (row == nullptr || row->scope != k_ESteamNetworkingConfig_Connection ||
            !out.set(*row, option.m_eDataType, value)) {
            return false;
        }
    }
    return true;
}

Config* Network::scope(ESteamNetworkingConfigScope scope, intptr_t object) {
    const auto handle = static_cast<uint32>(object);
    switch (scope) {
        case k_ESteamNetworkingConfig_Global:
            return &config;
        case k_ESteamNetworkingConfig_SocketsInterface:
            return &server_.config;
        case k_ESteamNetworkingConfig_ListenSocket: {
            ListenSocket* listener = listen_socket(server_, handle);
            return listener != nullptr ? &listener->config : nullptr;
        }
        case k_ESteamNetworkingConfig_Connection: {
            Connection* found = connection(server_, handle);
            return found != nullptr ? &found->config : nullptr;
        }
        default:
            return nullptr;
    }
}

void Network::tell(Connection& connection,
                   const SteamNetConnectionStatusChangedCallback_t& change) {
    if (&connection.host != &server_) {
        connection.host.tell(change);
        return;
    }
    say(k_ESteamNetworkingSocketsDebugOutputType_Msg,
        std::string("[") + change.m_info.m_szConnectionDescription + "] state " +
            std::to_string(change.m_eOldState) + " -> " + std::to_string(change.m_info.m_eState));
    const int times = backend_.behaviours.has(kDoubleChanges) ? 2 : 1;
    for (int i = 0; i < times; ++i) {
        backend_.schedule_or_give(kStatusLatency, [this, change] { server_.tell(change); });
    }
}

void Network::wake(Connection& connection, double time) {
    const uint32 handle = connection.handle;
    backend_.schedule_at(time, [this, handle] {
        if (Connection* one = connections_.find(handle)) {
            one->run(now());
        }
    });
}

void Network::later(Connection& connection, double delay, Step step) {
    if (delay <= 0.0) {
        (this->*step)(connection);
        return;
    }
    const uint32 handle = connection.handle;
    backend_.schedule_at(now() + delay, [this, handle, step] {
        if (Connection* one = connections_.find(handle)) {
            (this->*step)(*one);
        }
    });
}

uint32 Network::create_group(Host& host) {
    auto* group = new PollGroup(*this, host);
    group->handle = groups_.add(group);
    if (group->handle == 0) {
        delete group;
        return 0;
    }
    host.groups.insert(group->handle);
    return group->handle;
}

bool Network::destroy_group(Host& host, uint32 handle) {
    PollGroup* found = group(host, handle);
    if (found == nullptr) {
        return false;
    }
    groups_.remove(handle);
    host.groups.erase(handle);
    delete found;
    return true;
}

bool Network::join(Host& host, uint32 connection_handle, uint32 group_handle) {
    Connection* joining = connection(host, connection_handle);
    PollGroup* joined = group_handle != 0 ? group(host, group_handle) : nullptr;
    if (joining == nullptr || (group_handle != 0 && joined == nullptr)) {
        return false;
    }
    joining->join(joined);
    return true;
}

PollGroup* Network::group(const Host& host, uint32 handle) const {
    PollGroup* found = groups_.find(handle);
    return found != nullptr && &found->host == &host ? found : nullptr;
}

ListenSocket* Network::listen_socket(const Host& host, uint32 handle) const {
    ListenSocket* found = listen_sockets_.find(handle);
    return found != nullptr && &found->host == &host ? found : nullptr;
}

}  // namespace steamgs::simulator::networking
