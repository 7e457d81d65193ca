// Fuzzes what parses server queries: any packet from anywhere, and what follows a right challenge.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "world.h"

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

World& world() {
    static World* made = [] {
        auto* world = new World(1, true);
        BrowserState& state = world->browser.state;
        state.name = state.map = std::string(40, 'n');
        state.advertised = true;
        state.query_port = STEAMGAMESERVER_QUERY_PORT_SHARED;
        for (int i = 0; i < 100; ++i) {
            state.set_key_value("rule " + std::to_string(i), std::string(30, 'v'));
        }
        for (int i = 0; i < 100; ++i) {
            world->auth.connect_bot();
        }
        return world;
    }();
    return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string packet(reinterpret_cast<const char*>(data), size);
    ServerBrowser& browser = world().browser;
    const auto answers = browser.answers(packet, 0x7f000001, 999);
    const size_t answered = size_of(answers);
    require(answered <= 9 || answers.size() > 0);
    const bool challenged = answers.size() == 1 && answers[0].size() == 9 && answers[0][4] == 'A';
    if (challenged) {
        // No amplification: nobody gets more than was sent, unless the sender is who it says.
        require(size >= 9);
        const std::string challenge = answers[0].substr(5);
        for (const size_t end : {size_t{5}, size_t{25}}) {
            if (size >= end) {
                size_of(browser.answers(packet.substr(0, end) + challenge, 0x7f000001, 999));
            }
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
