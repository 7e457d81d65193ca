// The C++ side of every signal: instances of Valve's CCallback and CCallResult that copy structs
// into the queue. They run inside Steam's dispatcher, so they run no Python, take no lock and throw
// no exception.
//
// Only the few lines that Steam's dispatcher calls know the struct. They are generated from the
// table of callbacks, in listeners.cpp. Their owners know only rows of the table.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/callbacks.h"
#include "common/event_queue.h"
#include "core/repeated_answers.h"

namespace steamgs {

class Meter;

using AllRepeatedAnswers = std::array<RepeatedAnswers, kCallbackKinds>;

// Copies callbacks of one kind into the queue.
class CallbackListener {
  public:
    virtual ~CallbackListener() = default;
    virtual void listen() = 0;
    virtual void stop() = 0;
    // From now on, what it hears is told to the meter too, if that wants to know.
    virtual void tell(Meter* meter) = 0;
};

// One listener for each row of the callback table.
//
// A callback says nothing of its size. Where that depends on the version of an interface, nobody
// listens until a version is negotiated, and then to what that version sends.
class CallbackListeners {
  public:
    CallbackListeners(EventQueue* queue, AllRepeatedAnswers* repeated);

    void listen();
    // Steam serves this version of an interface, from now to stop().
    void negotiated(const char* version);
    void stop();
    // Sets whether callbacks of this id are queued, until the next listen(). Repeating it is
    // harmless.
    void set_enabled(int id, bool enabled);
    // What measures, for good. Not while Steam dispatches.
    void tell(Meter* meter);

  private:
    struct Kind {
        std::unique_ptr<CallbackListener> listener;  // NULL as long as its shape is not known
        bool enabled = true;
    };

    EventQueue* queue_;
    AllRepeatedAnswers* repeated_;
    std::array<Kind, kCallbackKinds> all_;
};

class CallResults;

// A call that waits for Steam's answer.
class PendingCall {
  public:
    virtual ~PendingCall() = default;
    bool answered() const noexcept { return answered_; }

  protected:
    PendingCall(CallResults& owner, CallbackKind kind, SteamAPICall_t call, uint64_t token,
                uint64_t key)
        : owner_(owner), kind_(kind), call_(call), token_(token), key_(key) {}
    // The dispatcher has the answer, or knows that it was lost.
    void complete(const void* payload, uint32_t size) noexcept;
    void lose() noexcept;

  private:
    void push(uint16_t flags, const void* payload, uint32_t size) noexcept;

    CallResults& owner_;
    const CallbackKind kind_;
    const SteamAPICall_t call_;
    bool answered_ = false;
    const uint64_t token_;
    const uint64_t key_;
};

// Calls that wait for Steam's answer. Guarded by the mutex that guards the dispatcher: a call
// result that Steam completes before CCallResult::Set is lost, so call and Set are one step under
// it.
class CallResults {
  public:
    // Why an answer was lost, as a code of ESteamAPICallFailure.
    using FailureReason = std::function<int(SteamAPICall_t)>;

    explicit CallResults(
        EventQueue* queue, FailureReason reason = [](SteamAPICall_t) { return -1; })
        : queue_(queue), failure_reason_(std::move(reason)) {}

    // Registers for the answer to a call that was made on this version of an interface. The
    // answer's record will contain `token`; `key` is the player it is about, as in the answer.
    // False if callbacks of this kind answer no call.
    bool expect(CallbackKind kind, const char* version, SteamAPICall_t call, uint64_t token,
                uint64_t key);
    void cancel_all();

    AllRepeatedAnswers repeated;

  private:
    friend class PendingCall;

    // The dispatcher still touches a CCallResult after it ran, so it is freed on a later call.
    void collect_answered();

    EventQueue* queue_;
    const FailureReason failure_reason_;
    std::vector<std::unique_ptr<PendingCall>> waiting_;
    size_t answered_ = 0;
};

}  // namespace steamgs
