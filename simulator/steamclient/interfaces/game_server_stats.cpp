// ISteamGameServerStats, as the game calls it.
#include <steamgs/slots/isteamgameserverstats.h>

#include "features/stats.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

template <class Slots>
class GameServerStats final : public Slots {
  public:
    SteamAPICall_t RequestUserStats(CSteamID user) override {
        return LockedFeature<Stats>()->request(user.ConvertToUint64());
    }
    bool GetUserStat(CSteamID user, const char* name, int32* value) override {
        return get(user, name, StatType::integer, value);
    }
    bool GetUserStat(CSteamID user, const char* name, float* value) override {
        return get(user, name, StatType::real, value);
    }
    bool GetUserAchievement(CSteamID user, const char* name, bool* achieved) override {
        return get(user, name, StatType::achievement, achieved);
    }
    bool SetUserStat(CSteamID user, const char* name, int32 value) override {
        return set(user, name, StatType::integer, value);
    }
    bool SetUserStat(CSteamID user, const char* name, float value) override {
        return set(user, name, StatType::real, static_cast<double>(value));
    }
    bool UpdateUserAvgRateStat(CSteamID user, const char* name, float count,
                               double seconds) override {
        return name != nullptr &&
               LockedFeature<Stats>()->update_average_rate(user.ConvertToUint64(), name,
                                                           static_cast<double>(count), seconds);
    }
    bool SetUserAchievement(CSteamID user, const char* name) override {
        return set(user, name, StatType::achievement, 1.0);
    }
    bool ClearUserAchievement(CSteamID user, const char* name) override {
        return set(user, name, StatType::achievement, 0.0);
    }
    SteamAPICall_t StoreUserStats(CSteamID user) override {
        return LockedFeature<Stats>()->store(user.ConvertToUint64());
    }

  private:
    template <class T>
    static bool get(CSteamID user, const char* name, StatType type, T* value) {
        double found = 0.0;
        if (name == nullptr || value == nullptr ||
            !LockedFeature<Stats>()->get(user.ConvertToUint64(), name, type, found)) {
            return false;
        }
        *value = static_cast<T>(found);
        return true;
    }
    static bool set(CSteamID user, const char* name, StatType type, double value) {
        return name != nullptr &&
               LockedFeature<Stats>()->set(user.ConvertToUint64(), name, type, value);
    }
};

const EveryVersion<GameServerStats, slots::EveryISteamGameServerStats> kInterface;

}  // namespace

}  // namespace steamgs::simulator
