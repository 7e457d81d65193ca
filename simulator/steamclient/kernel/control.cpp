#include "kernel/control.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

#include "common/callbacks.h"
#include "kernel/commands.h"
#include "kernel/scenario.h"
#include "kernel/world.h"

using namespace steamgs::simulator;

namespace {

using Lock = std::lock_guard<std::mutex>;

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

// The fields of a command as the table that they would be in a file.
toml::Table fields_of(const std::string& text) {
    const std::vector<toml::Table> tables = toml::parse(text);
    if (tables.size() > 1) {
        throw toml::Error(tables[1].line, "a command has fields, and no tables");
    }
    return tables.front();
}

enum Outcome { kDone = 0, kWrong = 1, kNotThere = 2 };

}  // namespace

size_t steamgs::simulator::write_out(const std::string& text, char* out, size_t capacity) {
    if (capacity > 0) {
        const size_t size = std::min(text.size(), capacity - 1);
        std::memcpy(out, text.data(), size);
        out[size] = '\0';
    }
    return text.size();
}

int steamgs_sim_version() { return 2; }

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
        if (other->has_server()) {
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

uint64_t steamgs_sim_random(SimWorld* world) {
    Lock lock(world->mutex);
    return world->backend.random();
}

int steamgs_sim_do(SimWorld* world, const char* command, const char* fields, size_t size,
                   char* error, size_t capacity) {
    try {
        const toml::Table table = fields_of(std::string(fields, size));
        const Command::Action action = command_called(command, 1).read(table, false);
        Lock lock(world->mutex);
        action(*world);
        return kDone;
    } catch (const NotThere& problem) {
        write_out(problem.what(), error, capacity);
        return kNotThere;
    } catch (const std::exception& problem) {
        write_out(problem.what(), error, capacity);
        return kWrong;
    }
}

size_t steamgs_sim_commands(char* out, size_t capacity) {
    return write_out(json_of_commands(), out, capacity);
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
        write_out(wrong.what(), error, capacity);
        return false;
    }
}

size_t steamgs_sim_describe(SimWorld* world, char* out, size_t capacity) {
    std::string description;
    {
        Lock lock(world->mutex);
        description = world->describe();
    }
    return write_out(description, out, capacity);
}
