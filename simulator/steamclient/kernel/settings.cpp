// The commands of what every simulated Steam has: a clock, latencies, behaviours, and calls.
#include <limits>
#include <map>
#include <optional>

#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const std::string kMaxSuffix = "_max";

struct Bounds {
    std::optional<double> minimum, maximum;
};

struct Latencies {
    std::map<const Latency*, Bounds> bounds;
};

Field<Latencies> bound_of(const Latency& latency, bool is_max) {
    const std::string name = latency.name + (is_max ? kMaxSuffix : "");
    FieldDescription description = described(kSeconds);
    description.name = name;
    description.doc = is_max ? std::string("the highest latency, of a uniform distribution; '") +
                                   latency.name + "' if missing"
                             : std::string("the latency ") + latency.meaning;
    return {description, [name, &latency, is_max](Latencies& row, const toml::Value& value) {
                Bounds& bounds = row.bounds[&latency];
                (is_max ? bounds.maximum : bounds.minimum) = checked(name, value, kSeconds);
            }};
}

std::vector<Field<Latencies>> latency_fields() {
    std::vector<Field<Latencies>> fields;
    for (const bool is_max : {false, true}) {
        for (const Latency* latency : Latency::all()) {
            fields.push_back(bound_of(*latency, is_max));
        }
    }
    return fields;
}

void check_latencies(const Latencies& row, const toml::Table& values) {
    for (const auto& [latency, bounds] : row.bounds) {
        const double least = bounds.minimum.value_or(std::numeric_limits<double>::infinity());
        if (bounds.maximum && *bounds.maximum < least) {
            const std::string name = latency->name;
            throw toml::Error(values.values.at(name + kMaxSuffix).line,
                              "'" + name + kMaxSuffix + "' must be at least '" + name +
                                  "', which is " + (bounds.minimum ? "larger" : "missing"));
        }
    }
}

const CommandOf<Latencies> kSetLatency = {"set_latency",
                                          "Sets how long Steam takes for its answers.",
                                          latency_fields,
                                          [](World& world, const Latencies& row) {
                                              for (const auto& [latency, bounds] : row.bounds) {
                                                  world.backend.set_latency(
                                                      *latency, *bounds.minimum,
                                                      bounds.maximum.value_or(*bounds.minimum));
                                              }
                                          },
                                          {"latency"},
                                          check_latencies};

struct Switches {
    std::map<const Behaviour*, bool> switches;
};

std::vector<Field<Switches>> behaviour_fields() {
    std::vector<Field<Switches>> fields;
    for (const Behaviour* behaviour : Behaviour::all()) {
        FieldDescription description = described(Flag{});
        description.name = behaviour->name;
        description.doc = behaviour->meaning;
        fields.push_back({description, [behaviour](Switches& row, const toml::Value& value) {
                              row.switches[behaviour] = checked(behaviour->name, value, Flag{});
                          }});
    }
    return fields;
}

const CommandOf<Switches> kSetBehaviour = {
    "set_behaviour",
    "Makes Steam behave as other implementations of steamclient do, and as Valve's may.",
    behaviour_fields,
    [](World& world, const Switches& row) {
        for (const auto& [behaviour, on] : row.switches) {
            world.backend.behaviours.set(*behaviour, on);
        }
    },
    {"behaviour"}};

struct Jump {
    double seconds;
};

constexpr Real kJump = {"a number of seconds", -kMostSeconds, kMostSeconds};

const CommandOf<Jump> kJumpClock = {
    "jump_clock", "Makes the time of day jump, so that tickets expire or become valid again.",
    [] {
        return std::vector{field("seconds", &Jump::seconds, kJump, "how far; backwards if negative",
                                 Presence::required)};
    },
    [](World& world, const Jump& row) { world.backend.jump(row.seconds); }};

struct Losses {
    int times = 1;
    ESteamAPICallFailure failure = k_ESteamAPICallFailureNetworkFailure;
};

const Choice<ESteamAPICallFailure> kFailures = {
    {{"network_failure", k_ESteamAPICallFailureNetworkFailure},
     {"steam_gone", k_ESteamAPICallFailureSteamGone},
     {"invalid_handle", k_ESteamAPICallFailureInvalidHandle},
     {"mismatched_callback", k_ESteamAPICallFailureMismatchedCallback}}};

const CommandOf<Losses> kFailNextCall = {
    "fail_next_call", "Loses the next answers to calls on the way, whoever asked.",
    [] {
        return std::vector{
            field("times", &Losses::times, kTimes, "how many times; 1 if missing"),
            field("failure", &Losses::failure, kFailures, "why; 'network_failure' if missing"),
        };
    },
    [](World& world, const Losses& row) { world.calls.fail_next(row.times, row.failure); }};

}  // namespace

}  // namespace steamgs::simulator
