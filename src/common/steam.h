// The Steamworks headers, genuine or bundled, as every file of steamgs includes them.
#pragma once

// Not linked to libsteam_api: the entry points are ours (src/core/steam_api_forwarders.cpp).
#ifndef STEAM_API_NODLL
#define STEAM_API_NODLL
#endif

#include <steam/steam_gameserver.h>
