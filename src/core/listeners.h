// The C++ side of every signal: Valve's CCallback and CCallResult, each copying what it is given
// into the queue. They run inside Steam's dispatcher: no Python, no lock, no exception.
#pragma once

#include <array>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/callbacks.h"
#include "common/event_queue.h"
#include "core/registration.h"
#include "core/repeated_answers.h"

namespace steamgs {

// Structs by which calls are answered.
template <class P, class = void>
struct IsAnswer : std::false_type {};
template <class P>
struct IsAnswer<P, std::void_t<decltype(answer_key(std::declval<const P&>()))>> : std::true_type {};

using AllRepeatedAnswers = std::array<RepeatedAnswers, kCallbackKinds>;

template <class P>
class CallbackListener {
  public:
    void listen(EventQueue* queue, AllRepeatedAnswers* repeated) {
        queue_ = queue;
        repeated_ = repeated;
        callback_.listen(this);
    }
    void stop() { callback_.Unregister(); }
    void let_hear(int id, bool heard) {
        if (id == P::k_iCallback) {
            heard ? listen(queue_, repeated_) : stop();
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

    void on_callback(P* payload) noexcept {
        if constexpr (IsAnswer<P>::value) {
            if (!(*repeated_)[KindOf<P>::value].callback_is_news(answer_key(*payload))) {
                return;
            }
        }
        queue_->push(KindOf<P>::value, *payload);
    }

    EventQueue* queue_ = nullptr;
    AllRepeatedAnswers* repeated_ = nullptr;
    Callback callback_;
};

// One listener for each row of the callback table.
class CallbackListeners {
  public:
    void listen(EventQueue* queue, AllRepeatedAnswers* repeated) {
        std::apply([=](auto&... listener) { (listener.listen(queue, repeated), ...); }, all_);
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
        void listen(EventQueue*, AllRepeatedAnswers*) {}
        void stop() {}
        void let_hear(int, bool) {}
    };
    std::tuple<
#define STEAMGS_CALLBACK(kind, struct_name, id) CallbackListener<struct_name>,
#include "common/callback_table.inc"
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

    // Its record will bear `token`; `key` says whom it is about, as in the answer.
    template <class P>
    void expect(SteamAPICall_t call, uint64_t token, uint64_t key) {
        collect_answered();
        auto listener = std::make_unique<Listener<P>>(*this, token, key);
        listener->expect(call);
        waiting_.push_back(std::move(listener));
        repeated[KindOf<P>::value].call(key);
    }
    void cancel_all() {
        waiting_.clear();
        answered_ = 0;
        for (RepeatedAnswers& kind : repeated) {
            kind.forget();
        }
    }

    AllRepeatedAnswers repeated;

  private:
    struct Waiting {
        virtual ~Waiting() = default;
        bool answered = false;
    };

    template <class P>
    struct Listener final : Waiting {
        Listener(CallResults& owner, uint64_t token, uint64_t key)
            : owner_(owner), token_(token), key_(key) {}
        void expect(SteamAPICall_t call) {
            result_.SetGameserverFlag();
            result_.Set(call, this, &Listener::on_result);
        }

      private:
        void on_result(P* payload, bool io_failure) noexcept {
            RepeatedAnswers& repeated = owner_.repeated[KindOf<P>::value];
            uint16_t flags = kCallResult;
            if (io_failure) {
                repeated.take_call(key_);
                flags |= kIoFailure;
            } else if (!repeated.result_is_news(key_)) {
                flags |= kRepeated;
            }
            const uint32_t size = io_failure ? 0 : sizeof(P);
            owner_.queue_->push(KindOf<P>::value, flags, token_, payload, size);
            this->answered = true;
            ++owner_.answered_;
        }

        CallResults& owner_;
        const uint64_t token_;
        const uint64_t key_;
        CCallResult<Listener<P>, P> result_;
    };

    // The dispatcher still touches a CCallResult after it ran, so it is freed on a later call.
    void collect_answered();

    EventQueue* queue_;
    std::vector<std::unique_ptr<Waiting>> waiting_;
    size_t answered_ = 0;
};

}  // namespace steamgs
