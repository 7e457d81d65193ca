// A UDP socket for the query port, which hides the differences between operating systems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace steamgs::simulator {

// After a fork a child has this process' sockets, but none of its threads.
int64_t current_process();

class UdpSocket {
  public:
    UdpSocket() = default;
    ~UdpSocket() { close(); }
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    // Addresses are in host order; port 0 is a free one. The system's number for why there is no
    // such socket (the port is taken, the address not this machine's), or 0.
    int open(uint32_t ip, uint16_t port);
    void close();
    // The port of the open socket.
    uint16_t port() const;
    // Blocks. The size of a packet, or -1 if there was none after all.
    int receive(char* buffer, size_t capacity, uint32_t& ip, uint16_t& port);
    void send(const std::string& packet, uint32_t ip, uint16_t port);

  private:
    intptr_t socket_ = -1;
};

}  // namespace steamgs::simulator
