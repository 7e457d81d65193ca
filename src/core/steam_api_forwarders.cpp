// The entry points of libsteam_api that templates of the Steamworks headers call, forwarded to the
// library that was loaded. They are hidden in the extension, so nothing can link to them by
// mistake.
#include "core/steam_library.h"

using steamgs::steam_library;

// A listener may be destroyed before any library was loaded, hence the look before the call.
#define STEAMGS_FORWARD(function, ...)             \
    if (auto* target = steam_library().function) { \
        target(__VA_ARGS__);                       \
    }

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id){
    STEAMGS_FORWARD(register_callback, callback, id)}

S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback){
    STEAMGS_FORWARD(unregister_callback, callback)}

S_API void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* result, SteamAPICall_t call){
    STEAMGS_FORWARD(register_call_result, result, call)}

S_API void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* result, SteamAPICall_t call) {
    STEAMGS_FORWARD(unregister_call_result, result, call)
}
