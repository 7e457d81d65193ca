// ISteamClient: the pipe and the user of one game server. Its slots find all other interfaces.
#include <steamgs/slots/isteamclient.h>

#include "interfaces/interface.h"
#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

constexpr HSteamPipe kPipe = 1;
constexpr HSteamUser kUser = 1;

template <class Slots>
class Client final : public Slots {
  public:
    HSteamPipe CreateSteamPipe() override { return kPipe; }
    bool BReleaseSteamPipe(HSteamPipe) override { return true; }
    bool BShutdownIfAllPipesClosed() override { return true; }

    // No player's Steam client runs here.
    HSteamUser ConnectToGlobalUser(HSteamPipe) override { return 0; }
    HSteamUser CreateLocalUser(HSteamPipe* pipe, EAccountType) override {
        World* world = armed_world();
        if (world == nullptr) {
            return 0;
        }
        std::lock_guard<std::mutex> lock(world->mutex);
        world->server_starts();
        *pipe = kPipe;
        return kUser;
    }
    void ReleaseUser(HSteamPipe, HSteamUser) override {
        if (armed_world() != nullptr) {
            Locked()->server_goes();
        }
    }

    void SetLocalIPBinding(const SteamIPAddress_t&, uint16) override {}
    void SetWarningMessageHook(SteamAPIWarningMessageHook_t hook) override {
        armed_world()->warning_hook.store(hook);
    }
    void RunFrame() override {}
    uint32 GetIPCCallCount() override { return 0; }

    // Functions of libsteam_api's, which nothing here has a use for.
    void DEPRECATED_Set_SteamAPI_CPostAPIResultInProcess(void (*)()) override {}
    void DEPRECATED_Remove_SteamAPI_CPostAPIResultInProcess(void (*)()) override {}
    void Set_SteamAPI_CCheckCallbackRegisteredInProcess(
        SteamAPI_CheckCallbackRegistered_t) override {}
    void DestroyAllInterfaces() override {}
};

const EveryVersion<Client, slots::EveryISteamClient> kInterface;

}  // namespace

}  // namespace steamgs::simulator
