// TCP on this machine, which hides the differences between operating systems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace steamgs::simulator {

class TcpSocket {
  public:
    TcpSocket() = default;
    ~TcpSocket() { close(); }
    TcpSocket(TcpSocket&& other) noexcept : socket_(other.socket_) { other.socket_ = -1; }
    TcpSocket& operator=(TcpSocket&& other) noexcept;

    // Addresses are in host order; port 0 is a free one. The system's number for why not, or 0.
    int listen(uint32_t ip, uint16_t port);
    int connect(uint32_t ip, uint16_t port);
    // Does not wait for whoever wants to connect; not open if nobody does.
    TcpSocket accept();
    void close();
    bool is_open() const { return socket_ >= 0; }
    uint16_t port() const;

    // Waits until there is something. The size of what has come; 0 if it is the end, -1 on errors.
    int receive(char* buffer, size_t capacity);
    // Waits until all is sent; false if the other side is gone, or takes nothing for seconds.
    bool send(const std::string& data);

    // Waits until something can be received, or somebody wants to connect. Says of which.
    static std::vector<bool> wait(const std::vector<const TcpSocket*>& sockets);

  private:
    explicit TcpSocket(intptr_t socket) : socket_(socket) {}
    void set_up();

    intptr_t socket_ = -1;
};

}  // namespace steamgs::simulator
