#include "kernel/scenario.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <system_error>

#include "kernel/scenario_fields.h"
#include "kernel/toml.h"
#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

constexpr int64_t kMostInteger = std::numeric_limits<int64_t>::max();
constexpr double kMostReal = std::numeric_limits<float>::max();
constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr double kMostSeconds = 1e9;  // about 31 years

// What values may be.
constexpr Whole kSeed = {"an integer", 0, kMostInteger};
constexpr Whole kSteamId = {"a Steam id", 1, kMostInteger};
constexpr Whole kGroupId = {"the Steam id of a group", 1, kMostInteger};
constexpr Whole kAppId = {"an app id", 1, std::numeric_limits<AppId_t>::max()};
constexpr Whole kResult = {"a code of EResult", k_EResultOK, k_EResultTryLater};
constexpr Whole kResponse = {"a code of EAuthSessionResponse", k_EAuthSessionResponseOK,
                             k_EAuthSessionResponseAuthTicketNetworkIdentityFailure};
constexpr Whole kReason = {"a code of EDenyReason", k_EDenyInvalid, k_EDenySteamOwnerLeftGuestUser};
constexpr Whole kTimes = {"a number of times", 0, 1 << 30};
constexpr Real kSeconds = {"a number of seconds", 0.0, kMostSeconds};
constexpr Real kJump = {"a number of seconds", -kMostSeconds, kMostSeconds};
constexpr Real kStatValue = {"a number", -kMostReal, kMostReal};
constexpr Real kStatChange = {"a number", 0.0, kMostReal};
constexpr Whole kStatInteger = {"an integer", std::numeric_limits<int32>::min(),
                                std::numeric_limits<int32>::max()};
constexpr Whole kAchieved = {"an integer", 0, 1};
constexpr Text kStatName = {127};

// The keys before the first table.
struct Top {
    uint64 seed = 1;
};

const std::vector<Field<Top>> kTopFields = {field("seed", &Top::seed, kSeed)};

// Each is a key of [latency], and with `_max` a second one.
constexpr const char* kLatencies[] = {"logon", "retry",     "auth",  "group",
                                      "call",  "connected", "policy"};
constexpr size_t kLatencyCount = std::size(kLatencies);
static_assert(kLatencyCount == static_cast<size_t>(Latency::count),
              "name each kind here, in the order of the enum");

struct Latencies {
    std::optional<double> lowest[kLatencyCount], highest[kLatencyCount];
};

std::vector<Field<Latencies>> latency_fields() {
    std::vector<Field<Latencies>> fields;
    for (size_t kind = 0; kind < kLatencyCount; ++kind) {
        for (const bool is_max : {false, true}) {
            const std::string name = std::string(kLatencies[kind]) + (is_max ? "_max" : "");
            fields.push_back({name, Presence::optional,
                              [name, kind, is_max](Latencies& row, const toml::Value& value) {
                                  auto& bounds = is_max ? row.highest : row.lowest;
                                  bounds[kind] = checked(name, value, kSeconds);
                              }});
        }
    }
    return fields;
}

void read_latency(World& world, const toml::Table& table) {
    const Latencies row = read_row(table, latency_fields());
    for (size_t kind = 0; kind < kLatencyCount; ++kind) {
        const auto& lowest = row.lowest[kind];
        const auto& highest = row.highest[kind];
        const std::string name = kLatencies[kind];
        if (highest && highest < lowest.value_or(kNoLimit)) {
            throw toml::Error(table.values.at(name + "_max").line,
                              "'" + name + "_max' must be at least '" + name + "', which is " +
                                  (lowest ? "larger" : "missing"));
        }
        if (lowest) {
            world.backend.set_latency(static_cast<Latency>(kind), *lowest,
                                      highest.value_or(*lowest));
        }
    }
}

// Each is a key of [behaviour].
void read_behaviour(World& world, const toml::Table& table) {
    std::vector<std::string> names;
    while (const char* name = Behaviours::name(static_cast<int>(names.size()))) {
        names.push_back(name);
    }
    for (const auto& [name, value] : table.values) {
        if (!world.backend.behaviours.set(name.c_str(), checked(name, value, Flag{}))) {
            throw toml::Error(value.line, unknown("key", name, names));
        }
    }
}

struct Group {
    uint64 group_id;
};

const std::vector<Field<Group>> kGroupFields = {
    field("group_id", &Group::group_id, kGroupId, Presence::needed),
};

void read_group(World& world, const toml::Table& table) {
    world.users.groups.insert(read_row(table, kGroupFields).group_id);
}

struct UserRow {
    uint64 steam_id;
    uint64 owner_id;  // 0: the user's own
    std::vector<AppId_t> licenses;
    std::vector<uint64> member_of, officer_of;
    bool online = true;
    bool vac_banned, publisher_banned;
};

const std::vector<Field<UserRow>> kUserFields = {
    field("steam_id", &UserRow::steam_id, kSteamId, Presence::needed),
    field("owner_id", &UserRow::owner_id, kSteamId),
    field("licenses", &UserRow::licenses, kAppId),
    field("member_of", &UserRow::member_of, kGroupId),
    field("officer_of", &UserRow::officer_of, kGroupId),
    field("online", &UserRow::online, Flag{}),
    field("vac_banned", &UserRow::vac_banned, Flag{}),
    field("publisher_banned", &UserRow::publisher_banned, Flag{}),
};

void read_user(World& world, const toml::Table& table) {
    const UserRow row = read_row(table, kUserFields);
    if (world.users.find(row.steam_id) != nullptr) {
        throw toml::Error(table.values.at("steam_id").line,
                          "the user " + std::to_string(row.steam_id) + " is defined already");
    }
    User& user = world.users.all[row.steam_id];
    user.owner_id = row.owner_id != 0 ? row.owner_id : row.steam_id;
    user.licenses.insert(row.licenses.begin(), row.licenses.end());
    for (const bool officer : {false, true}) {
        for (const uint64 group : officer ? row.officer_of : row.member_of) {
            user.groups[group] = officer;
            world.users.groups.insert(group);
        }
    }
    user.online = row.online;
    user.vac_banned = row.vac_banned;
    user.publisher_banned = row.publisher_banned;
}

struct StatRow {
    std::string name;
    StatType kind = StatType::integer;
    double initial = 0.0;
    double minimum = -kNoLimit, maximum = kNoLimit;
    double max_change = kNoLimit;
    bool increment_only;
};

const Choice<StatType> kStatKinds = {{{"int", StatType::integer},
                                      {"float", StatType::real},
                                      {"average_rate", StatType::average_rate},
                                      {"achievement", StatType::achievement}}};

const std::vector<Field<StatRow>> kStatFields = {
    field("name", &StatRow::name, kStatName, Presence::needed),
    field("kind", &StatRow::kind, kStatKinds),
    field("default", &StatRow::initial, kStatValue),
    field("minimum", &StatRow::minimum, kStatValue),
    field("maximum", &StatRow::maximum, kStatValue),
    field("max_change", &StatRow::max_change, kStatChange),
    field("increment_only", &StatRow::increment_only, Flag{}),
};

// The line of a key, or of its table if it is not there.
size_t line_of(const toml::Table& table, const std::string& key) {
    const auto found = table.values.find(key);
    return found != table.values.end() ? found->second.line : table.line;
}

void check_default(const StatRow& row, const toml::Table& table) {
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

void read_stat(World& world, const toml::Table& table) {
    const StatRow row = read_row(table, kStatFields);
    check_default(row, table);
    if (world.stats.defined(row.name)) {
        throw toml::Error(table.values.at("name").line,
                          "the statistic '" + toml::shown(row.name) + "' is defined already");
    }
    world.stats.define(row.name, {row.kind, row.initial, row.minimum, row.maximum, row.max_change,
                                  row.increment_only});
}

struct Deed;

struct Event {
    double at;
    const Deed* deed;
    uint64 user;
    EResult result = k_EResultNoConnection;
    EAuthSessionResponse response = k_EAuthSessionResponseVACBanned;
    EDenyReason reason = k_EDenyGeneric;
    int times = 1;
    double seconds;
    bool retrying;
};

// What befalls the server at a time, and which keys say more about it.
struct Deed {
    const char* name;
    std::vector<std::string> needs, takes;
    void (*happen)(World& world, const Event& event);
};

void kick_everyone(World& world, const Event& event) {
    std::vector<uint64> everyone;
    for (const auto& entry : world.auth.sessions()) {
        everyone.push_back(entry.first);
    }
    for (const uint64 steam_id : everyone) {
        world.auth.kick(steam_id, event.reason);
    }
}

const Deed kDeeds[] = {
    {"disconnect",
     {},
     {"result"},
     [](World& world, const Event& event) { world.logon.disconnect(event.result); }},
    {"reconnect", {}, {}, [](World& world, const Event&) { world.logon.reconnect(); }},
    {"fail_logons",
     {},
     {"result", "retrying", "times"},
     [](World& world, const Event& event) {
         world.logon.fail_next(event.result, event.retrying, event.times);
     }},
    {"lose_answers",
     {},
     {"times"},
     [](World& world, const Event& event) { world.calls.fail_next(event.times); }},
    {"duplicate_verdicts",
     {},
     {"times"},
     [](World& world, const Event& event) { world.auth.duplicate_next(event.times); }},
    {"jump_clock",
     {"seconds"},
     {},
     [](World& world, const Event& event) { world.backend.jump(event.seconds); }},
    {"request_restart", {}, {}, [](World& world, const Event&) { world.logon.request_restart(); }},
    {"kick_everyone", {}, {"reason"}, kick_everyone},
    {"kick",
     {"user"},
     {"reason"},
     [](World& world, const Event& event) { world.auth.kick(event.user, event.reason); }},
    {"revoke",
     {"user"},
     {"response", "reason"},
     [](World& world, const Event& event) {
         world.auth.revoke(event.user, event.response, event.reason);
     }},
    {"cancel_tickets",
     {"user"},
     {},
     [](World& world, const Event& event) { world.auth.cancel_ticket(event.user, 0); }},
    {"unload_stats",
     {"user"},
     {},
     [](World& world, const Event& event) { world.stats.unload(event.user); }},
};

Choice<const Deed*> deeds() {
    Choice<const Deed*> choice;
    for (const Deed& deed : kDeeds) {
        choice.values.emplace_back(deed.name, &deed);
    }
    return choice;
}

const std::vector<Field<Event>> kEventFields = {
    field("at", &Event::at, kSeconds, Presence::needed),
    field("do", &Event::deed, deeds(), Presence::needed),
    field("user", &Event::user, kSteamId),
    field("result", &Event::result, kResult),
    field("response", &Event::response, kResponse),
    field("reason", &Event::reason, kReason),
    field("times", &Event::times, kTimes),
    field("seconds", &Event::seconds, kJump),
    field("retrying", &Event::retrying, Flag{}),
};

void read_event(World& world, const toml::Table& table) {
    const Event event = read_row(table, kEventFields);
    std::set<std::string> missing(event.deed->needs.begin(), event.deed->needs.end());
    std::set<std::string> taken = {"at", "do"};
    taken.insert(event.deed->takes.begin(), event.deed->takes.end());
    for (const auto& [name, value] : table.values) {
        if (missing.erase(name) == 0 && taken.count(name) == 0) {
            throw toml::Error(value.line,
                              "'" + std::string(event.deed->name) + "' takes no '" + name + "'");
        }
    }
    if (!missing.empty()) {
        throw toml::Error(
            table.line, "'" + std::string(event.deed->name) + "' needs '" + *missing.begin() + "'");
    }
    world.backend.schedule_at(event.at, [&world, event] { event.deed->happen(world, event); });
}

struct Section {
    const char* name;
    bool repeated;
    void (*read)(World& world, const toml::Table& table);
};

constexpr Section kSections[] = {
    {"latency", false, read_latency}, {"behaviour", false, read_behaviour},
    {"group", true, read_group},      {"user", true, read_user},
    {"stat", true, read_stat},        {"event", true, read_event},
};

const Section& section_of(const toml::Table& table) {
    std::vector<std::string> names;
    for (const Section& section : kSections) {
        if (table.name == section.name && table.repeated == section.repeated) {
            return section;
        }
        if (table.name == section.name) {
            throw toml::Error(table.line, section.repeated
                                              ? "write [[" + table.name + "]]: there may be several"
                                              : "write [" + table.name + "]: there is only one");
        }
        names.push_back(section.name);
    }
    throw toml::Error(table.line, unknown("table", table.name, names));
}

// What is larger is no scenario; a device has no end.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

std::unique_ptr<World> read_scenario(const std::string& text) {
    if (text.size() > kMostBytes) {
        throw std::runtime_error("too large for a scenario: the limit is 1 MiB");
    }
    const std::vector<toml::Table> tables = toml::parse(text);
    auto world = std::make_unique<World>(read_row(tables.front(), kTopFields).seed, false);
    for (size_t i = 1; i < tables.size(); ++i) {
        section_of(tables[i]).read(*world, tables[i]);
    }
    return world;
}

std::unique_ptr<World> read_scenario_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    char part[4096];
    while (text.size() <= kMostBytes && (file.read(part, sizeof(part)) || file.gcount() > 0)) {
        text.append(part, static_cast<size_t>(file.gcount()));
    }
    // Whatever opens can be read, but for a folder.
    if (!file.is_open() || file.bad()) {
        throw std::runtime_error(std::generic_category().message(errno));
    }
    return read_scenario(text);
}

}  // namespace steamgs::simulator
