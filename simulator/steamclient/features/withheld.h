// Interfaces that this Steam does not serve, as one that is older or newer than the game.
#pragma once

#include <set>
#include <string>

#include "features/browser.h"
#include "kernel/feature.h"
#include "kernel/world.h"

namespace steamgs::simulator {

class Withheld final : public Feature {
  public:
    explicit Withheld(World& world) : browser_(world.get<ServerBrowser>()) {}

    // Not before the server is initialised: libsteam_api asks for versions of its own then, and
    // needs them.
    bool withholds(const std::string& version) const {
        return browser_.state.app_id != 0 && versions.count(version) != 0;
    }

    std::set<std::string> versions;

  private:
    const ServerBrowser& browser_;
};

}  // namespace steamgs::simulator
