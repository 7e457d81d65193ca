// Reading and writing members of callback structs, safely for any bytes that Steam put there.
#pragma once

#include <cstring>

#include "common/steam.h"

namespace steamgs {

// Steam ids are CSteamID or uint64 there; this is one name for both.
inline uint64 read_id(CSteamID member) { return member.ConvertToUint64(); }
inline uint64 read_id(uint64 member) { return member; }

inline void write_id(CSteamID& member, uint64 value) { member.SetFromUint64(value); }
inline void write_id(uint64& member, uint64 value) { member = value; }

// As bytes: a value beyond those that the headers list is no value of the enum's type, and to read
// it as one is undefined.
template <class Enum>
int read_enum(const Enum& member) {
    static_assert(sizeof(Enum) == sizeof(int), "Steam's enums are ints");
    int value;
    std::memcpy(&value, &member, sizeof(value));
    return value;
}
template <class Enum>
void write_enum(Enum& member, int value) {
    static_assert(sizeof(Enum) == sizeof(int), "Steam's enums are ints");
    std::memcpy(&member, &value, sizeof(value));
}

// Likewise a bool that is neither 0 nor 1.
template <class Flag>
bool read_flag(const Flag& member) {
    static_assert(sizeof(Flag) == 1, "Steam's flags are bytes");
    unsigned char value;
    std::memcpy(&value, &member, sizeof(value));
    return value != 0;
}

// Whether Steam knows an address: all zeros if not.
inline bool is_set(const SteamIPAddress_t& address) {
    if (address.m_eType == k_ESteamIPTypeIPv4) {
        return address.m_unIPv4 != 0;
    }
    return (address.m_ipv6Qword[0] | address.m_ipv6Qword[1]) != 0;
}

}  // namespace steamgs
