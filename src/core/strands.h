// Events on their way to threads that deliver them in parallel: those of one player in order, by
// one thread at a time. As many may wait, or be delivered at this moment, as is said when it opens.
//
// One thread puts them in. No Python is called in here; the lock is held for a few instructions,
// but for what says that it sleeps, which is not to be called with the GIL or what there is of it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "common/event_queue.h"

typedef struct _object PyObject;

namespace steamgs {

class Strands {
  public:
    // An event, and what is to be called with it.
    class Task {
      public:
        const Record& record() const noexcept {
            return *reinterpret_cast<const Record*>(copy_.data());
        }
        PyObject* handlers = nullptr;  // whoever puts it in has a reference, and gives it away

      private:
        friend class Strands;

        std::vector<uint64_t> copy_;  // of the record
        uint64_t player_ = 0;
        Task* next_ = nullptr;  // of the same player; or of those that are ready, or free
    };

    void open(size_t limit);

    // For the thread that puts events in: false if there is no room. Not when it is closed.
    bool put(uint64_t player, const Record& record, PyObject* handlers);
    // Sleeps until so many more may be put in, it is closed, or the time is up; false in the last
    // case. All of them may be when none waits and none is being delivered.
    bool wait_for_room(size_t wanted, double seconds);
    size_t limit() const noexcept { return tasks_.size(); }

    // For threads that deliver: the next event, after one that is done, or NULL at first. NULL if
    // there is none, or none that is nobody's turn.
    Task* next(Task* done);
    // Sleeps until there is one; NULL when it is closed.
    Task* wait_for_next();

    // Nobody gets another one. Those who sleep wake up.
    void close();
    bool closed();
    // An event that nobody has got, when all threads are gone; NULL if there is no other.
    Task* take_left();

  private:
    struct Run {
        Task* first = nullptr;
        Task* last = nullptr;

        void push(Task* task) noexcept;
        Task* pop() noexcept;
    };

    Task* take_ready() noexcept;
    void finish(Task* task);

    std::mutex mutex_;  // guards what follows
    std::condition_variable ready_or_closed_;
    std::condition_variable room_or_closed_;
    std::vector<Task> tasks_;
    Run free_;
    size_t free_count_ = 0;
    size_t wanted_ = 0;  // how many are to be free for who waits for room; 0 if nobody does
    Run ready_;          // the first of each player, who is nobody's turn yet
    size_t sleepers_ = 0;
    bool closed_ = true;
    // By player, from when an event is put in until it is done, those that come after it.
    std::unordered_map<uint64_t, Run> later_;
};

// Whether this thread delivers events that another one has put in.
bool delivering_in_parallel() noexcept;
void set_delivering_in_parallel(bool delivering) noexcept;

}  // namespace steamgs
