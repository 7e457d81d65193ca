// Steam's types for networking, as the newest SDK declares them.
#pragma once

#include <steamgs/abi/types.h>

namespace steamgs::simulator::networking {

using namespace abi;

}  // namespace steamgs::simulator::networking
