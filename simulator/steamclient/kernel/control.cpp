#include "kernel/control.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

#include "common/callbacks.h"
#include "kernel/describe.h"
#include "kernel/scenario.h"
#include "kernel/world.h"

using namespace steamgs::simulator;

namespace {

using Lock = std::lock_guard<std::mutex>;

std::string key_or_default(const char* key, size_t size) {
    return key != nullptr ? std::string(key, size) : default_ticket_key();
}

size_t size_of_callback(int id) {
    switch (id) {
#define STEAMGS_CALLBACK(kind, struct_name, number) \
    case number:                                    \
        return sizeof(struct_name);
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
        default:
            return 0;
    }
}

}  // namespace

int steamgs_sim_version() { return 1; }

SimWorld* steamgs_sim_create(uint64_t seed, bool manual_clock) {
    return new World(seed, manual_clock);
}

bool steamgs_sim_destroy(SimWorld* world) {
    if (armed_world() == world) {
        return false;
    }
    delete world;
    return true;
}

bool steamgs_sim_arm(SimWorld* world) {
    World* other = armed_world();
    if (other != nullptr && other != world) {
        // The environment's world stays armed when its server has gone, and gives way.
        Lock lock(other->mutex);
        if (other->has_server) {
            return false;
        }
    }
    arm(world);
    return true;
}

void steamgs_sim_disarm(SimWorld* world) {
    if (armed_world() == world) {
        arm(nullptr);
    }
}

double steamgs_sim_now(SimWorld* world) {
    Lock lock(world->mutex);
    return world->backend.now();
}

double steamgs_sim_unix_time(SimWorld* world) {
    Lock lock(world->mutex);
    return world->backend.unix_time();
}

void steamgs_sim_advance(SimWorld* world, double seconds) {
    Lock lock(world->mutex);
    world->backend.advance(seconds);
}

void steamgs_sim_jump(SimWorld* world, double seconds) {
    Lock lock(world->mutex);
    world->backend.jump(seconds);
}

void steamgs_sim_duplicate_verdicts(SimWorld* world, int times) {
    Lock lock(world->mutex);
    world->auth.duplicate_next(times);
}

void steamgs_sim_set_latency(SimWorld* world, int kind, double minimum, double maximum) {
    Lock lock(world->mutex);
    world->backend.set_latency(static_cast<Latency>(kind), minimum, maximum);
}

const char* steamgs_sim_behaviour_name(int number) { return Behaviours::name(number); }

bool steamgs_sim_set_behaviour(SimWorld* world, const char* name, bool on) {
    Lock lock(world->mutex);
    return world->backend.behaviours.set(name, on);
}

void steamgs_sim_add_user(SimWorld* world, uint64_t user, uint64_t owner) {
    Lock lock(world->mutex);
    world->users.all[user].owner_id = owner;
}

void steamgs_sim_add_group(SimWorld* world, uint64_t group) {
    Lock lock(world->mutex);
    world->users.groups.insert(group);
}

void steamgs_sim_set_member(SimWorld* world, uint64_t user, uint64_t group, bool member,
                            bool officer) {
    Lock lock(world->mutex);
    auto& groups = world->users.all[user].groups;
    if (member) {
        groups[group] = officer;
    } else {
        groups.erase(group);
    }
}

void steamgs_sim_set_license(SimWorld* world, uint64_t user, uint32_t app, bool owned) {
    Lock lock(world->mutex);
    auto& licenses = world->users.all[user].licenses;
    if (owned) {
        licenses.insert(app);
    } else {
        licenses.erase(app);
    }
}

void steamgs_sim_set_dislike(SimWorld* world, uint64_t user, uint64_t other, bool dislikes) {
    Lock lock(world->mutex);
    auto& disliked = world->users.all[user].dislikes;
    if (dislikes) {
        disliked.insert(other);
    } else {
        disliked.erase(other);
    }
}

void steamgs_sim_set_user_flag(SimWorld* world, uint64_t user, char flag, bool on) {
    Lock lock(world->mutex);
    User& known = world->users.all[user];
    switch (flag) {
        case 'o':
            known.online = on;
            break;
        case 'v':
            known.vac_banned = on;
            break;
        case 'p':
            known.publisher_banned = on;
            break;
        case 'e':
            known.elsewhere = on;
            break;
    }
}

void steamgs_sim_set_next_response(SimWorld* world, uint64_t user, int response) {
    Lock lock(world->mutex);
    world->users.all[user].response = static_cast<EAuthSessionResponse>(response);
}

void steamgs_sim_set_next_denial(SimWorld* world, uint64_t user, int reason, const char* text) {
    Lock lock(world->mutex);
    world->users.all[user].denial = Denial{static_cast<EDenyReason>(reason), text};
}

void steamgs_sim_revoke(SimWorld* world, uint64_t user, int response, int reason) {
    Lock lock(world->mutex);
    world->auth.revoke(user, static_cast<EAuthSessionResponse>(response),
                       static_cast<EDenyReason>(reason));
}

void steamgs_sim_kick(SimWorld* world, uint64_t user, int reason) {
    Lock lock(world->mutex);
    world->auth.kick(user, static_cast<EDenyReason>(reason));
}

void steamgs_sim_cancel_ticket(SimWorld* world, uint64_t user, uint64_t serial) {
    Lock lock(world->mutex);
    world->auth.cancel_ticket(user, serial);
}

size_t steamgs_sim_make_ticket(int kind, int version, uint64_t user, uint64_t owner, uint32_t app,
                               double issued, double expires, uint64_t serial, const char* key,
                               size_t key_size, void* out, size_t capacity) {
    Ticket ticket;
    ticket.kind = static_cast<TicketKind>(kind);
    ticket.version = static_cast<uint8>(version);
    ticket.app_id = app;
    ticket.steam_id = user;
    ticket.owner_id = owner;
    ticket.issued = issued;
    ticket.expires = expires;
    ticket.serial = serial;
    const std::string data = make_ticket(ticket, key_or_default(key, key_size));
    if (data.size() > capacity) {
        return 0;
    }
    std::memcpy(out, data.data(), data.size());
    return data.size();
}

void steamgs_sim_set_ticket_key(SimWorld* world, const char* key, size_t key_size) {
    Lock lock(world->mutex);
    world->auth.ticket_key = key_or_default(key, key_size);
}

uint64_t steamgs_sim_random(SimWorld* world) {
    Lock lock(world->mutex);
    return world->backend.random();
}

int steamgs_sim_check_ticket(const void* data, size_t size, const char* key, size_t key_size) {
    Ticket ticket;
    return static_cast<int>(read_ticket(data, size, key_or_default(key, key_size), ticket));
}

void steamgs_sim_define_stat(SimWorld* world, const char* name, char type, double initial,
                             double minimum, double maximum, double max_change,
                             bool increment_only) {
    Lock lock(world->mutex);
    const StatType kind = type == 'i'   ? StatType::integer
                          : type == 'f' ? StatType::real
                          : type == 'r' ? StatType::average_rate
                                        : StatType::achievement;
    world->stats.define(name, {kind, initial, minimum, maximum, max_change, increment_only});
}

bool steamgs_sim_stat(SimWorld* world, uint64_t user, const char* name, double* value) {
    Lock lock(world->mutex);
    return world->stats.kept(user, name, *value);
}

bool steamgs_sim_set_stat(SimWorld* world, uint64_t user, const char* name, double value) {
    Lock lock(world->mutex);
    return world->stats.keep(user, name, value);
}

void steamgs_sim_unload_stats(SimWorld* world, uint64_t user) {
    Lock lock(world->mutex);
    world->stats.unload(user);
}

void steamgs_sim_fail_next_logon(SimWorld* world, int result, bool retrying, int times) {
    Lock lock(world->mutex);
    world->logon.fail_next(static_cast<EResult>(result), retrying, times);
}

void steamgs_sim_disconnect(SimWorld* world, int result) {
    Lock lock(world->mutex);
    world->logon.disconnect(static_cast<EResult>(result));
}

void steamgs_sim_reconnect(SimWorld* world) {
    Lock lock(world->mutex);
    world->logon.reconnect();
}

void steamgs_sim_request_restart(SimWorld* world) {
    Lock lock(world->mutex);
    world->logon.request_restart();
}

void steamgs_sim_set_vac(SimWorld* world, bool granted) {
    Lock lock(world->mutex);
    world->logon.set_vac(granted);
}

void steamgs_sim_set_public_ip(SimWorld* world, uint32_t ip) {
    Lock lock(world->mutex);
    world->logon.public_ip = ip;
}

void steamgs_sim_set_query_host(SimWorld* world, bool open, uint32_t ip) {
    Lock lock(world->mutex);
    world->has_query_socket = open;
    world->query_ip = ip;
}

uint16_t steamgs_sim_query_port(SimWorld* world, int* error) {
    Lock lock(world->mutex);
    *error = world->query_port_error;
    return world->query_port.port();
}

void steamgs_sim_set_reputation(SimWorld* world, const void* data, size_t size) {
    Lock lock(world->mutex);
    GSReputation_t& reputation = world->community.reputation;
    std::memcpy(&reputation, data, size < sizeof(reputation) ? size : sizeof(reputation));
}

void steamgs_sim_fail_next_calls(SimWorld* world, int times) {
    Lock lock(world->mutex);
    world->calls.fail_next(times);
}

void steamgs_sim_post(SimWorld* world, int id, const void* data, size_t size, size_t count) {
    std::string payload(static_cast<const char*>(data), size);
    // A listener is told no size: it reads its whole struct, whatever was said.
    payload.resize(std::max(size, size_of_callback(id)));
    for (size_t i = 0; i < count; ++i) {
        world->backend.post(id, payload.data(), payload.size());
    }
}

void steamgs_sim_warn(SimWorld* world, int severity, const char* text) {
    world->warn(severity, text);
}

bool steamgs_sim_check_scenario(const char* text, size_t size, char* error, size_t capacity) {
    try {
        read_scenario(std::string(text, size));
        return true;
    } catch (const std::exception& wrong) {
        std::snprintf(error, capacity, "%s", wrong.what());
        return false;
    }
}

size_t steamgs_sim_describe(SimWorld* world, char* out, size_t capacity) {
    std::string text;
    {
        Lock lock(world->mutex);
        text = describe(*world);
    }
    if (capacity > 0) {
        const size_t size = text.size() < capacity - 1 ? text.size() : capacity - 1;
        std::memcpy(out, text.data(), size);
        out[size] = '\0';
    }
    return text.size();
}
