#include "features/networking/hosting.h"

#include <cstring>

#include "features/browser.h"
#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<Hosting> kFeature("hosting");

// A data centre's code as Steam packs it: "iad", or four letters with the last one in front.
SteamNetworkingPOPID pop_of(const std::string& code) {
    SteamNetworkingPOPID pop = 0;
    for (size_t i = 0; i < code.size() && i < 3; ++i) {
        pop = pop << 8 | static_cast<uint8>(code[i]);
    }
    return code.size() > 3 ? pop | static_cast<uint32>(static_cast<uint8>(code[3])) << 24 : pop;
}

}  // namespace

Hosting::Hosting(World& world) : world_(world) {
    world.get<Network>();
    world.get<Relays>();
}

uint32 Hosting::listen(int virtual_port, Options options) {
    auto& network = world_.get<Network>();
    if (!is_hosted()) {
        return 0;
    }
    world_.get<Relays>().network.begin();
    world_.get<Relays>().certificate.begin();
    return network.listen(network.server(), {Route::hosted, virtual_port}, {}, options);
}

EResult Hosting::address(HostedAddress& out) {
    if (!is_hosted()) {
        return k_EResultFail;
    }
    Readiness& relays = world_.get<Relays>().network;
    if (relays.availability() < k_ESteamNetworkingAvailability_Unknown) {
        return k_EResultNoConnection;
    }
    relays.begin();
    if (relays.availability() != k_ESteamNetworkingAvailability_Current) {
        return k_EResultPending;
    }
    const SteamNetworkingIdentity identity = world_.get<Network>().server().identity();
    const std::string text =
        "simulated " + text_of(identity) + " " + std::to_string(pop) + " " + std::to_string(port);
    std::memset(&out, 0, sizeof(out));
    out.size = static_cast<int>(text.size());
    write_text(text, out.data, sizeof(out.data));
    return k_EResultOK;
}

EResult Hosting::login(CoordinatorLogin& login, int* size, void* blob) {
    const EResult result = address(login.routing);
    if (result != k_EResultOK) {
        return result == k_EResultFail ? k_EResultInvalidState : result;
    }
    login.identity = world_.get<Network>().server().identity();
    login.app_id = world_.get<ServerBrowser>().state.app_id;
    login.time = static_cast<uint32>(world_.backend.unix_time());
    if (login.app_data_size < 0 || login.app_data_size > static_cast<int>(sizeof(login.app_data))) {
        return k_EResultInvalidParam;
    }
    std::string signed_blob(login.routing.data, static_cast<size_t>(login.routing.size));
    signed_blob.append(login.app_data, static_cast<size_t>(login.app_data_size));
    const int needed = static_cast<int>(signed_blob.size());
    if (size == nullptr || blob == nullptr || *size < needed) {
        if (size != nullptr) {
            *size = needed;
        }
        return k_EResultLimitExceeded;
    }
    std::memcpy(blob, signed_blob.data(), signed_blob.size());
    *size = needed;
    return k_EResultOK;
}

namespace {

constexpr Text kPop = {1, 4};
constexpr Whole kPort = {"a port", 0, 65535};

struct Centre {
    std::string pop;
    uint16 port = 27015;
};

const CommandOf<Centre> kSetDataCenter = {
    "set_data_center",
    "Puts the machine into a data center that Steam's relays reach; it is in none at first.",
    [] {
        return std::vector{
            field("pop", &Centre::pop, kPop, "the code of the data center, such as iad",
                  Presence::required),
            field("port", &Centre::port, kPort,
                  "the port that relays reach; 27015 if missing, 0 for no data center"),
        };
    },
    [](World& world, const Centre& row) {
        auto& hosting = world.get<Hosting>();
        hosting.pop = row.port != 0 ? pop_of(row.pop) : 0;
        hosting.port = row.port;
    }};

}  // namespace

}  // namespace steamgs::simulator::networking
