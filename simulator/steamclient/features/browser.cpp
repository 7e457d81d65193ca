#include "features/browser.h"

#include <algorithm>
#include <cstring>

#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<ServerBrowser> kFeature("browser");

constexpr size_t kMostWaitingPackets = 1024;

}  // namespace

void BrowserState::set_key_value(const std::string& key, const std::string& value) {
    for (auto& [known, old] : key_values) {
        if (known == key) {
            old = value;
            return;
        }
    }
    key_values.emplace_back(key, value);
}

ServerBrowser::ServerBrowser(World& world)
    : backend_(world.backend),
      logon_(world.get<Logon>()),
      sessions_(world.get<Sessions>()),
      challenges_(world.backend) {}

std::vector<std::string> ServerBrowser::answers(const std::string& packet, uint32 ip, uint16 port) {
    const a2s::Query query = a2s::parse(packet);
    if (!state.advertised || query.request == a2s::Request::none) {
        return {};
    }
    if (!challenges_.drawn()) {
        return {};
    }
    // A forged sender can't know its challenge, and so gets no more bytes than were sent.
    if (!challenges_.accepts(query.challenge, ip, port)) {
        return {a2s::challenge_answer(challenges_.current(ip, port))};
    }
    switch (query.request) {
        case a2s::Request::players:
            return a2s::packets(a2s::players_answer(players()), ++split_answers_);
        case a2s::Request::rules:
            return a2s::packets(a2s::rules_answer(state.key_values), ++split_answers_);
        default:
            return a2s::packets(a2s::info_answer(info()), ++split_answers_);
    }
}

bool ServerBrowser::handle_packet(const void* data, int size, uint32 ip, uint16 port) {
    const std::string packet(static_cast<const char*>(data), static_cast<size_t>(size));
    if (state.query_port != STEAMGAMESERVER_QUERY_PORT_SHARED || !a2s::is_steams(packet)) {
        return false;
    }
    if (outgoing_.size() < kMostWaitingPackets) {
        for (std::string& answer : answers(packet, ip, port)) {
            outgoing_.push_back({std::move(answer), ip, port});
        }
    }
    return true;
}

int ServerBrowser::next_packet(void* out, int capacity, uint32* ip, uint16* port) {
    while (!outgoing_.empty()) {
        const Packet packet = std::move(outgoing_.front());
        outgoing_.pop_front();
        if (static_cast<int>(packet.data.size()) <= capacity) {
            std::memcpy(out, packet.data.data(), packet.data.size());
            *ip = packet.ip;
            *port = packet.port;
            return static_cast<int>(packet.data.size());
        }
    }
    return 0;
}

a2s::Info ServerBrowser::info() const {
    a2s::Info info;
    info.name = state.name;
    info.map = state.map;
    info.folder = state.mod_dir.empty() ? state.product : state.mod_dir;
    info.game = state.description;
    info.version = state.version;
    info.tags = state.tags;
    info.spectator_name = state.spectator_name;
    info.app_id = state.app_id;
    info.players = player_count();
    info.max_players = state.max_players;
    info.bots = state.bots;
    info.dedicated = state.dedicated;
    info.password = state.password;
    info.secure = logon_.secure();
    info.game_port = state.game_port;
    info.spectator_port = state.spectator_port;
    info.steam_id = logon_.steam_id().ConvertToUint64();
    return info;
}

int ServerBrowser::player_count() const {
    const auto& all = sessions_.sessions();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const auto& entry) {
        return entry.second.state == SessionState::accepted;
    }));
}

std::vector<a2s::Player> ServerBrowser::players() const {
    std::vector<a2s::Player> players;
    for (const auto& entry : sessions_.sessions()) {
        const Session& session = entry.second;
        if (session.state == SessionState::accepted) {
            const auto seconds = static_cast<float>(backend_.now() - session.began);
            players.push_back({session.name, session.score, seconds});
        }
    }
    return players;
}

void ServerBrowser::describe(json::Object& out) const {
    json::List key_values;
    for (const auto& [key, value] : state.key_values) {
        key_values.add(json::List().add(json::quoted(key)).add(json::quoted(value)).done());
    }
    out.number("app_id", state.app_id)
        .number("ip", state.ip)
        .number("game_port", state.game_port)
        .number("query_port", state.query_port)
        .text("version", state.version)
        .text("product", state.product)
        .text("description", state.description)
        .text("mod_dir", state.mod_dir)
        .flag("dedicated", state.dedicated)
        .number("max_players", static_cast<uint64>(state.max_players))
        .number("bots", static_cast<uint64>(state.bots))
        .text("name", state.name)
        .text("map", state.map)
        .flag("password_protected", state.password)
        .number("spectator_port", state.spectator_port)
        .text("spectator_name", state.spectator_name)
        .raw("key_values", key_values.done())
        .text("tags", state.tags)
        .text("game_data", state.data)
        .text("region", state.region)
        .flag("advertised", state.advertised);
}

void ServerBrowser::reset() {
    state = BrowserState();
    outgoing_.clear();
}

}  // namespace steamgs::simulator
