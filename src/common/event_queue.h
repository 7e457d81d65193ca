// The queue from Steam's dispatcher to Python. It keeps the order in which Steam sent the events.
//
// It consists of three lists of records. `staging` is written by listeners while Steam dispatches,
// `ready` has been published, and `reading` belongs to the consumer. A tick without events takes no
// lock. A tick with events takes it once to publish and once to read, however many events there
// are.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>

namespace steamgs {

// Records are compact, because memory traffic is what costs time. Most are this header and Valve's
// struct. An answer to a call, and a warning, have one more word between the two.
struct Record {
    uint32_t size;  // of all that follows, in bytes
    uint16_t kind;  // row of the callback table
    uint16_t flags;

    // The token of the call answered, or the warning's severity: only with flags.
    uint64_t word() const noexcept {
        uint64_t value;
        std::memcpy(&value, this + 1, sizeof(value));
        return value;
    }
    const void* payload() const noexcept {
        return reinterpret_cast<const char*>(this + 1) + (flags != 0 ? sizeof(uint64_t) : 0);
    }
    uint32_t payload_size() const noexcept {
        return size - (flags != 0 ? static_cast<uint32_t>(sizeof(uint64_t)) : 0);
    }
};
static_assert(sizeof(Record) == sizeof(uint64_t), "payloads of 8 bytes' alignment follow it");

constexpr uint16_t kCallResult = 0x1;  // answers a call
constexpr uint16_t kIoFailure = 0x2;   // and the answer was lost: the payload says why
constexpr uint16_t kWarning = 0x4;     // no callback, but a text that Steam would log
constexpr uint16_t kRepeated = 0x8;    // an answer that has come as a callback already
constexpr uint16_t kMessages = 0x10;   // no callback: messages have come, to the inbox of the word
constexpr uint16_t kNetworkText = 0x20;  // no callback: a line of the networking's log, by level

// Nothing is dropped, so a consumer that hangs costs memory. Whoever runs the program is warned
// when more records than this wait, and again at each doubling.
constexpr size_t kManyWaiting = 100'000;

// A FIFO of records in chunks. Not thread-safe; movable in constant time.
class RecordRun {
  public:
    RecordRun() = default;
    ~RecordRun();
    RecordRun(const RecordRun&) = delete;
    RecordRun& operator=(const RecordRun&) = delete;

    bool empty() const noexcept {
        return head_ == nullptr || (head_->read == head_->written && head_->next == nullptr);
    }
    // How many records were written, including those that have been read.
    size_t count() const noexcept { return count_; }

    // Room for a record and its payload, or NULL if there is no memory or no chunk can hold it:
    // Valve's largest struct has not a hundredth of it. Chunks come from `spare` first.
    Record* append(uint32_t size, RecordRun& spare) noexcept {
        const size_t bytes = sizeof(Record) + padded(size);
        if (tail_ == nullptr || tail_->written + bytes > Chunk::capacity()) {
            if (bytes > Chunk::capacity() || !add_chunk(spare)) {
                return nullptr;
            }
        }
        auto* record = reinterpret_cast<Record*>(tail_->data() + tail_->written);
        record->size = size;
        tail_->written += static_cast<uint32_t>(bytes);
        ++count_;
        return record;
    }
    // Appends all of `other` to this; emptied chunks go to `spare`.
    void splice(RecordRun& other, RecordRun& spare) noexcept;
    // Takes the chunks of `other`, to be reused.
    void take_chunks(RecordRun& other) noexcept;
    void swap(RecordRun& other) noexcept;

    // The oldest record, or NULL. It stays valid until the next call of `next`.
    const Record* next(RecordRun& spare) noexcept {
        if (head_ == nullptr || head_->read == head_->written) {
            drop_read_chunks(spare);
            if (head_ == nullptr) {
                return nullptr;
            }
        }
        auto* record = reinterpret_cast<const Record*>(head_->data() + head_->read);
        head_->read += static_cast<uint32_t>(sizeof(Record) + padded(record->size));
        return record;
    }
    // The record that `next` gives, or NULL if that would have to look further.
    const Record* peek() const noexcept {
        if (head_ == nullptr || head_->read == head_->written) {
            return nullptr;
        }
        return reinterpret_cast<const Record*>(head_->data() + head_->read);
    }
    // Drops what is left; returns how many records that were.
    size_t clear(RecordRun& spare) noexcept;
    // The same, but the record that `next` gave last stays valid until the next call of `next`.
    size_t skip(RecordRun& spare) noexcept;

  private:
    struct Chunk {
        Chunk* next;
        uint32_t read;
        uint32_t written;

        static constexpr size_t capacity() { return kChunkBytes - sizeof(Chunk); }
        char* data() { return reinterpret_cast<char*>(this + 1); }
    };
    static constexpr size_t kChunkBytes = 64 * 1024;

    static constexpr size_t padded(size_t size) {
        return (size + sizeof(Record) - 1) / sizeof(Record) * sizeof(Record);
    }
    bool add_chunk(RecordRun& spare) noexcept;
    void drop_read_chunks(RecordRun& spare) noexcept;
    Chunk* take_chunk() noexcept;
    void give_chunk(Chunk* chunk) noexcept;

    Chunk* head_ = nullptr;
    Chunk* tail_ = nullptr;
    size_t count_ = 0;
    size_t chunks_ = 0;
};

class EventQueue {
  public:
    // Called by listeners, on the thread that dispatches. Records can be taken once they are
    // published.
    template <class P>
    void push(uint16_t kind, const P& payload) noexcept {
        if (Record* record = begin(staging_, spare_write_, kind, 0, sizeof(P))) {
            std::memcpy(static_cast<void*>(record + 1), &payload, sizeof(P));
        }
    }
    // With flags, `word` is kept too.
    void push(uint16_t kind, uint16_t flags, uint64_t word, const void* payload,
              uint32_t size) noexcept {
        write(staging_, spare_write_, kind, flags, word, payload, size);
    }
    void publish() noexcept {
        if (!staging_.empty()) {
            publish_staged();
        }
    }

    // From any thread, at any time.
    void push_from_anywhere(uint16_t kind, uint16_t flags, uint64_t word, const void* payload,
                            uint32_t size) noexcept;

    // Whether there is something to take. From any thread.
    bool has_ready() const noexcept { return has_ready_.load(std::memory_order_acquire); }
    // Whether the consumer has something to read, or to take.
    bool has_unread() const noexcept { return !reading_.empty() || has_ready(); }
    // For the consumer (one at a time): take what is published, then read it to the end.
    bool take() noexcept;
    // The same, without waiting for whoever publishes: `busy` if it would have to.
    bool try_take(bool& busy) noexcept;
    const Record* next() noexcept { return reading_.next(spare_read_); }
    // What `next` gives; NULL is no answer, so ask `next`.
    const Record* peek() const noexcept { return reading_.peek(); }
    // For a consumer that stops early: unread records are published again, in their old order. If
    // they are outdated they are dropped; returns how many those were.
    size_t give_back() noexcept;
    // Drops everything unread, published or not; nobody may dispatch or read meanwhile.
    size_t discard() noexcept;
    // The same without waiting for the lock: false if somebody has it. Adds to `dropped`. Where
    // somebody else reads, `reading_too` is false: what the consumer has taken is outdated then,
    // and left to it.
    bool try_discard(uint64_t& dropped, bool reading_too) noexcept;
    // For the consumer: whether what it has taken is outdated; and drops that, returns how many.
    bool is_outdated() const noexcept { return outdated_.load(std::memory_order_relaxed); }
    size_t drop_outdated() noexcept;

    // Around a fork, so that the lock is not held by a thread that the child does not have.
    void lock() { mutex_.lock(); }
    void unlock() { mutex_.unlock(); }

    // Whether nobody has been warned yet that so many records wait. From any thread.
    bool has_warning() const noexcept { return untold_.load(std::memory_order_relaxed) != 0; }
    // How many there are, to whoever asks first; 0 if there is no warning. When the consumer has
    // taken them, the next ones are counted anew. From any thread.
    size_t take_warning() noexcept { return untold_.exchange(0, std::memory_order_relaxed); }

    // How many records nobody has taken yet. From any thread; it waits for whoever publishes.
    size_t waiting() noexcept {
        std::lock_guard<std::mutex> lock(mutex_);
        return ready_.count();
    }
    size_t high_water() const noexcept { return high_water_.load(std::memory_order_relaxed); }
    // Records that could not be kept: memory was out, or they were over 64 KiB.
    size_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

  private:
    Record* begin(RecordRun& run, RecordRun& spare, uint16_t kind, uint16_t flags,
                  uint32_t size) noexcept {
        Record* record = run.append(size, spare);
        if (record == nullptr) {
            lost_.fetch_add(1, std::memory_order_relaxed);
            return nullptr;
        }
        record->kind = kind;
        record->flags = flags;
        return record;
    }
    void write(RecordRun& run, RecordRun& spare, uint16_t kind, uint16_t flags, uint64_t word,
               const void* payload, uint32_t size) noexcept;
    void publish_staged() noexcept;
    void note_growth() noexcept;
    bool take_ready() noexcept;
    size_t drop_all(bool reading_too) noexcept;

    RecordRun staging_;      // of the dispatching thread, with
    RecordRun spare_write_;  // chunks to write to next

    std::mutex mutex_;  // guards ready_ and spare_
    RecordRun ready_;
    RecordRun spare_;                     // read chunks on their way back to the writer
    size_t next_warning_ = kManyWaiting;  // guarded by mutex_ too
    std::atomic<bool> has_ready_{false};

    RecordRun reading_;                  // of the consumer, with
    RecordRun spare_read_;               // chunks that it has read
    std::atomic<bool> outdated_{false};  // what it reads; written with mutex_

    std::atomic<size_t> high_water_{0};
    std::atomic<size_t> untold_{0};
    std::atomic<size_t> lost_{0};
};

}  // namespace steamgs
