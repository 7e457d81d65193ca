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
    virtual HSteamPipe CreateSteamPipe() = 0;
    virtual bool BReleaseSteamPipe(HSteamPipe pipe) = 0;
    virtual HSteamUser ConnectToGlobalUser(HSteamPipe pipe) = 0;
    virtual HSteamUser CreateLocalUser(HSteamPipe* pipe, EAccountType type) = 0;
    virtual void ReleaseUser(HSteamPipe pipe, HSteamUser user) = 0;
    virtual ISteamUser* GetISteamUser(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamGameServer* GetISteamGameServer(HSteamUser user, HSteamPipe pipe,
                                                  const char* version) = 0;
    virtual void SetLocalIPBinding(const SteamIPAddress_t& ip, uint16 port) = 0;
    virtual ISteamFriends* GetISteamFriends(HSteamUser user, HSteamPipe pipe,
                                            const char* version) = 0;
    virtual ISteamUtils* GetISteamUtils(HSteamPipe pipe, const char* version) = 0;
    virtual ISteamMatchmaking* GetISteamMatchmaking(HSteamUser user, HSteamPipe pipe,
                                                    const char* version) = 0;
    virtual ISteamMatchmakingServers* GetISteamMatchmakingServers(HSteamUser user, HSteamPipe pipe,
                                                                  const char* version) = 0;
    virtual void* GetISteamGenericInterface(HSteamUser user, HSteamPipe pipe,
                                            const char* version) = 0;
    virtual ISteamUserStats* GetISteamUserStats(HSteamUser user, HSteamPipe pipe,
                                                const char* version) = 0;
    virtual ISteamGameServerStats* GetISteamGameServerStats(HSteamUser user, HSteamPipe pipe,
                                                            const char* version) = 0;
    virtual ISteamApps* GetISteamApps(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamNetworking* GetISteamNetworking(HSteamUser user, HSteamPipe pipe,
                                                  const char* version) = 0;
    virtual ISteamRemoteStorage* GetISteamRemoteStorage(HSteamUser user, HSteamPipe pipe,
                                                        const char* version) = 0;
    virtual ISteamScreenshots* GetISteamScreenshots(HSteamUser user, HSteamPipe pipe,
                                                    const char* version) = 0;
    virtual void RunFrame() = 0;
    virtual uint32 GetIPCCallCount() = 0;
    virtual void SetWarningMessageHook(SteamAPIWarningMessageHook_t hook) = 0;
    virtual bool BShutdownIfAllPipesClosed() = 0;
    virtual ISteamHTTP* GetISteamHTTP(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamController* GetISteamController(HSteamUser user, HSteamPipe pipe,
                                                  const char* version) = 0;
    virtual ISteamUGC* GetISteamUGC(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamMusic* GetISteamMusic(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamHTMLSurface* GetISteamHTMLSurface(HSteamUser user, HSteamPipe pipe,
                                                    const char* version) = 0;
    virtual void DEPRECATED_Set_SteamAPI_CPostAPIResultInProcess(void (*)()) = 0;
    virtual void DEPRECATED_Remove_SteamAPI_CPostAPIResultInProcess(void (*)()) = 0;
    virtual void Set_SteamAPI_CCheckCallbackRegisteredInProcess(
        SteamAPI_CheckCallbackRegistered_t function) = 0;
    virtual ISteamInventory* GetISteamInventory(HSteamUser user, HSteamPipe pipe,
                                                const char* version) = 0;
    virtual ISteamVideo* GetISteamVideo(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamParentalSettings* GetISteamParentalSettings(HSteamUser user, HSteamPipe pipe,
                                                              const char* version) = 0;
    virtual ISteamInput* GetISteamInput(HSteamUser user, HSteamPipe pipe, const char* version) = 0;
    virtual ISteamParties* GetISteamParties(HSteamUser user, HSteamPipe pipe,
                                            const char* version) = 0;
    virtual ISteamRemotePlay* GetISteamRemotePlay(HSteamUser user, HSteamPipe pipe,
                                                  const char* version) = 0;
    virtual void DestroyAllInterfaces() = 0;

  protected:
    ~ISteamClient() = default;
};

#define STEAMCLIENT_INTERFACE_VERSION "SteamClient023"
