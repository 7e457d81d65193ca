#ifdef _WIN32

#include <cerrno>

#include "core/wake_up.h"

namespace steamgs {

int WakeUp::open() noexcept { return ENOSYS; }

void WakeUp::close() noexcept {}

void WakeUp::signal() noexcept {}

void WakeUp::clear() noexcept {}

}  // namespace steamgs

#endif
