// The one seam between the pump and what an operating system's event loops watch: a descriptor that
// becomes readable when there are events. To write to it needs no GIL, so nobody waits.
#pragma once

namespace steamgs {

class WakeUp {
  public:
    WakeUp() = default;
    ~WakeUp() { close(); }
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;

    // 0, or errno: ENOSYS where loops watch no such descriptors, as on Windows. Not when it is
    // open.
    int open() noexcept;
    // Nobody may be in signal(). Harmless when it is closed; in a forked child it closes the
    // child's copy, of which the parent notices nothing.
    void close() noexcept;
    // What becomes readable; -1 while it is closed.
    int descriptor() const noexcept { return readable_; }

    // From any thread; waits for nothing. Signals add up to one until the next clear().
    void signal() noexcept;
    // Harmless when it is closed.
    void clear() noexcept;

  private:
    int readable_ = -1;
    // The same one where a single descriptor is both; Windows has neither.
    [[maybe_unused]] int writable_ = -1;
};

}  // namespace steamgs
