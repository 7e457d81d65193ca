// Configuration values of Steam's networking: read and set for all, a server, a listener or a
// connection.
#pragma once

#include <cstdint>
#include <string>

#include "core/networking.h"

namespace steamgs {

using NetworkingUtils = abi::ISteamNetworkingUtils004;

// For what a value is set; `object` is a handle, or an interface.
struct ConfigScope {
    int kind;
    intptr_t object;
};

// A value, as its type has it.
struct ConfigSetting {
    int type;
    int64_t integer;
    float real;
    std::string text;
};

// What is known of a value; false if Steam has no such value.
struct ConfigFacts {
    const char* name;
    int type;
    int scope;  // the narrowest that it can be set for
};
bool config_facts(NetworkingUtils* utils, int value, ConfigFacts& facts) noexcept;
// The value after another one, or the first one; 0 after the last.
int config_after(NetworkingUtils* utils, int value, bool for_developers) noexcept;

// An ESteamNetworkingGetConfigValueResult.
int get_config(NetworkingUtils* utils, int value, const ConfigScope& scope, ConfigSetting& out);
// `setting` points to what the type says; NULL has the value be that of the wider scope again.
bool set_config(NetworkingUtils* utils, int value, const ConfigScope& scope, int type,
                const void* setting) noexcept;

}  // namespace steamgs
