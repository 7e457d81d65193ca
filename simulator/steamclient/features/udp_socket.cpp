#include "features/udp_socket.h"

#include "features/native_sockets.h"

#ifdef _WIN32
static int64_t process_id() { return 0; }  // nothing forks
#else
static int64_t process_id() { return ::getpid(); }
#endif

namespace steamgs::simulator {

namespace {}  // namespace

int64_t current_process() { return process_id(); }

int UdpSocket::open(uint32_t ip, uint16_t port) {
    close();
    start_sockets();
    socket_ = static_cast<intptr_t>(::socket(AF_INET, SOCK_DGRAM, 0));
    if (socket_ < 0) {
        return last_error();
    }
    refuse_to_share(native(socket_));
    const sockaddr_in address = address_of(ip, port);
    if (::bind(native(socket_), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
        0) {
        const int error = last_error();
        close();
        return error;
    }
    return 0;
}

uint16_t UdpSocket::port() const {
    sockaddr_in address{};
    AddressLength size = sizeof(address);
    ::getsockname(native(socket_), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void UdpSocket::close() {
    if (socket_ >= 0) {
        close_socket(native(socket_));
        socket_ = -1;
    }
}

int UdpSocket::receive(char* buffer, size_t capacity, uint32_t& ip, uint16_t& port) {
    sockaddr_in from{};
    AddressLength size = sizeof(from);
    const auto received = ::recvfrom(native(socket_), buffer, static_cast<Length>(capacity), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
    ip = ntohl(from.sin_addr.s_addr);
    port = ntohs(from.sin_port);
    return static_cast<int>(received);
}

void UdpSocket::send(const std::string& packet, uint32_t ip, uint16_t port) {
    const sockaddr_in to = address_of(ip, port);
    ::sendto(native(socket_), packet.data(), static_cast<Length>(packet.size()), 0,
             reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

}  // namespace steamgs::simulator
