// What an event loop would see of a WakeUp, by poll(). Without __linux__ it is a pipe.
#include "core/wake_up.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "check.h"

namespace {

bool readable(const steamgs::WakeUp& wake_up) {
    pollfd watched{wake_up.descriptor(), POLLIN, 0};
    return poll(&watched, 1, 0) == 1 && (watched.revents & POLLIN) != 0;
}

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) != -1; }

}  // namespace

int main() {
    steamgs::WakeUp wake_up;
    CHECK(wake_up.descriptor() == -1);
    wake_up.clear();
    CHECK(wake_up.open() == 0);
    CHECK(fcntl(wake_up.descriptor(), F_GETFD) == FD_CLOEXEC);
    CHECK(!readable(wake_up));
    wake_up.clear();  // does not wait
    for (int round = 0; round < 3; ++round) {
        wake_up.signal();
        CHECK(readable(wake_up));
        wake_up.signal();
        wake_up.clear();
        CHECK(!readable(wake_up));
    }
    // However many nobody takes, the next one does not wait, and one clear takes them all.
    for (int signal = 0; signal < 100000; ++signal) {
        wake_up.signal();
    }
    CHECK(readable(wake_up));
    wake_up.clear();
    CHECK(!readable(wake_up));
    const int before = wake_up.descriptor();
    wake_up.close();
    CHECK(wake_up.descriptor() == -1);
    CHECK(!is_open(before) && !is_open(before + 1));
    wake_up.close();
    CHECK(wake_up.open() == 0);
    return 0;
}
