// Which Steamworks headers this build was made from.
#pragma once

#include "common/steam.h"

namespace steamgs {

#ifdef STEAMGS_BUNDLED_HEADERS
inline const char* build_headers() { return "bundled"; }
inline const char* build_sdk_version() { return STEAMGS_BUNDLED_SDK_VERSION; }
#else
inline const char* build_headers() { return "genuine"; }
// The headers do not contain their version; setup.py reads it from the SDK's Readme.
inline const char* build_sdk_version() { return STEAMGS_SDK_VERSION; }
#endif
inline const char* build_game_server_interface() { return STEAMGAMESERVER_INTERFACE_VERSION; }
inline const char* build_stats_interface() { return STEAMGAMESERVERSTATS_INTERFACE_VERSION; }
inline const char* build_utils_interface() { return STEAMUTILS_INTERFACE_VERSION; }

#ifdef VALVE_CALLBACK_PACK_LARGE
inline int build_callback_packing() { return 8; }
#else
inline int build_callback_packing() { return 4; }
#endif

}  // namespace steamgs
