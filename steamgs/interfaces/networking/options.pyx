# Configuration values that a listener or a connection is made with.

cdef int options_argument(NetworkingSockets sockets, object options, ConfigOptions *taken, list kept) except -1:
    """Check options and add them to those for Steam; texts live as long as ``kept``."""
    if options is None:
        return 0
    if not hasattr(options, "items"):
        raise TypeError(f"options must be a mapping or None, not {type(options).__name__}")
    for key, value in options.items():
        add_option(sockets, key, value, taken, kept)
    return 0


cdef int add_option(
    NetworkingSockets sockets, object key, object value, ConfigOptions *taken, list kept
) except -1:
    cdef CriticalSection section
    cdef int number = <int>signed_argument("the key of an option", key)
    cdef str name = f"options[{config_key(number)}]"
    sockets.api(section)  # the mapping may have run code that closed the server
    cdef int kind = config_type(sockets.utils, name, number)
    cdef object setting = setting_argument(name, number, kind, value)
    if kind == CONFIG_STRING:
        kept.append(setting)
        taken.add_text(number, <const char *><bytes>setting)
    elif kind == CONFIG_FLOAT:
        taken.add_float(number, <float>setting)
    elif kind == CONFIG_INT64:
        taken.add_int64(number, setting)
    else:
        taken.add_int32(number, <int32_t>setting)
    return 0
