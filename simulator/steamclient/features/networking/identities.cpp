#include "features/networking/identities.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace steamgs::simulator::networking {

namespace {

const std::string kSteamId = "steamid:";
const std::string kIp = "ip:";
const std::string kString = "str:";
const std::string kBytes = "gen:";
const std::string kXbox = "xbox:";
const std::string kPsn = "psn:";
const std::string kInvalid = "invalid";

bool starts_with(const std::string& text, const std::string& start) {
    return text.compare(0, start.size(), start) == 0;
}

std::optional<uint64> number(const std::string& text, uint64 most) {
    uint64 value = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9' || value > (most - static_cast<uint64>(digit - '0')) / 10) {
            return std::nullopt;
        }
        value = value * 10 + static_cast<uint64>(digit - '0');
    }
    return text.empty() ? std::nullopt : std::optional<uint64>(value);
}

std::optional<unsigned> hex_digit(char character) {
    const char* const digits = "0123456789abcdef";
    const char lower =
        character >= 'A' && character <= 'F' ? static_cast<char>(character | 0x20) : character;
    const char* found = lower != '\0' ? std::strchr(digits, lower) : nullptr;
    return found != nullptr ? std::optional<unsigned>(static_cast<unsigned>(found - digits))
                            : std::nullopt;
}

// Whether a Steam id has a universe and a type that Steam knows.
bool names_an_account(uint64 steam_id) {
    const uint64 universe = steam_id >> 56;
    const uint64 type = steam_id >> 52 & 0xf;
    return universe >= 1 && universe <= 4 && type >= 1 && type <= 10;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char character : text) {
        if (character == separator) {
            parts.emplace_back();
        } else {
            parts.back() += character;
        }
    }
    return parts;
}

std::optional<uint32> parse_ipv4(const std::string& text) {
    const std::vector<std::string> parts = split(text, '.');
    uint32 address = 0;
    for (const std::string& part : parts) {
        const std::optional<uint64> byte = number(part, 255);
        if (!byte) {
            return std::nullopt;
        }
        address = address << 8 | static_cast<uint32>(*byte);
    }
    return parts.size() == 4 ? std::optional<uint32>(address) : std::nullopt;
}

// The groups on one side of "::", or all of them; the last may be an IPv4 address.
std::optional<std::vector<uint8>> parse_groups(const std::string& text) {
    std::vector<uint8> bytes;
    if (text.empty()) {
        return bytes;
    }
    const std::vector<std::string> groups = split(text, ':');
    for (size_t i = 0; i < groups.size(); ++i) {
        const std::string& group = groups[i];
        if (i + 1 == groups.size() && group.find('.') != std::string::npos) {
            const std::optional<uint32> address = parse_ipv4(group);
            if (!address) {
                return std::nullopt;
            }
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes.push_back(static_cast<uint8>(*address >> shift));
            }
            continue;
        }
        unsigned value = 0;
        for (const char character : group) {
            const std::optional<unsigned> digit = hex_digit(character);
            if (!digit) {
                return std::nullopt;
            }
            value = value << 4 | *digit;
        }
        if (group.empty() || group.size() > 4) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<uint8>(value >> 8));
        bytes.push_back(static_cast<uint8>(value));
    }
    return bytes;
}

bool parse_ipv6(const std::string& text, uint8* out) {
    const size_t gap = text.find("::");
    const auto before = parse_groups(text.substr(0, gap));
    const auto after =
        gap != std::string::npos ? parse_groups(text.substr(gap + 2)) : std::vector<uint8>();
    if (!before || !after) {
        return false;
    }
    const size_t size = before->size() + after->size();
    if (gap == std::string::npos ? size != 16 : size > 14) {
        return false;
    }
    std::memset(out, 0, 16);
    std::copy(before->begin(), before->end(), out);
    std::copy(after->begin(), after->end(), out + 16 - after->size());
    return true;
}

std::string text_of_ipv6(const uint8* bytes) {
    unsigned groups[8];
    for (int i = 0; i < 8; ++i) {
        groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    int gap = -1;
    int longest = 1;  // a single zero is not left out
    for (int start = 0; start < 8; ++start) {
        int end = start;
        while (end < 8 && groups[end] == 0) {
            ++end;
        }
        if (end - start > longest) {
            gap = start;
            longest = end - start;
        }
    }
    std::string text;
    for (int i = 0; i < 8; ++i) {
        if (i == gap) {
            text += "::";
            i += longest - 1;
            continue;
        }
        char group[8];
        std::snprintf(group, sizeof(group), "%x", groups[i]);
        text += (text.empty() || text.back() == ':' ? "" : ":") + std::string(group);
    }
    return text;
}

void set_text(SteamNetworkingIdentity& identity, ESteamNetworkingIdentityType type,
              const std::string& text, size_t capacity) {
    identity.m_eType = type;
    write_text(text, identity.m_szUnknownRawString, capacity);
    identity.m_cbSize = static_cast<int>(text.size() + 1);
}

bool parse_bytes(const std::string& text, SteamNetworkingIdentity& out) {
    const size_t size = text.size() / 2;
    if (text.size() % 2 != 0 || size == 0 || size > SteamNetworkingIdentity::k_cbMaxGenericBytes) {
        return false;
    }
    for (size_t i = 0; i < size; ++i) {
        const std::optional<unsigned> high = hex_digit(text[2 * i]);
        const std::optional<unsigned> low = hex_digit(text[2 * i + 1]);
        if (!high || !low) {
            return false;
        }
        out.m_genericBytes[i] = static_cast<uint8>(*high << 4 | *low);
    }
    out.m_eType = k_ESteamNetworkingIdentityType_GenericBytes;
    out.m_cbSize = static_cast<int>(size);
    return true;
}

std::string text_of_bytes(const SteamNetworkingIdentity& identity) {
    std::string text = kBytes;
    for (int i = 0; i < identity.m_cbSize && i < SteamNetworkingIdentity::k_cbMaxGenericBytes;
         ++i) {
        char byte[4];
        std::snprintf(byte, sizeof(byte), "%02x", identity.m_genericBytes[i]);
        text += byte;
    }
    return text;
}

bool parse_words(const std::string& text, SteamNetworkingIdentity& out) {
    if (starts_with(text, kString)) {
        const std::string name = text.substr(kString.size());
        if (name.empty() || name.size() >= SteamNetworkingIdentity::k_cchMaxGenericString) {
            return false;
        }
        set_text(out, k_ESteamNetworkingIdentityType_GenericString, name,
                 SteamNetworkingIdentity::k_cchMaxGenericString);
        return true;
    }
    if (starts_with(text, kXbox)) {
        const std::string name = text.substr(kXbox.size());
        if (name.empty() || name.size() >= SteamNetworkingIdentity::k_cchMaxXboxPairwiseID) {
            return false;
        }
        set_text(out, k_ESteamNetworkingIdentityType_XboxPairwiseID, name,
                 SteamNetworkingIdentity::k_cchMaxXboxPairwiseID);
        return true;
    }
    if (text.size() >= SteamNetworkingIdentity::k_cchMaxString ||
        text.find(':') == std::string::npos) {
        return false;
    }
    set_text(out, k_ESteamNetworkingIdentityType_UnknownType, text,
             SteamNetworkingIdentity::k_cchMaxString);
    return true;
}

}  // namespace

void write_text(const std::string& text, char* out, size_t capacity) {
    if (out != nullptr && capacity > 0) {
        const size_t size = std::min(text.size(), capacity - 1);
        std::memcpy(out, text.data(), size);
        out[size] = '\0';
    }
}

SteamNetworkingIPAddr ipv4(uint32 address, uint16 port) {
    SteamNetworkingIPAddr out{};
    out.m_ipv4.m_ffff = 0xffff;
    for (int i = 0; i < 4; ++i) {
        out.m_ipv4.m_ip[i] = static_cast<uint8>(address >> (24 - 8 * i));
    }
    out.m_port = port;
    return out;
}

bool is_ipv4(const SteamNetworkingIPAddr& address) {
    return address.m_ipv4.m_8zeros == 0 && address.m_ipv4.m_0000 == 0 &&
           address.m_ipv4.m_ffff == 0xffff;
}

uint32 ipv4_of(const SteamNetworkingIPAddr& address) {
    const uint8* bytes = address.m_ipv4.m_ip;
    return static_cast<uint32>(bytes[0]) << 24 | static_cast<uint32>(bytes[1]) << 16 |
           static_cast<uint32>(bytes[2]) << 8 | bytes[3];
}

bool same(const SteamNetworkingIPAddr& a, const SteamNetworkingIPAddr& b) {
    return std::memcmp(&a, &b, sizeof(a)) == 0;
}

std::string text_of(const SteamNetworkingIPAddr& address, bool with_port) {
    const std::string port = ":" + std::to_string(address.m_port);
    if (!is_ipv4(address)) {
        const std::string text = text_of_ipv6(address.m_ipv6);
        return with_port ? "[" + text + "]" + port : text;
    }
    const uint8* bytes = address.m_ipv4.m_ip;
    std::string text;
    for (int i = 0; i < 4; ++i) {
        text += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
    }
    return with_port ? text + port : text;
}

bool parse(const std::string& text, SteamNetworkingIPAddr& out) {
    std::string host = text;
    std::string port;
    const size_t colon = text.rfind(':');
    if (starts_with(text, "[")) {
        const size_t end = text.find(']');
        if (end == std::string::npos || (end + 1 < text.size() && text[end + 1] != ':')) {
            return false;
        }
        host = text.substr(1, end - 1);
        port = end + 1 < text.size() ? text.substr(end + 2) : "0";
    } else if (colon != std::string::npos && text.find(':') == colon) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    } else {
        port = "0";
    }
    const std::optional<uint64> its_port = number(port, std::numeric_limits<uint16>::max());
    if (!its_port) {
        return false;
    }
    if (const std::optional<uint32> address = parse_ipv4(host)) {
        out = ipv4(*address, static_cast<uint16>(*its_port));
        return true;
    }
    SteamNetworkingIPAddr parsed{};
    if (host.empty() || !parse_ipv6(host, parsed.m_ipv6)) {
        return false;
    }
    parsed.m_port = static_cast<uint16>(*its_port);
    out = parsed;
    return true;
}

ESteamNetworkingFakeIPType fake_ip_type(uint32 address) {
    if (address == 0) {
        return k_ESteamNetworkingFakeIPType_Invalid;
    }
    const uint32 network = address >> 16;
    const uint32 half = address >> 8 & 0xff;
    if (network != 0xa9fe) {  // 169.254
        return k_ESteamNetworkingFakeIPType_NotFake;
    }
    return half < 0x80 ? k_ESteamNetworkingFakeIPType_LocalIPv4
                       : k_ESteamNetworkingFakeIPType_GlobalIPv4;
}

ESteamNetworkingFakeIPType fake_ip_type(const SteamNetworkingIPAddr& address) {
    return is_ipv4(address) ? fake_ip_type(ipv4_of(address)) : k_ESteamNetworkingFakeIPType_NotFake;
}

SteamNetworkingIdentity no_identity() { return {}; }

SteamNetworkingIdentity identity_of(uint64 steam_id) {
    SteamNetworkingIdentity identity{};
    identity.m_eType = k_ESteamNetworkingIdentityType_SteamID;
    identity.m_cbSize = sizeof(uint64);
    identity.m_steamID64 = steam_id;
    return identity;
}

SteamNetworkingIdentity identity_of(const SteamNetworkingIPAddr& address) {
    SteamNetworkingIdentity identity{};
    identity.m_eType = k_ESteamNetworkingIdentityType_IPAddress;
    identity.m_cbSize = sizeof(SteamNetworkingIPAddr);
    identity.m_ip = address;
    return identity;
}

bool is_valid(const SteamNetworkingIdentity& identity) {
    return identity.m_eType != k_ESteamNetworkingIdentityType_Invalid;
}

bool same(const SteamNetworkingIdentity& a, const SteamNetworkingIdentity& b) {
    const size_t most = sizeof(a.m_reserved);
    return a.m_eType == b.m_eType && a.m_cbSize == b.m_cbSize && a.m_cbSize >= 0 &&
           std::memcmp(a.m_reserved, b.m_reserved,
                       std::min(most, static_cast<size_t>(a.m_cbSize))) == 0;
}

std::string text_of(const SteamNetworkingIdentity& identity) {
    switch (identity.m_eType) {
        case k_ESteamNetworkingIdentityType_Invalid:
            return kInvalid;
        case k_ESteamNetworkingIdentityType_SteamID:
            return kSteamId + std::to_string(identity.m_steamID64);
        case k_ESteamNetworkingIdentityType_SonyPSN:
            return kPsn + std::to_string(identity.m_PSNID);
        case k_ESteamNetworkingIdentityType_IPAddress:
            return kIp + text_of(identity.m_ip, identity.m_ip.m_port != 0);
        case k_ESteamNetworkingIdentityType_GenericString:
            return kString + std::string(identity.m_szGenericString,
                                         ::strnlen(identity.m_szGenericString,
                                                   sizeof(identity.m_szGenericString)));
        case k_ESteamNetworkingIdentityType_XboxPairwiseID:
            return kXbox + std::string(identity.m_szXboxPairwiseID,
                                       ::strnlen(identity.m_szXboxPairwiseID,
                                                 sizeof(identity.m_szXboxPairwiseID)));
        case k_ESteamNetworkingIdentityType_GenericBytes:
            return text_of_bytes(identity);
        case k_ESteamNetworkingIdentityType_UnknownType:
            return std::string(
                identity.m_szUnknownRawString,
                ::strnlen(identity.m_szUnknownRawString, sizeof(identity.m_szUnknownRawString)));
        default:
            return "bad type:" + std::to_string(identity.m_eType);
    }
}

bool parse(const std::string& text, SteamNetworkingIdentity& out) {
    out = no_identity();
    if (text == kInvalid) {
        return true;
    }
    if (starts_with(text, kSteamId)) {
        const auto id = number(text.substr(kSteamId.size()), std::numeric_limits<uint64>::max());
        if (id && names_an_account(*id)) {
            out = identity_of(*id);
        }
        return is_valid(out);
    }
    if (starts_with(text, kPsn)) {
        const auto id = number(text.substr(kPsn.size()), std::numeric_limits<uint64>::max());
        if (id && *id != 0) {
            out = identity_of(*id);
            out.m_eType = k_ESteamNetworkingIdentityType_SonyPSN;
        }
        return is_valid(out);
    }
    if (starts_with(text, kIp)) {
        SteamNetworkingIPAddr address{};
        if (parse(text.substr(kIp.size()), address)) {
            out = identity_of(address);
        }
        return is_valid(out);
    }
    return starts_with(text, kBytes) ? parse_bytes(text.substr(kBytes.size()), out)
                                     : parse_words(text, out);
}

}  // namespace steamgs::simulator::networking
