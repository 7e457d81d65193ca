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
    : world_(&world), identity_(identity_of(steam_id)), address_(ipv4(kLoopback, 0)) {
    Within within(*this);
    within->add_player(steam_id, *this);
    sessions_ = std::make_unique<MessageSessions>(
        *within.operator->(), *this,
        MessageSessions::Events{[](const SteamNetworkingIdentity&) { return true; },
                                [](const SteamNetConnectionInfo_t&) {}});
}

LocalClient::~LocalClient() {
    Within within(*this);
    if (within) {
        sessions_.reset();
        within->remove_host(*this);
    }
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
    Within within(*this);
    return within ? within->connect(*this, target, {0, nullptr}) : 0;
}

uint32 LocalClient::listen(int32 virtual_port) {
    Within within(*this);
    return within ? within->listen(*this, {Route::p2p, virtual_port}, {}, {0, nullptr}) : 0;
}

EResult LocalClient::accept(uint32 handle) {
    Within within(*this);
    return within ? within->accept(*this, handle) : k_EResultInvalidParam;
}

bool LocalClient::close(uint32 handle, int32 reason, const std::string& text, bool linger) {
    Within within(*this);
    return within && within->close(*this, handle, reason, text.c_str(), linger);
}

EResult LocalClient::send(uint32 handle, const void* data, size_t size, int32 flags, uint16 lane,
                          int64& number) {
    Within within(*this);
    return send_copy(within.connection(handle), data, static_cast<uint32>(size), flags, &number,
                     lane);
}

EResult LocalClient::flush(uint32 handle) {
    Within within(*this);
    Connection* connection = within.connection(handle);
    return connection != nullptr ? connection->flush(within->now()) : k_EResultInvalidParam;
}

bool LocalClient::receive(uint32 handle, uint32 most, std::vector<ClientMessage>& out) {
    Within within(*this);
    Connection* connection = within.connection(handle);
    if (connection == nullptr) {
        return false;
    }
    SteamNetworkingMessage_t* message = nullptr;
    while (out.size() < most && connection->receive(&message, 1) == 1) {
        out.push_back({message->m_nMessageNumber, message->m_nFlags, message->m_idxLane,
                       std::string(static_cast<const char*>(message->m_pData),
                                   static_cast<size_t>(message->m_cbSize)),
                       ""});
        Message::release(message);
    }
    return true;
}

EResult LocalClient::configure_lanes(uint32 handle, const std::vector<int32>& priorities,
                                     const std::vector<uint16>& weights) {
    Within within(*this);
    Connection* connection = within.connection(handle);
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
    Within within(*this);
    Connection* connection = within.connection(handle);
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

EResult LocalClient::send_to(const std::string& text, int32 channel, const void* data, size_t size,
                             int32 flags) {
    Within within(*this);
    SteamNetworkingIdentity identity{};
    if (!within || !parse(text, identity)) {
        return k_EResultInvalidParam;
    }
    return sessions_->send(identity, data, static_cast<uint32>(size), flags, channel);
}

bool LocalClient::receive_on(int32 channel, ClientMessage& out) {
    Within within(*this);
    SteamNetworkingMessage_t* message = nullptr;
    if (!within || sessions_->receive(channel, &message, 1) != 1) {
        return false;
    }
    out = {message->m_nMessageNumber, message->m_nFlags, message->m_idxLane,
           std::string(static_cast<const char*>(message->m_pData),
                       static_cast<size_t>(message->m_cbSize)),
           text_of(message->m_identityPeer)};
    Message::release(message);
    return true;
}

bool LocalClient::next_change(ClientChange& out) {
    Within within(*this);
    if (!within || changes_.empty()) {
        return false;
    }
    out = std::move(changes_.front());
    changes_.pop_front();
    return true;
}

}  // namespace steamgs::simulator::networking
