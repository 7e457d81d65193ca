// A libGameNetworkingSockets that the user has built and names: it serves ISteamNetworkingSockets
// and ISteamNetworkingUtils instead of the simulated network. Messages without connections stay
// simulated, as that library needs signalling of the game's for them.
#pragma once

#include <steamgs/abi/isteamnetworkingutils.h>
#include <steamgs/forwarding.h>

#include <string>

#include "features/networking/types.h"
#include "kernel/feature.h"
#include "kernel/world.h"

namespace steamgs::simulator::networking {

// Its newer builds have the bool of 013, and older ones ignore it: as always, all are taken.
class OlderSockets final : public forwarding::ISteamNetworkingSockets012 {
  public:
    void SendMessages(int count, SteamNetworkingMessage_t* const* messages,
                      int64* results) override {
        there->SendMessages(count, messages, results, true);
    }
};

class NamedLibrary final : public Feature, public CallbackSource {
  public:
    explicit NamedLibrary(World& world) : world_(world) {}
    ~NamedLibrary() override { stop(); }

    // For servers that start later; none if the path is empty. Throws NotThere, also while one
    // runs.
    void name(const std::string& path);
    void server_starts() override;
    void reset() override { stop(); }
    void describe(json::Object& out) const override;

    // Whether it serves this version to the server that runs, and what a game gets then: NULL if
    // it could not be started.
    bool serves(const std::string& version) const;
    void* interface_called(const std::string& version);
    void run_callbacks() override { older_.there->RunCallbacks(); }

  private:
    struct Functions {
        bool (*init)(const SteamNetworkingIdentity* identity, char* error) = nullptr;
        void (*kill)() = nullptr;
        abi::ISteamNetworkingSockets013* (*sockets)() = nullptr;
        ISteamNetworkingUtils004* (*utils)() = nullptr;
    };

    // Why it can't be, or nothing.
    std::string start();
    void stop();

    World& world_;
    std::string path_;
    Functions functions_;
    OlderSockets older_;
    bool runs_ = false;
    int64_t process_ = 0;
};

}  // namespace steamgs::simulator::networking
