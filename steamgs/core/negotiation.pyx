# Steam's interfaces: asked of steamclient when they are first used, newest version first.

cdef void *optional_interface(
    GameServerCore server, InterfaceKind kind, CriticalSection &section
) except NULL:
    """The server's interface of this kind, and a section in which it is good."""
    ask_for_interface(server, kind)
    server.api(section)
    cdef void *pointer = server.native.interfaces().pointer(kind)
    if pointer == NULL:
        raise UnsupportedError(
            interface_facts(kind).name.decode(), None, versions_of_interface(kind)
        )
    return pointer


cdef int require_method(GameServerCore server, InterfaceKind kind, str method) except -1:
    """Raise UnsupportedError if the interface that is served does not have, or may lack, a method."""
    cdef CriticalSection section
    cdef bytes encoded = method.encode()
    optional_interface(server, kind, section)
    cdef const MethodRow *row = server.native.interfaces().lacking(kind, encoded)
    cdef const char *version = server.native.interfaces().version(kind)
    if row == NULL:
        return 0
    raise UnsupportedError(
        f"{interface_facts(kind).name.decode()}::{method}",
        version.decode(),
        ((row.version.decode(), row.since.decode()),),
    )


cdef int ask_for_interface(GameServerCore server, InterfaceKind kind) except -1:
    cdef cpp_bool hangs = False
    server.require_running()
    while not server.native.interfaces().asked(kind):
        server.without_gil.add_from_anywhere(1)
        with nogil:
            # Not with the GIL: a listener that runs now may be waiting for it.
            server.native.negotiate(kind, hangs)
        server.without_gil.add_from_anywhere(-1)
        server.require_running()
        if hangs:
            raise SteamHangsError(interface_facts(kind).name.decode())
    return 0


cdef dict versions_of_interfaces(GameServerCore server):
    """By name: the versions that are served, or None; of those only that were asked for."""
    cdef int kind
    cdef const char *version
    found = {}
    for kind in range(kInterfaceKinds):
        if server.native.interfaces().asked(<InterfaceKind>kind):
            version = server.native.interfaces().version(<InterfaceKind>kind)
            name = interface_name(<InterfaceKind>kind).decode()
            found[name] = None if version == NULL else version.decode()
    return found


cdef tuple versions_of_interface(InterfaceKind kind):
    """Each version with the first SDK that asks for it, newest first."""
    cdef const InterfaceFacts *facts = &interface_facts(kind)
    return tuple([
        (facts.versions[number].string.decode(), facts.versions[number].since.decode())
        for number in range(facts.count)
    ])


cdef InterfaceKind interface_argument(str name) except? kInterfaceKinds:
    cdef int kind
    for kind in range(kInterfaceKinds):
        if interface_name(<InterfaceKind>kind).decode() == name:
            return <InterfaceKind>kind
    raise ValueError(f"there is no interface {name!r}")
