#include "common/event_queue.h"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace steamgs {

namespace {

// Chunks kept for the next burst. New pages cost more than the records in them, so as many are kept
// as a burst of 100,000 events needs. What an exceptional burst needed is freed.
constexpr size_t kSpareChunks = 256;

}  // namespace

RecordRun::~RecordRun() {
    while (Chunk* chunk = head_) {
        head_ = chunk->next;
        std::free(chunk);
    }
}

RecordRun::Chunk* RecordRun::take_chunk() noexcept {
    Chunk* chunk = head_;
    if (chunk != nullptr) {
        head_ = chunk->next;
        tail_ = head_ != nullptr ? tail_ : nullptr;
        --chunks_;
    }
    return chunk;
}

void RecordRun::give_chunk(Chunk* chunk) noexcept {
    if (chunks_ >= kSpareChunks) {
        std::free(chunk);
        return;
    }
    chunk->next = head_;
    head_ = chunk;
    tail_ = tail_ != nullptr ? tail_ : chunk;
    ++chunks_;
}

bool RecordRun::add_chunk(RecordRun& spare) noexcept {
    Chunk* chunk = spare.take_chunk();
    if (chunk == nullptr) {
        chunk = static_cast<Chunk*>(std::malloc(kChunkBytes));
    }
    if (chunk == nullptr) {
        return false;
    }
    *chunk = Chunk{nullptr, 0, 0};
    (tail_ != nullptr ? tail_->next : head_) = chunk;
    tail_ = chunk;
    ++chunks_;
    return true;
}

void RecordRun::splice(RecordRun& other, RecordRun& spare) noexcept {
    if (other.head_ == nullptr) {
        return;
    }
    // A chunk for every tick with one event would cost a slow consumer 64 KiB an event.
    Chunk* only = other.head_ == other.tail_ ? other.head_ : nullptr;
    if (tail_ != nullptr && only != nullptr && only->read == 0 &&
        tail_->written + only->written <= Chunk::capacity()) {
        std::memcpy(tail_->data() + tail_->written, only->data(), only->written);
        tail_->written += only->written;
        count_ += other.count_;
        spare.take_chunks(other);
        other.count_ = 0;
        return;
    }
    (tail_ != nullptr ? tail_->next : head_) = other.head_;
    tail_ = other.tail_;
    count_ += other.count_;
    chunks_ += other.chunks_;
    other.head_ = other.tail_ = nullptr;
    other.count_ = other.chunks_ = 0;
}

void RecordRun::take_chunks(RecordRun& other) noexcept {
    while (Chunk* chunk = other.take_chunk()) {
        give_chunk(chunk);
    }
}

void RecordRun::swap(RecordRun& other) noexcept {
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    std::swap(count_, other.count_);
    std::swap(chunks_, other.chunks_);
}

void RecordRun::drop_read_chunks(RecordRun& spare) noexcept {
    while (head_ != nullptr && head_->read == head_->written) {
        spare.give_chunk(take_chunk());
    }
}

size_t RecordRun::clear(RecordRun& spare) noexcept {
    size_t dropped = 0;
    while (next(spare) != nullptr) {
        ++dropped;
    }
    count_ = 0;
    return dropped;
}

size_t RecordRun::skip(RecordRun& spare) noexcept {
    if (head_ == nullptr || head_->read == 0) {
        return clear(spare);
    }
    size_t dropped = 0;
    for (; head_->read != head_->written; ++dropped) {
        next(spare);
    }
    Chunk* last = take_chunk();
    dropped += clear(spare);
    last->next = nullptr;
    head_ = tail_ = last;
    chunks_ = 1;
    return dropped;
}

void EventQueue::write(RecordRun& run, RecordRun& spare, uint16_t kind, uint16_t flags,
                       uint64_t word, const void* payload, uint32_t size) noexcept {
    const uint32_t prefix = flags != 0 ? sizeof(word) : 0;
    Record* record = begin(run, spare, kind, flags, prefix + size);
    if (record == nullptr) {
        return;
    }
    char* place = reinterpret_cast<char*>(record + 1);
    if (prefix != 0) {
        std::memcpy(place, &word, prefix);
    }
    if (size != 0) {
        std::memcpy(place + prefix, payload, size);
    }
}

void EventQueue::publish_staged() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    ready_.splice(staging_, spare_write_);
    spare_write_.take_chunks(spare_);
    note_growth();
}

void EventQueue::push_from_anywhere(uint16_t kind, uint16_t flags, uint64_t word,
                                    const void* payload, uint32_t size) noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    write(ready_, spare_, kind, flags, word, payload, size);
    note_growth();
}

void EventQueue::note_growth() noexcept {
    const size_t waiting = ready_.count();
    has_ready_.store(!ready_.empty(), std::memory_order_release);
    if (waiting > high_water_.load(std::memory_order_relaxed)) {
        high_water_.store(waiting, std::memory_order_relaxed);
    }
    if (waiting > next_warning_) {
        untold_.store(waiting, std::memory_order_relaxed);
        while (waiting > next_warning_) {
            next_warning_ *= 2;
        }
    }
}

bool EventQueue::take() noexcept {
    if (!reading_.empty()) {
        return true;
    }
    if (!has_ready_.load(std::memory_order_acquire)) {
        return false;
    }
    std::lock_guard<std::mutex> lock(mutex_);
    return take_ready();
}

bool EventQueue::try_take(bool& busy) noexcept {
    busy = false;
    if (!reading_.empty()) {
        return true;
    }
    if (!has_ready_.load(std::memory_order_acquire)) {
        return false;
    }
    std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
    busy = !lock.owns_lock();
    return !busy && take_ready();
}

bool EventQueue::take_ready() noexcept {
    reading_.clear(spare_read_);  // the chunk that was read last, and the count
    spare_.take_chunks(spare_read_);
    reading_.swap(ready_);
    has_ready_.store(false, std::memory_order_relaxed);
    outdated_.store(false, std::memory_order_relaxed);
    next_warning_ = kManyWaiting;
    return !reading_.empty();
}

size_t EventQueue::give_back() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_outdated()) {
        return reading_.clear(spare_);
    }
    if (!reading_.empty()) {
        reading_.splice(ready_, spare_);
        reading_.swap(ready_);
        has_ready_.store(true, std::memory_order_release);
    }
    return 0;
}

size_t EventQueue::drop_outdated() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    return reading_.clear(spare_);
}

size_t EventQueue::discard() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    return drop_all(true);
}

bool EventQueue::try_discard(uint64_t& dropped, bool reading_too) noexcept {
    std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
    if (lock.owns_lock()) {
        dropped += drop_all(reading_too);
    }
    return lock.owns_lock();
}

size_t EventQueue::drop_all(bool reading_too) noexcept {
    has_ready_.store(false, std::memory_order_relaxed);
    untold_.store(0, std::memory_order_relaxed);
    next_warning_ = kManyWaiting;
    const size_t waiting = staging_.clear(spare_) + ready_.clear(spare_);
    if (!reading_too) {
        outdated_.store(true, std::memory_order_relaxed);
        return waiting;
    }
    // Whoever reads may close the server in the middle of a record.
    return waiting + reading_.skip(spare_);
}

}  // namespace steamgs
