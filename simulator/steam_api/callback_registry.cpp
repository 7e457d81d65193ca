#include "callback_registry.h"

#include <algorithm>

void CCallbackMgr::add(CCallbackBase* listener, int id) {
    listener->m_nCallbackFlags |= CCallbackBase::k_ECallbackFlagsRegistered;
    listener->m_iCallback = id;
    listeners_[id].push_back(listener);
}

void CCallbackMgr::remove(CCallbackBase* listener) {
    if ((listener->m_nCallbackFlags & CCallbackBase::k_ECallbackFlagsRegistered) == 0) {
        return;
    }
    // Valve's library clears only the first flag. There is a library that clears both, so that a
    // listener that is registered again must set the game-server flag again. Code that works here
    // works with any of them.
    listener->m_nCallbackFlags &=
        ~(CCallbackBase::k_ECallbackFlagsRegistered | CCallbackBase::k_ECallbackFlagsGameServer);
    Listeners& listeners = listeners_[listener->m_iCallback];
    auto found = std::find(listeners.begin(), listeners.end(), listener);
    if (found == listeners.end()) {
        return;
    }
    if (listener->m_iCallback == running_id_) {
        *found = nullptr;  // run() walks this list by position; it tidies up at its end
    } else {
        listeners.erase(found);
    }
}

void CCallbackMgr::add_result(CCallbackBase* listener, SteamAPICall_t call) {
    results_[call] = listener;
}

void CCallbackMgr::remove_result(CCallbackBase* listener, SteamAPICall_t call) {
    auto found = results_.find(call);
    if (found != results_.end() && found->second == listener) {
        results_.erase(found);
    }
}

CCallbackBase* CCallbackMgr::take_result(SteamAPICall_t call) {
    auto found = results_.find(call);
    if (found == results_.end()) {
        return nullptr;
    }
    CCallbackBase* listener = found->second;
    results_.erase(found);
    return listener;
}

bool CCallbackMgr::another_after(const Listeners& listeners, std::size_t position) {
    return std::any_of(listeners.begin() + static_cast<std::ptrdiff_t>(position) + 1,
                       listeners.end(), [](const CCallbackBase* one) { return one != nullptr; });
}

void CCallbackMgr::run(int id, void* payload) {
    auto found = listeners_.find(id);
    if (found == listeners_.end()) {
        return;
    }
    // References into the map stay valid while listeners register for other callbacks.
    Listeners& listeners = found->second;
    running_id_ = id;
    for (size_t i = 0; i < listeners.size(); ++i) {
        CCallbackBase* listener = listeners[i];
        if (listener == nullptr) {
            continue;
        }
        const bool another = another_after(listeners, i);
        if (for_game_server(listener)) {
            listener->Run(payload);
        }
        if (!another) {
            break;
        }
    }
    running_id_ = 0;
    listeners.erase(std::remove(listeners.begin(), listeners.end(), nullptr), listeners.end());
}
