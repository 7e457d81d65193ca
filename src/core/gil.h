// What the GIL guards, and what guards it where the interpreter has none (free-threaded CPython).
//
// State of Python's side is written for the GIL: between two points where Python code may run, or
// where the GIL is released, no other thread comes in. A critical section on the object that has
// the state promises the same without the GIL, and is nothing with it. What is read all the time,
// or in destructors, is guarded by the classes below. With the GIL they cost nothing either.
#pragma once

#include <Python.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <type_traits>

namespace steamgs {

#ifdef Py_GIL_DISABLED
constexpr bool kFreeThreaded = true;
#else
constexpr bool kFreeThreaded = false;
#endif

// CPython's critical section on an object, from `begin` to `end` or the end of the scope. As with
// the GIL, it is let go while the thread waits for anything of Python's, or goes without the GIL.
class CriticalSection {
  public:
    CriticalSection() noexcept = default;
    CriticalSection(const CriticalSection&) = delete;
    CriticalSection& operator=(const CriticalSection&) = delete;

#ifdef Py_GIL_DISABLED
    ~CriticalSection() { end(); }
    // Does nothing if it has begun, which is on the same object then.
    void begin(PyObject* object) noexcept {
        if (!begun_) {
            PyCriticalSection_Begin(&section_, object);
            begun_ = true;
        }
    }
    void end() noexcept {
        if (begun_) {
            begun_ = false;
            PyCriticalSection_End(&section_);
        }
    }

  private:
    PyCriticalSection section_;
    bool begun_ = false;
#else
    void begin(PyObject*) noexcept {}
    void end() noexcept {}
#endif
};

// For a few instructions that call nothing of Python's: it may be waited for with the GIL, or what
// there is of it.
class ShortLock {
  public:
    void lock() noexcept {
        if constexpr (kFreeThreaded) {
            mutex_.lock();
        }
    }
    void unlock() noexcept {
        if constexpr (kFreeThreaded) {
            mutex_.unlock();
        }
    }

  private:
    struct Nothing {
        void lock() noexcept {}
        void unlock() noexcept {}
    };
    std::conditional_t<kFreeThreaded, std::mutex, Nothing> mutex_;
};

// Whose turn it is to deliver: one thread's at a time.
class Turn {
  public:
    // False if somebody has it.
    bool take() noexcept {
        if constexpr (kFreeThreaded) {
            return !taken_.exchange(true, std::memory_order_acquire);
        }
        if (taken()) {
            return false;
        }
        taken_.store(true, std::memory_order_relaxed);
        return true;
    }
    void give_back() noexcept { taken_.store(false, std::memory_order_release); }
    bool taken() const noexcept { return taken_.load(std::memory_order_relaxed); }

  private:
    std::atomic<bool> taken_{false};
};

// A value that threads read while one of them writes it, or several add to it.
template <class T>
class Shared {
  public:
#ifdef Py_GIL_DISABLED
    T get() const noexcept { return value_.load(std::memory_order_relaxed); }
    void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
    // By the only thread that writes it at that time.
    void add(T more) noexcept { set(get() + more); }
    // By any thread; returns the sum.
    T add_from_anywhere(T more) noexcept {
        return value_.fetch_add(more, std::memory_order_relaxed) + more;
    }

  private:
    std::atomic<T> value_{};
#else
    T get() const noexcept { return value_; }
    void set(T value) noexcept { value_ = value; }
    void add(T more) noexcept { value_ += more; }
    T add_from_anywhere(T more) noexcept { return value_ += more; }

  private:
    T value_{};
#endif
};

// Marks of something, any of which makes it special. Set by any thread.
class Marks {
  public:
    unsigned get() const noexcept { return bits_.load(std::memory_order_relaxed); }
    void put(unsigned marks) noexcept { bits_.fetch_or(marks, std::memory_order_acq_rel); }
    void remove(unsigned marks) noexcept { bits_.fetch_and(~marks, std::memory_order_acq_rel); }

  private:
    std::atomic<unsigned> bits_{0};
};

// As a function, to be called by what knows nothing of Python's objects.
inline void keep_object(void* object) noexcept { Py_INCREF(static_cast<PyObject*>(object)); }

// Whether the calling thread, which has a reference to the object, is the only one who has any. It
// may say no where that is so: another thread than the one that made the object can't tell.
inline bool has_only_reference(PyObject* object) noexcept {
#if !defined(Py_GIL_DISABLED)
    return Py_REFCNT(object) == 1;
#elif PY_VERSION_HEX >= 0x030E0000
    return PyUnstable_Object_IsUniquelyReferenced(object) != 0;
#else
    return _Py_IsOwnedByCurrentThread(object) &&
           _Py_atomic_load_uint32_relaxed(&object->ob_ref_local) == 1 &&
           _Py_atomic_load_ssize_relaxed(&object->ob_ref_shared) == 0;
#endif
}

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
