#include "features/networking/server_messages.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<ServerMessages> kFeature("networking_messages");

MessageSessions::Events posted(Backend& backend) {
    return {[&backend](const SteamNetworkingIdentity& identity) {
                backend.post(SteamNetworkingMessagesSessionRequest_t{identity});
                return false;
            },
            [&backend](const SteamNetConnectionInfo_t& info) {
                backend.post(SteamNetworkingMessagesSessionFailed_t{info});
            }};
}

}  // namespace

ServerMessages::ServerMessages(World& world)
    : sessions(world.get<Network>(), world.get<Network>().server(), posted(world.backend)) {}

}  // namespace steamgs::simulator::networking
