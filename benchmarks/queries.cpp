// The server browser's queries: a baseline that answers, and a client that asks.
//
// usage: queries answer PORT             a responder in plain C++ that answers all with one packet
//        queries ask PORT SECONDS        A2S_INFO with its challenge, 16 on the way at a time; JSON
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

const std::string kHeader(4, '\xff');
const std::string kInfo = kHeader + std::string("TSource Engine Query", 21);

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
}

int open_socket() {
    const int made = socket(AF_INET, SOCK_DGRAM, 0);
    const timeval timeout{1, 0};
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    return made;
}

int answer(int port) {
    const int made = socket(AF_INET, SOCK_DGRAM, 0);
    const sockaddr_in here = loopback(port);
    if (bind(made, reinterpret_cast<const sockaddr*>(&here), sizeof(here)) != 0) {
        return 1;
    }
    const std::string challenge = kHeader + "Aabcd";
    const std::string info = kHeader + "I" + std::string(120, 'x');
    char buffer[2048];
    while (true) {
        sockaddr_in from{};
        socklen_t size = sizeof(from);
        const ssize_t got =
            recvfrom(made, buffer, sizeof(buffer), 0, reinterpret_cast<sockaddr*>(&from), &size);
        const std::string& reply = got > 25 ? info : challenge;
        sendto(made, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
}

int ask(int port, double seconds) {
    const int made = open_socket();
    const sockaddr_in there = loopback(port);
    if (connect(made, reinterpret_cast<const sockaddr*>(&there), sizeof(there)) != 0) {
        return 1;
    }
    char buffer[2048];
    send(made, kInfo.data(), kInfo.size(), 0);
    if (recv(made, buffer, sizeof(buffer), 0) < 9) {
        return 1;
    }
    const std::string request = kInfo + std::string(buffer + 5, 4);
    constexpr int kOnTheWay = 16;
    for (int i = 0; i < kOnTheWay; ++i) {
        send(made, request.data(), request.size(), 0);
    }
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto end =
        start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    uint64_t answered = 0, lost = 0;
    while (Clock::now() < end) {
        const ssize_t got = recv(made, buffer, sizeof(buffer), 0);
        got > 9 && buffer[4] == 'I' ? ++answered : ++lost;
        send(made, request.data(), request.size(), 0);
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("{\"answers_a_second\": %.0f, \"lost\": %llu}\n",
                static_cast<double>(answered) / elapsed, static_cast<unsigned long long>(lost));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "answer") == 0) {
        return answer(std::atoi(argv[2]));
    }
    if (argc == 4 && std::strcmp(argv[1], "ask") == 0) {
        return ask(std::atoi(argv[2]), std::atof(argv[3]));
    }
    return 2;
}
