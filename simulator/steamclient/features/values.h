// What fields of commands may be that hold a value of Steam's.
#pragma once

#include <steam/steam_gameserver.h>

#include <limits>

#include "kernel/fields.h"

namespace steamgs::simulator {

constexpr int64_t kMostInteger = std::numeric_limits<int64_t>::max();

constexpr Whole kSteamId = {"a Steam id", 1, kMostInteger};
constexpr Whole kGroupId = {"the Steam id of a group", 1, kMostInteger};
constexpr Whole kAppId = {"an app id", 1, std::numeric_limits<AppId_t>::max()};
constexpr Whole kResult = {"a code of EResult", k_EResultOK, k_EResultTryLater};
constexpr Whole kResponse = {"a code of EAuthSessionResponse", k_EAuthSessionResponseOK,
                             k_EAuthSessionResponseAuthTicketNetworkIdentityFailure};
constexpr Whole kReason = {"a code of EDenyReason", k_EDenyInvalid, k_EDenySteamOwnerLeftGuestUser};

}  // namespace steamgs::simulator
