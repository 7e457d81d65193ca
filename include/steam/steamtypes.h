// Basic types of the Steamworks ABI. Part of steamgs' own declarations, compatible with SDK 1.63.
#pragma once

#include <cstdint>

// Tells these declarations from Valve's headers, which have the same include names.
#define STEAMGS_BUNDLED_HEADERS 1
#define STEAMGS_BUNDLED_SDK_VERSION "1.63"

#ifdef _WIN32
#define S_CALLTYPE __cdecl
#else
#define S_CALLTYPE
#endif

using int8 = signed char;
using uint8 = unsigned char;
using int16 = short;
using uint16 = unsigned short;
using int32 = int;
using uint32 = unsigned int;
// Not int64_t, which is `long` on 64-bit Linux: overloads on the one would not take the other.
using int64 = long long;
using uint64 = unsigned long long;

using AppId_t = uint32;
using AccountID_t = uint32;
using RTime32 = uint32;
using SteamAPICall_t = uint64;

constexpr AppId_t k_uAppIdInvalid = 0;
constexpr SteamAPICall_t k_uAPICallInvalid = 0;

enum ESteamIPType : int {
    k_ESteamIPTypeIPv4 = 0,
    k_ESteamIPTypeIPv6 = 1,
};

#pragma pack(push, 1)
struct SteamIPAddress_t {
    union {
        uint32 m_unIPv4;        // host order
        uint8 m_rgubIPv6[16];   // network order
        uint64 m_ipv6Qword[2];  // the same bytes
    };
    ESteamIPType m_eType;

    bool IsSet() const {
        if (m_eType == k_ESteamIPTypeIPv4) {
            return m_unIPv4 != 0;
        }
        return (m_ipv6Qword[0] | m_ipv6Qword[1]) != 0;
    }
};
#pragma pack(pop)
