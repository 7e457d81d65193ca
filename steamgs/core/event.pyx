# What all events have in common. The classes themselves are made from abi/*.toml.

cdef object enum_member(object enum, dict members, int value):
    cdef PyObject *member = PyDict_GetItemWithError(members, value)
    return <object>member if member != NULL else enum(value)


# Enums that few need, by name, once one of their members was read.
cdef dict later_enums_used = {}


cdef object later_member(str name, int value):
    enum = later_enums_used.get(name)
    if enum is None:
        import steamgs.later_enums as later_enums
        later_enums_used[name] = enum = getattr(later_enums, name)
    return enum_member(enum, enum._value2member_map_, value)


cdef class Event:
    """An event from Steam: immutable and typed, with the Steam callback's fields in order.

    Events can be unpacked (``steam_id, owner_id = event``), matched
    (``case ClientApproved(steam_id=s)``), compared, hashed, pickled and printed. Fields are
    converted when they are read.
    """

    cdef tuple fields(self):
        return ()

    def __init__(self):
        raise TypeError("Event is abstract: use a class of a particular callback")

    def __iter__(self):
        return iter(self.fields())

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return self.fields() == (<Event>other).fields()

    def __hash__(self):
        return hash((type(self), self.fields()))

    def __repr__(self):
        pairs = zip(self.__match_args__, self.fields())
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def __reduce__(self):
        return type(self), self.fields()

    def as_dict(self):
        """The fields by name, in order."""
        return dict(zip(self.__match_args__, self.fields()))
