#include "core/strands.h"

#include <chrono>
#include <cstring>

namespace steamgs {

namespace {

thread_local bool delivers_here = false;

}  // namespace

bool delivering_in_parallel() noexcept { return delivers_here; }

void set_delivering_in_parallel(bool delivering) noexcept { delivers_here = delivering; }

void Strands::Run::push(Task* task) noexcept {
    task->next_ = nullptr;
    (first == nullptr ? first : last->next_) = task;
    last = task;
}

Strands::Task* Strands::Run::pop() noexcept {
    Task* task = first;
    if (task != nullptr) {
        first = task->next_;
    }
    return task;
}

void Strands::open(size_t limit) {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.resize(limit);
    later_.reserve(limit);
    for (Task& task : tasks_) {
        free_.push(&task);
    }
    free_count_ = limit;
    closed_ = false;
}

bool Strands::put(uint64_t player, const Record& record, PyObject* handlers) {
    std::lock_guard<std::mutex> lock(mutex_);
    Task* task = free_.first;
    if (task == nullptr) {
        return false;
    }
    const size_t bytes = sizeof(Record) + record.size;
    task->copy_.resize((bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t));
    const auto [strand, is_first] = later_.try_emplace(player);
    // Nothing fails from here on.
    free_.pop();
    --free_count_;
    std::memcpy(task->copy_.data(), &record, bytes);
    task->handlers = handlers;
    task->player_ = player;
    if (!is_first) {
        strand->second.push(task);
        return true;
    }
    ready_.push(task);
    if (sleepers_ > 0) {
        ready_or_closed_.notify_one();
    }
    return true;
}

bool Strands::wait_for_room(size_t wanted, double seconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    wanted_ = wanted;
    const bool there_is =
        room_or_closed_.wait_for(lock, std::chrono::duration<double>(seconds),
                                 [this, wanted] { return free_count_ >= wanted || closed_; });
    wanted_ = 0;
    return there_is;
}

Strands::Task* Strands::next(Task* done) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (done != nullptr) {
        finish(done);
    }
    return take_ready();
}

Strands::Task* Strands::wait_for_next() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++sleepers_;
    ready_or_closed_.wait(lock, [this] { return ready_.first != nullptr || closed_; });
    --sleepers_;
    return take_ready();
}

void Strands::close() {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    ready_or_closed_.notify_all();
    room_or_closed_.notify_all();
}

bool Strands::closed() {
    std::lock_guard<std::mutex> lock(mutex_);
    return closed_;
}

Strands::Task* Strands::take_left() {
    std::lock_guard<std::mutex> lock(mutex_);
    Task* task = ready_.pop();
    if (task != nullptr) {
        finish(task);  // whoever comes after it is the next one to be left
    }
    return task;
}

Strands::Task* Strands::take_ready() noexcept { return closed_ ? nullptr : ready_.pop(); }

void Strands::finish(Task* task) {
    const auto strand = later_.find(task->player_);
    Task* following = strand->second.pop();
    if (following != nullptr) {
        ready_.push(following);
    } else {
        later_.erase(strand);
    }
    free_.push(task);
    ++free_count_;
    if (wanted_ != 0 && free_count_ >= wanted_) {
        room_or_closed_.notify_one();
    }
}

}  // namespace steamgs
