# Types of the Steamworks headers that the table of facts doesn't describe.

cdef extern from "common/steam.h" nogil:
    ctypedef unsigned long long uint64

    cppclass SteamIdMember "CSteamID":
        pass

    cppclass CSteamID:
        CSteamID()
        CSteamID(uint64)
        uint64_t ConvertToUint64()

    struct SteamNetworkingIdentity:
        pass

    struct SteamIPAddress_t:
        uint32_t m_unIPv4
        uint8_t *m_rgubIPv6
        int m_eType

    cppclass CCallbackBase:
        pass
