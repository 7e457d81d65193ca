// ISteamGameServer, interface version 015. Part of steamgs' own declarations of the Steamworks ABI:
// the order of its functions is that ABI.
#pragma once

#include "steam_api_common.h"

class ISteamGameServer {
  public:
    virtual bool InitGameServer(uint32 ip, uint16 game_port, uint16 query_port, uint32 flags,
                                AppId_t app_id, const char* version) = 0;
    virtual void SetProduct(const char* product) = 0;
    virtual void SetGameDescription(const char* description) = 0;
    virtual void SetModDir(const char* mod_dir) = 0;
    virtual void SetDedicatedServer(bool dedicated) = 0;
    virtual void LogOn(const char* token) = 0;
    virtual void LogOnAnonymous() = 0;
    virtual void LogOff() = 0;
    virtual bool BLoggedOn() = 0;
    virtual bool BSecure() = 0;
    virtual CSteamID GetSteamID() = 0;
    virtual bool WasRestartRequested() = 0;
    virtual void SetMaxPlayerCount(int count) = 0;
    virtual void SetBotPlayerCount(int count) = 0;
    virtual void SetServerName(const char* name) = 0;
    virtual void SetMapName(const char* name) = 0;
    virtual void SetPasswordProtected(bool is_protected) = 0;
    virtual void SetSpectatorPort(uint16 port) = 0;
    virtual void SetSpectatorServerName(const char* name) = 0;
    virtual void ClearAllKeyValues() = 0;
    virtual void SetKeyValue(const char* key, const char* value) = 0;
    virtual void SetGameTags(const char* tags) = 0;
    virtual void SetGameData(const char* data) = 0;
    virtual void SetRegion(const char* region) = 0;
    virtual void SetAdvertiseServerActive(bool active) = 0;
    virtual HAuthTicket GetAuthSessionTicket(void* ticket, int capacity, uint32* size,
                                             const SteamNetworkingIdentity* remote) = 0;
    virtual EBeginAuthSessionResult BeginAuthSession(const void* ticket, int size,
                                                     CSteamID user) = 0;
    virtual void EndAuthSession(CSteamID user) = 0;
    virtual void CancelAuthTicket(HAuthTicket ticket) = 0;
    virtual EUserHasLicenseForAppResult UserHasLicenseForApp(CSteamID user, AppId_t app_id) = 0;
    virtual bool RequestUserGroupStatus(CSteamID user, CSteamID group) = 0;
    virtual void GetGameplayStats() = 0;
    virtual SteamAPICall_t GetServerReputation() = 0;
    virtual SteamIPAddress_t GetPublicIP() = 0;
    virtual bool HandleIncomingPacket(const void* data, int size, uint32 ip, uint16 port) = 0;
    virtual int GetNextOutgoingPacket(void* out, int capacity, uint32* ip, uint16* port) = 0;
    virtual SteamAPICall_t AssociateWithClan(CSteamID clan) = 0;
    virtual SteamAPICall_t ComputeNewPlayerCompatibility(CSteamID player) = 0;
    virtual bool SendUserConnectAndAuthenticate_DEPRECATED(uint32 ip, const void* blob, uint32 size,
                                                           CSteamID* user) = 0;
    virtual CSteamID CreateUnauthenticatedUserConnection() = 0;
    virtual void SendUserDisconnect_DEPRECATED(CSteamID user) = 0;
    virtual bool BUpdateUserData(CSteamID user, const char* name, uint32 score) = 0;
    virtual void SetMasterServerHeartbeatInterval_DEPRECATED(int interval) = 0;
    virtual void ForceMasterServerHeartbeat_DEPRECATED() = 0;

  protected:
    ~ISteamGameServer() = default;
};

#define STEAMGAMESERVER_INTERFACE_VERSION "SteamGameServer015"

STEAMGS_GAMESERVER_ACCESSOR(ISteamGameServer, SteamGameServer, STEAMGAMESERVER_INTERFACE_VERSION)

STEAMGS_PACK_BEGIN

struct GSPolicyResponse_t {
    enum { k_iCallback = k_iSteamUserCallbacks + 15 };
    uint8 m_bSecure;
};

struct GSClientApprove_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 1 };
    CSteamID m_SteamID;
    CSteamID m_OwnerSteamID;
};

struct GSClientDeny_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 2 };
    CSteamID m_SteamID;
    EDenyReason m_eDenyReason;
    char m_rgchOptionalText[128];
};

struct GSClientKick_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 3 };
    CSteamID m_SteamID;
    EDenyReason m_eDenyReason;
};

struct GSClientAchievementStatus_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 6 };
    uint64 m_SteamID;
    char m_pchAchievement[128];
    bool m_bUnlocked;
};

struct GSGameplayStats_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 7 };
    EResult m_eResult;
    int32 m_nRank;
    uint32 m_unTotalConnects;
    uint32 m_unTotalMinutesPlayed;
};

struct GSClientGroupStatus_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 8 };
    CSteamID m_SteamIDUser;
    CSteamID m_SteamIDGroup;
    bool m_bMember;
    bool m_bOfficer;
};

struct GSReputation_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 9 };
    EResult m_eResult;
    uint32 m_unReputationScore;
    bool m_bBanned;
    uint32 m_unBannedIP;
    uint16 m_usBannedPort;
    uint64 m_ulBannedGameID;
    uint32 m_unBanExpires;
};

struct AssociateWithClanResult_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 10 };
    EResult m_eResult;
};

struct ComputeNewPlayerCompatibilityResult_t {
    enum { k_iCallback = k_iSteamGameServerCallbacks + 11 };
    EResult m_eResult;
    int m_cPlayersThatDontLikeCandidate;
    int m_cPlayersThatCandidateDoesntLike;
    int m_cClanPlayersThatDontLikeCandidate;
    CSteamID m_SteamIDCandidate;
};

STEAMGS_PACK_END
