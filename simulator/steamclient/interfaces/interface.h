// What the simulated steamclient serves: every version of every interface that the table knows.
//
// An interface of which something is simulated is a class template over its generated slots, so
// that one serves all versions, and registers itself. All others are their slots alone.
#pragma once

#include <tuple>

#include "interfaces/slots.h"
#include "kernel/registered.h"

namespace steamgs::simulator {

class Interface : public Registered<Interface> {
  public:
    const char* const name;  // the version string
    void* const pointer;     // what a game gets

  protected:
    Interface(const char* version, void* its_pointer) : name(version), pointer(its_pointer) {}
    ~Interface() = default;
};

template <class Simulated>
class InterfaceOf final : public Interface {
  public:
    InterfaceOf() : Interface(Simulated::kVersion, &instance()) {}

  private:
    static Simulated& instance() {
        static Simulated simulated;
        return simulated;
    }
};

template <template <class> class Simulated, class Versions>
struct EveryVersion;

template <template <class> class Simulated, class... Slots>
struct EveryVersion<Simulated, slots::Versions<Slots...>> {
    std::tuple<InterfaceOf<Simulated<Slots>>...> interfaces;
};

// A version of an interface; NULL for one that is unknown.
void* interface_called(const char* version);

}  // namespace steamgs::simulator
