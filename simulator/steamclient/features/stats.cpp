#include "features/stats.h"

#include <cmath>
#include <limits>

#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Stats> kFeature("stats");

const Behaviour kDoubleStats = {"double_stats", "answers about statistics also come as a callback"};
const Behaviour kCallbackFirst = {"stats_callback_first",
                                  "that callback comes before the call result"};
const Doubling kStatsDoubled = {kDoubleStats, kCallbackFirst};

}  // namespace

bool Stats::knows(uint64 steam_id) {
    return users_.find(steam_id) != nullptr || sessions_.sessions().count(steam_id) != 0;
}

StatValues Stats::kept_of(uint64 steam_id) const {
    StatValues values;
    for (const auto& [name, definition] : definitions_) {
        values[name].value = definition.initial;
    }
    auto found = kept_.find(steam_id);
    if (found != kept_.end()) {
        for (const auto& [name, value] : found->second) {
            values[name] = value;
        }
    }
    return values;
}

SteamAPICall_t Stats::request(uint64 steam_id) {
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, steam_id] {
        if (!logon_.logged_on()) {
            calls_.lose<GSStatsReceived_t>(call);
            return;
        }
        const bool known = knows(steam_id);
        if (known) {
            loaded_[steam_id] = kept_of(steam_id);
        }
        calls_.complete(call, GSStatsReceived_t{known ? k_EResultOK : k_EResultFail, steam_id},
                        kStatsDoubled);
    });
    return call;
}

StatValue* Stats::loaded(uint64 steam_id, const char* name, StatType type) {
    auto user = loaded_.find(steam_id);
    auto definition = definitions_.find(name);
    if (user == loaded_.end() || definition == definitions_.end()) {
        return nullptr;
    }
    return definition->second.type == type ? &user->second[name] : nullptr;
}

bool Stats::get(uint64 steam_id, const char* name, StatType type, double& value) {
    StatValue* found = loaded(steam_id, name, type);
    if (found == nullptr && type == StatType::real) {
        found = loaded(steam_id, name, StatType::average_rate);
    }
    if (found != nullptr) {
        value = found->value;
    }
    return found != nullptr;
}

bool Stats::set(uint64 steam_id, const char* name, StatType type, double value) {
    StatValue* found = loaded(steam_id, name, type);
    if (found != nullptr) {
        found->value = value;
    }
    return found != nullptr;
}

bool Stats::update_average_rate(uint64 steam_id, const char* name, double count, double seconds) {
    StatValue* found = loaded(steam_id, name, StatType::average_rate);
    if (found == nullptr) {
        return false;
    }
    found->count += count;
    found->seconds += seconds;
    found->value = found->seconds > 0.0 ? found->count / found->seconds : found->value;
    return true;
}

SteamAPICall_t Stats::store(uint64 steam_id) {
    const SteamAPICall_t call = calls_.begin();
    auto user = loaded_.find(steam_id);
    const bool is_loaded = user != loaded_.end();
    backend_.schedule(kCallLatency, [this, call, steam_id, is_loaded,
                                     wanted = is_loaded ? user->second : StatValues()] {
        if (!logon_.logged_on()) {
            calls_.lose<GSStatsStored_t>(call);
            return;
        }
        const EResult result = is_loaded ? accept(steam_id, wanted) : k_EResultFail;
        calls_.complete(call, GSStatsStored_t{result, steam_id}, kStatsDoubled);
    });
    return call;
}

EResult Stats::accept(uint64 steam_id, const StatValues& wanted) {
    const StatValues before = kept_of(steam_id);
    auto user = loaded_.find(steam_id);
    EResult result = k_EResultOK;
    for (const auto& [name, value] : wanted) {
        auto definition = definitions_.find(name);
        const StatValue& old = before.at(name);
        if (allowed(definition->second, old.value, value.value)) {
            kept_[steam_id][name] = value;
            continue;
        }
        result = k_EResultInvalidParam;
        if (user != loaded_.end()) {
            user->second[name] = old;
        }
    }
    return result;
}

bool Stats::allowed(const StatDefinition& definition, double before, double after) {
    return after >= definition.minimum && after <= definition.maximum &&
           std::abs(after - before) <= definition.max_change &&
           (!definition.increment_only || after >= before);
}

bool Stats::kept(uint64 steam_id, const char* name, double& value) const {
    if (definitions_.count(name) == 0) {
        return false;
    }
    value = kept_of(steam_id).at(name).value;
    return true;
}

bool Stats::keep(uint64 steam_id, const char* name, double value) {
    if (definitions_.count(name) == 0) {
        return false;
    }
    kept_[steam_id][name] = StatValue{value, 0.0, 0.0};
    return true;
}

void Stats::unload(uint64 steam_id) {
    if (loaded_.erase(steam_id) != 0) {
        backend_.post(GSStatsUnloaded_t{steam_id});
    }
}

namespace {

constexpr double kMostReal = std::numeric_limits<float>::max();
constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr Real kStatValue = {"a number", -kMostReal, kMostReal};
constexpr Real kStatChange = {"a number", 0.0, kMostReal};
constexpr Whole kStatInteger = {"an integer", std::numeric_limits<int32>::min(),
                                std::numeric_limits<int32>::max()};
constexpr Whole kAchieved = {"an integer", 0, 1};
constexpr Text kStatName = {1, 127};

const Choice<StatType> kStatKinds = {{{"int", StatType::integer},
                                      {"float", StatType::real},
                                      {"average_rate", StatType::average_rate},
                                      {"achievement", StatType::achievement}}};

struct Definition {
    std::string name;
    StatType kind = StatType::integer;
    double initial = 0.0;
    double minimum = -kNoLimit, maximum = kNoLimit;
    double max_change = kNoLimit;
    bool increment_only;
};

std::vector<Field<Definition>> definition_fields() {
    return {
        field("name", &Definition::name, kStatName, "the name, as on the Steamworks site",
              Presence::required),
        field("kind", &Definition::kind, kStatKinds, "'int' if missing"),
        field("default", &Definition::initial, kStatValue,
              "between 'minimum' and 'maximum'; a 32-bit integer for 'int', 0 or 1 for "
              "'achievement'; 0 if missing"),
        field("minimum", &Definition::minimum, kStatValue, "no limit if missing"),
        field("maximum", &Definition::maximum, kStatValue, "no limit if missing"),
        field("max_change", &Definition::max_change, kStatChange,
              "the most by which a value may change between two stores; no limit if missing"),
        field("increment_only", &Definition::increment_only, Flag{}, "whether it may only grow"),
    };
}

// The line of a key, or of its table if it is not there.
size_t line_of(const toml::Table& table, const std::string& key) {
    const auto found = table.values.find(key);
    return found != table.values.end() ? found->second.line : table.line;
}

void check_definition(const Definition& row, const toml::Table& table) {
    const auto given = table.values.find("default");
    if (given != table.values.end() && row.kind == StatType::integer) {
        checked("default", given->second, kStatInteger);
    }
    if (given != table.values.end() && row.kind == StatType::achievement) {
        checked("default", given->second, kAchieved);
    }
    if (row.minimum > row.maximum) {
        throw toml::Error(line_of(table, "maximum"), "'maximum' must be at least 'minimum'");
    }
    if (row.initial < row.minimum || row.initial > row.maximum) {
        throw toml::Error(line_of(table, "default"),
                          "'default' must be from 'minimum' to 'maximum'; it is 0 if missing");
    }
}

const CommandOf<Definition> kDefineStat = {
    "define_stat",
    "Defines a statistic or an achievement of the game.",
    definition_fields,
    [](World& world, const Definition& row) {
        world.get<Stats>().define(row.name, {row.kind, row.initial, row.minimum, row.maximum,
                                             row.max_change, row.increment_only});
    },
    {"stat", true, "statistic", "name"},
    check_definition};

struct Kept {
    uint64 user;
    std::string name;
    double value;
};

const CommandOf<Kept> kSetStat = {
    "set_stat",
    "Sets the value that Steam stores for a user, whatever the limits of the statistic.",
    [] {
        return std::vector{
            field("user", &Kept::user, kSteamId, "the user", Presence::required),
            field("name", &Kept::name, kStatName, "the name of the statistic", Presence::required),
            field("value", &Kept::value, kStatValue, "0 or 1 for an achievement",
                  Presence::required),
        };
    },
    [](World& world, const Kept& row) {
        if (!world.get<Stats>().keep(row.user, row.name.c_str(), row.value)) {
            throw NotThere("the game has not defined the statistic '" + row.name + "'");
        }
    }};

struct Unloaded {
    uint64 user;
};

const CommandOf<Unloaded> kUnloadStats = {
    "unload_stats", "Steam drops a user's values from the server's cache.",
    [] {
        return std::vector{
            field("user", &Unloaded::user, kSteamId, "the user", Presence::required)};
    },
    [](World& world, const Unloaded& row) { world.get<Stats>().unload(row.user); }};

}  // namespace

}  // namespace steamgs::simulator

bool steamgs_sim_stat(SimWorld* world, uint64_t user, const char* name, double* value) {
    using namespace steamgs::simulator;
    const std::lock_guard<std::mutex> lock(world->mutex);
    return world->get<Stats>().kept(user, name, *value);
}
