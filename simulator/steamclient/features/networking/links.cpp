// The conditions of links, and what happens to them.
#include "features/networking/network.h"
#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator::networking {

namespace {

uint64 steam_id_of(const Host& host) {
    if (const uint64 player = host.found_as()->steam_id) {
        return player;  // whatever identity others see
    }
    const SteamNetworkingIdentity identity = host.identity();
    return identity.m_eType == k_ESteamNetworkingIdentityType_SteamID ? identity.m_steamID64 : 0;
}

}  // namespace

Conditions Network::conditions_of(const Host& one, const Host* other) const {
    for (const Host* host : {&one, other}) {
        const auto found =
            host != nullptr ? conditions_of_.find(steam_id_of(*host)) : conditions_of_.end();
        if (found != conditions_of_.end()) {
            return found->second;
        }
    }
    return conditions_;
}

// Both ends of all connections of a player, or of everybody's if there is no id.
template <class Change>
void Network::each_of(uint64 steam_id, Change change) {
    connections_.each([&](Connection& connection) {
        const bool its = connection.peer != nullptr &&
                         steam_id_of(connection.peer->host) == steam_id && steam_id != 0;
        if (connection.route != Route::pair &&
            (steam_id == 0 || its || steam_id_of(connection.host) == steam_id)) {
            change(connection);
        }
    });
}

void Network::set_conditions(const Conditions& conditions) {
    conditions_ = conditions;
    conditions_of_.clear();
    each_of(0, [&](Connection& connection) { connection.path.set(conditions); });
}

void Network::set_conditions(uint64 steam_id, const Conditions& conditions) {
    conditions_of_[steam_id] = conditions;
    each_of(steam_id, [&](Connection& connection) { connection.path.set(conditions); });
}

bool Network::is_cut(const Host* host) const {
    return host != nullptr && cut_.count(steam_id_of(*host)) != 0;
}

void Network::cut(uint64 steam_id, bool is_cut) {
    if (is_cut) {
        cut_.insert(steam_id);
    } else {
        cut_.erase(steam_id);
    }
    std::vector<uint32> changed;
    each_of(steam_id, [&](Connection& connection) {
        if (connection.path.cut != is_cut) {
            connection.path.cut = is_cut;
            changed.push_back(connection.handle);
        }
    });
    const double since = now();  // once: a real clock goes on
    for (const uint32 handle : changed) {
        Connection* connection = connections_.find(handle);
        if (connection == nullptr) {
            continue;
        }
        if (!is_cut) {
            connection->cut_since = -1.0;
            connection->run(now());
            continue;
        }
        connection->cut_since = since;
        const auto patience = connection->config.integer(k_ESteamNetworkingConfig_TimeoutConnected);
        backend_.schedule_at(since + static_cast<double>(patience) / 1000.0, [this, handle, since] {
            Connection* one = connections_.find(handle);
            if (one != nullptr && one->cut_since == since) {
                time_out(*one);
            }
        });
    }
}

void Network::stall(uint64 steam_id, double seconds) {
    const double until = now() + seconds;
    std::vector<uint32> changed;
    each_of(steam_id, [&](Connection& connection) {
        connection.path.stalled_until = until;
        changed.push_back(connection.handle);
    });
    for (const uint32 handle : changed) {
        backend_.schedule_at(until, [this, handle] {
            Connection* one = connections_.find(handle);
            if (one != nullptr && one->path.stalled_until <= now()) {
                one->path.stalled_until = 0.0;
                one->run(now());
            }
        });
    }
}

void Network::vanish(uint64 steam_id) {
    const auto [first, last] = players_.equal_range(steam_id);
    for (auto player = first; player != last; ++player) {
        drop_all(*player->second);
        player->second->vanishes();
    }
}

namespace {

constexpr Real kShare = {"a share", 0.0, 1.0};
constexpr Real kBytesPerSecond = {"bytes per second", 0.0, 1e12};

struct LinkRow {
    uint64 user = 0;
    double latency, jitter, loss, duplicates, reordering, bandwidth;
    bool nagle;
};

std::vector<Field<LinkRow>> link_fields() {
    return {
        field("user", &LinkRow::user, kSteamId, "the player; everybody if missing"),
        field("latency", &LinkRow::latency, kSeconds, "how long a message takes, one way"),
        field("jitter", &LinkRow::jitter, kSeconds, "the most that is added to it, at random"),
        field("loss", &LinkRow::loss, kShare,
              "of packets that are lost; reliable messages then come later"),
        field("duplicates", &LinkRow::duplicates, kShare, "of unreliable messages that come twice"),
        field("reordering", &LinkRow::reordering, kShare,
              "of unreliable messages that later ones overtake"),
        field("bandwidth", &LinkRow::bandwidth, kBytesPerSecond, "unlimited if 0 or missing"),
        field("nagle", &LinkRow::nagle, Flag{},
              "whether small messages wait for others, up to NagleTime"),
    };
}

const CommandOf<LinkRow> kSetLink = {
    "set_link",
    "Sets what the links of a player do to messages, in both directions, now and later.",
    link_fields, [](World& world, const LinkRow& row) {
        const Conditions conditions = {row.latency,    row.jitter,    row.loss, row.duplicates,
                                       row.reordering, row.bandwidth, row.nagle};
        if (row.user != 0) {
            world.get<Network>().set_conditions(row.user, conditions);
        } else {
            world.get<Network>().set_conditions(conditions);
        }
    }};

struct Whose {
    uint64 user;
};

std::vector<Field<Whose>> whose() {
    return {field("user", &Whose::user, kSteamId, "the player", Presence::required)};
}

const CommandOf<Whose> kCutLink = {
    "cut_link", "A player's connections carry nothing any more, now and later, and time out.",
    whose, [](World& world, const Whose& row) { world.get<Network>().cut(row.user, true); }};

const CommandOf<Whose> kRestoreLink = {
    "restore_link", "A player's connections that have not ended carry messages again.", whose,
    [](World& world, const Whose& row) { world.get<Network>().cut(row.user, false); }};

const CommandOf<Whose> kVanish = {
    "vanish", "A player's game crashes: its connections end without a word.", whose,
    [](World& world, const Whose& row) { world.get<Network>().vanish(row.user); }};

struct Stall {
    uint64 user;
    double seconds;
};

const CommandOf<Stall> kStallLink = {
    "stall_link", "Everything on a player's connections is held up for a while, and comes then.",
    [] {
        return std::vector{
            field("user", &Stall::user, kSteamId, "the player", Presence::required),
            field("seconds", &Stall::seconds, kSeconds, "how long", Presence::required),
        };
    },
    [](World& world, const Stall& row) { world.get<Network>().stall(row.user, row.seconds); }};

constexpr Text kIdentity = {1, SteamNetworkingIdentity::k_cchMaxString - 1};
constexpr Whole kMessages = {"a number of messages", 0, 1 << 30};

struct Appearance {
    uint64 user;
    std::string identity;
};

const CommandOf<Appearance> kSetIdentity = {
    "set_identity", "Sets the identity that servers see of a player; the Steam id at first.",
    [] {
        return std::vector{
            field("user", &Appearance::user, kSteamId, "the player", Presence::required),
            field("identity", &Appearance::identity, kIdentity,
                  "as Steam writes it, such as str:bob, or ip:192.0.2.1", Presence::required),
        };
    },
    [](World& world, const Appearance& row) {
        SteamNetworkingIdentity identity{};
        if (!parse(row.identity, identity)) {
            throw NotThere("there is no identity '" + row.identity + "'");
        }
        world.get<Network>().present(row.user, identity);
    }};

struct Memory {
    int64 messages;
};

const CommandOf<Memory> kLimitMessages = {
    "limit_messages", "Memory for messages is exhausted when the server holds so many.",
    [] {
        return std::vector{field("messages", &Memory::messages, kMessages, "how many; none if 0",
                                 Presence::required)};
    },
    [](World&, const Memory& row) { held_messages.limit = static_cast<size_t>(row.messages); }};

}  // namespace

}  // namespace steamgs::simulator::networking
