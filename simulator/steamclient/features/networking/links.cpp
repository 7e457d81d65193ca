// The conditions of links, and what happens to them.
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

namespace {

uint64 steam_id_of(const Host& host) {
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

void Network::cut(uint64 steam_id, bool is_cut) {
    std::vector<uint32> changed;
    each_of(steam_id, [&](Connection& connection) {
        if (connection.path.cut != is_cut) {
            connection.path.cut = is_cut;
            changed.push_back(connection.handle);
        }
    });
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
        connection->cut_since = now();
        const auto patience = connection->config.integer(k_ESteamNetworkingConfig_TimeoutConnected);
        backend_.schedule_at(now() + static_cast<double>(patience) / 1000.0,
                             [this, handle, since = now()] {
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

}  // namespace steamgs::simulator::networking
