#include "core/pump.h"

namespace steamgs {

namespace {

// Never freed: at the process' exit a thread may still be in it.
Pump* current = new Pump();

std::chrono::steady_clock::duration seconds_to_duration(double seconds) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(seconds));
}

}  // namespace

Pump& pump() noexcept { return *current; }

void renew_pump() {
    // The old one is left as it is: its condition variable counts waiters that are not here.
    current = new Pump();
}

void Pump::open(GameServer* server) {
    std::lock_guard<std::mutex> lock(mutex_);
    owner_ = server;
}

void Pump::close(GameServer* server) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    if (owner_ != server) {
        return;
    }
    begin_to_stop();
    owner_ = nullptr;
    finish_stopping(lock);
}

bool Pump::start(GameServer* server, double interval_seconds, Wake wake, void* consumer) {
    std::unique_lock<std::mutex> lock(mutex_);
    finish_stopping(lock);
    if (owner_ != server) {
        return false;
    }
    interval_ = seconds_to_duration(interval_seconds);
    wake_ = wake;
    consumer_ = consumer;
    announced_.store(false);  // whoever was told before may not be the one to tell
    if (state_ == State::idle) {
        thread_ = std::thread(&Pump::run, this);
    }
    state_ = State::running;
    server->set_pumped(true);
    changed_.notify_all();
    return true;
}

void Pump::stop(GameServer* server) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    if (owner_ != server) {
        return;
    }
    begin_to_stop();
    finish_stopping(lock);
}

void Pump::begin_to_stop() noexcept {
    if (state_ == State::running) {
        state_ = State::stopping;
        owner_->set_pumped(false);
        changed_.notify_all();
    }
}

void Pump::finish_stopping(std::unique_lock<std::mutex>& lock) noexcept {
    if (!on_own_thread()) {
        changed_.wait(lock, [this] { return state_ != State::stopping; });
        join_ended();
    }
}

void Pump::join_ended() noexcept {
    if (state_ == State::ended) {
        // It has let go of the mutex for good: this waits for no more than its last instructions.
        thread_.join();
        state_ = State::idle;
    }
}

void Pump::collect_thread() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    join_ended();
}

void Pump::set_interval(GameServer* server, double seconds) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (owner_ == server) {
        interval_ = seconds_to_duration(seconds);
        changed_.notify_all();
    }
}

void Pump::run() {
    thread_id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    Clock::time_point last = Clock::now();
    while (GameServer* server = server_to_tick()) {
        // Whoever stops the pump waits for this thread, so the server stays until the next look.
        server->run_callbacks();
        if (server->queue.has_ready()) {
            announce();
        }
        sleep_until_next_tick(last);
    }
}

GameServer* Pump::server_to_tick() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (state_ == State::running) {
        return owner_;
    }
    thread_id_.store(std::thread::id(), std::memory_order_relaxed);
    state_ = State::ended;
    changed_.notify_all();
    return nullptr;
}

void Pump::sleep_until_next_tick(Clock::time_point& last) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (state_ == State::running && Clock::now() < last + interval_) {
        changed_.wait_until(lock, last + interval_);
    }
    // Ticks keep to their times; a pump that was held up does not make up for lost ones.
    const Clock::time_point now = Clock::now();
    last = now - last < 2 * interval_ ? last + interval_ : now;
}

void Pump::announce() {
    if (announced_.exchange(true, std::memory_order_acq_rel)) {
        return;
    }
    Wake wake = nullptr;
    void* consumer = nullptr;
    {
        // Whoever is between its look and its sleep holds this: the notice can't be missed.
        std::lock_guard<std::mutex> lock(mutex_);
        if (state_ != State::running) {
            return;
        }
        owner_->count_wake();
        wake = wake_;
        consumer = consumer_;
    }
    changed_.notify_all();
    if (wake != nullptr) {
        wake(consumer);
    }
}

bool Pump::wait(GameServer* server, double seconds) {
    const auto deadline = Clock::now() + seconds_to_duration(seconds);
    std::unique_lock<std::mutex> lock(mutex_);
    const auto worth_waking = [this, server] {
        return owner_ != server || state_ != State::running || server->queue.has_ready();
    };
    changed_.wait_until(lock, deadline, worth_waking);
    return server->queue.has_ready();
}

}  // namespace steamgs
