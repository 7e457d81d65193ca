// All declarations of a process that uses Steam. Part of steamgs' own declarations of the
// Steamworks ABI.
#pragma once

#include "steam/interfaces.h"

S_API void S_CALLTYPE SteamAPI_ReleaseCurrentThreadMemory();

S_API void S_CALLTYPE SteamAPI_ManualDispatch_Init();
S_API void S_CALLTYPE SteamAPI_ManualDispatch_RunFrame(HSteamPipe pipe);
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetNextCallback(HSteamPipe pipe,
                                                              CallbackMsg_t* message);
S_API void S_CALLTYPE SteamAPI_ManualDispatch_FreeLastCallback(HSteamPipe pipe);
S_API bool S_CALLTYPE SteamAPI_ManualDispatch_GetAPICallResult(HSteamPipe pipe, SteamAPICall_t call,
                                                               void* out, int size, int expected,
                                                               bool* failed);
