// Numbers as bytes, the least first: how tickets and proofs of items are written.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>

namespace steamgs::simulator {

inline void put(std::string& out, uint64 value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i));
    }
}

inline uint64 take(const uint8*& in, int bytes) {
    uint64 value = 0;
    for (int i = 0; i < bytes; ++i) {
        value |= static_cast<uint64>(*in++) << (8 * i);
    }
    return value;
}

}  // namespace steamgs::simulator
