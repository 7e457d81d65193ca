// A queue that is discarded in the middle of a record, as by a server that a handler closes.
#include "common/event_queue.h"

#include <malloc.h>

#include <cstring>
#include <initializer_list>

#include "check.h"

extern "C" {
void __real_free(void* memory);
// What is freed is nobody's to read any more.
void __wrap_free(void* memory) {
    if (memory != nullptr) {
        std::memset(memory, 0xDD, malloc_usable_size(memory));
    }
    __real_free(memory);
}
}

namespace {

constexpr int kMany = 40'000;  // more than fit into the chunks that a queue keeps
constexpr uint16_t kKind = 7;

struct Payload {
    char text[512];
};

void fill(steamgs::EventQueue& queue, int count, char letter) {
    Payload payload;
    std::memset(payload.text, letter, sizeof(payload.text));
    for (int number = 0; number < count; ++number) {
        queue.push(kKind, payload);
    }
    queue.publish();
}

bool is_whole(const steamgs::Record& record, char letter) {
    const char* text = static_cast<const char*>(record.payload());
    bool same = record.kind == kKind && record.payload_size() == sizeof(Payload);
    for (size_t at = 0; at < sizeof(Payload); ++at) {
        same = same && text[at] == letter;
    }
    return same;
}

void discard_in_the_middle(int read_before, int unread, int waiting) {
    steamgs::EventQueue queue;
    fill(queue, read_before + 1 + unread, 'a');
    CHECK(queue.take());
    for (int number = 0; number < read_before; ++number) {
        queue.next();
    }
    const steamgs::Record* record = queue.next();
    fill(queue, waiting, 'b');
    uint64_t dropped = 0;
    CHECK(queue.try_discard(dropped, true));
    CHECK(dropped == static_cast<uint64_t>(unread + waiting));
    CHECK(is_whole(*record, 'a'));
    CHECK(!queue.has_unread());
    CHECK(queue.next() == nullptr);
    // And it goes on.
    fill(queue, 3, 'c');
    CHECK(queue.take());
    for (int number = 0; number < 3; ++number) {
        record = queue.next();
        CHECK(record != nullptr && is_whole(*record, 'c'));
    }
    CHECK(queue.next() == nullptr);
}

}  // namespace

int main() {
    for (const int unread : {0, 1, kMany}) {
        for (const int waiting : {0, 1, kMany}) {
            for (const int read_before : {0, 1, kMany}) {
                discard_in_the_middle(read_before, unread, waiting);
            }
        }
    }
    steamgs::EventQueue queue;
    uint64_t dropped = 0;
    CHECK(queue.try_discard(dropped, true) && dropped == 0);
    fill(queue, 2, 'a');
    CHECK(queue.take());
    CHECK(queue.try_discard(dropped, true) && dropped == 2);
    CHECK(!queue.has_unread());
    return 0;
}
