// An inbox whose memory runs out: no message is lost, and the bounds hold.
#include "core/inbox.h"

#include <cstdio>
#include <cstdlib>

#include "check.h"
#include "steamgs/slots/isteamnetworkingsockets.h"

namespace {

int allowed = -1;  // how many more allocations there is memory for; -1 for all

}  // namespace

extern "C" {
void* __real_malloc(size_t size);
void* __wrap_malloc(size_t size) {
    if (allowed == 0) {
        return nullptr;
    }
    if (allowed > 0) {
        --allowed;
    }
    return __real_malloc(size);
}
}

namespace steamgs::simulator {

void not_simulated(const char*) {}

}  // namespace steamgs::simulator

namespace {

using steamgs::NetworkingMessage;

int released = 0;

// Has messages of one size, numbered from 0.
class Steam : public steamgs::simulator::slots::ISteamNetworkingSockets012 {
  public:
    int ReceiveMessagesOnPollGroup(steamgs::abi::HSteamNetPollGroup, NetworkingMessage** out,
                                   int most) override {
        int count = 0;
        while (count < most && given < there) {
            auto* message = new NetworkingMessage();
            message->m_cbSize = size;
            message->m_nMessageNumber = given++;
            message->m_pfnRelease = [](NetworkingMessage* one) {
                ++released;
                delete one;
            };
            out[count++] = message;
        }
        return count;
    }

    int there = 0;
    int given = 0;
    int size = 10;
};

// How many were taken, in their order.
int take(steamgs::Inbox& inbox, int first) {
    int number = first;
    for (steamgs::ReceivedBatch* batch = inbox.take(); batch != nullptr;) {
        steamgs::ReceivedBatch* next = batch->next;
        for (size_t index = 0; index < batch->size; ++index) {
            CHECK(batch->messages[index]->m_nMessageNumber == number++);
            batch->messages[index]->m_pfnRelease(batch->messages[index]);
        }
        inbox.used(batch->size, batch->bytes);
        std::free(batch->messages);
        delete batch;
        batch = next;
    }
    return number - first;
}

}  // namespace

int main() {
    Steam steam;
    steamgs::EventQueue queue;
    const steamgs::InboxSource source{&steam, nullptr};
    steamgs::Inbox inbox(false, 1, 1, 1000, 1000000);
    auto receive = [&](int memory) {
        allowed = memory;
        inbox.receive(source, queue, 256, nullptr);
        allowed = -1;
    };

    steam.there = 600;
    receive(0);
    CHECK(steam.given == 0);
    // For one list, which is given away as it is: there is none of the size that is needed.
    receive(1);
    CHECK(steam.given == 256 && inbox.waiting_messages() == 256);
    receive(0);
    CHECK(steam.given == 256);
    CHECK(take(inbox, 0) == 256);
    receive(-1);
    CHECK(steam.given == 600 && take(inbox, 256) == 344);
    CHECK(released == 600 && inbox.held_back() == 0);

    // No more messages than may wait.
    steam.there = 5000;
    receive(-1);
    CHECK(inbox.waiting_messages() == 1000 && inbox.held_back() == 1);
    receive(-1);
    CHECK(inbox.waiting_messages() == 1000 && inbox.held_back() == 1);
    CHECK(take(inbox, 600) == 1000 && inbox.waiting_bytes() == 0);

    // Nor bytes, but for a part of one message.
    steam.size = 300000;
    receive(-1);
    CHECK(inbox.waiting_messages() == 4 && inbox.held_back() == 2);
    CHECK(take(inbox, 1600) == 4);
    steam.size = 524288;
    receive(-1);
    CHECK(inbox.waiting_messages() == 2);
    return 0;
}
