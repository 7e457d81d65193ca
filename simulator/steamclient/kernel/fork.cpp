// What happens when a program forks: the child gets this library as it is, but without its threads.
// Locks that those held would be held for ever.
#ifndef _WIN32

#include <pthread.h>

#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

World* locked = nullptr;

void before_fork() {
    locked = armed_world();
    if (locked != nullptr) {
        locked->mutex.lock();
        locked->backend.queue.lock();
    }
}

void after_fork() {
    if (locked != nullptr) {
        locked->backend.queue.unlock();
        locked->mutex.unlock();
        locked = nullptr;
    }
}

const int registered = pthread_atfork(before_fork, after_fork, after_fork);

}  // namespace

}  // namespace steamgs::simulator

#endif
