// Where players in other processes find the simulated Steam: one TCP port of this machine, and one
// thread for all of them.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "features/networking/network.h"
#include "features/networking/served_client.h"
#include "features/networking/tcp_socket.h"

namespace steamgs::simulator::networking {

class Exchange {
  public:
    explicit Exchange(World& world) : world_(world) {}
    ~Exchange() { close(); }

    // The system's number for why there can be none, or 0. Port 0 is a free one.
    int open(uint32 ip, uint16 port);
    // Must not be called with the world's mutex: the thread may wait for it.
    void close();
    // Tells the thread to end, without waiting for it.
    void stop();
    uint16 port() const { return port_; }

  private:
    struct Stream {
        TcpSocket socket;
        ServedClient client;
        std::string received;
    };

    void serve();
    // False if the stream has ended.
    bool read(Stream& stream);
    bool answer(Stream& stream);

    World& world_;
    TcpSocket listener_;
    uint32 ip_ = 0;
    uint16 port_ = 0;
    int64_t process_ = 0;
    std::vector<std::unique_ptr<Stream>> streams_;
    std::thread thread_;
    std::atomic<bool> closing_{false};
};

// The exchange of a world; those that it had before end with it.
class Exchanges final : public Feature {
  public:
    explicit Exchanges(World& world) : world_(world) { world.get<Network>(); }

    // Throws NotThere if the port can't be had.
    void open(uint32 ip, uint16 port);
    void describe(json::Object& out) const override;

  private:
    World& world_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
};

}  // namespace steamgs::simulator::networking
