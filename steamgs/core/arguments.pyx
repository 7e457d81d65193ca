# Arguments are checked here, before Steam is called: wrong types are TypeError, integers that do not
# fit are OverflowError, all else is ValueError; each names the argument and the limit.

cdef double FLT_LOWEST = -FLT_MAX


cdef object index_argument(str name, object value):
    # An IntEnum or numpy integer is fine, a bool is a slip of the pen.
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    try:
        return index(value)
    except Exception as error:
        raise TypeError(f"{name} must be an int, and its __index__() failed: {error}") from error


cdef uint64_t integer_argument(str name, object value, uint64_t low, uint64_t high) except? 0:
    cdef int too_long = 0
    cdef long long plain
    if PyLong_CheckExact(value):
        plain = PyLong_AsLongLongAndOverflow(value, &too_long)
        if too_long == 0 and plain >= 0 and low <= <uint64_t>plain <= high:
            return <uint64_t>plain
    return checked_integer(name, value, low, high)


cdef uint64_t checked_integer(str name, object value, uint64_t low, uint64_t high) except? 0:
    """An integer that is no plain one, or too large for C, or not allowed."""
    cdef object number = value if type(value) is int else index_argument(name, value)
    if not low <= number <= high:
        raise OverflowError(f"{name} must be from {low} to {high}, not {shown(number)}")
    return number


cdef int64_t signed_argument(str name, object value) except? 0:
    cdef object number = value if type(value) is int else index_argument(name, value)
    if not INT32_MIN <= number <= INT32_MAX:
        raise OverflowError(f"{name} must be from {INT32_MIN} to {INT32_MAX}, not {shown(number)}")
    return number


cdef int64_t signed_64_argument(str name, object value) except? 0:
    cdef object number = value if type(value) is int else index_argument(name, value)
    if not INT64_MIN <= number <= INT64_MAX:
        raise OverflowError(f"{name} must be from {INT64_MIN} to {INT64_MAX}, not {shown(number)}")
    return number


cdef double number_argument(str name, object value) except? -1.0:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    cdef object number = plain_number(value)
    # Compared as it is: an int may be too large for a double.
    if not FLT_LOWEST <= number <= FLT_MAX:
        raise ValueError(f"{name} must be a finite 32-bit number, not {shown(number)}")
    return number


cdef object plain_number(object value):
    """An int or a float as it is, whatever methods a subclass has."""
    if isinstance(value, int):
        return value if type(value) is int else int.__int__(value)
    return value if type(value) is float else float.__float__(value)


cdef str shown(object number):
    """A number for a message. Python refuses to print integers of thousands of digits."""
    if isinstance(number, int) and number.bit_length() > 128:
        return f"one of {number.bit_length()} bits"
    return str(number)


cdef CSteamID steam_id_argument(str name, object value) except *:
    return CSteamID(<uint64>integer_argument(name, value, 1, UINT64_MAX))


cdef uint16_t port_argument(str name, object value, uint64_t low=0) except? 0:
    return <uint16_t>integer_argument(name, value, low, UINT16_MAX)


cdef bint flag_argument(str name, object value) except -1:
    if value is not True and value is not False:
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value is True


cdef bytes encoded_text(str name, value):
    if PyUnicode_IS_COMPACT_ASCII(value):
        return PyBytes_FromStringAndSize(
            <const char *>PyUnicode_DATA(value), PyUnicode_GET_LENGTH(value)
        )
    try:
        # By the C function: a subclass may have an encode() of its own.
        return PyUnicode_AsEncodedString(value, "utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        position = error.start
    # Not the codec's own error, nor with that as its context: it carries the text, which may be a
    # login token.
    raise ValueError(f"{name} must be text, but has a lone surrogate at position {position}")


cdef bytes text_argument(str name, object value, size_t limit=0, bint may_be_empty=True):
    """UTF-8 for Steam; ``limit`` in bytes includes the NUL that Steam needs, 0 for none."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    cdef bytes encoded = encoded_text(name, value)
    if not encoded and not may_be_empty:
        raise ValueError(f"{name} must not be empty")
    if strlen(<const char *>encoded) != <size_t>len(encoded):
        raise ValueError(f"{name} must not contain a NUL character")
    if limit != 0 and <size_t>len(encoded) >= limit:
        raise ValueError(
            f"{name} must be at most {limit - 1} bytes of UTF-8, not {len(encoded)}"
        )
    return encoded


cdef const char *text_kept(str name, object value, list kept) except NULL:
    """UTF-8 for Steam, which lives as long as ``kept``, to which it is added."""
    cdef const char *text
    if isinstance(value, str) and PyUnicode_IS_COMPACT_ASCII(value):
        text = <const char *>PyUnicode_DATA(value)
        if strlen(text) == <size_t>PyUnicode_GET_LENGTH(value):
            kept.append(value)
            return text
    cdef bytes encoded = text_argument(name, value)
    kept.append(encoded)
    return encoded


cdef bytes bytes_argument(str name, object value, Py_ssize_t limit):
    if not isinstance(value, bytes):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")
    cdef Py_ssize_t size = PyBytes_GET_SIZE(value)
    if not 1 <= size <= limit:
        raise ValueError(f"{name} must be 1 to {limit} bytes, not {size}")
    # A subclass' bytes as they are, whatever methods it has.
    return value if type(value) is bytes else PyBytes_AS_STRING(value)[:size]


cdef uint32_t ipv4_argument(str name, object value) except? 0:
    """An IPv4 address in host order, as Steam takes it."""
    from ipaddress import IPv4Address, IPv6Address, ip_address
    if isinstance(value, str):
        try:
            value = ip_address(value)
        except ValueError:
            raise ValueError(f"{name} must be an IPv4 address, not {value!r}") from None
    if isinstance(value, IPv6Address):
        raise ValueError(f"{name} must be an IPv4 address, not the IPv6 address {value}")
    if not isinstance(value, IPv4Address):
        raise TypeError(
            f"{name} must be a str or an ipaddress.IPv4Address, not {type(value).__name__}"
        )
    # A subclass may be any number to int().
    return <uint32_t>IPv4Address.__int__(value)


cdef str text_from_steam(const char *text, size_t size):
    # Players choose names, and not all of them are UTF-8: nothing that Steam says may raise.
    return PyUnicode_DecodeUTF8(text, <Py_ssize_t>strnlen(text, size), "surrogateescape")


cdef int text_to_steam(str name, object value, char *destination, size_t size) except -1:
    cdef bytes encoded = text_argument(name, value, size)
    memset(destination, 0, size)
    memcpy(destination, <const char *>encoded, len(encoded))
    return 0


cdef str path_argument(str name, object value):
    """A path as text; what that may be is for the caller to check."""
    try:
        path = os.fspath(value)
    except TypeError:
        path = value
    if not isinstance(path, str):
        raise TypeError(f"{name} must be a str or an os.PathLike of it, not {type(value).__name__}")
    return path


cdef int member_argument(str name, str class_name, object value) except? -1:
    """The number of a member of an enum that Steam is told, one of those that few need."""
    import steamgs.later_enums as later_enums
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a steamgs.{class_name}, not {type(value).__name__}")
    members = getattr(later_enums, class_name)
    try:
        return members(value)
    except ValueError:
        known = ", ".join([member.name for member in members])
        raise ValueError(
            f"{name} must be a steamgs.{class_name} ({known}), not {shown(value)}"
        ) from None
