#include "core/network_config.h"

#include <cstring>

#include "core/fields.h"

namespace steamgs {

namespace {

// Most texts are shorter. A longer one is asked for again: it may grow meanwhile, but not for ever.
constexpr size_t kTextBytes = 256;
constexpr int kTries = 4;

abi::ESteamNetworkingConfigValue which(int value) {
    abi::ESteamNetworkingConfigValue made{};
    write_enum(made, value);
    return made;
}

abi::ESteamNetworkingConfigScope scope_kind(const ConfigScope& scope) {
    abi::ESteamNetworkingConfigScope made{};
    write_enum(made, scope.kind);
    return made;
}

// The bytes that Steam has written.
void read_setting(const std::string& data, size_t size, ConfigSetting& out) {
    int32_t narrow = 0;
    if (out.type == abi::k_ESteamNetworkingConfig_Int32 && size == sizeof(narrow)) {
        std::memcpy(&narrow, data.data(), sizeof(narrow));
        out.integer = narrow;
    } else if (out.type == abi::k_ESteamNetworkingConfig_Int64 && size == sizeof(out.integer)) {
        std::memcpy(&out.integer, data.data(), sizeof(out.integer));
    } else if (out.type == abi::k_ESteamNetworkingConfig_Float && size == sizeof(out.real)) {
        std::memcpy(&out.real, data.data(), sizeof(out.real));
    } else if (out.type == abi::k_ESteamNetworkingConfig_String) {
        out.text.assign(data.data(), strnlen(data.data(), size));
    }
}

}  // namespace

bool config_facts(NetworkingUtils* utils, int value, ConfigFacts& facts) noexcept {
    abi::ESteamNetworkingConfigDataType type{};
    abi::ESteamNetworkingConfigScope scope{};
    facts.name = utils->GetConfigValueInfo(which(value), &type, &scope);
    facts.type = read_enum(type);
    facts.scope = read_enum(scope);
    return facts.name != nullptr;
}

int config_after(NetworkingUtils* utils, int value, bool for_developers) noexcept {
    const abi::ESteamNetworkingConfigValue next =
        utils->IterateGenericEditableConfigValues(which(value), for_developers);
    return read_enum(next);
}

int get_config(NetworkingUtils* utils, int value, const ConfigScope& scope, ConfigSetting& out) {
    std::string data(kTextBytes, '\0');
    int result = abi::k_ESteamNetworkingGetConfigValue_BufferTooSmall;
    for (int tries = 0; tries < kTries; ++tries) {
        abi::ESteamNetworkingConfigDataType type{};
        size_t size = data.size();
        const abi::ESteamNetworkingGetConfigValueResult told = utils->GetConfigValue(
            which(value), scope_kind(scope), scope.object, &type, &data[0], &size);
        result = read_enum(told);
        out.type = read_enum(type);
        if (result != abi::k_ESteamNetworkingGetConfigValue_BufferTooSmall) {
            if (result > 0 && size <= data.size()) {
                read_setting(data, size, out);
            }
            return result;
        }
        data.assign(size + 1, '\0');
    }
    return result;
}

bool set_config(NetworkingUtils* utils, int value, const ConfigScope& scope, int type,
                const void* setting) noexcept {
    abi::ESteamNetworkingConfigDataType data_type{};
    write_enum(data_type, type);
    return utils->SetConfigValue(which(value), scope_kind(scope), scope.object, data_type, setting);
}

}  // namespace steamgs
