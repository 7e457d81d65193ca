// Fuzzes the frames of players in other processes: a stream of them, as an exchange reads it.
// Whatever they are, they are answered or end the stream, and a server listens meanwhile.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "features/networking/exchange.h"

using namespace steamgs::simulator;
using namespace steamgs::simulator::networking;

namespace {

constexpr size_t kHead = 4;

World& world_that_listens() {
    static World* const world = new World(1, true);
    static const uint32 listening = [] {
        auto& network = world->get<Network>();
        return network.listen(network.server(), {Route::ip, 27015}, {}, {0, nullptr});
    }();
    (void)listening;
    return *world;
}

// Accepts whoever has asked, and sends something to everybody.
void serve(Network& network) {
    for (Connection* one = network.server().first; one != nullptr; one = one->next) {
        network.accept(network.server(), one->handle);
    }
}

// So that nothing piles up from one input to the next.
void close_all(Network& network) {
    while (network.server().first != nullptr) {
        const uint32 handle = network.server().first->handle;
        if (!network.close(network.server(), handle, 0, nullptr, false)) {
            std::abort();  // what is there can be closed
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    World& world = world_that_listens();
    close_all(world.get<Network>());
    ServedClient client(world);
    const char* left = reinterpret_cast<const char*>(data);
    while (size >= kHead) {
        const uint32_t length = FrameReader(left, kHead).number<uint32_t>();
        if (length > size - kHead) {
            break;
        }
        const std::string answer = client.answer(left + kHead, length);
        if (answer.empty()) {
            break;
        }
        if (FrameReader(answer.data(), kHead).number<uint32_t>() != answer.size() - kHead) {
            std::abort();  // an answer is one frame
        }
        serve(world.get<Network>());
        left += kHead + length;
        size -= kHead + length;
    }
    return 0;
}
