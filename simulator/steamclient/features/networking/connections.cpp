#include "features/networking/connections.h"

#include <algorithm>
#include <cstring>

#include "features/networking/listen_sockets.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

namespace {

const char* name_of(Route route) {
    switch (route) {
        case Route::ip:
            return "UDP";
        case Route::p2p:
            return "P2P";
        case Route::hosted:
            return "SDR";
        case Route::fake_ip:
            return "FakeIP";
        default:
            return "pipe";
    }
}

const char* name_of(ESteamNetworkingConnectionState state) {
    switch (state) {
        case k_ESteamNetworkingConnectionState_Connecting:
            return "connecting";
        case k_ESteamNetworkingConnectionState_FindingRoute:
            return "finding a route";
        case k_ESteamNetworkingConnectionState_Connected:
            return "connected";
        case k_ESteamNetworkingConnectionState_ClosedByPeer:
            return "closed by the peer";
        case k_ESteamNetworkingConnectionState_ProblemDetectedLocally:
            return "ended by a problem";
        default:
            return "none";
    }
}

}  // namespace

float Rate::a_second(double now) {
    const double elapsed = now - since_;
    if (elapsed >= 1.0) {
        rate_ = static_cast<float>(static_cast<double>(total_ - counted_) / elapsed);
        counted_ = total_;
        since_ = now;
    }
    return rate_;
}

Connection::Connection(Network& its_network, Host& its_host, Route its_route)
    : network(its_network),
      host(its_host),
      route(its_route),
      next(its_host.first),
      config(&its_host.config),
      wakes_at_(-1.0) {
    host.first = this;
    if (next != nullptr) {
        next->previous = this;
    }
}

Connection::~Connection() {
    discard_received();
    join(nullptr);
    if (listen_socket != nullptr) {
        listen_socket->children.erase(handle);
    }
    if (peer != nullptr) {
        peer->peer = nullptr;
    }
    (previous != nullptr ? previous->next : host.first) = next;
    if (next != nullptr) {
        next->previous = previous;
    }
}

ESteamNetworkingConnectionState Connection::state() const {
    return state_ < k_ESteamNetworkingConnectionState_None ? k_ESteamNetworkingConnectionState_None
                                                           : state_;
}

void Connection::set_state(ESteamNetworkingConnectionState now) {
    const ESteamNetworkingConnectionState before = state();
    state_ = now;
    if (state() != before) {
        SteamNetConnectionStatusChangedCallback_t change{};
        change.m_hConn = handle;
        change.m_eOldState = before;
        describe(change.m_info);
        network.tell(*this, change);
    }
    if (state() == k_ESteamNetworkingConnectionState_None) {
        discard_received();
    }
    if (!is_open() && state_ != k_ESteamNetworkingConnectionState_Linger) {
        queue.clear();
    }
}

void Connection::set_user_data(int64 data) {
    user_data_ = data;
    for (Message* message = received_.first(); message != nullptr;
         message = received_.after(message)) {
        message->m_nConnUserData = data;
    }
}

void Connection::end(int reason, const std::string& text) {
    if (end_reason_ == k_ESteamNetConnectionEnd_Invalid) {
        end_reason_ = reason;
        end_text_ = text;
    }
}

void Connection::join(PollGroup* other) {
    if (group == other) {
        return;
    }
    if (group != nullptr) {
        group->remove(*this);
    }
    if (other != nullptr) {
        other->add(*this);
    }
}

void Connection::describe(SteamNetConnectionInfo_t& out) const {
    std::memset(static_cast<void*>(&out), 0, sizeof(out));
    out.m_identityRemote = remote_identity;
    out.m_nUserData = user_data_;
    out.m_hListenSocket = listen_socket != nullptr ? listen_socket->handle : 0;
    out.m_addrRemote = remote_address;
    out.m_eState = state();
    out.m_eEndReason = end_reason_;
    write_text(end_text_, out.m_szEndDebug, sizeof(out.m_szEndDebug));
    write_text("#" + std::to_string(handle) + " " + name_of(route) + " " +
                   text_of(remote_identity) + (name_.empty() ? "" : " '" + name_ + "'"),
               out.m_szConnectionDescription, sizeof(out.m_szConnectionDescription));
    if (remote_identity.m_eType != k_ESteamNetworkingIdentityType_SteamID) {
        out.m_nFlags |= k_nSteamNetworkConnectionInfoFlags_Unauthenticated;
    }
    if (route == Route::pair) {
        out.m_nFlags |= k_nSteamNetworkConnectionInfoFlags_Unencrypted |
                        k_nSteamNetworkConnectionInfoFlags_LoopbackBuffers;
    }
    if (route == Route::p2p || route == Route::hosted || route == Route::fake_ip) {
        out.m_nFlags |= k_nSteamNetworkConnectionInfoFlags_Relayed;
        out.m_idPOPRelay = network.relay_pop();
        out.m_idPOPRemote = network.relay_pop();
    }
}

EResult Connection::status(SteamNetConnectionRealTimeStatus_t* out, int lanes,
                           SteamNetConnectionRealTimeLaneStatus_t* lane_status) {
    if (lanes < 0 || static_cast<size_t>(lanes) > queue.lanes().size() ||
        (lanes > 0 && lane_status == nullptr)) {
        return k_EResultInvalidParam;
    }
    const double now = network.now();
    const double rate =
        path.conditions().bandwidth > 0.0
            ? path.conditions().bandwidth
            : static_cast<double>(config.integer(k_ESteamNetworkingConfig_SendRateMax));
    const auto waits = [&](int pending) {
        return static_cast<SteamNetworkingMicroseconds>(pending / rate * 1e6);
    };
    SteamNetConnectionRealTimeStatus_t all{};
    int before = 0;
    for (size_t i = 0; i < queue.lanes().size(); ++i) {
        const Lane& lane = queue.lanes()[i];
        const int pending = lane.pending_reliable + lane.pending_unreliable;
        all.m_cbPendingReliable += lane.pending_reliable;
        all.m_cbPendingUnreliable += lane.pending_unreliable;
        all.m_cbSentUnackedReliable += lane.unacknowledged;
        if (i < static_cast<size_t>(lanes)) {
            lane_status[i] = {};
            lane_status[i].m_cbPendingReliable = lane.pending_reliable;
            lane_status[i].m_cbPendingUnreliable = lane.pending_unreliable;
            lane_status[i].m_cbSentUnackedReliable = lane.unacknowledged;
            lane_status[i].m_usecQueueTime = waits(before + pending);
        }
        before += pending;
    }
    if (out == nullptr) {
        return k_EResultOK;
    }
    const double there_and_back =
        path.conditions().latency + (peer != nullptr ? peer->path.conditions().latency : 0.0);
    all.m_eState = state();
    all.m_nPing = is_connected() ? static_cast<int>(there_and_back * 1000.0 + 0.5) : -1;
    const bool known = is_connected() && peer != nullptr;
    all.m_flConnectionQualityLocal =
        known ? 1.0f - static_cast<float>(peer->path.conditions().loss) : -1.0f;
    all.m_flConnectionQualityRemote =
        known ? 1.0f - static_cast<float>(path.conditions().loss) : -1.0f;
    all.m_flOutPacketsPerSec = out_packets_.a_second(now);
    all.m_flOutBytesPerSec = out_bytes_.a_second(now);
    all.m_flInPacketsPerSec = in_packets_.a_second(now);
    all.m_flInBytesPerSec = in_bytes_.a_second(now);
    all.m_nSendRateBytesPerSecond = static_cast<int>(std::min(rate, 2e9));
    all.m_usecQueueTime = waits(queue.pending());
    all.m_usecMaxJitter = static_cast<int32>(path.conditions().jitter * 1e6);
    *out = all;
    return k_EResultOK;
}

std::string Connection::detailed_status() {
    SteamNetConnectionRealTimeStatus_t all{};
    status(&all, 0, nullptr);
    std::string text = std::string("State: ") + name_of(state()) + "\n";
    text += "Remote identity: " + text_of(remote_identity) + "\n";
    text += "Route: " + std::string(name_of(route)) + "\n";
    if (end_reason_ != 0) {
        text += "End: " + std::to_string(end_reason_) + " " + end_text_ + "\n";
    }
    text += "Ping: " + std::to_string(all.m_nPing) + " ms\n";
    text += "Pending: " + std::to_string(all.m_cbPendingReliable) + " reliable, " +
            std::to_string(all.m_cbPendingUnreliable) + " unreliable, " +
            std::to_string(all.m_cbSentUnackedReliable) + " not acknowledged\n";
    text += "Lanes: " + std::to_string(queue.lanes().size()) + "\n";
    return text;
}

}  // namespace steamgs::simulator::networking
