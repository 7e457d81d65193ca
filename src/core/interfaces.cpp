#include "core/interfaces.h"

#include "core/interface_headers.inc"
#include "core/steam_library.h"

namespace steamgs {

namespace {

struct InterfaceRow {
    const char* name;
    const abi::Interface& facts;
};

constexpr InterfaceRow kInterfaces[] = {
#define STEAMGS_INTERFACE(kind, name, class_name) {name, abi::k##class_name},
#include "core/interface_table.inc"
#undef STEAMGS_INTERFACE
};

constexpr MethodRow kMethods[] = {
#define STEAMGS_METHOD(kind, method, version, since, proof) {kind, method, version, since, proof},
#include "core/method_table.inc"
#undef STEAMGS_METHOD
};

// Marks an interface that was asked for and is not served.
constexpr abi::Version kNotServed{nullptr, nullptr};

bool proven(const MethodRow& row) {
    return row.proof == nullptr || find_symbol(steam_library().handle, row.proof) != nullptr;
}

}  // namespace

const char* interface_name(InterfaceKind kind) noexcept { return kInterfaces[kind].name; }

const abi::Interface& interface_facts(InterfaceKind kind) noexcept {
    return kInterfaces[kind].facts;
}

void* Interfaces::ask(InterfaceKind kind) {
    if (asked(kind)) {
        return pointer(kind);
    }
    const SteamLibrary& library = steam_library();
    const abi::Interface& facts = interface_facts(kind);
    // No client runs in this process, so a global interface is the one without a user too.
    const HSteamUser user = facts.user == abi::User::server ? library.get_user() : 0;
    Negotiated& negotiated = all_[kind];
    for (int number = 0; number < facts.count; ++number) {
        const abi::Version& version = facts.versions[number];
        if (void* pointer = library.find_interface(user, version.string)) {
            negotiated.pointer.store(pointer, std::memory_order_relaxed);
            negotiated.version.store(&version, std::memory_order_release);
            return pointer;
        }
    }
    negotiated.version.store(&kNotServed, std::memory_order_release);
    return nullptr;
}

void Interfaces::forget() noexcept {
    for (Negotiated& negotiated : all_) {
        negotiated.version.store(nullptr, std::memory_order_release);
        negotiated.pointer.store(nullptr, std::memory_order_relaxed);
    }
}

const char* Interfaces::version(InterfaceKind kind) const noexcept {
    const abi::Version* version = found(kind);
    return version != nullptr ? version->string : nullptr;
}

int Interfaces::number(InterfaceKind kind) const noexcept {
    const abi::Version* version = found(kind);
    if (version == nullptr || version == &kNotServed) {
        return -1;
    }
    return static_cast<int>(version - interface_facts(kind).versions);
}

const MethodRow* Interfaces::lacking(InterfaceKind kind, const char* method) const noexcept {
    const char* served = version(kind);
    const MethodRow* candidate = nullptr;
    for (const MethodRow& row : kMethods) {
        if (row.kind != kind || std::strcmp(row.method, method) != 0) {
            continue;
        }
        if (served != nullptr && std::strcmp(row.version, served) == 0) {
            return proven(row) ? nullptr : &row;
        }
        candidate = candidate != nullptr ? candidate : &row;
    }
    return candidate;
}

}  // namespace steamgs
