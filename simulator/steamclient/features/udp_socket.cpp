#include "features/udp_socket.h"

// Winsock is BSD's sockets but for some names and types, which stand here first.
#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <winsock2.h>

using Length = int;
using AddressLength = int;

static SOCKET native(intptr_t handle) { return static_cast<SOCKET>(handle); }
static void close_socket(SOCKET handle) { closesocket(handle); }
static void start_sockets() {
    static const int started = [] {
        WSADATA data;
        return WSAStartup(MAKEWORD(2, 2), &data);
    }();
    (void)started;
}
static int64_t process_id() { return 0; }  // nothing forks
static int last_error() { return WSAGetLastError(); }
// Here another socket could take the port, or a part of its packets, even when it is bound.
static void keep_for_itself(SOCKET handle) {
    const int on = 1;
    ::setsockopt(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on),
                 sizeof(on));
}

#else

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using Length = size_t;
using AddressLength = socklen_t;

static int native(intptr_t handle) { return static_cast<int>(handle); }
static void close_socket(int handle) { ::close(handle); }
static void start_sockets() {}
static int64_t process_id() { return ::getpid(); }
static int last_error() { return errno; }
static void keep_for_itself(int) {}  // as it is, unless both sockets ask to share

#endif

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

int64_t current_process() { return process_id(); }

int UdpSocket::open(uint32_t ip, uint16_t port) {
    close();
    start_sockets();
    socket_ = static_cast<intptr_t>(::socket(AF_INET, SOCK_DGRAM, 0));
    if (socket_ < 0) {
        return last_error();
    }
    keep_for_itself(native(socket_));
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
