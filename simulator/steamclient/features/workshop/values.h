// What fields of the workshop's commands may be.
#pragma once

#include "features/values.h"

namespace steamgs::simulator {

constexpr Whole kWorkshopItem = {"the id of a workshop item", 1, kMostInteger};

}  // namespace steamgs::simulator
