#include "core/ping_locations.h"

#include <algorithm>
#include <cstring>

namespace steamgs {

float local_ping_location(NetworkingUtils* utils, std::string& text) {
    abi::SteamNetworkPingLocation_t place{};
    const float age = utils->GetLocalPingLocation(place);
    if (age >= 0) {
        char written[abi::k_cchMaxSteamNetworkingPingLocationString] = "";
        utils->ConvertPingLocationToString(place, written, sizeof(written));
        text.assign(written, strnlen(written, sizeof(written)));
    }
    return age;
}

bool estimate_ping(NetworkingUtils* utils, const char* there, const char* from, int& milliseconds) {
    abi::SteamNetworkPingLocation_t place{};
    abi::SteamNetworkPingLocation_t origin{};
    if (!utils->ParsePingLocationString(there, place) ||
        (from != nullptr && !utils->ParsePingLocationString(from, origin))) {
        return false;
    }
    milliseconds = from == nullptr ? utils->EstimatePingTimeFromLocalHost(place)
                                   : utils->EstimatePingTimeBetweenTwoLocations(place, origin);
    return true;
}

std::vector<uint32_t> data_centers(NetworkingUtils* utils) {
    const int count = std::max(0, utils->GetPOPCount());
    std::vector<uint32_t> all(static_cast<size_t>(count));
    const int told = count != 0 ? utils->GetPOPList(all.data(), count) : 0;
    all.resize(static_cast<size_t>(std::clamp(told, 0, count)));
    return all;
}

}  // namespace steamgs
