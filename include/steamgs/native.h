// For other extension modules: hear a Steam callback in C++ or Cython, straight from Steam's
// dispatcher, and never pay for Python. Compile with `steamgs.get_include()` among the include
// directories, ahead of it those of a genuine SDK if you have one. Nothing is linked.
//
//     static void on_kick(const GSClientKick_t* event, void* context) noexcept { ... }
//     steamgs::Listener<GSClientKick_t> listener;
//     if (listener.listen(server, on_kick, context) != 0) return nullptr;  // a Python exception
//
// Functions run on the thread that ticks Steam, inside its dispatcher and before Python's handlers
// of the same event; the event is theirs only until they return. They must not throw or block.
// They may listen, stop and call ISteamGameServer. Python is theirs once they take the GIL, but
// they can't close the server.
//
// The context must live until `stop` has returned. Where it is a Python object, that must be before
// its last reference goes: a function that waits for the GIL meanwhile is about to use it.
#pragma once

#include <Python.h>

#include "steam/steam_gameserver.h"

namespace steamgs {

constexpr uint32_t kNativeApiVersion = 1;

// What steamgs' own extension offers, found by name at run time.
struct NativeApi {
    uint32_t version;
    void* (*listen)(PyObject* server, CCallbackBase* listener, int callback, int alone);
    void (*stop)(void* handle);
};

// NULL with a Python exception if there is no fitting steamgs.
inline const NativeApi* native_api() {
    static const NativeApi* api = nullptr;
    if (api == nullptr) {
        auto* found =
            static_cast<const NativeApi*>(PyCapsule_Import("steamgs._core._native_api", 0));
        if (found != nullptr && found->version != kNativeApiVersion) {
            PyErr_SetString(PyExc_ImportError, "this module was built for another steamgs");
            return nullptr;
        }
        api = found;
    }
    return api;
}

// Listens from `listen` to `stop` or its own end, while the server runs and whenever it runs again.
template <class P>
class Listener final : private CCallbackBase {
  public:
    using Function = void (*)(const P* event, void* context);

    Listener() noexcept {
        m_nCallbackFlags = static_cast<uint8>(m_nCallbackFlags | k_ECallbackFlagsGameServer);
    }
    ~Listener() { stop(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // With the GIL; `server` is a steamgs.GameServer. 0, or -1 with a Python exception.
    int listen(PyObject* server, Function function, void* context = nullptr) {
        return start(server, function, context, 0);
    }
    // Listen instead of Python: meanwhile the callback is not queued or counted for it, and its
    // signal is silent. For callbacks that come in floods and are nothing to Python. Leave those
    // alone that Python's sessions stand on.
    int take_over(PyObject* server, Function function, void* context = nullptr) {
        return start(server, function, context, 1);
    }
    // With or without the GIL, from any thread. When it returns the function is not running any
    // more, unless it is itself the caller.
    void stop() noexcept {
        if (handle_ != nullptr) {
            native_api()->stop(handle_);
            handle_ = nullptr;
        }
    }
    bool listening() const noexcept { return handle_ != nullptr; }

  private:
    int start(PyObject* server, Function function, void* context, int alone) {
        const NativeApi* api = native_api();
        if (api == nullptr) {
            return -1;
        }
        stop();
        function_ = function;
        context_ = context;
        handle_ = api->listen(server, this, P::k_iCallback, alone);
        return handle_ != nullptr ? 0 : -1;
    }
    void Run(void* event) override { function_(static_cast<const P*>(event), context_); }
    void Run(void* event, bool, SteamAPICall_t) override { Run(event); }
    int GetCallbackSizeBytes() override { return sizeof(P); }

    Function function_ = nullptr;
    void* context_ = nullptr;
    void* handle_ = nullptr;
};

}  // namespace steamgs
