# SteamNetworkingIdentity and NetworkingIdentity.

# The types of identities, as Steam numbers them.
cdef enum:
    INVALID_IDENTITY = 0
    IP_IDENTITY = 1
    STRING_IDENTITY = 2
    BYTES_IDENTITY = 3
    UNKNOWN_IDENTITY = 4
    STEAM_IDENTITY = 16
    XBOX_IDENTITY = 17
    PSN_IDENTITY = 18


cdef object identity_from_steam(const IdentityStruct *identity):
    """What Steam says, whatever it is: what makes no sense is an invalid identity."""
    cdef int kind = read_enum(identity.m_eType)
    value = None
    if kind == STEAM_IDENTITY:
        value = identity.m_steamID64
    elif kind == PSN_IDENTITY:
        value = identity.m_PSNID
    elif kind == IP_IDENTITY:
        value = address_from_steam(&identity.m_ip)
    elif kind == BYTES_IDENTITY:
        value = PyBytes_FromStringAndSize(
            <const char *>identity.m_genericBytes, max(0, min(identity.m_cbSize, 32))
        )
    elif kind == STRING_IDENTITY:
        value = text_from_steam(identity.m_szGenericString, 32)
    elif kind == XBOX_IDENTITY:
        value = text_from_steam(identity.m_szXboxPairwiseID, 33)
    elif kind == UNKNOWN_IDENTITY:
        value = text_from_steam(identity.m_szUnknownRawString, 128)
    try:
        return NetworkingIdentity(kind, value)
    except (ValueError, OverflowError):
        return NetworkingIdentity(INVALID_IDENTITY)


cdef int identity_to_steam(str name, object value, IdentityStruct *identity) except -1:
    """Of whatever an identity may be given as."""
    try:
        made = NetworkingIdentity.of(value)
    except (OverflowError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
    cdef int kind = made.type
    cdef bytes text
    memset(identity, 0, sizeof(identity[0]))
    write_enum(identity.m_eType, kind)
    if kind == STEAM_IDENTITY:
        identity.m_steamID64 = made.value
        identity.m_cbSize = sizeof(identity.m_steamID64)
    elif kind == PSN_IDENTITY:
        identity.m_PSNID = made.value
        identity.m_cbSize = sizeof(identity.m_PSNID)
    elif kind == IP_IDENTITY:
        address_to_steam(made.value, &identity.m_ip)
        identity.m_cbSize = sizeof(identity.m_ip)
    elif kind == BYTES_IDENTITY:
        text = fitting(name, made.value, 32)
        memcpy(identity.m_genericBytes, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))
        identity.m_cbSize = <int>PyBytes_GET_SIZE(text)
    elif kind in (STRING_IDENTITY, XBOX_IDENTITY, UNKNOWN_IDENTITY):
        text = fitting(name, encoded_text(name, made.value), 127)
        # One place for all three texts, and the longest has room for any of them.
        memcpy(identity.m_szUnknownRawString, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))
        identity.m_cbSize = <int>PyBytes_GET_SIZE(text) + 1
    return 0


cdef bytes fitting(str name, bytes value, size_t room):
    """What a NetworkingIdentity has checked, but a class derived from it need not have."""
    if value is None or <size_t>len(value) > room:
        raise ValueError(f"{name} must be at most {room} bytes, not {value!r}")
    return value


cdef object ports_from_steam(const uint16_t *ports, int count):
    """Without those behind the last that is set."""
    cdef int used = count
    while used > 0 and ports[used - 1] == 0:
        used -= 1
    cdef int index
    return tuple([ports[index] for index in range(used)])


cdef int ports_to_steam(str name, object value, uint16_t *ports, int count) except -1:
    if not isinstance(value, tuple) or len(value) > count:
        raise TypeError(f"{name} must be a tuple of at most {count} ports")
    cdef int index
    memset(ports, 0, count * sizeof(ports[0]))
    for index in range(<int>len(value)):
        ports[index] = port_argument(name, value[index])
    return 0
