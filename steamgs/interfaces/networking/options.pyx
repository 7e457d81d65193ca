# Configuration values that a listener or a connection is made with.

# The types of configuration values, as Steam numbers them.
cdef enum:
    CONFIG_INT32 = 1
    CONFIG_INT64 = 2
    CONFIG_FLOAT = 3
    CONFIG_STRING = 4


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
    from steamgs.later_enums import NetworkingConfig
    cdef int number = <int>signed_argument("the key of an option", key)
    cdef str name = f"options[{NetworkingConfig(number)}]"
    cdef int kind = config_type(sockets.utils, number)
    if kind == CONFIG_STRING:
        text = text_argument(name, value)
        kept.append(text)
        taken.add_text(number, <const char *>text)
    elif kind == CONFIG_FLOAT:
        taken.add_float(number, <float>number_argument(name, value))
    elif kind == CONFIG_INT64:
        taken.add_int64(number, signed_64_argument(name, value))
    elif kind == CONFIG_INT32:
        # A switch reads better as a bool.
        taken.add_int32(number, <int32_t>signed_argument(name, int(value) if isinstance(value, bool) else value))
    else:
        raise ValueError(f"{name}: this Steam has no such configuration value that can be set here")
    return 0
