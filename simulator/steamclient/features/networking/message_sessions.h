// Messages without connections, as games see them: each other host is a session, behind which is a
// connection that the game does not see.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "features/networking/network.h"

namespace steamgs::simulator::networking {

class MessageSessions final : public Host {
  public:
    // What the game is told: who wants to talk, and what has failed.
    struct Events {
        // Returns whether to accept at once.
        std::function<bool(const SteamNetworkingIdentity&)> requested;
        std::function<void(const SteamNetConnectionInfo_t&)> failed;
    };

    MessageSessions(Network& network, Host& owner, Events events);
    ~MessageSessions() override;

    EResult send(const SteamNetworkingIdentity& to, const void* data, uint32 size, int flags,
                 int channel);
    int receive(int channel, SteamNetworkingMessage_t** out, int most);
    bool accept(const SteamNetworkingIdentity& from);
    bool close(const SteamNetworkingIdentity& with);
    bool close_channel(const SteamNetworkingIdentity& with, int channel);
    ESteamNetworkingConnectionState state(const SteamNetworkingIdentity& with,
                                          SteamNetConnectionInfo_t* info,
                                          SteamNetConnectionRealTimeStatus_t* status);
    // Everything ends; with a new server it begins anew.
    void restart();

    SteamNetworkingIdentity identity() const override { return owner_.identity(); }
    SteamNetworkingIPAddr address() override { return owner_.address(); }
    const Host* found_as() const override { return &owner_; }
    void tell(const SteamNetConnectionStatusChangedCallback_t& change) override;

  private:
    // By the text of the other's identity.
    using Sessions = std::map<std::string, uint32>;

    Connection* connection_with(const SteamNetworkingIdentity& other);
    void ask(uint32 handle);
    void ended(const SteamNetConnectionStatusChangedCallback_t& change);
    void bury();
    void sort();
    void drop(const SteamNetworkingIdentity& from, std::vector<Message*>& waiting);
    void discard();

    Network& network_;
    Host& owner_;
    const Events events_;
    uint32 listen_socket_ = 0;
    uint32 group_ = 0;
    Sessions sessions_;
    std::map<std::string, std::set<int>> channels_;  // on which somebody has sent; likewise by text
    std::map<int, std::vector<Message*>> received_;
    std::vector<uint32> ended_;
};

}  // namespace steamgs::simulator::networking
