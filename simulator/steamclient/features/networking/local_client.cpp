#include "features/networking/local_client.h"

#include <utility>

#include "features/networking/outgoing.h"

namespace steamgs::simulator::networking {

namespace {

constexpr uint32 kLoopback = 0x7f000001;
const std::string kHosted = "sdr:";

// An address, a FakeIP, or an identity; of a hosted server with a word in front.
bool parse_target(const std::string& text, int32 virtual_port, Target& out) {
    out = {Route::ip, no_identity(), {}, virtual_port};
    if (parse(text, out.address)) {
        if (fake_ip_type(out.address) != k_ESteamNetworkingFakeIPType_NotFake) {
            out.route = Route::fake_ip;
            out.identity = identity_of(out.address);
        }
        return out.address.m_port != 0;
    }
    const bool hosted = text.compare(0, kHosted.size(), kHosted) == 0;
    out.route = hosted ? Route::hosted : Route::p2p;
    return parse(hosted ? text.substr(kHosted.size()) : text, out.identity) &&
           out.identity.m_eType == k_ESteamNetworkingIdentityType_SteamID && virtual_port >= 0;
}

}  // namespace

LocalClient::LocalClient(World& world, uint64 steam_id)
    : world_(world),
      network_([&world]() -> Network& {
          const std::lock_guard<std::mutex> lock(world.mutex);
          return world.get<Network>();
      }()),
      steam_id_(steam_id),
      address_(ipv4(kLoopback, 0)) {
    const std::lock_guard<std::mutex> lock(world_.mutex);
    Host::config.set_wider(nullptr);
    network_.add_player(steam_id, *this);
}

LocalClient::~LocalClient() {
    const std::lock_guard<std::mutex> lock(world_.mutex);
    network_.remove_host(*this);
}

void LocalClient::tell(const SteamNetConnectionStatusChangedCallback_t& change) {
    changes_.push_back({change.m_hConn, change.m_eOldState, change.m_info.m_eState,
                        change.m_info.m_eEndReason, change.m_info.m_szEndDebug});
}

uint32 LocalClient::connect(const std::string& text, int32 virtual_port) {
    Target target{};
    if (!parse_target(text, virtual_port, target)) {
        return 0;
    }
    return Within(*this).network.connect(*this, target, {0, nullptr});
}

uint32 LocalClient::listen(int32 virtual_port) {
    return Within(*this).network.listen(*this, {Route::p2p, virtual_port}, {}, {0, nullptr});
}

EResult LocalClient::accept(uint32 handle) { return Within(*this).network.accept(*this, handle); }

bool LocalClient::close(uint32 handle, int32 reason, const std::string& text, bool linger) {
    return Within(*this).network.close(*this, handle, reason, text.c_str(), linger);
}

EResult LocalClient::send(uint32 handle, const void* data, size_t size, int32 flags, uint16 lane,
                          int64& number) {
    const Within within(*this);
    return send_copy(within.network.connection(*this, handle), data, static_cast<uint32>(size),
                     flags, &number, lane);
}

EResult LocalClient::flush(uint32 handle) {
    const Within within(*this);
    Connection* connection = within.network.connection(*this, handle);
    return connection != nullptr ? connection->flush(within.network.now()) : k_EResultInvalidParam;
}

bool LocalClient::receive(uint32 handle, uint32 most, std::vector<ClientMessage>& out) {
    const Within within(*this);
    Connection* connection = within.network.connection(*this, handle);
    if (connection == nullptr) {
        return false;
    }
    SteamNetworkingMessage_t* message = nullptr;
    while (out.size() < most && connection->receive(&message, 1) == 1) {
        out.push_back({message->m_nMessageNumber, message->m_nFlags, message->m_idxLane,
                       std::string(static_cast<const char*>(message->m_pData),
                                   static_cast<size_t>(message->m_cbSize))});
        Message::release(message);
    }
    return true;
}

EResult LocalClient::configure_lanes(uint32 handle, const std::vector<int32>& priorities,
                                     const std::vector<uint16>& weights) {
    const Within within(*this);
    Connection* connection = within.network.connection(*this, handle);
    if (connection == nullptr) {
        return k_EResultNoConnection;
    }
    const bool weighted = weights.size() == priorities.size();
    return connection->is_open()
               ? connection->queue.configure(static_cast<int>(priorities.size()), priorities.data(),
                                             weighted ? weights.data() : nullptr)
               : k_EResultInvalidState;
}

bool LocalClient::status(uint32 handle, ClientStatus& out) {
    const Within within(*this);
    Connection* connection = within.network.connection(*this, handle);
    if (connection == nullptr) {
        return false;
    }
    SteamNetConnectionRealTimeStatus_t now{};
    connection->status(&now, 0, nullptr);
    out = {connection->state(),
           connection->end_reason(),
           connection->end_text(),
           text_of(connection->remote_identity),
           now.m_nPing,
           now.m_cbPendingReliable,
           now.m_cbPendingUnreliable,
           now.m_cbSentUnackedReliable};
    return true;
}

bool LocalClient::next_change(ClientChange& out) {
    const Within within(*this);
    if (changes_.empty()) {
        return false;
    }
    out = std::move(changes_.front());
    changes_.pop_front();
    return true;
}

}  // namespace steamgs::simulator::networking
