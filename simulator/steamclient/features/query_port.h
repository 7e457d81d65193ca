// The server's own query port: a socket on which Steam answers the server browser, whether the game
// ticks or not.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "features/udp_socket.h"
#include "kernel/world.h"

namespace steamgs::simulator {

// The socket and the thread that reads it.
class QuerySocket {
  public:
    // Asked with the world's mutex held.
    using Answers =
        std::function<std::vector<std::string>(const std::string&, uint32_t ip, uint16_t port)>;

    QuerySocket(std::mutex& world, Answers answers) : world_(world), answers_(std::move(answers)) {}
    ~QuerySocket() { close(); }

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

class QueryPort final : public Feature {
  public:
    explicit QueryPort(World& world);

    // Opens the server's own query port, if it is to have one, and writes which it is; false if
    // there can be none.
    bool open(uint16& port);
    void server_starts() override { error_ = 0; }
    void reset() override { socket_.close(); }
    void describe(json::Object& out) const override;

    // Where servers that start later have their sockets.
    bool enabled = true;
    uint32 address = 0x7f000001;  // loopback, unless told otherwise

  private:
    World& world_;
    QuerySocket socket_;
    int error_ = 0;  // the system's, of the server that started last
};

}  // namespace steamgs::simulator
