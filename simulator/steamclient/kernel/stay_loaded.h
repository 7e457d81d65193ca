#pragma once

namespace steamgs::simulator {

// Makes sure that this library is never unloaded: libsteam_api closes it at shutdown, but a world
// may continue to exist, with a thread that answers queries.
void stay_loaded() noexcept;

}  // namespace steamgs::simulator
