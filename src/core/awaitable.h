// CPython's protocol of awaitables, for classes that are their own iterators: Cython has no syntax
// for `am_send`, and its `__next__` raises a StopIteration for every result.
#pragma once

#include <Python.h>

namespace steamgs {

// The next result of an awaitable, a new reference: `waiting_mark` while there is none.
using AwaitableStep = PyObject* (*)(PyObject* awaitable);

inline AwaitableStep awaitable_step = nullptr;
inline PyObject* waiting_mark = nullptr;

inline PySendResult send_to_awaitable(PyObject* self, PyObject*, PyObject** result) noexcept {
    *result = awaitable_step(self);
    if (*result == nullptr) {
        return PYGEN_ERROR;
    }
    if (*result != waiting_mark) {
        return PYGEN_RETURN;
    }
    Py_DECREF(waiting_mark);
    Py_INCREF(self);
    *result = self;
    return PYGEN_NEXT;
}

inline PyObject* next_of_awaitable(PyObject* self) noexcept {
    PyObject* result = nullptr;
    const PySendResult kind = send_to_awaitable(self, Py_None, &result);
    if (kind != PYGEN_RETURN) {
        return result;
    }
    // Those two the interpreter would take for the exception's arguments, and for the exception.
    if (PyTuple_Check(result) || PyExceptionInstance_Check(result)) {
        PyObject* error = PyObject_CallOneArg(PyExc_StopIteration, result);
        Py_DECREF(result);
        result = error;
    }
    if (result != nullptr) {
        PyErr_SetObject(PyExc_StopIteration, result);
        Py_DECREF(result);
    }
    return nullptr;
}

// Before any instance of it, or of a subclass, exists.
inline void fill_awaitable_type(PyObject* class_, AwaitableStep step, PyObject* waiting) noexcept {
    auto* type = reinterpret_cast<PyTypeObject*>(class_);
    awaitable_step = step;
    waiting_mark = waiting;
    type->tp_as_async->am_send = send_to_awaitable;
    type->tp_iternext = next_of_awaitable;
    PyType_Modified(type);
}

// A callback's function and object, if it is a built-in method of one argument, as that of
// asyncio's tasks is: a method that is kept is an object more for the garbage collector. Otherwise
// the callback is the object.
inline PyCFunction take_apart(PyObject* callback, PyObject** object) noexcept {
    if (PyCFunction_CheckExact(callback) && PyCFunction_GET_FLAGS(callback) == METH_O &&
        PyCFunction_GET_SELF(callback) != nullptr) {
        *object = PyCFunction_GET_SELF(callback);
        return PyCFunction_GET_FUNCTION(callback);
    }
    *object = callback;
    return nullptr;
}

inline PyObject* call_together(PyCFunction function, PyObject* object,
                               PyObject* argument) noexcept {
    return function == nullptr ? PyObject_CallOneArg(object, argument) : function(object, argument);
}

// Has the processor fetch an object that is used soon, while it goes on with something else: the
// lines one after another, each when the one before has come, take longer.
inline void fetch_early(const PyObject* object) noexcept {
#if defined(__GNUC__)
    constexpr int kCacheLine = 64;
    constexpr int kLines = 4;
    for (int line = 0; line < kLines; ++line) {
        __builtin_prefetch(reinterpret_cast<const char*>(object) + line * kCacheLine);
    }
#else
    static_cast<void>(object);
#endif
}

}  // namespace steamgs
