// ISteamNetworkingSockets over the armed world.
#include <steamgs/slots/isteamnetworkingsockets.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "features/networking/fake_ips.h"
#include "features/networking/hosting.h"
#include "features/networking/outgoing.h"
#include "features/networking/relays.h"
#include "interfaces/fake_udp_port.h"
#include "interfaces/interface.h"
#include "interfaces/networking.h"

namespace steamgs::simulator::networking {

namespace {

template <class Slots>
class Sockets : public Slots {
  public:
    HSteamListenSocket CreateListenSocketIP(const SteamNetworkingIPAddr& address, int count,
                                            const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        return network->listen(network->server(), {Route::ip, address.m_port}, address,
                               {count, options});
    }
    HSteamNetConnection ConnectByIPAddress(const SteamNetworkingIPAddr& address, int count,
                                           const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        const bool fake = fake_ip_type(address) > k_ESteamNetworkingFakeIPType_NotFake;
        const Target target = fake ? Target{Route::fake_ip, identity_of(address), address, -1}
                                   : Target{Route::ip, no_identity(), address, -1};
        return network->connect(network->server(), target, {count, options});
    }
    HSteamListenSocket CreateListenSocketP2P(int port, int count,
                                             const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        return network->listen(network->server(), {Route::p2p, port}, {}, {count, options});
    }
    HSteamNetConnection ConnectP2P(const SteamNetworkingIdentity& identity, int port, int count,
                                   const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        return network->connect(network->server(), {Route::p2p, identity, {}, port},
                                {count, options});
    }
    EResult AcceptConnection(HSteamNetConnection handle) override {
        Entered network;
        return network->accept(network->server(), handle);
    }
    bool CloseConnection(HSteamNetConnection handle, int reason, const char* text,
                         bool linger) override {
        Entered network;
        return network->close(network->server(), handle, reason, text, linger);
    }
    bool CloseListenSocket(HSteamListenSocket handle) override {
        Entered network;
        return network->stop_listening(network->server(), handle);
    }

    bool SetConnectionUserData(HSteamNetConnection handle, int64 data) override {
        Entered network;
        Connection* connection = network.connection(handle);
        if (connection != nullptr) {
            connection->set_user_data(data);
        }
        return connection != nullptr;
    }
    int64 GetConnectionUserData(HSteamNetConnection handle) override {
        Entered network;
        const Connection* connection = network.connection(handle);
        return connection != nullptr ? connection->user_data() : -1;
    }
    void SetConnectionName(HSteamNetConnection handle, const char* name) override {
        Entered network;
        if (Connection* connection = network.connection(handle)) {
            connection->set_name(name);
        }
    }
    bool GetConnectionName(HSteamNetConnection handle, char* name, int capacity) override {
        Entered network;
        const Connection* connection = network.connection(handle);
        if (connection == nullptr || capacity < 0) {
            return false;
        }
        write_text(connection->name(), name, static_cast<size_t>(capacity));
        return true;
    }

    EResult SendMessageToConnection(HSteamNetConnection handle, const void* data, uint32 size,
                                    int flags, int64* number) override {
        Entered network;
        return send_copy(network.connection(handle), data, size, flags, number);
    }
    EResult FlushMessagesOnConnection(HSteamNetConnection handle) override {
        Entered network;
        Connection* connection = network.connection(handle);
        return connection != nullptr ? connection->flush(network->now()) : k_EResultInvalidParam;
    }
    int ReceiveMessagesOnConnection(HSteamNetConnection handle, SteamNetworkingMessage_t** out,
                                    int most) override {
        Entered network;
        Connection* connection = network.connection(handle);
        return connection != nullptr ? connection->receive(out, most) : -1;
    }

    bool GetConnectionInfo(HSteamNetConnection handle, SteamNetConnectionInfo_t* out) override {
        Entered network;
        const Connection* connection = network.connection(handle);
        if (connection != nullptr && out != nullptr) {
            connection->describe(*out);
        }
        return connection != nullptr;
    }
    EResult GetConnectionRealTimeStatus(HSteamNetConnection handle,
                                        SteamNetConnectionRealTimeStatus_t* out, int lanes,
                                        SteamNetConnectionRealTimeLaneStatus_t* of_lanes) override {
        Entered network;
        Connection* connection = network.connection(handle);
        return connection != nullptr ? connection->status(out, lanes, of_lanes)
                                     : k_EResultNoConnection;
    }
    int GetDetailedConnectionStatus(HSteamNetConnection handle, char* out, int capacity) override {
        Entered network;
        Connection* connection = network.connection(handle);
        if (connection == nullptr) {
            return -1;
        }
        const std::string text = connection->detailed_status();
        if (capacity > 0) {
            write_text(text, out, static_cast<size_t>(capacity));
        }
        const bool fits = out != nullptr && capacity > static_cast<int>(text.size());
        return fits ? 0 : static_cast<int>(text.size()) + 1;
    }
    bool GetListenSocketAddress(HSteamListenSocket handle, SteamNetworkingIPAddr* out) override {
        Entered network;
        const ListenSocket* listener = network->listen_socket(network->server(), handle);
        if (listener == nullptr || listener->place.route != Route::ip) {
            return false;
        }
        if (out != nullptr) {
            *out = listener->address;
        }
        return true;
    }
    bool CreateSocketPair(HSteamNetConnection* first, HSteamNetConnection* second, bool,
                          const SteamNetworkingIdentity* first_identity,
                          const SteamNetworkingIdentity* second_identity) override {
        Entered network;
        return network->pair(network->server(), first, second, first_identity, second_identity);
    }
    EResult ConfigureConnectionLanes(HSteamNetConnection handle, int count, const int* priorities,
                                     const uint16* weights) override {
        Entered network;
        Connection* connection = network.connection(handle);
        if (connection == nullptr) {
            return k_EResultNoConnection;
        }
        return connection->is_open() ? connection->queue.configure(count, priorities, weights)
                                     : k_EResultInvalidState;
    }

    bool GetIdentity(SteamNetworkingIdentity* out) override {
        Entered network;
        const SteamNetworkingIdentity identity = network->server().identity();
        if (out != nullptr) {
            *out = identity;
        }
        return is_valid(identity);
    }

    ESteamNetworkingAvailability InitAuthentication() override {
        Entered network;
        auto& relays = network.world().get<Relays>();
        relays.certificate.begin();
        return relays.certificate.availability();
    }
    ESteamNetworkingAvailability GetAuthenticationStatus(
        SteamNetAuthenticationStatus_t* out) override {
        return Entered().world().get<Relays>().authentication(out);
    }
    bool GetCertificateRequest(int* size, void* blob, SteamNetworkingErrMsg& why) override {
        const std::string request = Entered().world().get<Relays>().certificate_request();
        const int needed = static_cast<int>(request.size());
        if (request.empty() || size == nullptr || (blob != nullptr && *size < needed)) {
            write_text(request.empty() ? "there is no identity before the logon"
                                       : "the buffer is too small",
                       why, sizeof(why));
            return false;
        }
        *size = needed;
        if (blob != nullptr) {
            std::memcpy(blob, request.data(), request.size());
        }
        return true;
    }
    bool SetCertificate(const void* certificate, int size, SteamNetworkingErrMsg& why) override {
        const std::string given(static_cast<const char*>(certificate),
                                static_cast<size_t>(std::max(size, 0)));
        const bool taken = Entered().world().get<Relays>().take_certificate(given);
        if (!taken) {
            write_text("the certificate is not signed, or is somebody else's", why, sizeof(why));
        }
        return taken;
    }

    HSteamNetPollGroup CreatePollGroup() override {
        Entered network;
        return network->create_group(network->server());
    }
    bool DestroyPollGroup(HSteamNetPollGroup handle) override {
        Entered network;
        return network->destroy_group(network->server(), handle);
    }
    bool SetConnectionPollGroup(HSteamNetConnection connection, HSteamNetPollGroup group) override {
        Entered network;
        return network->join(network->server(), connection, group);
    }
    int ReceiveMessagesOnPollGroup(HSteamNetPollGroup handle, SteamNetworkingMessage_t** out,
                                   int most) override {
        Entered network;
        PollGroup* group = network->group(network->server(), handle);
        return group != nullptr ? group->receive(out, most) : -1;
    }

    HSteamNetConnection ConnectToHostedDedicatedServer(
        const SteamNetworkingIdentity& identity, int port, int count,
        const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        return network->connect(network->server(), {Route::hosted, identity, {}, port},
                                {count, options});
    }
    uint16 GetHostedDedicatedServerPort() override { return Entered().world().get<Hosting>().port; }
    SteamNetworkingPOPID GetHostedDedicatedServerPOPID() override {
        return Entered().world().get<Hosting>().pop;
    }
    EResult GetHostedDedicatedServerAddress(SteamDatagramHostedAddress* out) override {
        Entered network;
        auto* address = reinterpret_cast<HostedAddress*>(out);
        return address != nullptr ? network.world().get<Hosting>().address(*address)
                                  : k_EResultInvalidParam;
    }
    HSteamListenSocket CreateHostedDedicatedServerListenSocket(
        int port, int count, const SteamNetworkingConfigValue_t* options) override {
        return Entered().world().get<Hosting>().listen(port, {count, options});
    }
    EResult GetGameCoordinatorServerLogin(SteamDatagramGameCoordinatorServerLogin* login, int* size,
                                          void* blob) override {
        Entered network;
        auto* its_login = reinterpret_cast<CoordinatorLogin*>(login);
        return its_login != nullptr ? network.world().get<Hosting>().login(*its_login, size, blob)
                                    : k_EResultInvalidParam;
    }

    bool BeginAsyncRequestFakeIP(int ports) override {
        return Entered().world().get<FakeIps>().request(ports);
    }
    void GetFakeIP(int first, SteamNetworkingFakeIPResult_t* out) override {
        Entered network;
        if (out != nullptr) {
            network.world().get<FakeIps>().write(first, *out);
        }
    }
    HSteamListenSocket CreateListenSocketP2PFakeIP(
        int index, int count, const SteamNetworkingConfigValue_t* options) override {
        Entered network;
        auto& fake_ips = network.world().get<FakeIps>();
        return fake_ips.has_port(index) && fake_ips.port(index) == nullptr
                   ? network->listen(network->server(), {Route::fake_ip, index}, {},
                                     {count, options})
                   : 0;
    }
    EResult GetRemoteFakeIPForConnection(HSteamNetConnection handle,
                                         SteamNetworkingIPAddr* out) override {
        Entered network;
        const Connection* connection = network.connection(handle);
        if (connection == nullptr || out == nullptr) {
            return k_EResultInvalidParam;
        }
        if (connection->route != Route::fake_ip) {
            return k_EResultIPNotFound;
        }
        *out = connection->from_outside
                   ? network.world().get<FakeIps>().local_address_of(connection->remote_identity)
                   : connection->remote_address;
        return k_EResultOK;
    }
    ISteamNetworkingFakeUDPPort* CreateFakeUDPPort(int index) override {
        return Entered().world().get<FakeIps>().open_port(index) ? fake_udp_port(index) : nullptr;
    }

    // As the callbacks are posted, there is nothing left to run.
    void RunCallbacks() override {}
};

template <class Slots>
class SocketsOf;

template <>
class SocketsOf<slots::ISteamNetworkingSockets012> final
    : public Sockets<slots::ISteamNetworkingSockets012> {
  public:
    void SendMessages(int count, SteamNetworkingMessage_t* const* messages,
                      int64* results) override {
        Outgoing outgoing(count, messages);
        Entered network;
        outgoing.send(*network.operator->(), results, {false, true});
    }
};

template <>
class SocketsOf<slots::ISteamNetworkingSockets013> final
    : public Sockets<slots::ISteamNetworkingSockets013> {
  public:
    void SendMessages(int count, SteamNetworkingMessage_t* const* messages, int64* results,
                      bool delete_failed) override {
        Outgoing outgoing(count, messages);
        Entered network;
        outgoing.send(*network.operator->(), results, {true, delete_failed});
    }
};

const EveryVersion<SocketsOf, slots::EveryISteamNetworkingSockets> kInterface;

}  // namespace

}  // namespace steamgs::simulator::networking
