// Statistics and achievements: what the game has defined, what Steam stores for each user, and what
// the game server has loaded.
#pragma once

#include <map>
#include <string>

#include "features/sessions.h"
#include "kernel/calls.h"
#include "kernel/control.h"

namespace steamgs::simulator {

enum class StatType { integer, real, average_rate, achievement };

struct StatDefinition {
    StatType type;
    double initial;
    double minimum, maximum;
    double max_change;  // between two stores
    bool increment_only;
};

struct StatValue {
    double value = 0.0;
    double count = 0.0, seconds = 0.0;  // what an average rate is made of
};

using StatValues = std::map<std::string, StatValue>;

class Stats final : public Feature {
  public:
    explicit Stats(World& world)
        : backend_(world.backend),
          logon_(world.get<Logon>()),
          users_(world.get<Accounts>()),
          sessions_(world.get<Sessions>()),
          calls_(world.calls) {}

    // What ISteamGameServerStats calls. Values are false for users that are not loaded, and for
    // names that are not defined or of another type.
    SteamAPICall_t request(uint64 steam_id);
    bool get(uint64 steam_id, const char* name, StatType type, double& value);
    bool set(uint64 steam_id, const char* name, StatType type, double value);
    bool update_average_rate(uint64 steam_id, const char* name, double count, double seconds);
    SteamAPICall_t store(uint64 steam_id);
    void reset() override { loaded_.clear(); }

    // What the control of the simulator calls.
    void define(const std::string& name, const StatDefinition& definition) {
        definitions_[name] = definition;
    }
    // What Steam keeps: false if there is no such name.
    bool kept(uint64 steam_id, const char* name, double& value) const;
    bool keep(uint64 steam_id, const char* name, double value);
    // Steam drops a user's values from the server's cache (GSStatsUnloaded_t).
    void unload(uint64 steam_id);

  private:
    bool knows(uint64 steam_id);
    StatValue* loaded(uint64 steam_id, const char* name, StatType type);
    StatValues kept_of(uint64 steam_id) const;
    // Stores what the constraints allow, and resets the rest.
    EResult accept(uint64 steam_id, const StatValues& wanted);
    static bool allowed(const StatDefinition& definition, double before, double after);

    Backend& backend_;
    Logon& logon_;
    Accounts& users_;
    Sessions& sessions_;
    CallResults& calls_;
    std::map<std::string, StatDefinition> definitions_;
    std::map<uint64, StatValues> kept_;
    std::map<uint64, StatValues> loaded_;
};

}  // namespace steamgs::simulator

// What Steam keeps of a user; false for a name that is not defined.
STEAMGS_SIM_API bool steamgs_sim_stat(SimWorld* world, uint64_t user, const char* name,
                                      double* value);
