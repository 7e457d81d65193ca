#include "scenario.h"

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include "toml.h"
#include "world.h"

namespace steamgs::simulator {

namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// A table whose keys are taken one after the other; what is left then is unknown.
class Keys {
  public:
    explicit Keys(toml::Table& table) : table_(table) {}

    template <class T>
    T get(const char* key, T otherwise) {
        auto found = table_.values.find(key);
        if (found == table_.values.end()) {
            return otherwise;
        }
        T value = as<T>(found->second, key);
        table_.values.erase(found);
        return value;
    }
    template <class T>
    T need(const char* key) {
        if (table_.values.count(key) == 0) {
            throw toml::Error(table_.line, std::string("'") + key + "' is missing");
        }
        return get<T>(key, T());
    }
    std::vector<uint64> ids(const char* key) {
        std::vector<uint64> out;
        for (const toml::Value& value : get<toml::Array>(key, {})) {
            out.push_back(static_cast<uint64>(as<int64_t>(value, key)));
        }
        return out;
    }
    void done() const {
        if (!table_.values.empty()) {
            const auto& [key, value] = *table_.values.begin();
            throw toml::Error(value.line, "unknown key '" + key + "'");
        }
    }
    [[noreturn]] void fail(const std::string& what) const { throw toml::Error(table_.line, what); }

  private:
    template <class T>
    static T as(const toml::Value& value, const std::string& key) {
        if (const T* found = std::get_if<T>(&value.data)) {
            return *found;
        }
        if constexpr (std::is_same_v<T, double>) {
            if (const auto* integer = std::get_if<int64_t>(&value.data)) {
                return static_cast<double>(*integer);
            }
        }
        throw toml::Error(value.line, "'" + key + "' has a value of the wrong type");
    }

    toml::Table& table_;
};

void read_latency(World& world, Keys& keys) {
    static const char* const kinds[] = {"logon", "retry", "auth", "group", "call"};
    for (int kind = 0; kind < static_cast<int>(Latency::count); ++kind) {
        const double lowest = keys.get<double>(kinds[kind], -1.0);
        const double highest =
            keys.get<double>((std::string(kinds[kind]) + "_max").c_str(), lowest);
        if (lowest >= 0.0) {
            world.backend.set_latency(static_cast<Latency>(kind), lowest, highest);
        }
    }
}

void read_user(World& world, Keys& keys) {
    const auto steam_id = static_cast<uint64>(keys.need<int64_t>("steam_id"));
    User& user = world.users.all[steam_id];
    user.owner_id =
        static_cast<uint64>(keys.get<int64_t>("owner_id", static_cast<int64_t>(steam_id)));
    for (const uint64 app : keys.ids("licenses")) {
        user.licenses.insert(static_cast<AppId_t>(app));
    }
    for (const bool officer : {false, true}) {
        for (const uint64 group : keys.ids(officer ? "officer_of" : "member_of")) {
            user.groups[group] = officer;
            world.users.groups.insert(group);
        }
    }
    user.online = keys.get<bool>("online", true);
    user.vac_banned = keys.get<bool>("vac_banned", false);
    user.publisher_banned = keys.get<bool>("publisher_banned", false);
}

void read_stat(World& world, Keys& keys) {
    const auto name = keys.need<std::string>("name");
    const auto kind = keys.get<std::string>("kind", "int");
    const bool known = kind == "int" || kind == "float" || kind == "average_rate";
    if (!known && kind != "achievement") {
        keys.fail("kind must be int, float, average_rate or achievement, not " + kind);
    }
    const StatType type = kind == "int"     ? StatType::integer
                          : kind == "float" ? StatType::real
                          : known           ? StatType::average_rate
                                            : StatType::achievement;
    world.stats.define(
        name, {type, keys.get<double>("default", 0.0), keys.get<double>("minimum", -kNoLimit),
               keys.get<double>("maximum", kNoLimit), keys.get<double>("max_change", kNoLimit),
               keys.get<bool>("increment_only", false)});
}

void kick_everyone(World& world, EDenyReason reason) {
    std::vector<uint64> everyone;
    for (const auto& entry : world.auth.sessions()) {
        everyone.push_back(entry.first);
    }
    for (const uint64 steam_id : everyone) {
        world.auth.kick(steam_id, reason);
    }
}

// What befalls the server at a time: read now, done then.
std::function<void()> read_deed(World& world, Keys& keys) {
    const auto deed = keys.need<std::string>("do");
    const auto user = static_cast<uint64>(keys.get<int64_t>("user", 0));
    const auto result = static_cast<EResult>(keys.get<int64_t>("result", k_EResultNoConnection));
    const auto response = static_cast<EAuthSessionResponse>(
        keys.get<int64_t>("response", k_EAuthSessionResponseVACBanned));
    const auto reason = static_cast<EDenyReason>(keys.get<int64_t>("reason", k_EDenyGeneric));
    const auto times = static_cast<int>(keys.get<int64_t>("times", 1));
    const bool retrying = keys.get<bool>("retrying", false);
    if (deed == "disconnect") {
        return [&world, result] { world.logon.disconnect(result); };
    }
    if (deed == "reconnect") {
        return [&world] { world.logon.reconnect(); };
    }
    if (deed == "fail_logons") {
        return
            [&world, result, retrying, times] { world.logon.fail_next(result, retrying, times); };
    }
    if (deed == "lose_answers") {
        return [&world, times] { world.calls.fail_next(times); };
    }
    if (deed == "duplicate_verdicts") {
        return [&world, times] { world.auth.duplicate_next(times); };
    }
    if (deed == "jump_clock") {
        const double seconds = keys.need<double>("seconds");
        return [&world, seconds] { world.backend.jump(seconds); };
    }
    if (deed == "request_restart") {
        return [&world] { world.logon.request_restart(); };
    }
    if (deed == "kick_everyone") {
        return [&world, reason] { kick_everyone(world, reason); };
    }
    if (user == 0) {
        keys.fail("'" + deed + "' is unknown, or needs a user");
    }
    if (deed == "kick") {
        return [&world, user, reason] { world.auth.kick(user, reason); };
    }
    if (deed == "revoke") {
        return [&world, user, response, reason] { world.auth.revoke(user, response, reason); };
    }
    if (deed == "cancel_tickets") {
        return [&world, user] { world.auth.cancel_ticket(user, 0); };
    }
    if (deed == "unload_stats") {
        return [&world, user] { world.stats.unload(user); };
    }
    keys.fail("'" + deed + "' is unknown");
}

}  // namespace

std::unique_ptr<World> read_scenario(const std::string& text) {
    std::vector<toml::Table> tables = toml::parse(text);
    Keys top(tables.front());
    const auto seed = static_cast<uint64>(top.get<int64_t>("seed", 1));
    top.done();
    auto world = std::make_unique<World>(seed, false);
    for (size_t i = 1; i < tables.size(); ++i) {
        toml::Table& table = tables[i];
        Keys keys(table);
        if (table.name == "latency") {
            read_latency(*world, keys);
        } else if (table.name == "group") {
            world->users.groups.insert(static_cast<uint64>(keys.need<int64_t>("group_id")));
        } else if (table.name == "user") {
            read_user(*world, keys);
        } else if (table.name == "stat") {
            read_stat(*world, keys);
        } else if (table.name == "event") {
            const auto at = keys.need<double>("at");
            world->backend.schedule_at(at, read_deed(*world, keys));
        } else {
            keys.fail("unknown table '" + table.name + "'");
        }
        keys.done();
    }
    return world;
}

std::unique_ptr<World> read_scenario_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("there is no such file");
    }
    return read_scenario({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

}  // namespace steamgs::simulator
