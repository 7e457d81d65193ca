// ISteamGameServer over the armed world.
#include <steamgs/slots/isteamgameserver.h>

#include <cstring>

#include "features/browser.h"
#include "features/community.h"
#include "features/logon.h"
#include "features/networking/identities.h"
#include "features/query_port.h"
#include "features/sessions.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

// Steam cuts what is too long for the server browser.
std::string cut(const char* text, int limit) {
    return std::string(text != nullptr ? text : "").substr(0, static_cast<size_t>(limit) - 1);
}

std::string whole(const char* text) { return text != nullptr ? text : ""; }

template <class Slots>
class GameServer final : public Slots {
  public:
    bool InitGameServer(uint32 ip, uint16 game_port, uint16 query_port, uint32 flags,
                        AppId_t app_id, const char* version) override {
        Locked world;
        world->get<Logon>().init(flags);
        BrowserState& state = world->get<ServerBrowser>().state;
        state.ip = ip;
        state.game_port = game_port;
        state.query_port = query_port;
        state.app_id = app_id;
        state.version = whole(version);
        return world->get<QueryPort>().open(state.query_port);
    }

    void SetProduct(const char* product) override {
        LockedFeature<ServerBrowser>()->state.product = whole(product);
    }
    void SetGameDescription(const char* description) override {
        LockedFeature<ServerBrowser>()->state.description =
            cut(description, k_cbMaxGameServerGameDescription);
    }
    void SetModDir(const char* mod_dir) override {
        LockedFeature<ServerBrowser>()->state.mod_dir = cut(mod_dir, k_cbMaxGameServerGameDir);
    }
    void SetDedicatedServer(bool dedicated) override {
        LockedFeature<ServerBrowser>()->state.dedicated = dedicated;
    }

    void LogOn(const char* token) override { LockedFeature<Logon>()->log_on(whole(token)); }
    void LogOnAnonymous() override { LockedFeature<Logon>()->log_on_anonymous(); }
    void LogOff() override { LockedFeature<Logon>()->log_off(); }
    bool BLoggedOn() override { return LockedFeature<Logon>()->logged_on(); }
    bool BSecure() override { return LockedFeature<Logon>()->secure(); }
    CSteamID GetSteamID() override { return LockedFeature<Logon>()->steam_id(); }
    bool WasRestartRequested() override { return LockedFeature<Logon>()->take_restart_request(); }

    void SetMaxPlayerCount(int count) override {
        LockedFeature<ServerBrowser>()->state.max_players = count;
    }
    void SetBotPlayerCount(int count) override {
        LockedFeature<ServerBrowser>()->state.bots = count;
    }
    void SetServerName(const char* name) override {
        LockedFeature<ServerBrowser>()->state.name = cut(name, k_cbMaxGameServerName);
    }
    void SetMapName(const char* name) override {
        LockedFeature<ServerBrowser>()->state.map = cut(name, k_cbMaxGameServerMapName);
    }
    void SetPasswordProtected(bool is_protected) override {
        LockedFeature<ServerBrowser>()->state.password = is_protected;
    }
    void SetSpectatorPort(uint16 port) override {
        LockedFeature<ServerBrowser>()->state.spectator_port = port;
    }
    void SetSpectatorServerName(const char* name) override {
        LockedFeature<ServerBrowser>()->state.spectator_name = cut(name, k_cbMaxGameServerMapName);
    }
    void ClearAllKeyValues() override { LockedFeature<ServerBrowser>()->state.key_values.clear(); }
    void SetKeyValue(const char* key, const char* value) override {
        LockedFeature<ServerBrowser>()->state.set_key_value(whole(key), whole(value));
    }
    void SetGameTags(const char* tags) override {
        LockedFeature<ServerBrowser>()->state.tags = cut(tags, k_cbMaxGameServerTags);
    }
    void SetGameData(const char* data) override {
        LockedFeature<ServerBrowser>()->state.data = cut(data, k_cbMaxGameServerGameData);
    }
    void SetRegion(const char* region) override {
        LockedFeature<ServerBrowser>()->state.region = whole(region);
    }
    void SetAdvertiseServerActive(bool active) override {
        LockedFeature<ServerBrowser>()->state.advertised = active;
    }

    HAuthTicket GetAuthSessionTicket(void* ticket, int capacity, uint32* size,
                                     const abi::SteamNetworkingIdentity* peer) override {
        Locked world;
        std::string data;
        const HAuthTicket handle = world->get<Sessions>().own_ticket(
            world->get<ServerBrowser>().state.app_id,
            peer != nullptr ? networking::text_of(*peer) : "", data);
        if (handle == k_HAuthTicketInvalid || static_cast<int>(data.size()) > capacity) {
            *size = 0;
            return k_HAuthTicketInvalid;
        }
        std::memcpy(ticket, data.data(), data.size());
        *size = static_cast<uint32>(data.size());
        world->get<Sessions>().announce_own_ticket(handle);
        return handle;
    }
    EBeginAuthSessionResult BeginAuthSession(const void* ticket, int size, CSteamID user) override {
        Locked world;
        return world->get<Sessions>().begin(ticket, size, user.ConvertToUint64(),
                                            world->get<ServerBrowser>().state.app_id);
    }
    void EndAuthSession(CSteamID user) override {
        LockedFeature<Sessions>()->end(user.ConvertToUint64());
    }
    void CancelAuthTicket(HAuthTicket ticket) override {
        LockedFeature<Sessions>()->cancel_own_ticket(ticket);
    }
    EUserHasLicenseForAppResult UserHasLicenseForApp(CSteamID user, AppId_t app_id) override {
        return LockedFeature<Sessions>()->has_license(user.ConvertToUint64(), app_id);
    }

    bool RequestUserGroupStatus(CSteamID user, CSteamID group) override {
        return LockedFeature<Community>()->request_group_status(user.ConvertToUint64(),
                                                                group.ConvertToUint64());
    }
    void GetGameplayStats() override { LockedFeature<Community>()->gameplay_stats(); }
    SteamAPICall_t GetServerReputation() override {
        return LockedFeature<Community>()->server_reputation();
    }
    SteamIPAddress_t GetPublicIP() override {
        Locked world;
        SteamIPAddress_t address{};
        address.m_eType = k_ESteamIPTypeIPv4;
        address.m_unIPv4 = world->get<Logon>().logged_on() ? world->get<Logon>().public_ip : 0;
        return address;
    }

    bool HandleIncomingPacket(const void* data, int size, uint32 ip, uint16 port) override {
        Locked world;
        return data != nullptr && size > 0 &&
               world->get<ServerBrowser>().handle_packet(data, size, ip, port);
    }
    int GetNextOutgoingPacket(void* out, int capacity, uint32* ip, uint16* port) override {
        return LockedFeature<ServerBrowser>()->next_packet(out, capacity, ip, port);
    }

    SteamAPICall_t AssociateWithClan(CSteamID clan) override {
        return LockedFeature<Community>()->associate_with_clan(clan.ConvertToUint64());
    }
    SteamAPICall_t ComputeNewPlayerCompatibility(CSteamID player) override {
        return LockedFeature<Community>()->player_compatibility(player.ConvertToUint64());
    }

    bool SendUserConnectAndAuthenticate_DEPRECATED(uint32, const void* blob, uint32 size,
                                                   CSteamID* user) override {
        Locked world;
        uint64 steam_id = 0;
        const bool sent = world->get<Sessions>().connect(
            blob, size, world->get<ServerBrowser>().state.app_id, steam_id);
        user->SetFromUint64(steam_id);
        return sent;
    }
    CSteamID CreateUnauthenticatedUserConnection() override {
        return CSteamID(LockedFeature<Sessions>()->connect_bot());
    }
    void SendUserDisconnect_DEPRECATED(CSteamID user) override {
        LockedFeature<Sessions>()->end(user.ConvertToUint64());
    }
    bool BUpdateUserData(CSteamID user, const char* name, uint32 score) override {
        return LockedFeature<Sessions>()->update_user(user.ConvertToUint64(), name, score);
    }

    void SetMasterServerHeartbeatInterval_DEPRECATED(int) override {}
    void ForceMasterServerHeartbeat_DEPRECATED() override {}
};

const EveryVersion<GameServer, slots::EveryISteamGameServer> kInterface;

}  // namespace

}  // namespace steamgs::simulator
