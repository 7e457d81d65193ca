#include "features/networking/messages.h"

#include <cstdlib>
#include <cstring>

namespace steamgs::simulator::networking {

HeldMessages held_messages;

Message* Message::make(size_t size) noexcept {
    auto* message = static_cast<Message*>(std::malloc(sizeof(Message) + size));
    if (message == nullptr) {
        return nullptr;
    }
    std::memset(static_cast<void*>(message), 0, sizeof(Message));
    message->m_pData = size > 0 ? message->own_data() : nullptr;
    message->m_cbSize = static_cast<int>(size);
    message->m_pfnRelease = &release;
    message->capacity = size;
    return message;
}

void Message::destroy() noexcept {
    if (m_pfnFreeData != nullptr) {
        m_pfnFreeData(this);
    }
    std::free(this);
}

void Message::release(SteamNetworkingMessage_t* message) noexcept {
    held_messages.remove();
    static_cast<Message*>(message)->destroy();
}

}  // namespace steamgs::simulator::networking
