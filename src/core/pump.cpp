#include "core/pump.h"

#include <cstdlib>
#include <system_error>

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

bool Pump::start(GameServer* server, double interval_seconds, const Consumer& consumer) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (owner_ != server) {
        return false;
    }
    // Threads come first, as a system may have no more of them.
    if (consumer.notify != nullptr) {
        notifier_.run([this] { notify_on(); });
    } else {
        notifier_.end();
    }
    ticker_.run([this] { tick_on(); });
    interval_ = seconds_to_duration(interval_seconds);
    consumer_ = consumer;
    notice_ = warning_ = false;
    announced_.store(false);  // whoever was told before may not be the one to tell
    server->set_pump_interval(interval_seconds);
    changed_.notify_all();
    return true;
}

void Pump::stop(GameServer* server) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    if (owner_ != server) {
        return;
    }
    begin_to_stop();
    if (!server->dispatching_here()) {  // or the ticking thread may be waiting to come in
        finish_stopping(lock);
    }
}

void Pump::begin_to_stop() noexcept {
    ticker_.end();
    notifier_.end();
    consumer_ = Consumer();
    notice_ = warning_ = false;
    owner_->set_pump_interval(0);
    changed_.notify_all();
}

void Pump::finish_stopping(std::unique_lock<std::mutex>& lock) noexcept {
    changed_.wait(lock, [this] {
        return !ticker_.stopping() && (!notifier_.stopping() || notifying_here());
    });
    ticker_.join_ended();
    notifier_.join_ended();
}

void Pump::collect_threads() noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    ticker_.join_ended();
    notifier_.join_ended();
}

void Pump::set_interval(GameServer* server, double seconds) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (owner_ == server && ticker_.running()) {
        interval_ = seconds_to_duration(seconds);
        server->set_pump_interval(seconds);
        changed_.notify_all();
    }
}

// The ticking thread.

void Pump::tick_on() {
    Clock::time_point last = Clock::now();
    while (GameServer* server = server_to_tick()) {
        // Whoever stops the pump waits for this thread, so the server stays until the next look.
        server->run_callbacks();
        end_if_forked();
        if (server->queue.has_ready()) {
            announce();
        }
        if (server->queue.has_warning()) {
            ask_for_warning();
        }
        sleep_until_next_tick(last);
    }
}

GameServer* Pump::server_to_tick() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (ticker_.running()) {
        return owner_;
    }
    ticker_.leave();
    changed_.notify_all();
    return nullptr;
}

void Pump::sleep_until_next_tick(Clock::time_point& last) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (ticker_.running() && Clock::now() < last + interval_) {
        changed_.wait_until(lock, last + interval_);
    }
    // Ticks keep to their times; a pump that was held up does not make up for lost ones.
    const Clock::time_point now = Clock::now();
    if (ticker_.running()) {
        if (Meter* meter = owner_->meter()) {
            meter->tick_lateness.add(now - (last + interval_));
        }
    }
    last = now - last < 2 * interval_ ? last + interval_ : now;
}

void Pump::announce() {
    if (announced_.exchange(true, std::memory_order_acq_rel)) {
        return;
    }
    {
        // Whoever is between its look and its sleep holds this: the notice can't be missed.
        std::lock_guard<std::mutex> lock(mutex_);
        if (!ticker_.running()) {
            return;
        }
        owner_->count_wake();
        notice_ = consumer_.notify != nullptr;
        if (consumer_.wake_up != nullptr) {
            consumer_.wake_up->signal();
        }
    }
    changed_.notify_all();
}

void Pump::ask_for_warning() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!ticker_.running() || warning_) {
        return;
    }
    warning_ = true;
    try {
        notifier_.run([this] { notify_on(); });
    } catch (const std::system_error&) {
        return;  // the system has no thread left: the warning is found by whoever delivers
    }
    changed_.notify_all();
}

// The notifier's thread.

void Pump::notify_on() {
    while (true) {
        const Notice notice = next_notice();
        if (notice.call == nullptr) {
            return;
        }
        // Whoever closes the server waits for this thread, so the context stays until the next
        // look.
        notice.call(notice.context);
        end_if_forked();
    }
}

Pump::Notice Pump::next_notice() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return notice_ || warning_ || !notifier_.running(); });
    if (!notifier_.running()) {
        notifier_.leave();
        changed_.notify_all();
        return Notice();
    }
    // A warning waits for its turn: a notice makes somebody take the events, perhaps.
    const bool warns = !notice_;
    (warns ? warning_ : notice_) = false;
    return Notice{warns ? consumer_.warn : consumer_.notify, consumer_.context};
}

void Pump::end_if_forked() const noexcept {
    // In the child of a fork that one of the threads made, whose code has returned: the other
    // threads, and the lock, are the parent's. So are the exit handlers of whatever is loaded,
    // which may wait for threads that are not here.
    if (this != current) {
        std::_Exit(0);
    }
}

// Threads of the program.

bool Pump::wait(GameServer* server, double seconds) {
    const auto deadline = Clock::now() + seconds_to_duration(seconds);
    std::unique_lock<std::mutex> lock(mutex_);
    const auto worth_waking = [this, server] {
        return owner_ != server || !ticker_.running() || server->queue.has_ready();
    };
    changed_.wait_until(lock, deadline, worth_waking);
    return server->queue.has_ready();
}

}  // namespace steamgs
