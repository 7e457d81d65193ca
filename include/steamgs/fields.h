// Steam ids stand in callback structs as CSteamID or as uint64: one name for both.
#pragma once

#include "steamgs/steam.h"

namespace steamgs {

inline uint64 read_id(CSteamID member) { return member.ConvertToUint64(); }
inline uint64 read_id(uint64 member) { return member; }

inline void write_id(CSteamID& member, uint64 value) { member.SetFromUint64(value); }
inline void write_id(uint64& member, uint64 value) { member = value; }

}  // namespace steamgs
