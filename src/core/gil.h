// Whether other threads want the GIL, or are about to take it.
#pragma once

#include <Python.h>

#include <thread>

namespace steamgs {

// Whether the calling thread, which holds the GIL, is the only one that Python knows. A thread that
// Python does not know yet may have to wait one tick of Steam longer, once.
inline bool alone_in_python() noexcept {
#ifdef Py_GIL_DISABLED
    return false;  // there, threads come and go while one looks
#else
    // It has no neighbours in the list of threads. Asking for the head of the list takes two calls
    // more.
    const PyThreadState* here = PyThreadState_Get();
    return here->prev == nullptr && here->next == nullptr &&
           PyInterpreterState_Next(PyInterpreterState_Head()) == nullptr;
#endif
}

// Let other threads run for a moment. Call it without the GIL.
inline void yield_thread() noexcept { std::this_thread::yield(); }

}  // namespace steamgs
