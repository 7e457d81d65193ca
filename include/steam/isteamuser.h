// Callbacks of ISteamUser that game servers receive too. Part of steamgs' own declarations.
#pragma once

#include "steam_api_common.h"

STEAMGS_PACK_BEGIN

struct SteamServersConnected_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 1 };
};

struct SteamServerConnectFailure_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 2 };
    EResult m_eResult;
    bool m_bStillRetrying;
};

struct SteamServersDisconnected_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 3 };
    EResult m_eResult;
};

struct ValidateAuthTicketResponse_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 43 };
    CSteamID m_SteamID;
    EAuthSessionResponse m_eAuthSessionResponse;
    CSteamID m_OwnerSteamID;
};

struct GetAuthSessionTicketResponse_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 63 };
    HAuthTicket m_hAuthTicket;
    EResult m_eResult;
};

STEAMGS_PACK_END
