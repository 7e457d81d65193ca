// Steam's interfaces, each in the newest version that steamclient serves and the table knows.
//
// libsteam_api passes a version string on to steamclient unchanged, whatever SDK it comes from. So
// steamclient is asked, and only when somebody needs an interface. If Init listed an interface that
// steamclient does not know, the start would fail.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

#include "common/steam.h"

namespace steamgs {

namespace abi {
struct Interface;
struct Version;
}  // namespace abi

// Row numbers of the table of interfaces.
enum InterfaceKind : uint16_t {
#define STEAMGS_INTERFACE(kind, name, class_name) kind,
#include "core/interface_table.inc"
#undef STEAMGS_INTERFACE
    kInterfaceKinds
};

// What Python calls an interface, such as "utils".
const char* interface_name(InterfaceKind kind) noexcept;
// Its versions, newest first.
const abi::Interface& interface_facts(InterfaceKind kind) noexcept;

// A version of an interface that has a method, and how to know that it does: NULL if every
// steamclient that knows the version has it, else the function that libsteam_api must export.
struct MethodRow {
    InterfaceKind kind;
    const char* method;
    const char* version;
    const char* since;  // the first SDK whose headers have the method
    const char* proof;
};

class Interfaces {
  public:
    // Asks steamclient, if nobody did in this run of the server; NULL if it serves no version that
    // the table has. With the mutex that guards the dispatcher, while the server is started.
    void* ask(InterfaceKind kind);
    // The pointers are no longer valid.
    void forget() noexcept;

    // The result of asking, from any thread. The pointer is NULL before, and if nothing is served.
    bool asked(InterfaceKind kind) const noexcept { return found(kind) != nullptr; }
    void* pointer(InterfaceKind kind) const noexcept {
        return asked(kind) ? all_[kind].pointer.load(std::memory_order_relaxed) : nullptr;
    }
    // NULL before, and if nothing is served.
    const char* version(InterfaceKind kind) const noexcept;
    // Which of interface_facts()'s versions is served, newest first; -1 before, and if none is.
    int number(InterfaceKind kind) const noexcept;
    // The interface as a class of one version (steamgs/abi/), if that is the version served.
    template <class Class>
    Class* as(InterfaceKind kind) const noexcept {
        const char* served = version(kind);
        const bool same = served != nullptr && std::strcmp(served, Class::kVersion) == 0;
        return same ? static_cast<Class*>(pointer(kind)) : nullptr;
    }
    // NULL if the interface as it is served has the method, else a row that could have it, with the
    // first SDK that does. Do not ask for methods that no version has.
    const MethodRow* lacking(InterfaceKind kind, const char* method) const noexcept;

  private:
    struct Negotiated {
        std::atomic<const abi::Version*> version{nullptr};  // written last
        std::atomic<void*> pointer{nullptr};
    };

    const abi::Version* found(InterfaceKind kind) const noexcept {
        return all_[kind].version.load(std::memory_order_acquire);
    }

    Negotiated all_[kInterfaceKinds];
};

}  // namespace steamgs
