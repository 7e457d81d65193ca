// The callbacks that steamgs listens to. Rows come from abi/.
#pragma once

#include <cstdint>

#include "common/steam.h"
#include "steamgs/abi/types.h"

namespace steamgs {

// Row numbers of the callback table; a record's `kind`.
enum CallbackKind : uint16_t {
#define STEAMGS_CALLBACK(kind, struct_name, id) kind,
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
    kCallbackKinds
};

#define STEAMGS_CALLBACK(kind, struct_name, id) \
    static_assert(struct_name::k_iCallback == (id), #struct_name " has another id");
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK

}  // namespace steamgs
