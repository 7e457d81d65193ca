// ISteamUtils, interface version 010. Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "steam_api_common.h"

enum ESteamAPICallFailure : int {
    k_ESteamAPICallFailureNone = -1,
    k_ESteamAPICallFailureSteamGone = 0,
    k_ESteamAPICallFailureNetworkFailure = 1,
    k_ESteamAPICallFailureInvalidHandle = 2,
    k_ESteamAPICallFailureMismatchedCallback = 3,
};

// Enumerations of functions that a game server has no use for; only their width matters here.
enum ENotificationPosition : int;
enum EGamepadTextInputMode : int;
enum EGamepadTextInputLineMode : int;
enum EFloatingGamepadTextInputMode : int;
enum ETextFilteringContext : int;
enum ESteamIPv6ConnectivityProtocol : int;
enum ESteamIPv6ConnectivityState : int;

class ISteamUtils {
  public:
    virtual uint32 GetSecondsSinceAppActive() = 0;
    virtual uint32 GetSecondsSinceComputerActive() = 0;
    virtual EUniverse GetConnectedUniverse() = 0;
    virtual uint32 GetServerRealTime() = 0;
    virtual const char* GetIPCountry() = 0;
    virtual bool GetImageSize(int image, uint32* width, uint32* height) = 0;
    virtual bool GetImageRGBA(int image, uint8* out, int size) = 0;
    virtual bool GetCSERIPPort(uint32* ip, uint16* port) = 0;
    virtual uint8 GetCurrentBatteryPower() = 0;
    virtual uint32 GetAppID() = 0;
    virtual void SetOverlayNotificationPosition(ENotificationPosition position) = 0;
    virtual bool IsAPICallCompleted(SteamAPICall_t call, bool* failed) = 0;
    virtual ESteamAPICallFailure GetAPICallFailureReason(SteamAPICall_t call) = 0;
    virtual bool GetAPICallResult(SteamAPICall_t call, void* out, int size, int expected,
                                  bool* failed) = 0;
    virtual void RunFrame() = 0;
    virtual uint32 GetIPCCallCount() = 0;
    virtual void SetWarningMessageHook(SteamAPIWarningMessageHook_t hook) = 0;
    virtual bool IsOverlayEnabled() = 0;
    virtual bool BOverlayNeedsPresent() = 0;
    virtual SteamAPICall_t CheckFileSignature(const char* file) = 0;
    virtual bool ShowGamepadTextInput(EGamepadTextInputMode mode, EGamepadTextInputLineMode lines,
                                      const char* description, uint32 max,
                                      const char* existing) = 0;
    virtual uint32 GetEnteredGamepadTextLength() = 0;
    virtual bool GetEnteredGamepadTextInput(char* text, uint32 size) = 0;
    virtual const char* GetSteamUILanguage() = 0;
    virtual bool IsSteamRunningInVR() = 0;
    virtual void SetOverlayNotificationInset(int horizontal, int vertical) = 0;
    virtual bool IsSteamInBigPictureMode() = 0;
    virtual void StartVRDashboard() = 0;
    virtual bool IsVRHeadsetStreamingEnabled() = 0;
    virtual void SetVRHeadsetStreamingEnabled(bool enabled) = 0;
    virtual bool IsSteamChinaLauncher() = 0;
    virtual bool InitFilterText(uint32 options = 0) = 0;
    virtual int FilterText(ETextFilteringContext context, CSteamID source, const char* input,
                           char* out, uint32 size) = 0;
    virtual ESteamIPv6ConnectivityState GetIPv6ConnectivityState(
        ESteamIPv6ConnectivityProtocol protocol) = 0;
    virtual bool IsSteamRunningOnSteamDeck() = 0;
    virtual bool ShowFloatingGamepadTextInput(EFloatingGamepadTextInputMode mode, int x, int y,
                                              int width, int height) = 0;
    virtual void SetGameLauncherMode(bool launcher) = 0;
    virtual bool DismissFloatingGamepadTextInput() = 0;
    virtual bool DismissGamepadTextInput() = 0;

  protected:
    ~ISteamUtils() = default;
};

#define STEAMUTILS_INTERFACE_VERSION "SteamUtils010"

STEAMGS_INTERFACE_ACCESSOR(
    ISteamUtils, SteamGameServerUtils,
    SteamInternal_FindOrCreateGameServerInterface(0, STEAMUTILS_INTERFACE_VERSION))

STEAMGS_PACK_BEGIN

struct SteamAPICallCompleted_t {
    enum { k_iCallback = k_iSteamUtilsCallbacks + 3 };
    SteamAPICall_t m_hAsyncCall;
    int m_iCallback;
    uint32 m_cubParam;
};

STEAMGS_PACK_END
