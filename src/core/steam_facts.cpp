// Holds the Steamworks headers of this build, genuine or bundled, against the table of facts
// (abi/).
#include "common/steam.h"

#include <steam/isteamgameserver.h>
#include <steam/isteamgameserverstats.h>
#include <steam/isteamhttp.h>
#include <steam/isteaminventory.h>
#include <steam/isteamnetworking.h>
#include <steam/isteamnetworkingmessages.h>
#include <steam/isteamnetworkingsockets.h>
#include <steam/isteamnetworkingutils.h>
#include <steam/isteamremotestorage.h>
#include <steam/isteamugc.h>
#include <steam/isteamutils.h>
#include <steam/steam_api.h>
#include <steam/steamnetworkingfakeip.h>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "steamgs/abi/types.h"

#ifdef __GNUC__
// Some structs have members that are not public; where the others lie is known all the same.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif

namespace {

#include "steamgs/abi/facts.inc"

}  // namespace
