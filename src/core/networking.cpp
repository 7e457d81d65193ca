#include "core/networking.h"

#include <algorithm>

#include "core/fields.h"

namespace steamgs {

namespace {

// As Valve's open implementation has it: a size, and that many bytes. There is more room than that,
// as no header of the SDK says how large it is.
struct HostedAddress {
    int size;
    char data[4096];
};

}  // namespace

bool get_certificate_request(Sockets* sockets, std::string& blob, std::string& why) {
    SteamNetworkingErrMsg message = {};
    int size = 0;
    if (sockets->GetCertificateRequest(&size, nullptr, message) && size > 0) {
        blob.resize(static_cast<size_t>(size));
        if (sockets->GetCertificateRequest(&size, &blob[0], message)) {
            blob.resize(static_cast<size_t>(size));
            return true;
        }
    }
    message[sizeof(message) - 1] = 0;
    why = message;
    return false;
}

bool set_certificate(Sockets* sockets, const void* certificate, int size, std::string& why) {
    SteamNetworkingErrMsg message = {};
    if (sockets->SetCertificate(certificate, size, message)) {
        return true;
    }
    message[sizeof(message) - 1] = 0;
    why = message;
    return false;
}

int get_hosted_address(Sockets* sockets, std::string& blob) {
    HostedAddress address = {};
    const int result = sockets->GetHostedDedicatedServerAddress(
        reinterpret_cast<abi::SteamDatagramHostedAddress*>(&address));
    const int size = std::clamp(address.size, 0, static_cast<int>(sizeof(address.data)));
    blob.assign(address.data, static_cast<size_t>(size));
    return result;
}

abi::SteamNetworkingConfigValue_t& ConfigOptions::add(int value,
                                                      abi::ESteamNetworkingConfigDataType type) {
    all_.emplace_back();
    write_enum(all_.back().m_eValue, value);
    all_.back().m_eDataType = type;
    return all_.back();
}

void ConfigOptions::add_int32(int value, int32_t setting) {
    add(value, abi::k_ESteamNetworkingConfig_Int32).m_val.m_int32 = setting;
}

void ConfigOptions::add_int64(int value, int64_t setting) {
    add(value, abi::k_ESteamNetworkingConfig_Int64).m_val.m_int64 = setting;
}

void ConfigOptions::add_float(int value, float setting) {
    add(value, abi::k_ESteamNetworkingConfig_Float).m_val.m_float = setting;
}

void ConfigOptions::add_text(int value, const char* setting) {
    add(value, abi::k_ESteamNetworkingConfig_String).m_val.m_string = setting;
}

}  // namespace steamgs
