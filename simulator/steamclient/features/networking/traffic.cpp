// How messages go from one end of a connection to the other.
#include <algorithm>
#include <limits>

#include "features/networking/connections.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

namespace {

constexpr size_t kMostBytes = k_cbMaxSteamNetworkingSocketsMessageSizeSend;
// Longer ones are sent as reliable ones.
constexpr int kMostUnreliable = 15 * 1100;
constexpr double kNever = std::numeric_limits<double>::infinity();

}  // namespace

const Connection::Limits& Connection::limits() const {
    const uint32 changes = config_changes.load(std::memory_order_relaxed);
    if (limits_.changes != changes) {
        const auto size = [this](ESteamNetworkingConfigValue key) {
            return static_cast<size_t>(config.integer(key));
        };
        limits_.changes = changes;
        limits_.send_buffer = size(k_ESteamNetworkingConfig_SendBufferSize);
        limits_.receive_buffer = size(k_ESteamNetworkingConfig_RecvBufferSize);
        limits_.receive_messages = size(k_ESteamNetworkingConfig_RecvBufferMessages);
        limits_.receive_size = size(k_ESteamNetworkingConfig_RecvMaxMessageSize);
        limits_.nagle =
            static_cast<double>(config.integer(k_ESteamNetworkingConfig_NagleTime)) / 1e6;
    }
    return limits_;
}

bool Connection::has_room(size_t size) const {
    const Limits& most = limits();
    return received_count_ < most.receive_messages &&
           (received_bytes_ + size <= most.receive_buffer || received_count_ == 0);
}

EResult Connection::may_send(size_t size, int flags) const {
    switch (state_) {
        case k_ESteamNetworkingConnectionState_Connected:
            break;
        case k_ESteamNetworkingConnectionState_Connecting:
        case k_ESteamNetworkingConnectionState_FindingRoute:
            if ((flags & k_nSteamNetworkingSend_NoDelay) != 0) {
                return k_EResultIgnored;
            }
            break;
        case k_ESteamNetworkingConnectionState_ClosedByPeer:
        case k_ESteamNetworkingConnectionState_ProblemDetectedLocally:
            return k_EResultNoConnection;
        default:
            return k_EResultInvalidState;
    }
    return size <= kMostBytes ? k_EResultOK : k_EResultInvalidParam;
}

EResult Connection::may_send(const SteamNetworkingMessage_t& message) const {
    if (message.m_cbSize < 0 || message.m_idxLane >= queue.lanes().size()) {
        return k_EResultInvalidParam;
    }
    const size_t size = static_cast<size_t>(message.m_cbSize);
    const EResult result = may_send(size, message.m_nFlags);
    if (result != k_EResultOK) {
        return result;
    }
    const bool full = static_cast<size_t>(queue.pending()) + size > limits().send_buffer;
    return full ? k_EResultLimitExceeded : k_EResultOK;
}

int64 Connection::send(Message* message, double now) {
    const EResult result = may_send(*message);
    if (result != k_EResultOK) {
        return -static_cast<int64>(result);
    }
    if (message->m_cbSize > kMostUnreliable) {
        message->m_nFlags |= k_nSteamNetworkingSend_Reliable;
    }
    const int64 number = ++queue.lanes()[message->m_idxLane].last_number;
    message->m_nMessageNumber = number;
    if (is_connected() && queue.empty() && path.immediate() && peer != nullptr &&
        peer->has_room(static_cast<size_t>(message->m_cbSize))) {
        out_packets_.add(1);
        out_bytes_.add(static_cast<size_t>(message->m_cbSize));
        peer->enqueue(message, now);
        return number;
    }
    if ((message->m_nFlags & k_nSteamNetworkingSend_NoNagle) != 0 || !path.conditions().nagle) {
        nagle_until_ = 0.0;
    } else if (queue.empty()) {
        nagle_until_ = now + limits().nagle;
    }
    queue.push(message);
    if (queue.pending() >= config.integer(k_ESteamNetworkingConfig_MTU_PacketSize)) {
        nagle_until_ = 0.0;  // a packet is full
    }
    run(now);
    return number;
}

EResult Connection::flush(double now) {
    const EResult result = may_send(0, 0);
    if (result == k_EResultOK) {
        nagle_until_ = 0.0;
        run(now);
    }
    return result;
}

void Connection::run(double now) {
    while (Message* message = path.arrived(now)) {
        Lane& lane = queue.lanes()[message->m_idxLane];
        const size_t size = static_cast<size_t>(message->m_cbSize);
        if (peer != nullptr && peer->is_open() && !peer->has_room(size) && is_reliable(*message)) {
            path.put_back(message);
            peer->sender_waits_ = true;
            return;
        }
        if (is_reliable(*message)) {
            lane.unacknowledged -= message->m_cbSize;
        }
        arrive(message, now);
    }
    const bool sends = is_connected() || state_ == k_ESteamNetworkingConnectionState_Linger;
    while (sends && !path.cut && peer != nullptr) {
        Message* message = queue.next();
        if (message == nullptr || now < nagle_until_ || now < path.free_at()) {
            break;
        }
        const size_t size = static_cast<size_t>(message->m_cbSize);
        if (path.immediate() && is_reliable(*message) && !peer->has_room(size)) {
            peer->sender_waits_ = true;
            return;
        }
        queue.pop(message);
        leave(message, now);
    }
    double next = path.next_arrival();
    if (sends && peer != nullptr && !queue.empty() && !path.cut) {
        next = std::min(next, std::max(nagle_until_, path.free_at()));
    }
    if (next != kNever) {
        wake_at(std::max(next, path.stalled_until));
    }
    if (state_ == k_ESteamNetworkingConnectionState_Linger && queue.empty() &&
        path.next_arrival() == kNever) {
        network.lingered(*this);  // which may be the end of this
    }
}

void Connection::leave(Message* message, double now) {
    out_packets_.add(1);
    out_bytes_.add(static_cast<size_t>(message->m_cbSize));
    if (path.immediate()) {
        arrive(message, now);
        return;
    }
    Lane& lane = queue.lanes()[message->m_idxLane];
    const bool reliable = is_reliable(*message);
    if (reliable) {
        lane.unacknowledged += message->m_cbSize;
    }
    path.send(message, now, lane.arrives[reliable ? 1 : 0], network.random());
}

void Connection::arrive(Message* message, double now) {
    if (peer == nullptr) {
        message->destroy();
        return;
    }
    peer->enqueue(message, now);
}

void Connection::enqueue(Message* message, double now) {
    if (!is_connected() && is_open()) {
        network.hears_of_acceptance(*this);  // nobody sends before
    }
    const size_t size = static_cast<size_t>(message->m_cbSize);
    if (!is_connected()) {
        message->destroy();
        return;
    }
    if (size > limits().receive_size) {
        message->destroy();
        network.problem(*this, k_ESteamNetConnectionEnd_Misc_Generic,
                        "a message was larger than RecvMaxMessageSize");
        return;
    }
    if (!has_room(size)) {
        message->destroy();  // an unreliable one
        return;
    }
    message->m_conn = handle;
    message->m_identityPeer = remote_identity;
    message->m_nConnUserData = user_data_;
    message->m_usecTimeReceived = timestamp(now);
    message->m_nFlags &= k_nSteamNetworkingSend_Reliable;
    message->m_nUserData = 0;
    message->receiver = this;
    in_packets_.add(1);
    in_bytes_.add(size);
    received_.push(message);
    ++received_count_;
    received_bytes_ += size;
    if (group != nullptr) {
        group->queue.push(message);
    }
}

int Connection::receive(SteamNetworkingMessage_t** out, int most) {
    int count = 0;
    while (count < most) {
        Message* message = received_.first();
        if (message == nullptr) {
            break;
        }
        take(message);
        out[count++] = message;
        has_room_again();
    }
    held_messages.add(static_cast<size_t>(count));
    return count;
}

void Connection::take(Message* message) {
    received_.remove(message);
    if (group != nullptr) {
        group->queue.remove(message);
    }
    --received_count_;
    received_bytes_ -= static_cast<size_t>(message->m_cbSize);
    message->receiver = nullptr;
}

void Connection::has_room_again() {
    if (sender_waits_) {
        sender_waits_ = false;
        if (peer != nullptr) {
            peer->run(network.now());
        }
    }
}

void Connection::discard_received() {
    while (Message* message = received_.first()) {
        take(message);
        message->destroy();
    }
}

void Connection::wake_at(double time) {
    const double now = network.now();
    if (wakes_at_ > now && wakes_at_ <= time) {
        return;
    }
    wakes_at_ = time;
    network.wake(*this, time);
}

}  // namespace steamgs::simulator::networking
