// A query port of the server's own: a socket on which Steam answers the server browser, whether the
// game ticks or not.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "features/udp_socket.h"

namespace steamgs::simulator {

class QueryPort {
  public:
    // Asked with the world's mutex held.
    using Answers =
        std::function<std::vector<std::string>(const std::string&, uint32_t ip, uint16_t port)>;

    QueryPort(std::mutex& world, Answers answers) : world_(world), answers_(std::move(answers)) {}
    ~QueryPort() { close(); }

    // Port 0 is a free one. The system's number for why there can be no such socket, or 0. With the
    // world's mutex held, or without.
    int open(uint32_t ip, uint16_t port);
    void close();
    bool is_open() const { return thread_.joinable(); }
    // The port of the open socket, or 0.
    uint16_t port() const { return is_open() ? port_ : 0; }

  private:
    void serve();
    bool lock_world();

    std::mutex& world_;
    Answers answers_;
    UdpSocket socket_;
    uint32_t ip_ = 0;
    uint16_t port_ = 0;
    int64_t process_ = 0;
    std::thread thread_;
    std::atomic<bool> closing_{false};
};

}  // namespace steamgs::simulator
