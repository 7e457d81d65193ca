// A part of what Steam does for a game server, such as logons. Each has its own file in features/
// and registers itself there; the rest of the kernel knows none of them.
#pragma once

#include <memory>
#include <typeindex>

#include "kernel/registered.h"

namespace steamgs::simulator {

class World;

namespace json {
class Object;
}

// Called with the world's mutex held.
class Feature {
  public:
    virtual ~Feature() = default;
    // A game server starts; reset() was called before.
    virtual void server_starts() {}
    // The game server is gone: forgets what belongs to it, and keeps what was arranged for later
    // servers.
    virtual void reset() {}
    // Describes the state of the game server.
    virtual void describe(json::Object&) const {}
};

// How to make a feature for a world. Its constructor may ask the world for features that it needs.
class FeatureKind : public Registered<FeatureKind> {
  public:
    const char* const name;
    const std::type_index type;

    virtual std::unique_ptr<Feature> make(World& world) const = 0;

  protected:
    FeatureKind(const char* its_name, std::type_index its_type) : name(its_name), type(its_type) {}
    ~FeatureKind() = default;
};

template <class F>
class FeatureOf final : public FeatureKind {
  public:
    explicit FeatureOf(const char* its_name) : FeatureKind(its_name, typeid(F)) {}

    std::unique_ptr<Feature> make(World& world) const override {
        return std::make_unique<F>(world);
    }
};

}  // namespace steamgs::simulator
