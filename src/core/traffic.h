// How many messages have come and gone over Steam's sockets, where somebody wants metrics.
//
// Written by any thread, for whole batches where there are any, and read by whoever is asked.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/networking.h"

namespace steamgs {

class Traffic {
  public:
    struct Count {
        std::atomic<uint64_t> messages{0};
        std::atomic<uint64_t> bytes{0};

        void add(uint64_t more_messages, uint64_t more_bytes) noexcept {
            messages.fetch_add(more_messages, std::memory_order_relaxed);
            bytes.fetch_add(more_bytes, std::memory_order_relaxed);
        }
    };

    void received(NetworkingMessage* const* messages, size_t count) noexcept {
        uint64_t bytes = 0;
        for (size_t index = 0; index < count; ++index) {
            bytes += static_cast<uint64_t>(messages[index]->m_cbSize);
        }
        in.add(count, bytes);
    }
    // Whether Steam has taken a message of this size.
    void sent(bool taken, uint64_t size) noexcept {
        if (taken) {
            out.add(1, size);
        } else {
            refused.add(1, size);
        }
    }

    Count in;
    Count out;
    Count refused;
};

}  // namespace steamgs
