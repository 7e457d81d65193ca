#include "core/kept_messages.h"

#include <cstdlib>
#include <cstring>
#include <mutex>

namespace steamgs {

namespace {

KeptMessages* first = nullptr;
std::mutex first_lock;  // of the list; for a few instructions, and with the GIL nobody waits

void release_copy(NetworkingMessage* message) { std::free(message); }

// NULL if memory is out.
NetworkingMessage* copy_of(const NetworkingMessage& message) noexcept {
    const auto size = static_cast<size_t>(message.m_cbSize);
    void* memory = std::malloc(sizeof(NetworkingMessage) + size);
    if (memory == nullptr) {
        return nullptr;
    }
    auto* copy = static_cast<NetworkingMessage*>(memory);
    std::memcpy(static_cast<void*>(copy), &message, sizeof(message));
    copy->m_pData = copy + 1;
    if (size != 0) {
        std::memcpy(copy->m_pData, message.m_pData, size);
    }
    copy->m_pfnFreeData = nullptr;
    copy->m_pfnRelease = release_copy;
    return copy;
}

bool is_ours(const NetworkingMessage& message) noexcept {
    return message.m_pfnRelease == release_copy;
}

}  // namespace

bool KeptMessages::reserve(size_t capacity) noexcept {
    messages_ =
        static_cast<NetworkingMessage**>(std::malloc(capacity * sizeof(NetworkingMessage*)));
    return messages_ != nullptr;
}

void KeptMessages::own(size_t size) noexcept {
    size_ = size;
    link();
}

void KeptMessages::own_array(NetworkingMessage** messages, size_t size) noexcept {
    messages_ = messages;
    own(size);
}

void KeptMessages::own_one(NetworkingMessage* message) noexcept {
    single_ = message;
    messages_ = &single_;
    own(1);
}

NetworkingMessage* KeptMessages::give(size_t index) noexcept {
    NetworkingMessage* message = messages_[index];
    messages_[index] = nullptr;
    return message;
}

size_t KeptMessages::take_over_all() noexcept {
    std::lock_guard<std::mutex> lock(first_lock);
    size_t left = 0;
    for (KeptMessages* one = first; one != nullptr; one = one->after_) {
        left += one->take_over();
    }
    return left;
}

void KeptMessages::strand_all() noexcept {
    for (KeptMessages* one = first; one != nullptr; one = one->after_) {
        one->strand();
    }
}

size_t KeptMessages::take_over() noexcept {
    size_t left = 0;
    for (size_t index = 0; index < size_ && !stranded_; ++index) {
        NetworkingMessage* message = messages_[index];
        if (message == nullptr || is_ours(*message)) {
            continue;
        }
        NetworkingMessage* copy = pinned_ ? nullptr : copy_of(*message);
        if (copy != nullptr) {
            messages_[index] = copy;
            release_message(message);
        } else {
            ++left;
        }
    }
    stranded_ = stranded_ || left != 0;
    return left;
}

void KeptMessages::strand() noexcept {
    for (size_t index = 0; index < size_; ++index) {
        if (messages_[index] != nullptr && !is_ours(*messages_[index])) {
            stranded_ = true;
        }
    }
}

void KeptMessages::release() noexcept {
    unlink();
    for (size_t index = 0; index < size_; ++index) {
        NetworkingMessage* message = messages_[index];
        if (message != nullptr && (!stranded_ || is_ours(*message))) {
            release_message(message);
        }
    }
    if (messages_ != &single_) {
        std::free(messages_);
    }
    messages_ = nullptr;
    size_ = 0;
}

void KeptMessages::link() noexcept {
    std::lock_guard<std::mutex> lock(first_lock);
    after_ = first;
    if (first != nullptr) {
        first->before_ = this;
    }
    first = this;
}

void KeptMessages::unlink() noexcept {
    std::lock_guard<std::mutex> lock(first_lock);
    if (before_ != nullptr) {
        before_->after_ = after_;
    } else if (first == this) {
        first = after_;
    }
    if (after_ != nullptr) {
        after_->before_ = before_;
    }
    before_ = after_ = nullptr;
}

}  // namespace steamgs
