// ISteamClient, interface version 023. Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "steam_api_common.h"

class ISteamApps;
class ISteamController;
class ISteamFriends;
class ISteamGameServer;
class ISteamGameServerStats;
class ISteamHTMLSurface;
class ISteamHTTP;
class ISteamInput;
class ISteamInventory;
class ISteamMatchmaking;
class ISteamMatchmakingServers;
class ISteamMusic;
class ISteamNetworking;
class ISteamParentalSettings;
class ISteamParties;
class ISteamRemotePlay;
class ISteamRemoteStorage;
class ISteamScreenshots;
class ISteamUGC;
class ISteamUser;
class ISteamUserStats;
class ISteamUtils;
class ISteamVideo;

class ISteamClient {
  public:
// Most functions give out an interface of some version.
#define STEAMGS_GET(type) \
    virtual type* Get##type(HSteamUser user, HSteamPipe pipe, const char* version) = 0

    virtual HSteamPipe CreateSteamPipe() = 0;
    virtual bool BReleaseSteamPipe(HSteamPipe pipe) = 0;
    virtual HSteamUser ConnectToGlobalUser(HSteamPipe pipe) = 0;
    virtual HSteamUser CreateLocalUser(HSteamPipe* pipe, EAccountType type) = 0;
    virtual void ReleaseUser(HSteamPipe pipe, HSteamUser user) = 0;
    STEAMGS_GET(ISteamUser);
    STEAMGS_GET(ISteamGameServer);
    virtual void SetLocalIPBinding(const SteamIPAddress_t& ip, uint16 port) = 0;
    STEAMGS_GET(ISteamFriends);
    virtual ISteamUtils* GetISteamUtils(HSteamPipe pipe, const char* version) = 0;
    STEAMGS_GET(ISteamMatchmaking);
    STEAMGS_GET(ISteamMatchmakingServers);
    virtual void* GetISteamGenericInterface(HSteamUser user, HSteamPipe pipe,
                                            const char* version) = 0;
    STEAMGS_GET(ISteamUserStats);
    STEAMGS_GET(ISteamGameServerStats);
    STEAMGS_GET(ISteamApps);
    STEAMGS_GET(ISteamNetworking);
    STEAMGS_GET(ISteamRemoteStorage);
    STEAMGS_GET(ISteamScreenshots);
    virtual void RunFrame() = 0;
    virtual uint32 GetIPCCallCount() = 0;
    virtual void SetWarningMessageHook(SteamAPIWarningMessageHook_t hook) = 0;
    virtual bool BShutdownIfAllPipesClosed() = 0;
    STEAMGS_GET(ISteamHTTP);
    STEAMGS_GET(ISteamController);
    STEAMGS_GET(ISteamUGC);
    STEAMGS_GET(ISteamMusic);
    STEAMGS_GET(ISteamHTMLSurface);
    virtual void DEPRECATED_Set_SteamAPI_CPostAPIResultInProcess(void (*)()) = 0;
    virtual void DEPRECATED_Remove_SteamAPI_CPostAPIResultInProcess(void (*)()) = 0;
    virtual void Set_SteamAPI_CCheckCallbackRegisteredInProcess(
        SteamAPI_CheckCallbackRegistered_t function) = 0;
    STEAMGS_GET(ISteamInventory);
    STEAMGS_GET(ISteamVideo);
    STEAMGS_GET(ISteamParentalSettings);
    STEAMGS_GET(ISteamInput);
    STEAMGS_GET(ISteamParties);
    STEAMGS_GET(ISteamRemotePlay);
    virtual void DestroyAllInterfaces() = 0;
#undef STEAMGS_GET

  protected:
    ~ISteamClient() = default;
};

#define STEAMCLIENT_INTERFACE_VERSION "SteamClient023"
