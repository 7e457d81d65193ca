// Listeners of other modules, through steamgs/native.h. The modules own them and may keep them
// longer than the server exists, so this object is shared with them and contains the mutex.
#pragma once

#include <memory>
#include <vector>

#include "core/listeners.h"
#include "core/steam_mutex.h"

namespace steamgs {

class NativeListeners {
  public:
    // One listener's place, which its module gives back.
    struct Entry {
        std::shared_ptr<NativeListeners> owner;
        CCallbackBase* callback;
        int id;
        bool alone;  // Python does not get this callback meanwhile
    };

    static Entry* add(const std::shared_ptr<NativeListeners>& owner, CCallbackBase* callback,
                      int id, bool alone);
    // When it returns, the listener is not running any more, unless it is itself the caller.
    static void remove(Entry* entry);

    // With the mutex held: register all with Steam, beside those of Python, or unregister them.
    void listen(CallbackListeners* python);
    void stop();

    SteamMutex mutex;

  private:
    // Turns a callback on or off for Python, as the entries require.
    void settle(int id);

    std::vector<Entry*> entries_;
    CallbackListeners* python_ = nullptr;  // only while the server runs
};

}  // namespace steamgs
