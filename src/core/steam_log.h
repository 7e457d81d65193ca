// What Steam warns of, and what its networking has to say, on its way to Python's log.
//
// Steam calls from any thread: perhaps with a mutex of its own, perhaps in a call that holds the
// GIL. So nobody waits here. The next tick puts the lines into the queue.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "common/event_queue.h"
#include "core/mpsc_list.h"
#include "core/network_config.h"

namespace steamgs {

class SteamLog {
  public:
    // From any thread: a line that becomes a record with this flag, kWarning or kNetworkText, and
    // this level. Of too many lines in a tick, the last are only counted.
    void say(uint16_t flag, int level, const char* text) noexcept;
    bool empty() const noexcept { return lines_.empty(); }
    // By the ticking thread: what was said, in order.
    void flush(EventQueue& queue) noexcept;
    // Nobody wants it any more.
    void clear() noexcept;
    // In a forked child: what is in here is the parent's.
    void strand() noexcept;

  private:
    struct Line;

    MpscList<Line> lines_;
    std::atomic<size_t> waiting_{0};
    std::atomic<uint32_t> dropped_{0};
};

// One for the process, as Steam's function takes no context.
SteamLog& steam_log() noexcept;

// Has Steam say what is of this level, or more important; 0 for nothing.
void set_debug_output(NetworkingUtils* utils, int level) noexcept;

}  // namespace steamgs
