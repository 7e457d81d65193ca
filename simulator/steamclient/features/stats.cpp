#include "features/stats.h"

#include <cmath>

namespace steamgs::simulator {

bool Stats::knows(uint64 steam_id) {
    return users_.find(steam_id) != nullptr || auth_.sessions().count(steam_id) != 0;
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
    backend_.schedule(Latency::call, [this, call, steam_id] {
        if (!logon_.logged_on()) {
            calls_.complete(call, GSStatsReceived_t::k_iCallback, "", 0, true);
            return;
        }
        const bool known = knows(steam_id);
        if (known) {
            loaded_[steam_id] = kept_of(steam_id);
        }
        calls_.complete(call, GSStatsReceived_t{known ? k_EResultOK : k_EResultFail, steam_id});
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
    backend_.schedule(Latency::call, [this, call, steam_id, is_loaded,
                                      wanted = is_loaded ? user->second : StatValues()] {
        if (!logon_.logged_on()) {
            calls_.complete(call, GSStatsStored_t::k_iCallback, "", 0, true);
            return;
        }
        const EResult result = is_loaded ? accept(steam_id, wanted) : k_EResultFail;
        calls_.complete(call, GSStatsStored_t{result, steam_id});
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

}  // namespace steamgs::simulator
