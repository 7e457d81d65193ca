// The operating system's sockets. Winsock is BSD's sockets but for some names and types, which
// stand here for the files that use them.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0600
#endif
#include <winsock2.h>

#else

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#endif

namespace steamgs::simulator {

#ifdef _WIN32

using Length = int;
using AddressLength = int;

inline SOCKET native(intptr_t handle) { return static_cast<SOCKET>(handle); }
inline void close_socket(SOCKET handle) { closesocket(handle); }
inline void start_sockets() {
    static const int started = [] {
        WSADATA data;
        return WSAStartup(MAKEWORD(2, 2), &data);
    }();
    (void)started;
}
inline int last_error() { return WSAGetLastError(); }
// Another socket could take the port, or a part of its packets, even when it is bound.
inline void refuse_to_share(SOCKET handle) {
    const int on = 1;
    ::setsockopt(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on),
                 sizeof(on));
}

#else

using Length = size_t;
using AddressLength = socklen_t;

inline int native(intptr_t handle) { return static_cast<int>(handle); }
inline void close_socket(int handle) { ::close(handle); }
inline void start_sockets() {}
inline int last_error() { return errno; }
inline void refuse_to_share(int) {}  // as it is, unless both sockets ask to share

#endif

inline sockaddr_in address_of(uint32_t ip, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    address.sin_port = htons(port);
    return address;
}

}  // namespace steamgs::simulator
