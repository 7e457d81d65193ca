# For other Cython modules: functions that Steam's dispatcher calls directly, without Python.
# steamgs/native.h in `steamgs.get_include()` has the C++ declarations and explains them.

from libc.stdint cimport int64_t, uint16_t, uint32_t

cdef extern from "steam/steamnetworkingtypes.h" nogil:
    ctypedef struct SteamNetworkingMessage_t:
        void *m_pData
        int m_cbSize
        uint32_t m_conn
        int64_t m_nConnUserData
        int64_t m_nMessageNumber
        void (*m_pfnRelease)(SteamNetworkingMessage_t *) noexcept nogil
        int m_nChannel
        int m_nFlags
        uint16_t m_idxLane

cdef extern from "steamgs/native.h" namespace "steamgs":
    cdef cppclass Listener[P]:
        Listener()
        int listen(object server, void (*)(const P *, void *) noexcept nogil, void *) except -1
        int take_over(object server, void (*)(const P *, void *) noexcept nogil, void *) except -1
        void stop() nogil
        bint listening() nogil

    cdef cppclass MessageConsumer:
        MessageConsumer()
        int consume(
            object group, void (*)(SteamNetworkingMessage_t **, int, void *) noexcept nogil, void *
        ) except -1
        void stop() nogil
        bint consuming() nogil
