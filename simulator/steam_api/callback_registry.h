// Which listener wants which callback, and which call's answer. As in Valve's library there are no
// locks: the game uses one thread at a time, or has its own lock.
#pragma once

#include <steam/steam_gameserver.h>

#include <cstddef>
#include <unordered_map>
#include <vector>

// The name that the headers' CCallbackBase lets at its flags.
class CCallbackMgr {
  public:
    void add(CCallbackBase* listener, int id);
    void remove(CCallbackBase* listener);
    void add_result(CCallbackBase* listener, SteamAPICall_t call);
    void remove_result(CCallbackBase* listener, SteamAPICall_t call);

    // Runs the game server's listeners of one callback in order of registration. They may register
    // and unregister; a new one is run too if another was still to come when it registered.
    void run(int id, void* payload);
    // The listener for a call's answer, taken out of the registry; NULL if there is none.
    CCallbackBase* take_result(SteamAPICall_t call);

    static int id_of(CCallbackBase* listener) { return listener->m_iCallback; }

  private:
    using Listeners = std::vector<CCallbackBase*>;

    static bool for_game_server(const CCallbackBase* listener) {
        return (listener->m_nCallbackFlags & CCallbackBase::k_ECallbackFlagsGameServer) != 0;
    }
    static bool another_after(const Listeners& listeners, std::size_t position);

    std::unordered_map<int, Listeners> listeners_;
    std::unordered_map<SteamAPICall_t, CCallbackBase*> results_;
    int running_id_ = 0;  // whose list must keep its positions for now
};
