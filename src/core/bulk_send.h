// Many messages in one call of SendMessages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/networking.h"
#include "core/traffic.h"

namespace steamgs {

// What is sent to whom; the data stays the caller's.
struct Outgoing {
    uint32_t connection;
    uint32_t size;
    const void* data;
};

class BulkSend {
  public:
    // Where the messages come from, and go to; flags and lane are those of all.
    BulkSend(Sockets* sockets, bool newer, abi::ISteamNetworkingUtils004* utils, int flags,
             uint16_t lane) noexcept
        : sockets_(sockets), newer_(newer), utils_(utils), flags_(flags), lane_(lane) {}

    enum class Outcome {
        all_taken,            // each message's result is its number
        some_refused,         // or minus an EResult
        steam_has_no_memory,  // which is also the result of each
        no_memory             // of our own; there are no results
    };

    // Sends each; `results` has room for a number each. All or none are handed over.
    Outcome send(const Outgoing* all, size_t count, int64_t* results) noexcept;
    // Sends the same data to all. If it is large, it is copied once, however many they are. `count`
    // is not 0.
    Outcome broadcast(const uint32_t* connections, size_t count, const void* data, uint32_t size,
                      int64_t* results) noexcept;

  private:
    bool reserve(size_t count) noexcept;
    // One more message, without its data; NULL if Steam has no memory.
    NetworkingMessage* add(uint32_t connection, uint32_t size) noexcept;
    Outcome give_up(size_t count, int64_t* results) noexcept;
    // `connection_of` tells to whom the message at an index is.
    template <class ConnectionOf>
    Outcome hand_over(int64_t* results, ConnectionOf connection_of) noexcept;

    Sockets* const sockets_;
    const bool newer_;
    abi::ISteamNetworkingUtils004* const utils_;
    const int flags_;
    const uint16_t lane_;
    std::vector<NetworkingMessage*> messages_;
};

// Counts what has become of messages: each of its own size, or all of the same.
inline void count_sent(Traffic& traffic, const std::vector<int64_t>& results,
                       const std::vector<Outgoing>& all) noexcept {
    for (size_t index = 0; index < results.size(); ++index) {
        traffic.sent(results[index] >= 0, all[index].size);
    }
}
inline void count_sent(Traffic& traffic, const std::vector<int64_t>& results,
                       uint32_t size) noexcept {
    for (const int64_t result : results) {
        traffic.sent(result >= 0, size);
    }
}

}  // namespace steamgs
