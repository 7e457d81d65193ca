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

# Declared by us, as Steam's own headers need not have them in this shape.
cdef extern from "steamgs/abi/types.h" nogil:
    ctypedef struct AddressStruct "steamgs::abi::SteamNetworkingIPAddr":
        uint8_t *m_ipv6
        uint16_t m_port

    ctypedef struct IdentityStruct "steamgs::abi::SteamNetworkingIdentity":
        int m_eType
        int m_cbSize
        uint64_t m_steamID64
        uint64_t m_PSNID
        char *m_szGenericString
        char *m_szXboxPairwiseID
        char *m_szUnknownRawString
        uint8_t *m_genericBytes
        AddressStruct m_ip
