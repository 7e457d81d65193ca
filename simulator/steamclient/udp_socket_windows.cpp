#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <winsock2.h>

#include "udp_socket.h"

namespace steamgs::simulator {

namespace {

struct Winsock {
    Winsock() {
        WSADATA data;
        WSAStartup(MAKEWORD(2, 2), &data);
    }
};

sockaddr_in address_of(uint32_t ip, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    address.sin_port = htons(port);
    return address;
}

}  // namespace

int64_t current_process() { return 0; }  // nothing forks

bool UdpSocket::open(uint32_t ip, uint16_t port) {
    static const Winsock winsock;
    close();
    const SOCKET made = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (made == INVALID_SOCKET) {
        return false;
    }
    socket_ = static_cast<intptr_t>(made);
    const sockaddr_in address = address_of(ip, port);
    if (::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        close();
        return false;
    }
    return true;
}

void UdpSocket::close() {
    if (socket_ >= 0) {
        ::closesocket(static_cast<SOCKET>(socket_));
        socket_ = -1;
    }
}

int UdpSocket::receive(char* buffer, size_t capacity, uint32_t& ip, uint16_t& port) {
    sockaddr_in from{};
    int size = sizeof(from);
    const int received =
        ::recvfrom(static_cast<SOCKET>(socket_), buffer, static_cast<int>(capacity), 0,
                   reinterpret_cast<sockaddr*>(&from), &size);
    ip = ntohl(from.sin_addr.s_addr);
    port = ntohs(from.sin_port);
    return received;
}

void UdpSocket::send(const std::string& packet, uint32_t ip, uint16_t port) {
    const sockaddr_in to = address_of(ip, port);
    ::sendto(static_cast<SOCKET>(socket_), packet.data(), static_cast<int>(packet.size()), 0,
             reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

}  // namespace steamgs::simulator

#endif
