// What the dispatch loop needs to know of a kind of events, in one place.
#pragma once

#include <Python.h>

#include <cstdint>

#include "core/gil.h"

namespace steamgs {

// An event that serves again if nobody has kept it.
struct LastEvent {
    PyObject* event;  // or NULL
    void* data;       // where Steam's struct is in it
};

// Valid when it is all zeros, but for the handlers.
struct EventKind {
    PyObject* handlers;  // a tuple, which the signal owns; replaced by whoever delivers
    LastEvent last;
    Shared<uint64_t> count;  // how many events have come
    PyObject* asked;         // the _KeyedCalls that it answers, which their interface owns
    Marks special;           // why events are not just given to the handlers
};

}  // namespace steamgs
