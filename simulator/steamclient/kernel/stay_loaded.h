#pragma once

namespace steamgs::simulator {

// From now on this library is never unloaded: libsteam_api closes it at shutdown, and a world of it
// lives on, with a thread that answers queries.
void stay_loaded() noexcept;

}  // namespace steamgs::simulator
