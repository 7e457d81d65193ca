// The Steamworks headers, genuine or bundled, as every file of steamgs includes them.
#pragma once

// Not linked to libsteam_api: the entry points are ours (src/core/steam_api_forwarders.cpp).
#ifndef STEAM_API_NODLL
#define STEAM_API_NODLL
#endif

#include <steam/steam_gameserver.h>

#if defined(_WIN32) && !defined(_MSC_VER) && !defined(STEAMGS_BUNDLED_HEADERS)
#error \
    "Valve's headers give Valve's DLL the right layout with Microsoft's compiler only: use that, \
or leave out STEAMWORKS_SDK_PATH"
#endif
