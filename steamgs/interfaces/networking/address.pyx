# SteamNetworkingIPAddr and NetworkingAddress.

cdef object address_from_steam(const AddressStruct *address):
    return NetworkingAddress._from_packed(
        PyBytes_FromStringAndSize(<const char *>address.m_ipv6, 16), address.m_port
    )


cdef int address_to_steam(object value, AddressStruct *address) except -1:
    """Of whatever an address may be given as."""
    made = NetworkingAddress.of(value)
    cdef bytes packed = made.packed
    # A class derived from ours, or from one of ipaddress, may say what it likes.
    if packed is None or len(packed) != 16:
        raise ValueError(f"address must have 16 bytes, not {packed!r}")
    memcpy(address.m_ipv6, PyBytes_AS_STRING(packed), 16)
    address.m_port = <uint16_t>made.port
    return 0
