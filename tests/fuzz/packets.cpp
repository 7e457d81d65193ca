// Fuzzes what parses server queries: any packet from anywhere, and what follows a right challenge.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "features/browser.h"

using namespace steamgs::simulator;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

size_t size_of(const std::vector<std::string>& packets) {
    size_t size = 0;
    for (const std::string& packet : packets) {
        require(packet.size() <= 1400);
        size += packet.size();
    }
    return size;
}

const std::string kInfo("\xff\xff\xff\xffTSource Engine Query", 25);
constexpr uint32 kSender = 0x7f000001;
constexpr uint16 kPort = 999;

World& world() {
    static World* made = [] {
        auto* world = new World(1, true);
        BrowserState& state = world->get<ServerBrowser>().state;
        state.name = state.map = std::string(40, 'n');
        state.advertised = true;
        state.query_port = STEAMGAMESERVER_QUERY_PORT_SHARED;
        for (int i = 0; i < 100; ++i) {
            state.set_key_value("rule " + std::to_string(i), std::string(30, 'v'));
        }
        for (int i = 0; i < 100; ++i) {
            world->get<Sessions>().connect_bot();
        }
        return world;
    }();
    return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string packet(reinterpret_cast<const char*>(data), size);
    ServerBrowser& browser = world().get<ServerBrowser>();
    static const std::string challenge = browser.answers(kInfo, kSender, kPort).at(0).substr(5);
    const auto answers = browser.answers(packet, kSender, kPort);
    if (packet.find(challenge) == std::string::npos) {
        // No amplification: nobody gets more than was sent, unless the sender is who it says.
        require(size_of(answers) <= 9 && size_of(answers) <= size);
        if (!answers.empty()) {
            // The same request with its challenge, where this kind of request has it.
            const size_t end = packet[4] == 'T' ? kInfo.size() : 5;
            require(size_of(browser.answers(packet.substr(0, end) + challenge, kSender, kPort)) >
                    9);
        }
    }
    if (size > 0) {
        const bool taken =
            browser.handle_packet(packet.data(), static_cast<int>(size), 0x7f000001, 1);
        require(taken == (packet.compare(0, 4, "\xff\xff\xff\xff") == 0 && size > 4));
        char buffer[2048];
        uint32 ip;
        uint16 port;
        while (browser.next_packet(buffer, sizeof(buffer), &ip, &port) > 0) {
        }
    }
    return 0;
}
