#include "features/networking/tcp_socket.h"

#include "features/native_sockets.h"

#ifdef _WIN32

using Poll = WSAPOLLFD;

static int poll_all(Poll* polls, size_t count) {
    return WSAPoll(polls, static_cast<ULONG>(count), -1);
}
static void keep_for_itself(SOCKET handle) { steamgs::simulator::refuse_to_share(handle); }
static void limit_sending(SOCKET handle, int seconds) {
    const DWORD milliseconds = static_cast<DWORD>(seconds) * 1000;
    ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, reinterpret_cast<const char*>(&milliseconds),
                 sizeof(milliseconds));
}
constexpr int kNoSignal = 0;

#else

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/time.h>

using Poll = pollfd;

static int poll_all(Poll* polls, size_t count) {
    return ::poll(polls, static_cast<nfds_t>(count), -1);
}
// A server that starts again takes the port at once.
static void keep_for_itself(int handle) {
    const int on = 1;
    ::setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}
static void limit_sending(int handle, int seconds) {
    const timeval limit = {seconds, 0};
    ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}
#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif

#endif

namespace steamgs::simulator {

namespace {

// How long a receiver may take nothing.
constexpr int kPatience = 5;
constexpr int kWaiting = 64;

intptr_t open_socket() {
    start_sockets();
    return static_cast<intptr_t>(::socket(AF_INET, SOCK_STREAM, 0));
}

}  // namespace

TcpSocket& TcpSocket::operator=(TcpSocket&& other) noexcept {
    close();
    socket_ = other.socket_;
    other.socket_ = -1;
    return *this;
}

void TcpSocket::set_up() {
    const int on = 1;
    ::setsockopt(native(socket_), IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<const char*>(&on),
                 sizeof(on));
#ifdef SO_NOSIGPIPE
    ::setsockopt(native(socket_), SOL_SOCKET, SO_NOSIGPIPE, reinterpret_cast<const char*>(&on),
                 sizeof(on));
#endif
    limit_sending(native(socket_), kPatience);
}

int TcpSocket::listen(uint32_t ip, uint16_t port) {
    close();
    socket_ = open_socket();
    if (socket_ < 0) {
        return last_error();
    }
    keep_for_itself(native(socket_));
    const sockaddr_in address = address_of(ip, port);
    if (::bind(native(socket_), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
            0 ||
        ::listen(native(socket_), kWaiting) != 0) {
        const int error = last_error();
        close();
        return error;
    }
    return 0;
}

int TcpSocket::connect(uint32_t ip, uint16_t port) {
    close();
    socket_ = open_socket();
    if (socket_ < 0) {
        return last_error();
    }
    const sockaddr_in address = address_of(ip, port);
    if (::connect(native(socket_), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
        0) {
        const int error = last_error();
        close();
        return error;
    }
    set_up();
    return 0;
}

TcpSocket TcpSocket::accept() {
    TcpSocket accepted(static_cast<intptr_t>(::accept(native(socket_), nullptr, nullptr)));
    if (accepted.is_open()) {
        accepted.set_up();
    }
    return accepted;
}

void TcpSocket::close() {
    if (socket_ >= 0) {
        close_socket(native(socket_));
        socket_ = -1;
    }
}

uint16_t TcpSocket::port() const {
    sockaddr_in address{};
    AddressLength size = sizeof(address);
    ::getsockname(native(socket_), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

int TcpSocket::receive(char* buffer, size_t capacity) {
    return static_cast<int>(::recv(native(socket_), buffer, static_cast<Length>(capacity), 0));
}

bool TcpSocket::send(const std::string& data) {
    size_t sent = 0;
    while (sent < data.size()) {
        const auto now = ::send(native(socket_), data.data() + sent,
                                static_cast<Length>(data.size() - sent), kNoSignal);
        if (now <= 0) {
            return false;
        }
        sent += static_cast<size_t>(now);
    }
    return true;
}

std::vector<bool> TcpSocket::wait(const std::vector<const TcpSocket*>& sockets) {
    std::vector<Poll> polls(sockets.size());
    for (size_t i = 0; i < sockets.size(); ++i) {
        polls[i].fd = native(sockets[i]->socket_);
        polls[i].events = POLLIN;
    }
    std::vector<bool> ready(sockets.size());
    if (poll_all(polls.data(), polls.size()) > 0) {
        for (size_t i = 0; i < sockets.size(); ++i) {
            ready[i] = polls[i].revents != 0;
        }
    }
    return ready;
}

}  // namespace steamgs::simulator
