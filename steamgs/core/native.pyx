# What steamgs/native.h finds: listeners and consumers of other extension modules, which never touch
# Python.

cdef extern from "core/native_listeners.h" namespace "steamgs" nogil:
    cppclass NativeListenerEntry "steamgs::NativeListeners::Entry":
        pass

    void remove_native_listener "steamgs::NativeListeners::remove"(NativeListenerEntry *)

cdef extern from "steamgs/native.h" namespace "steamgs":
    ctypedef void (*MessageFunction "steamgs::MessageFunction")(void *, int, void *)

    struct NativeApi:
        uint32_t version
        void *(*listen)(object, CCallbackBase *, int, bint) except NULL
        void (*stop)(void *) noexcept nogil
        void *(*consume)(object, MessageFunction, void *) except NULL
        void (*stop_consuming)(void *) noexcept nogil

    const uint32_t kNativeApiVersion


cdef void *native_listen(
    object server, CCallbackBase *listener, int callback, bint alone
) except NULL:
    if not isinstance(server, GameServerCore):
        raise TypeError(f"server must be a steamgs.GameServer, not {type(server).__name__}")
    cdef NativeGameServer *native = &(<GameServerCore>server).native
    cdef void *entry
    with nogil:
        # Not with the GIL: a listener that runs now may be waiting for it.
        entry = native.listen(listener, callback, alone)
    return entry


cdef void native_stop(void *handle) noexcept nogil:
    cdef NativeListenerEntry *entry = <NativeListenerEntry *>handle
    # A listener that runs now, and is waited for, may itself be waiting for the GIL.
    if Py_IsInitialized() and PyGILState_Check():
        with gil:
            with nogil:
                remove_native_listener(entry)
    else:
        remove_native_listener(entry)


cdef void *native_consume(object group, MessageFunction function, void *context) except NULL:
    if isinstance(group, Listener):
        group = (<Listener>group).group
    if not isinstance(group, PollGroup):
        raise TypeError(
            f"group must be a steamgs.PollGroup or a steamgs.Listener, not {type(group).__name__}"
        )
    cdef _Inbox inbox = consume_group(<PollGroup>group, <InboxConsumer>function, context)
    return new shared_ptr[NativeInbox](inbox.native)


cdef void native_stop_consuming(void *handle) noexcept nogil:
    cdef shared_ptr[NativeInbox] *inbox = <shared_ptr[NativeInbox] *>handle
    # A consumer that runs now, and is waited for, may itself be waiting for the GIL.
    if Py_IsInitialized() and PyGILState_Check():
        with gil:
            with nogil:
                inbox.get().stop_consumer()
    else:
        inbox.get().stop_consumer()
    del inbox


cdef NativeApi native_api_table
native_api_table.version = kNativeApiVersion
native_api_table.listen = native_listen
native_api_table.stop = native_stop
native_api_table.consume = native_consume
native_api_table.stop_consuming = native_stop_consuming

_native_api = PyCapsule_New(&native_api_table, "steamgs._core._native_api", NULL)
