cdef extern from "steamgs/abi/types.h" namespace "steamgs::abi" nogil:
    struct InterfaceVersion "steamgs::abi::Version":
        const char *string
        const char *since

    struct InterfaceFacts "steamgs::abi::Interface":
        const char *name
        const InterfaceVersion *versions
        int count

cdef extern from "core/interfaces.h" namespace "steamgs" nogil:
    enum InterfaceKind:
        kGameServerInterface
        kGameServerStatsInterface
        kUtilsInterface
        kNetworkingSocketsInterface
        kNetworkingUtilsInterface
        kNetworkingMessagesInterface
        kUgcInterface
        kHttpInterface
        kInventoryInterface
        kInterfaceKinds

    const char *interface_name(InterfaceKind)
    const InterfaceFacts &interface_facts(InterfaceKind)

    struct MethodRow:
        const char *version
        const char *since

    cppclass Interfaces:
        bint asked(InterfaceKind)
        void *pointer(InterfaceKind)
        const char *version(InterfaceKind)
        const MethodRow *lacking(InterfaceKind, const char *)
