// For other extension modules: receive a Steam callback in C++ or Cython directly from Steam's
// dispatcher, without the cost of Python. Add `steamgs.get_include()` to the include directories.
// If you have a genuine SDK, put its directory before that. You need not link to any library.
//
//     static void on_kick(const GSClientKick_t* event, void* context) noexcept { ... }
//     steamgs::Listener<GSClientKick_t> listener;
//     if (listener.listen(server, on_kick, context) != 0) return nullptr;  // a Python exception
//
// Your function runs on the thread that ticks Steam, inside Steam's dispatcher, before the Python
// handlers of the same event. The event is valid only until the function returns. The function
// must not throw or block. It may start and stop listeners and call ISteamGameServer. It may use
// Python after it has taken the GIL, but it can't close the server.
//
// The context must stay valid until `stop` has returned. If it is a Python object, call `stop`
// before you release the last reference, because a function that is waiting for the GIL at that
// moment will still use the object.
#pragma once

#include <Python.h>

#include "steam/steam_gameserver.h"

struct SteamNetworkingMessage_t;  // of steam/steamnetworkingtypes.h

namespace steamgs {

constexpr uint32_t kNativeApiVersion = 2;

// Takes messages that have come; they are its own, and it calls their m_pfnRelease once.
using MessageFunction = void (*)(SteamNetworkingMessage_t** messages, int count, void* context);

// The functions that steamgs' own extension provides, found by name at run time.
struct NativeApi {
    uint32_t version;
    void* (*listen)(PyObject* server, CCallbackBase* listener, int callback, int alone);
    void (*stop)(void* handle);
    void* (*consume)(PyObject* group, MessageFunction function, void* context);
    void (*stop_consuming)(void* handle);
};

// NULL with a Python exception if no compatible steamgs is installed.
inline const NativeApi* native_api() {
    static const NativeApi* api = nullptr;
    if (api == nullptr) {
        auto* found =
            static_cast<const NativeApi*>(PyCapsule_Import("steamgs._core._native_api", 0));
        if (found != nullptr && found->version != kNativeApiVersion) {
            PyErr_SetString(PyExc_ImportError,
                            "this module was built for another version of steamgs");
            return nullptr;
        }
        api = found;
    }
    return api;
}

// Listens from `listen` until `stop` or its destruction, whenever the server is running.
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

    // Call it with the GIL; `server` is a steamgs.GameServer. Returns 0, or -1 with a Python
    // exception.
    int listen(PyObject* server, Function function, void* context = nullptr) {
        return start(server, function, context, 0);
    }
    // Listen instead of Python: while you listen, the callback is neither queued nor counted for
    // Python, and its signal is not emitted. This is for callbacks that arrive in large numbers and
    // that Python does not need. Don't use it for callbacks on which Python's sessions depend.
    int take_over(PyObject* server, Function function, void* context = nullptr) {
        return start(server, function, context, 1);
    }
    // Call it with or without the GIL, from any thread. When it returns, your function is no
    // longer running, unless your function itself is the caller.
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

// Receives the messages of a poll group, in place of Python: from `consume` until `stop` or its
// destruction, or until the group or the server is closed. Your function runs on the thread that
// ticks Steam, in each tick in which messages have come, at most 256 at once. It must not throw or
// block; what it does not release at once, it has to release before the server closes. It may send
// by ISteamNetworkingSockets, and may stop the consumer.
class MessageConsumer final {
  public:
    MessageConsumer() = default;
    ~MessageConsumer() { stop(); }
    MessageConsumer(const MessageConsumer&) = delete;
    MessageConsumer& operator=(const MessageConsumer&) = delete;

    // Call it with the GIL; `group` is a steamgs.PollGroup, or a steamgs.Listener for the group of
    // the connections that it has accepted. Returns 0, or -1 with a Python exception.
    int consume(PyObject* group, MessageFunction function, void* context = nullptr) {
        const NativeApi* api = native_api();
        if (api == nullptr) {
            return -1;
        }
        stop();
        handle_ = api->consume(group, function, context);
        return handle_ != nullptr ? 0 : -1;
    }
    // Call it with or without the GIL, from any thread. When it returns, your function is no
    // longer running, unless your function itself is the caller. Python may receive again.
    void stop() noexcept {
        if (handle_ != nullptr) {
            native_api()->stop_consuming(handle_);
            handle_ = nullptr;
        }
    }
    bool consuming() const noexcept { return handle_ != nullptr; }

  private:
    void* handle_ = nullptr;
};

}  // namespace steamgs
