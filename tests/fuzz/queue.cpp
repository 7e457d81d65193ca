// Fuzzes the queue of records against a plain one: order, sizes and contents, nothing lost, however
// pushing, publishing, taking and discarding follow each other.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>

#include "common/event_queue.h"

using steamgs::EventQueue;
using steamgs::Record;

namespace {

// What surely fits into a chunk, and payloads here are never between this and a chunk's bytes.
constexpr uint32_t kMostBytes = 64 * 1024 - 64;

struct Expected {
    uint16_t kind;
    uint16_t flags;
    uint64_t word;
    std::string payload;
};

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const Record& record, const Expected& expected) {
    require(record.kind == expected.kind && record.flags == expected.flags);
    require(record.flags == 0 || record.word() == expected.word);
    require(record.payload_size() == expected.payload.size());
    require(std::memcmp(record.payload(), expected.payload.data(), expected.payload.size()) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    EventQueue queue;
    std::deque<Expected> staged, ready, reading;
    uint64_t number = 0;
    size_t lost = 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        const uint8_t operation = data[i] % 8;
        ++number;
        const Expected next{
            static_cast<uint16_t>(data[i + 1]), static_cast<uint16_t>(data[i] >> 6),
            number * 0x100000001,
            std::string(size_t{data[i + 1]} * (operation + 1) * 100, static_cast<char>(number))};
        const auto bytes = static_cast<uint32_t>(next.payload.size());
        switch (operation) {
            case 0:
            case 1:
            case 2:
                queue.push(next.kind, next.flags, next.word, next.payload.data(), bytes);
                if (bytes > kMostBytes) {
                    ++lost;
                } else {
                    staged.push_back(next);
                }
                break;
            case 3:
                queue.push_from_anywhere(next.kind, next.flags, next.word, next.payload.data(),
                                         bytes);
                if (bytes > kMostBytes) {
                    ++lost;
                } else {
                    ready.push_back(next);
                }
                break;
            case 4:
                queue.publish();
                ready.insert(ready.end(), staged.begin(), staged.end());
                staged.clear();
                break;
            case 5: {
                require(queue.has_unread() == !(reading.empty() && ready.empty()));
                bool busy = false;
                const bool any = data[i + 1] % 2 == 0 ? queue.take() : queue.try_take(busy);
                if (reading.empty()) {
                    reading.swap(ready);
                }
                require(any == !reading.empty() && !busy);
                break;
            }
            case 6:
                for (int reads = data[i + 1] % 16; reads > 0; --reads) {
                    const Record* record = queue.next();
                    require((record != nullptr) == !reading.empty());
                    if (record != nullptr) {
                        check(*record, reading.front());
                        reading.pop_front();
                    }
                }
                break;
            default:
                if (data[i + 1] < 16) {
                    require(queue.discard() == staged.size() + ready.size() + reading.size());
                    staged.clear();
                    ready.clear();
                    reading.clear();
                } else if (data[i + 1] % 2 == 0) {
                    queue.give_back();
                    reading.insert(reading.end(), ready.begin(), ready.end());
                    ready.swap(reading);
                    reading.clear();
                }
        }
        require(queue.lost() == lost);
    }
    require(queue.discard() == staged.size() + ready.size() + reading.size());
    return 0;
}
