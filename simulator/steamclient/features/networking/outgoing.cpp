#include "features/networking/outgoing.h"

#include <algorithm>
#include <cstring>

namespace steamgs::simulator::networking {

namespace {

Message* copy_of(const SteamNetworkingMessage_t& message) {
    const size_t size = static_cast<size_t>(std::max(message.m_cbSize, 0));
    if (size > k_cbMaxSteamNetworkingSocketsMessageSizeSend) {
        return nullptr;  // too large to be sent anyway
    }
    Message* copy = Message::make(size);
    if (copy != nullptr) {
        if (size > 0) {
            std::memcpy(copy->own_data(), message.m_pData, size);
        }
        copy->m_nFlags = message.m_nFlags;
        copy->m_idxLane = message.m_idxLane;
    }
    return copy;
}

bool holds_foreign_data(const Message* message) {
    return message->m_pfnFreeData != nullptr ||
           (message->m_cbSize > 0 && message->m_pData != const_cast<Message*>(message)->own_data());
}

}  // namespace

Outgoing::Outgoing(int count, SteamNetworkingMessage_t* const* messages)
    : count_(static_cast<size_t>(std::max(count, 0))), messages_(messages) {
    for (size_t i = 0; i < count_; ++i) {
        const auto* message = static_cast<const Message*>(messages_[i]);
        if (message == nullptr || !Message::is_ours(message) || !holds_foreign_data(message)) {
            continue;
        }
        copies_.resize(count_);
        copies_[i] = copy_of(*message);
    }
}

Outgoing::~Outgoing() {
    for (Message* message : given_back_) {
        message->destroy();
    }
}

void Outgoing::send(Network& network, int64* results, Manner manner) {
    const double now = network.now();
    for (size_t i = 0; i < count_; ++i) {
        const SteamNetworkingMessage_t* message = messages_[i];
        const uint32 handle = message != nullptr ? message->m_conn : 0;
        const bool stopped = !stopped_.empty() && stopped_.count(handle) != 0;
        const int64 result = stopped ? 0 : send(network, i, now);
        if (result <= 0) {
            fail(i, manner.takes_failed);
            if (manner.stops && handle != 0) {
                stopped_.insert(handle);
            }
        } else if (!manner.takes_failed) {
            const_cast<SteamNetworkingMessage_t**>(messages_)[i] = nullptr;
        }
        if (results != nullptr) {
            results[i] = result;
        }
    }
}

int64 Outgoing::send(Network& network, size_t index, double now) {
    auto* message = static_cast<Message*>(messages_[index]);
    if (message == nullptr || !Message::is_ours(message)) {
        return -k_EResultInvalidParam;
    }
    Connection* connection = network.connection(network.server(), message->m_conn);
    if (connection == nullptr) {
        return -k_EResultInvalidParam;
    }
    if (copies_.empty() || !holds_foreign_data(message)) {
        const int64 number = connection->send(message, now);
        if (number > 0) {
            held_messages.remove();
        }
        return number;
    }
    const EResult result = connection->may_send(*message);
    if (result != k_EResultOK) {
        return -result;
    }
    if (copies_[index] == nullptr) {
        return -k_EResultFail;  // no memory
    }
    const int64 number = connection->send(copies_[index], now);
    if (number > 0) {
        copies_[index] = nullptr;
        held_messages.remove();
        given_back_.push_back(message);
    }
    return number;
}

void Outgoing::fail(size_t index, bool takes) {
    auto* message = static_cast<Message*>(messages_[index]);
    if (!copies_.empty() && copies_[index] != nullptr) {
        copies_[index]->destroy();
        copies_[index] = nullptr;
    }
    if (takes && message != nullptr && Message::is_ours(message)) {
        held_messages.remove();
        given_back_.push_back(message);
    }
}

EResult send_copy(Connection* connection, const void* data, uint32 size, int flags, int64* number,
                  uint16 lane, int channel) {
    if (number != nullptr) {
        *number = -1;
    }
    if (connection == nullptr) {
        return k_EResultInvalidParam;
    }
    const EResult result = connection->may_send(size, flags);
    if (result != k_EResultOK) {
        return result;
    }
    Message* message = held_messages.exhausted() ? nullptr : Message::make(size);
    if (message == nullptr) {
        return k_EResultFail;
    }
    if (size > 0) {
        std::memcpy(message->own_data(), data, size);
    }
    message->m_nFlags = flags;
    message->m_idxLane = lane;
    message->m_nChannel = channel;
    const int64 sent = connection->send(message, connection->network.now());
    if (sent <= 0) {
        message->destroy();
        return static_cast<EResult>(-sent);
    }
    if (number != nullptr) {
        *number = sent;
    }
    return k_EResultOK;
}

}  // namespace steamgs::simulator::networking
