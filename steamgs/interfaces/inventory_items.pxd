# What Steam says of an item that a player owns.

cdef extern from "core/served.h" nogil:
    ctypedef struct SteamItemDetails_t "steamgs::abi::SteamItemDetails_t":
        uint64_t m_itemId
        int32_t m_iDefinition
        uint16_t m_unQuantity
        uint16_t m_unFlags
