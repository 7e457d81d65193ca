// Listeners of other modules, by way of steamgs/native.h. Those own them, and may keep them longer
// than the server lives: hence this is shared with them, and the mutex stands here.
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
        bool alone;  // Python does not hear this callback meanwhile
    };

    static Entry* add(const std::shared_ptr<NativeListeners>& owner, CCallbackBase* callback,
                      int id, bool alone);
    // When it returns, the listener is not running any more, unless it is itself the caller.
    static void remove(Entry* entry);

    // With the mutex held: register all with Steam, beside those of Python; and the reverse.
    void listen(CallbackListeners* python);
    void stop();

    SteamMutex mutex;

  private:
    // Lets Python hear a callback, or not, as the entries want it.
    void settle(int id);

    std::vector<Entry*> entries_;
    CallbackListeners* python_ = nullptr;  // only while the server runs
};

}  // namespace steamgs
