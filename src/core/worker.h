// A thread that goes on until it is told to end, which it may be told by code that it runs itself.
//
//     idle      -> run() ->               running
//     running   -> end() ->               stopping
//     stopping  -> run(), by anybody ->   running
//     stopping  -> the thread leaves ->   ended
//     ended     -> join_ended(), run() -> idle, running
#pragma once

#include <atomic>
#include <thread>
#include <utility>

namespace steamgs {

// Everything but `is_current` is called with the mutex of its owner held.
class Worker {
  public:
    // Starts a thread that does `work`, or lets the one that was about to end go on. It throws
    // std::system_error where the system has no thread left, and has changed nothing then.
    template <class Work>
    void run(Work work) {
        join_ended();
        if (state_ == State::idle) {
            thread_ = std::thread([this, work = std::move(work)] {
                id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
                work();
            });
        }
        state_ = State::running;
    }
    void end() noexcept {
        if (state_ == State::running) {
            state_ = State::stopping;
        }
    }
    // The last thing that the thread does with the mutex.
    void leave() noexcept {
        id_.store(std::thread::id(), std::memory_order_relaxed);
        state_ = State::ended;
    }
    void join_ended() noexcept {
        if (state_ == State::ended) {
            // It has let go of the mutex for good: this waits for no more than its last
            // instructions.
            thread_.join();
            state_ = State::idle;
        }
    }

    bool running() const noexcept { return state_ == State::running; }
    bool stopping() const noexcept { return state_ == State::stopping; }
    // Whether this code runs on the thread. Without the mutex.
    bool is_current() const noexcept {
        return id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }

  private:
    enum class State { idle, running, stopping, ended };

    State state_ = State::idle;
    std::thread thread_;
    std::atomic<std::thread::id> id_{};
};

}  // namespace steamgs
