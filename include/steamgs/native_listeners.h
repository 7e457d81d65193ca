// Listeners of other modules, by way of steamgs/native.h. Those own them, and may keep them longer
// than the server lives: hence this is shared with them, and the mutex stands here.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "steamgs/steam.h"
#include "steamgs/steam_mutex.h"

namespace steamgs {

class NativeListeners {
  public:
    // One listener's place, which its module gives back.
    struct Entry {
        std::shared_ptr<NativeListeners> owner;
        CCallbackBase* callback;
        int id;
    };

    static Entry* add(const std::shared_ptr<NativeListeners>& owner, CCallbackBase* callback,
                      int id);
    // When it returns, the listener is not running any more, unless it is itself the caller.
    static void remove(Entry* entry);

    // With the mutex held: register all with Steam, and the reverse.
    void listen();
    void stop();
    // After a fork: Steam runs in the parent, and the mutex may be held by a thread that is not
    // here.
    void abandon() noexcept { abandoned_.store(true, std::memory_order_relaxed); }

    SteamMutex mutex;

  private:
    std::vector<Entry*> entries_;
    bool listening_ = false;
    std::atomic<bool> abandoned_{false};
};

}  // namespace steamgs
