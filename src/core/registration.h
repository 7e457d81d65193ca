// The only function that registers our listeners with Steam.
#pragma once

#include "common/steam.h"

namespace steamgs {

// It exists only for access to the protected members of CCallbackBase.
struct CallbackFlags : CCallbackBase {
    static constexpr uint8 kRegistered = k_ECallbackFlagsRegistered;
    static constexpr uint8 kGameServer = k_ECallbackFlagsGameServer;

    static uint8& of(CCallbackBase& listener) {
        return listener.*(&CallbackFlags::m_nCallbackFlags);
    }
};

// As a game server's listener, behind all others of its id. There is a libsteam_api whose
// unregister clears the flag that makes it one, and CCallback::Register unregisters first what is
// registered: so the flag is set last, each time.
inline void register_for_game_server(CCallbackBase* listener, int id) {
    uint8& flags = CallbackFlags::of(*listener);
    if ((flags & CallbackFlags::kRegistered) != 0) {
        SteamAPI_UnregisterCallback(listener);
    }
    flags |= CallbackFlags::kGameServer;
    SteamAPI_RegisterCallback(listener, id);
}

}  // namespace steamgs
