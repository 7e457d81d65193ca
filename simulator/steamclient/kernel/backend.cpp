#include "kernel/backend.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace steamgs::simulator {

namespace {

// Where manual time begins (a day in November 2023): a fixed point, so that runs repeat exactly.
constexpr double kManualEpoch = 1700000000.0;

double real_epoch() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

}  // namespace

Backend::Backend(uint64 seed, bool manual_clock)
    : random(seed),
      manual_(manual_clock),
      start_(std::chrono::steady_clock::now()),
      epoch_(manual_clock ? kManualEpoch : real_epoch()),
      next_due_(std::numeric_limits<double>::infinity()) {}

double Backend::now() const {
    if (manual_) {
        return manual_now_;
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Backend::advance(double seconds) {
    const double target = manual_now_ + seconds;
    while (!answers_.empty() && answers_.front().due <= target) {
        manual_now_ = std::max(manual_now_, answers_.front().due);
        run_due_until(manual_now_);
    }
    manual_now_ = target;
}

void Backend::set_latency(const Latency& kind, double minimum, double maximum) {
    latencies_[&kind] = {minimum, maximum};
}

double Backend::delay(const Latency& kind) {
    const auto found = latencies_.find(&kind);
    const Range range =
        found != latencies_.end() ? found->second : Range{kind.initial, kind.initial};
    if (range.maximum > range.minimum) {
        return std::uniform_real_distribution<double>(range.minimum, range.maximum)(random);
    }
    return range.minimum;
}

void Backend::schedule(const Latency& kind, std::function<void()> answer) {
    const double seconds = delay(kind);
    add({now() + seconds, sequence_++, std::move(answer), false});
}

void Backend::schedule_or_give(const Latency& kind, std::function<void()> answer) {
    const double seconds = delay(kind);
    if (seconds > 0.0) {
        add({now() + seconds, sequence_++, std::move(answer), false});
    } else {
        answer();
    }
}

void Backend::schedule_after(double seconds, std::function<void()> answer) {
    add({now() + seconds, sequence_++, std::move(answer), false});
}

void Backend::schedule_at(double time, std::function<void()> event) {
    add({time, sequence_++, std::move(event), true});
}

void Backend::add(Answer answer) {
    answers_.push_back(std::move(answer));
    std::push_heap(answers_.begin(), answers_.end(), later);
    note_next_due();
}

bool Backend::something_due() const noexcept {
    const double due = next_due_.load(std::memory_order_acquire);
    if (due == std::numeric_limits<double>::infinity()) {
        return false;
    }
    // A manual clock is read with the mutex only; advance() gives what it makes due by itself.
    return manual_ || due <= now();
}

void Backend::run_due_until(double time) {
    while (!answers_.empty() && answers_.front().due <= time) {
        std::pop_heap(answers_.begin(), answers_.end(), later);
        // Taken out first: an answer may schedule others.
        auto give = std::move(answers_.back().give);
        answers_.pop_back();
        give();
    }
    note_next_due();
}

void Backend::forget_scheduled() {
    const auto of_the_server = [](const Answer& answer) { return !answer.stays; };
    answers_.erase(std::remove_if(answers_.begin(), answers_.end(), of_the_server), answers_.end());
    std::make_heap(answers_.begin(), answers_.end(), later);
    note_next_due();
}

void Backend::note_next_due() {
    const double none = std::numeric_limits<double>::infinity();
    next_due_.store(answers_.empty() ? none : answers_.front().due, std::memory_order_release);
}

}  // namespace steamgs::simulator
