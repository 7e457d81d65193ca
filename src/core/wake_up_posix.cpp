#ifndef _WIN32

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include "core/wake_up.h"

namespace steamgs {

#ifdef __linux__

int WakeUp::open() noexcept {
    readable_ = writable_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return readable_ >= 0 ? 0 : errno;
}

#else

int WakeUp::open() noexcept {
    int ends[2];
    if (pipe(ends) != 0) {
        return errno;
    }
    readable_ = ends[0];
    writable_ = ends[1];
    for (const int end : ends) {
        if (fcntl(end, F_SETFL, O_NONBLOCK) == -1 || fcntl(end, F_SETFD, FD_CLOEXEC) == -1) {
            const int error = errno;
            close();
            return error;
        }
    }
    return 0;
}

#endif

void WakeUp::close() noexcept {
    if (writable_ >= 0 && writable_ != readable_) {
        ::close(writable_);
    }
    if (readable_ >= 0) {
        ::close(readable_);
    }
    readable_ = writable_ = -1;
}

void WakeUp::signal() noexcept {
    const uint64_t one = 1;
    // It fails only where it is full, that is, readable already.
    const ssize_t written = write(writable_, &one, sizeof(one));
    static_cast<void>(written);
}

void WakeUp::clear() noexcept {
    uint64_t signals[64];
    // A pipe may hold more; an eventfd gives the sum of all.
    while (read(readable_, signals, sizeof(signals)) == static_cast<ssize_t>(sizeof(signals))) {
    }
}

}  // namespace steamgs

#endif
