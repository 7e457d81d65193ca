#include "interfaces/interface.h"

#include <steamgs/slots/every.h>

#include <string>

#include "features/networking/named_library.h"
#include "features/withheld.h"
#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

template <class... Slots>
void* not_simulated_yet(const std::string& version, slots::Versions<Slots...>) {
    void* found = nullptr;
    const auto take = [&found](auto& slots) {
        found = &slots;
        return true;
    };
    static std::tuple<Slots...> all;
    const bool known = ((version == Slots::kVersion && take(std::get<Slots>(all))) || ...);
    return known ? found : nullptr;
}

}  // namespace

void* interface_called(const char* version) {
    if (armed_world() != nullptr) {
        LockedFeature<networking::NamedLibrary> library;
        if (library->serves(version)) {
            return library->interface_called(version);
        }
    }
    if (const Interface* interface = Interface::find(version)) {
        return interface->pointer;
    }
    return not_simulated_yet(version, slots::Every());
}

void* find_interface(const char* version) {
    if (armed_world() == nullptr || version == nullptr) {
        return nullptr;
    }
    void* found = interface_called(version);
    if (found == nullptr) {
        armed_world()->report_not_simulated(version);
        return nullptr;
    }
    return LockedFeature<Withheld>()->withholds(version) ? nullptr : found;
}

void not_simulated(const char* method) {
    if (World* world = armed_world()) {
        world->report_not_simulated(method);
    }
}

}  // namespace steamgs::simulator
