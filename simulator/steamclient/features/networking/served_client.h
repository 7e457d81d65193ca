// The calls of a player in another process, as frames. Each is answered before the next.
#pragma once

#include <memory>
#include <string>

#include "features/networking/frames.h"
#include "features/networking/local_client.h"

namespace steamgs::simulator::networking {

enum class Call : uint8_t {
    hello = 1,
    connect,
    listen,
    accept,
    close,
    send,
    flush,
    receive,
    lanes,
    status,
    next_change,
    send_to,
    receive_on,
};

constexpr uint32_t kProtocol = 1;

// One such player, on the side of the simulated Steam.
class ServedClient {
  public:
    explicit ServedClient(World& world) : world_(world) {}

    // The answer's frame to a call without its length; empty if it is none, and the stream ends.
    std::string answer(const char* data, size_t size);

  private:
    std::string greet(FrameReader& in);

    World& world_;
    std::unique_ptr<LocalClient> client_;
};

}  // namespace steamgs::simulator::networking
