// Configuration values: what there is, in which ranges, and what is set at which scope.
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "features/networking/types.h"

namespace steamgs::simulator::networking {

struct ConfigValue {
    ESteamNetworkingConfigDataType type = k_ESteamNetworkingConfig_Int32;
    int64 integer = 0;
    float real = 0.0f;
    std::string text;
    void* pointer = nullptr;
};

struct ConfigRow {
    ESteamNetworkingConfigValue key;
    const char* name;
    ESteamNetworkingConfigDataType type;
    ESteamNetworkingConfigScope scope;  // the narrowest at which it can be set
    double initial, low, high;          // of numbers
};

// NULL if there is none.
const ConfigRow* config_row(ESteamNetworkingConfigValue key);
// The one after `key`, or the first one; k_ESteamNetworkingConfig_Invalid after the last.
// Leaves out pointers, and what concerns developers unless it is asked for.
ESteamNetworkingConfigValue config_after(ESteamNetworkingConfigValue key, bool for_developers);

// What is set at one scope. Whatever is not, is as in the wider scope.
class Config {
  public:
    explicit Config(const Config* wider = nullptr) : wider_(wider) {}

    void set_wider(const Config* wider) { wider_ = wider; }
    // NULL clears it. Numbers are converted and clamped. False if it can't be set like that.
    bool set(const ConfigRow& row, ESteamNetworkingConfigDataType type, const void* value);
    bool has(const ConfigRow& row) const { return values_.count(row.key) != 0; }
    ConfigValue get(const ConfigRow& row) const;
    int64 integer(ESteamNetworkingConfigValue key) const;

  private:
    const Config* wider_;
    std::map<ESteamNetworkingConfigValue, ConfigValue> values_;
};

// How often any value was set anywhere: what is remembered of them is then out of date.
extern std::atomic<uint32> config_changes;

// Writes a value as ISteamNetworkingUtils does.
ESteamNetworkingGetConfigValueResult write_config(const ConfigValue& value, void* out,
                                                  size_t* size);

}  // namespace steamgs::simulator::networking
