#include "features/networking/message_sessions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "features/networking/outgoing.h"

namespace steamgs::simulator::networking {

namespace {

// The virtual port of all of them, which no game can name.
constexpr int kPort = -7;

bool by_the_application(int reason) {
    return reason >= k_ESteamNetConnectionEnd_App_Min &&
           reason <= k_ESteamNetConnectionEnd_AppException_Max;
}

}  // namespace

MessageSessions::MessageSessions(Network& network, Host& owner, Events events)
    : network_(network), owner_(owner), events_(std::move(events)) {
    config.set_wider(&owner.config);
    restart();
}

MessageSessions::~MessageSessions() {
    discard();
    network_.remove_host(*this);
}

void MessageSessions::discard() {
    for (auto& [channel, messages] : received_) {
        for (Message* message : messages) {
            message->destroy();
        }
    }
    received_.clear();
}

void MessageSessions::restart() {
    discard();
    sessions_.clear();
    channels_.clear();
    ended_.clear();
    network_.remove_host(*this);
    group_ = network_.create_group(*this);
    listen_socket_ = network_.listen(*this, {Route::p2p, kPort}, {}, {0, nullptr});
}

Connection* MessageSessions::connection_with(const SteamNetworkingIdentity& other) {
    bury();
    const auto found = sessions_.find(text_of(other));
    return found != sessions_.end() ? network_.connection(*this, found->second) : nullptr;
}

void MessageSessions::tell(const SteamNetConnectionStatusChangedCallback_t& change) {
    switch (change.m_info.m_eState) {
        case k_ESteamNetworkingConnectionState_Connecting:
            network_.join(*this, change.m_hConn, group_);
            ask(change.m_hConn);
            break;
        case k_ESteamNetworkingConnectionState_ClosedByPeer:
        case k_ESteamNetworkingConnectionState_ProblemDetectedLocally:
            ended(change);
            break;
        default:
            break;
    }
}

void MessageSessions::ask(uint32 handle) {
    const Connection* connection = network_.connection(*this, handle);
    if (connection == nullptr || !connection->from_outside) {
        return;
    }
    const auto [session, is_new] =
        sessions_.try_emplace(text_of(connection->remote_identity), handle);
    const Connection* other = network_.connection(*this, session->second);
    if (!is_new && other != nullptr && other->is_open()) {
        network_.accept(*this, handle);  // both have asked at once
        return;
    }
    if (!is_new) {
        ended_.push_back(session->second);  // it has failed before
    }
    session->second = handle;
    if (events_.requested(connection->remote_identity)) {
        network_.accept(*this, handle);
    }
}

void MessageSessions::ended(const SteamNetConnectionStatusChangedCallback_t& change) {
    const auto found = sessions_.find(text_of(change.m_info.m_identityRemote));
    if (found == sessions_.end() || found->second != change.m_hConn) {
        ended_.push_back(change.m_hConn);
        return;
    }
    if (change.m_info.m_eState == k_ESteamNetworkingConnectionState_ClosedByPeer &&
        by_the_application(change.m_info.m_eEndReason)) {
        channels_.erase(found->first);
        sessions_.erase(found);
        ended_.push_back(change.m_hConn);
        return;
    }
    events_.failed(change.m_info);
}

// Not as soon as they end: whoever tells of it still has the connection in hand.
void MessageSessions::bury() {
    sort();
    for (const uint32 handle : ended_) {
        network_.close(*this, handle, 0, nullptr, false);
    }
    ended_.clear();
}

EResult MessageSessions::send(const SteamNetworkingIdentity& to, const void* data, uint32 size,
                              int flags, int channel) {
    if (!is_valid(to)) {
        return k_EResultInvalidParam;
    }
    Connection* connection = connection_with(to);
    if (connection != nullptr && !connection->is_open()) {
        if ((flags & k_nSteamNetworkingSend_AutoRestartBrokenSession) == 0) {
            return k_EResultConnectFailed;
        }
        close(to);
        connection = nullptr;
    }
    if (connection == nullptr) {
        const uint32 handle = network_.connect(*this, {Route::p2p, to, {}, kPort}, {0, nullptr});
        connection = network_.connection(*this, handle);
        if (connection == nullptr) {
            return k_EResultFail;
        }
        sessions_[text_of(to)] = handle;
    } else if (connection->from_outside) {
        network_.accept(*this, connection->handle);  // an answer accepts
    }
    return send_copy(connection, data, size, flags, nullptr, 0, channel);
}

void MessageSessions::sort() {
    PollGroup* group = network_.group(*this, group_);
    SteamNetworkingMessage_t* message = nullptr;
    while (group != nullptr && group->receive(&message, 1) == 1) {
        message->m_conn = 0;
        held_messages.remove();  // not yet by the game
        channels_[text_of(message->m_identityPeer)].insert(message->m_nChannel);
        received_[message->m_nChannel].push_back(static_cast<Message*>(message));
    }
}

int MessageSessions::receive(int channel, SteamNetworkingMessage_t** out, int most) {
    bury();
    std::vector<Message*>& waiting = received_[channel];
    const auto count = std::min(waiting.size(), static_cast<size_t>(std::max(most, 0)));
    std::copy_n(waiting.begin(), count, out);
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
    held_messages.add(count);
    return static_cast<int>(count);
}

bool MessageSessions::accept(const SteamNetworkingIdentity& from) {
    Connection* connection = connection_with(from);
    if (connection == nullptr || !connection->is_open()) {
        return false;
    }
    if (connection->from_outside) {
        network_.accept(*this, connection->handle);
    }
    return true;
}

void MessageSessions::drop(const SteamNetworkingIdentity& from, std::vector<Message*>& waiting) {
    const auto first = std::stable_partition(
        waiting.begin(), waiting.end(),
        [&from](const auto* message) { return !same(message->m_identityPeer, from); });
    std::for_each(first, waiting.end(), [](Message* message) { message->destroy(); });
    waiting.erase(first, waiting.end());
}

bool MessageSessions::close(const SteamNetworkingIdentity& with) {
    const auto found = sessions_.find(text_of(with));
    if (found == sessions_.end()) {
        return false;
    }
    const uint32 handle = found->second;
    sessions_.erase(found);
    sort();
    for (auto& [channel, waiting] : received_) {
        drop(with, waiting);
    }
    channels_.erase(text_of(with));
    network_.close(*this, handle, 0, nullptr, true);
    return true;
}

bool MessageSessions::close_channel(const SteamNetworkingIdentity& with, int channel) {
    const bool known = connection_with(with) != nullptr;
    const auto open = channels_.find(text_of(with));
    if (!known || open == channels_.end() || open->second.erase(channel) == 0) {
        return false;
    }
    drop(with, received_[channel]);
    if (open->second.empty()) {
        close(with);
    }
    return true;
}

ESteamNetworkingConnectionState MessageSessions::state(const SteamNetworkingIdentity& with,
                                                       SteamNetConnectionInfo_t* info,
                                                       SteamNetConnectionRealTimeStatus_t* status) {
    Connection* connection = connection_with(with);
    if (connection == nullptr) {
        return k_ESteamNetworkingConnectionState_None;
    }
    if (info != nullptr) {
        connection->describe(*info);
    }
    if (status != nullptr) {
        connection->status(status, 0, nullptr);
    }
    return connection->state();
}

}  // namespace steamgs::simulator::networking
