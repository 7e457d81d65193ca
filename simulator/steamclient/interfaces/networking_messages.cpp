// ISteamNetworkingMessages over the armed world.
#include <steamgs/slots/isteamnetworkingmessages.h>

#include "features/networking/server_messages.h"
#include "interfaces/interface.h"
#include "interfaces/networking.h"

namespace steamgs::simulator::networking {

namespace {

template <class Slots>
class Messages final : public Slots {
  public:
    EResult SendMessageToUser(const SteamNetworkingIdentity& to, const void* data, uint32 size,
                              int flags, int channel) override {
        Entered network;
        return of(network).send(to, data, size, flags, channel);
    }
    int ReceiveMessagesOnChannel(int channel, SteamNetworkingMessage_t** out, int most) override {
        Entered network;
        return of(network).receive(channel, out, most);
    }
    bool AcceptSessionWithUser(const SteamNetworkingIdentity& from) override {
        Entered network;
        return of(network).accept(from);
    }
    bool CloseSessionWithUser(const SteamNetworkingIdentity& with) override {
        Entered network;
        return of(network).close(with);
    }
    bool CloseChannelWithUser(const SteamNetworkingIdentity& with, int channel) override {
        Entered network;
        return of(network).close_channel(with, channel);
    }
    ESteamNetworkingConnectionState GetSessionConnectionInfo(
        const SteamNetworkingIdentity& with, SteamNetConnectionInfo_t* info,
        SteamNetConnectionRealTimeStatus_t* status) override {
        Entered network;
        return of(network).state(with, info, status);
    }

  private:
    static MessageSessions& of(Entered& network) {
        return network.world().get<ServerMessages>().sessions;
    }
};

const EveryVersion<Messages, slots::EveryISteamNetworkingMessages> kInterface;

}  // namespace

}  // namespace steamgs::simulator::networking
