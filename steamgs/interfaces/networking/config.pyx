# Configuration values of Steam's networking, and for what they are set.

# The types of configuration values, as Steam numbers them.
cdef enum:
    CONFIG_INT32 = 1
    CONFIG_INT64 = 2
    CONFIG_FLOAT = 3
    CONFIG_STRING = 4

# Likewise for what they are set.
cdef enum:
    SCOPE_GLOBAL = 1
    SCOPE_INTERFACE = 2
    SCOPE_LISTENER = 3
    SCOPE_CONNECTION = 4

cdef enum:
    CONNECTION_USER_DATA = 40

# And how asking for one ends.
cdef enum:
    CONFIG_IS_SET = 1
    CONFIG_IS_INHERITED = 2
    CONFIG_BAD_VALUE = -1
    CONFIG_BAD_SCOPE = -2


cdef object config_key(int number):
    from steamgs.later_enums import NetworkingConfig
    return NetworkingConfig(number)


cdef int config_type(NetworkingUtilsApi *steam, str name, int number) except -1:
    """The type of a value that Python can have."""
    cdef ConfigFacts facts
    if not config_facts(steam, number, facts):
        raise no_such_value(name)
    if not CONFIG_INT32 <= facts.type <= CONFIG_STRING:
        raise no_value_of_python(name)
    return facts.type


cdef object no_such_value(str name):
    return ValueError(f"{name}: this Steam has no such configuration value")


cdef object no_value_of_python(str name):
    return ValueError(f"{name} is a function of C, which Python can't have")


cdef object setting_argument(str name, int number, int kind, object value):
    """What a value is set to, as its type and its limits have it; a text as bytes."""
    from steamgs.networking_config import limits_of
    cdef object setting
    if kind == CONFIG_STRING:
        return text_argument(name, value)
    if kind == CONFIG_INT64:
        return signed_64_argument(name, value)
    limits = limits_of(number)
    if kind == CONFIG_FLOAT:
        setting = number_argument(name, value)
        if limits is not None and not limits[0] <= setting <= limits[1]:
            raise ValueError(f"{name} must be from {limits[0]} to {limits[1]}, not {setting}")
        return setting
    # A switch reads better as a bool.
    setting = signed_argument(name, int(value) if isinstance(value, bool) else value)
    if limits is not None and not limits[0] <= setting <= limits[1]:
        raise OverflowError(f"{name} must be from {limits[0]} to {limits[1]}, not {setting}")
    return setting


cdef NetworkingUtilsApi *scope_argument(
    NetworkingUtils utils, object scope, ConfigScope *where, CriticalSection &section
) except NULL:
    """For what a value is read or set, and the interface that does it."""
    cdef NetworkingSockets sockets = utils.server.network_sockets
    cdef NetworkingSockets owner
    where.kind = SCOPE_GLOBAL
    where.object = 0
    if scope is None:
        return utils.api(section)
    if isinstance(scope, NetworkingSockets):
        owner = <NetworkingSockets>scope
    elif isinstance(scope, Listener):
        owner = (<Listener>scope).sockets
    elif isinstance(scope, Connection):
        owner = (<Connection>scope).sockets
    else:
        raise TypeError(
            "scope must be None, server.sockets, a Listener or a Connection, "
            f"not {type(scope).__name__}"
        )
    if owner is not None and owner is not sockets and not getattr(scope, "closed", False):
        raise ValueError(f"{scope!r} is of another server")
    if scope is sockets:
        where.object = <intptr_t>sockets.api(section)
        where.kind = SCOPE_INTERFACE
    elif isinstance(scope, Listener):
        (<Listener>scope).opened(section)
        where.kind = SCOPE_LISTENER
        where.object = <intptr_t>(<Listener>scope).handle
    else:
        (<Connection>scope).opened(section)
        where.kind = SCOPE_CONNECTION
        where.object = <intptr_t>(<Connection>scope).handle
    return sockets.utils


cdef object read_config(NetworkingUtils utils, object key, object scope, int *result):
    """A value, and whether it is set for this scope or comes from a wider one."""
    cdef CriticalSection section
    cdef ConfigScope where
    cdef ConfigSetting setting
    cdef int number = <int>signed_argument("key", key)
    cdef str name = f"{config_key(number)}"
    result[0] = get_config(scope_argument(utils, scope, &where, section), number, where, setting)
    if result[0] == CONFIG_BAD_VALUE:
        raise no_such_value(name)
    if result[0] == CONFIG_BAD_SCOPE:
        raise ValueError(f"{name} is not to be had for {scope_name(where.kind)}")
    if result[0] not in (CONFIG_IS_SET, CONFIG_IS_INHERITED):
        raise NetworkingError(f"get_config({name})")
    if setting.type == CONFIG_STRING:
        return text_from_steam(setting.text.c_str(), setting.text.size())
    if setting.type == CONFIG_FLOAT:
        return setting.real
    if setting.type in (CONFIG_INT32, CONFIG_INT64):
        return setting.integer
    raise no_value_of_python(name)


cdef int write_config(NetworkingUtils utils, object key, object value, object scope) except -1:
    cdef CriticalSection section
    cdef ConfigScope where
    cdef int64_t wide = 0
    cdef int32_t narrow = 0
    cdef float real = 0
    cdef const void *given = &narrow
    cdef int number = <int>signed_argument("key", key)
    cdef str name = f"{config_key(number)}"
    cdef NetworkingUtilsApi *steam = utils.api(section)
    cdef int kind = config_type(steam, name, number)
    cdef object setting = setting_argument(name, number, kind, value)
    if kind == CONFIG_STRING:
        given = PyBytes_AS_STRING(<bytes>setting)
    elif kind == CONFIG_INT64:
        wide = setting
        given = &wide
    elif kind == CONFIG_FLOAT:
        real = setting
        given = &real
    else:
        narrow = setting
    steam = scope_argument(utils, scope, &where, section)
    if not set_config(steam, number, where, kind, given):
        raise NetworkingError(f"set_config({name}) for {scope_name(where.kind)}")
    return 0


cdef int erase_config(NetworkingUtils utils, object key, object scope) except -1:
    cdef CriticalSection section
    cdef ConfigScope where
    cdef int number = <int>signed_argument("key", key)
    cdef str name = f"{config_key(number)}"
    cdef NetworkingUtilsApi *steam = scope_argument(utils, scope, &where, section)
    cdef int kind = config_type(steam, name, number)
    # There is no going back to none, and Valve's open implementation reads the number it was not given.
    cdef bint stays = number == CONNECTION_USER_DATA and where.kind == SCOPE_CONNECTION
    if stays or not set_config(steam, number, where, kind, NULL):
        raise NetworkingError(f"clear_config({name}) for {scope_name(where.kind)}")
    return 0


cdef object config_facts_of(NetworkingUtils utils, object key):
    from steamgs.later_enums import NetworkingConfigScope, NetworkingConfigType
    from steamgs.networking_config import ConfigInfo, limits_of
    cdef CriticalSection section
    cdef ConfigFacts facts
    cdef int number = <int>signed_argument("key", key)
    if not config_facts(utils.api(section), number, facts):
        raise no_such_value(f"{config_key(number)}")
    return ConfigInfo(
        text_from_steam(facts.name, strlen(facts.name)), NetworkingConfigType(facts.type),
        NetworkingConfigScope(facts.scope), limits_of(number),
    )


cdef str scope_name(int kind):
    if kind == SCOPE_GLOBAL:
        return "all"
    if kind == SCOPE_INTERFACE:
        return "the server's sockets"
    return "a listener" if kind == SCOPE_LISTENER else "a connection"
