// Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "isteamclient.h"
#include "isteamuser.h"
#include "isteamutils.h"
#include "matchmakingtypes.h"
#include "steam_api_common.h"

enum ESteamAPIInitResult : int {
    k_ESteamAPIInitResult_OK = 0,
    k_ESteamAPIInitResult_FailedGeneric = 1,
    k_ESteamAPIInitResult_NoSteamClient = 2,
    k_ESteamAPIInitResult_VersionMismatch = 3,
};

S_API void S_CALLTYPE SteamAPI_ReleaseCurrentThreadMemory();

S_API void S_CALLTYPE SteamAPI_ManualDispatch_Init();
S_API void S_CALLTYPE SteamAPI_ManualDispatch_RunFrame(HSteamPipe pipe);
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetNextCallback(HSteamPipe pipe,
                                                              CallbackMsg_t* message);
S_API void S_CALLTYPE SteamAPI_ManualDispatch_FreeLastCallback(HSteamPipe pipe);
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetAPICallResult(HSteamPipe pipe, SteamAPICall_t call,
                                                               void* out, int size, int expected,
                                                               bool* failed);
