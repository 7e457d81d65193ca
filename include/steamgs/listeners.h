// The C++ side of every signal: Valve's CCallback and CCallResult, each copying what it is given
// into the queue. They run inside Steam's dispatcher: no Python, no lock, no exception.
#pragma once

#include <memory>
#include <tuple>
#include <vector>

#include "steamgs/callbacks.h"
#include "steamgs/event_queue.h"
#include "steamgs/registration.h"

namespace steamgs {

template <class P>
class CallbackListener {
  public:
    void listen(EventQueue* queue) {
        queue_ = queue;
        callback_.listen(this);
    }
    void stop() { callback_.Unregister(); }
    void let_hear(int id, bool heard) {
        if (id == P::k_iCallback) {
            heard ? listen(queue_) : stop();
        }
    }

  private:
    class Callback : public CCallbackManual<CallbackListener<P>, P, true> {
      public:
        void listen(CallbackListener* listener) {
            this->m_pObj = listener;
            this->m_Func = &CallbackListener::on_callback;
            register_for_game_server(this, P::k_iCallback);
        }
    };

    void on_callback(P* payload) noexcept { queue_->push(KindOf<P>::value, *payload); }

    EventQueue* queue_ = nullptr;
    Callback callback_;
};

// One listener for each row of the callback table.
class CallbackListeners {
  public:
    void listen(EventQueue* queue) {
        std::apply([queue](auto&... listener) { (listener.listen(queue), ...); }, all_);
    }
    void stop() {
        std::apply([](auto&... listener) { (listener.stop(), ...); }, all_);
    }
    // Stops the one of this id, or lets it listen again; harmless if it is so already.
    void let_hear(int id, bool heard) {
        std::apply([&](auto&... listener) { (listener.let_hear(id, heard), ...); }, all_);
    }

  private:
    struct End {
        void listen(EventQueue*) {}
        void stop() {}
        void let_hear(int, bool) {}
    };
    std::tuple<
#define STEAMGS_CALLBACK(kind, struct_name, id) CallbackListener<struct_name>,
#include "steamgs/callback_table.inc"
#undef STEAMGS_CALLBACK
        End>
        all_;
};

// Calls that wait for Steam's answer. Guarded by the mutex that guards the dispatcher: a call
// result that Steam completes before CCallResult::Set is lost, so call and Set are one step under
// it.
class CallResults {
  public:
    explicit CallResults(EventQueue* queue) : queue_(queue) {}

    template <class P>
    void expect(SteamAPICall_t call) {
        collect_answered();
        auto listener = std::make_unique<Listener<P>>(*this);
        listener->expect(call);
        waiting_.push_back(std::move(listener));
    }
    void cancel_all() {
        waiting_.clear();
        answered_ = 0;
    }

  private:
    struct Waiting {
        virtual ~Waiting() = default;
        bool answered = false;
    };

    template <class P>
    struct Listener final : Waiting {
        explicit Listener(CallResults& owner) : owner_(owner) {}
        void expect(SteamAPICall_t call) {
            call_ = call;
            result_.SetGameserverFlag();
            result_.Set(call, this, &Listener::on_result);
        }

      private:
        void on_result(P* payload, bool io_failure) noexcept {
            const uint16_t flags = io_failure ? kCallResult | kIoFailure : kCallResult;
            const uint32_t size = io_failure ? 0 : sizeof(P);
            owner_.queue_->push(KindOf<P>::value, flags, call_, payload, size);
            this->answered = true;
            ++owner_.answered_;
        }

        CallResults& owner_;
        SteamAPICall_t call_ = k_uAPICallInvalid;
        CCallResult<Listener<P>, P> result_;
    };

    // The dispatcher still touches a CCallResult after it ran, so it is freed on a later call.
    void collect_answered();

    EventQueue* queue_;
    std::vector<std::unique_ptr<Waiting>> waiting_;
    size_t answered_ = 0;
};

}  // namespace steamgs
