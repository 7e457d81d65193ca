// What the generated slots (steamgs/slots/*.h) need.
#pragma once

namespace steamgs::simulator {

// Says, once for each method, that it is not simulated. Its slot then returns zeros, and leaves
// alone what it was given.
void not_simulated(const char* method);

// The interface that a game gets when it asks for a version. NULL for one that is unknown, which is
// said once, and for one that is withheld.
void* find_interface(const char* version);

namespace slots {

// The classes of one or several interfaces, oldest version first.
template <class... Slots>
struct Versions {};

}  // namespace slots

}  // namespace steamgs::simulator
