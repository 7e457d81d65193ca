#include "steamgs/pump.h"

#include <utility>

namespace steamgs {

namespace {

std::chrono::steady_clock::duration seconds_to_duration(double seconds) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(seconds));
}

}  // namespace

void Pump::start(double interval_seconds, Wake wake, void* consumer) {
    stop();
    std::lock_guard<std::mutex> lock(mutex_);
    interval_ = seconds_to_duration(interval_seconds);
    wake_ = wake;
    consumer_ = consumer;
    stopping_ = false;
    announced_.store(false);
    running_.store(true);
    thread_ = std::thread(&Pump::run, this);
}

void Pump::stop() noexcept {
    std::thread finished;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        stopping_ = true;
        finished = std::move(thread_);
    }
    changed_.notify_all();
    if (!finished.joinable()) {
        return;
    }
    if (finished.get_id() == std::this_thread::get_id()) {
        finished.detach();  // a wake that stops the pump: the thread ends by itself
    } else {
        finished.join();
    }
    running_.store(false);
}

void Pump::set_interval(double seconds) {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        interval_ = seconds_to_duration(seconds);
    }
    changed_.notify_all();
}

void Pump::run() {
    Clock::time_point last = Clock::now();
    while (true) {
        server_->run_callbacks();
        if (server_->queue.has_ready()) {
            announce();
        }
        std::unique_lock<std::mutex> lock(mutex_);
        while (!stopping_ && Clock::now() < last + interval_) {
            changed_.wait_until(lock, last + interval_);
        }
        if (stopping_) {
            return;
        }
        // Ticks keep to their times; a pump that was held up does not make up for lost ones.
        const Clock::time_point now = Clock::now();
        last = now - last < 2 * interval_ ? last + interval_ : now;
    }
}

void Pump::announce() {
    if (announced_.exchange(true, std::memory_order_acq_rel)) {
        return;
    }
    wakes_.fetch_add(1, std::memory_order_relaxed);
    {
        // Whoever is between its look and its sleep holds this: the notice can't be missed.
        std::lock_guard<std::mutex> lock(mutex_);
    }
    changed_.notify_all();
    if (wake_ != nullptr) {
        wake_(consumer_);
    }
}

bool Pump::wait(double seconds) {
    const auto deadline = Clock::now() + seconds_to_duration(seconds);
    std::unique_lock<std::mutex> lock(mutex_);
    const auto worth_waking = [this] { return stopping_ || server_->queue.has_ready(); };
    changed_.wait_until(lock, deadline, worth_waking);
    return server_->queue.has_ready();
}

}  // namespace steamgs
