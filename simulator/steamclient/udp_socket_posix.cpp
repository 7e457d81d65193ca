#ifndef _WIN32

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "udp_socket.h"

namespace steamgs::simulator {

namespace {

sockaddr_in address_of(uint32_t ip, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    address.sin_port = htons(port);
    return address;
}

}  // namespace

int64_t current_process() { return ::getpid(); }

bool UdpSocket::open(uint32_t ip, uint16_t port) {
    close();
    const int made = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (made < 0) {
        return false;
    }
    socket_ = made;
    const sockaddr_in address = address_of(ip, port);
    if (::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        close();
        return false;
    }
    return true;
}

void UdpSocket::close() {
    if (socket_ >= 0) {
        ::close(static_cast<int>(socket_));
        socket_ = -1;
    }
}

int UdpSocket::receive(char* buffer, size_t capacity, uint32_t& ip, uint16_t& port) {
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t received = ::recvfrom(static_cast<int>(socket_), buffer, capacity, 0,
                                        reinterpret_cast<sockaddr*>(&from), &size);
    ip = ntohl(from.sin_addr.s_addr);
    port = ntohs(from.sin_port);
    return static_cast<int>(received);
}

void UdpSocket::send(const std::string& packet, uint32_t ip, uint16_t port) {
    const sockaddr_in to = address_of(ip, port);
    ::sendto(static_cast<int>(socket_), packet.data(), packet.size(), 0,
             reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

}  // namespace steamgs::simulator

#endif
