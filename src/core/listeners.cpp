#include "core/listeners.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/fields.h"
#include "core/registration.h"

namespace steamgs {

namespace {

// Whom an answer is about, to tell answers of one kind apart; 0 for those about the server.
template <class P>
struct AnswerKey : std::false_type {};

#define STEAMGS_ANSWER(struct_name, key)                         \
    template <>                                                  \
    struct AnswerKey<struct_name> : std::true_type {             \
        static uint64_t of(const struct_name& answer) noexcept { \
            return static_cast<void>(answer), (key);             \
        }                                                        \
    };
#include "common/answer_table.inc"
#undef STEAMGS_ANSWER

template <CallbackKind kKind, class P>
class Listener final : public CallbackListener {
  public:
    Listener(EventQueue* queue, AllRepeatedAnswers* repeated)
        : queue_(queue), repeated_(repeated) {}
    int id() const noexcept override { return P::k_iCallback; }
    void listen() override { callback_.listen(this); }
    void stop() override { callback_.Unregister(); }

  private:
    class Callback : public CCallbackManual<Listener, P, true> {
      public:
        void listen(Listener* listener) {
            this->m_pObj = listener;
            this->m_Func = &Listener::on_callback;
            register_for_game_server(this, P::k_iCallback);
        }
    };

    void on_callback(P* payload) noexcept {
        if constexpr (AnswerKey<P>::value) {
            if (!(*repeated_)[kKind].callback_is_news(AnswerKey<P>::of(*payload))) {
                return;
            }
        }
        queue_->push(kKind, *payload);
    }

    EventQueue* queue_;
    AllRepeatedAnswers* repeated_;
    Callback callback_;
};

template <class P>
class Call final : public PendingCall {
  public:
    Call(CallResults& owner, CallbackKind kind, SteamAPICall_t call, uint64_t token, uint64_t key)
        : PendingCall(owner, kind, token, key) {
        result_.SetGameserverFlag();
        result_.Set(call, this, &Call::on_result);
    }

  private:
    void on_result(P* payload, bool io_failure) noexcept {
        complete(payload, sizeof(P), io_failure);
    }

    CCallResult<Call, P> result_;
};

using MakeListener = std::unique_ptr<CallbackListener> (*)(EventQueue*, AllRepeatedAnswers*);
using MakeCall = std::unique_ptr<PendingCall> (*)(CallResults&, CallbackKind, SteamAPICall_t,
                                                  uint64_t token, uint64_t key);

template <CallbackKind kKind, class P>
std::unique_ptr<CallbackListener> make_listener(EventQueue* queue, AllRepeatedAnswers* repeated) {
    return std::make_unique<Listener<kKind, P>>(queue, repeated);
}

// NULL if callbacks of this struct answer no call.
template <class P>
constexpr MakeCall call_maker() {
    if constexpr (AnswerKey<P>::value) {
        return [](CallResults& owner, CallbackKind kind, SteamAPICall_t call, uint64_t token,
                  uint64_t key) -> std::unique_ptr<PendingCall> {
            return std::make_unique<Call<P>>(owner, kind, call, token, key);
        };
    } else {
        return nullptr;
    }
}

struct CallbackRow {
    MakeListener make_listener;
    MakeCall make_call;
};

constexpr CallbackRow kRows[] = {
#define STEAMGS_CALLBACK(kind, struct_name, id) \
    {&make_listener<kind, struct_name>, call_maker<struct_name>()},
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
};

}  // namespace

CallbackListeners::CallbackListeners(EventQueue* queue, AllRepeatedAnswers* repeated) {
    for (size_t kind = 0; kind < all_.size(); ++kind) {
        all_[kind] = kRows[kind].make_listener(queue, repeated);
    }
}

void CallbackListeners::listen() {
    for (const auto& listener : all_) {
        listener->listen();
    }
}

void CallbackListeners::stop() {
    for (const auto& listener : all_) {
        listener->stop();
    }
}

void CallbackListeners::set_enabled(int id, bool enabled) {
    for (const auto& listener : all_) {
        if (listener->id() == id) {
            enabled ? listener->listen() : listener->stop();
        }
    }
}

void PendingCall::complete(const void* payload, uint32_t size, bool io_failure) noexcept {
    RepeatedAnswers& repeated = owner_.repeated[kind_];
    uint16_t flags = kCallResult;
    if (io_failure) {
        repeated.take_call(key_);
        flags |= kIoFailure;
    } else if (!repeated.result_is_news(key_)) {
        flags |= kRepeated;
    }
    owner_.queue_->push(kind_, flags, token_, payload, io_failure ? 0 : size);
    answered_ = true;
    ++owner_.answered_;
}

bool CallResults::expect(CallbackKind kind, SteamAPICall_t call, uint64_t token, uint64_t key) {
    const MakeCall make = kRows[kind].make_call;
    if (make == nullptr) {
        return false;
    }
    collect_answered();
    waiting_.push_back(make(*this, kind, call, token, key));
    repeated[kind].call(key);
    return true;
}

void CallResults::cancel_all() {
    waiting_.clear();
    answered_ = 0;
    for (RepeatedAnswers& kind : repeated) {
        kind.forget();
    }
}

void CallResults::collect_answered() {
    // Only when most are answered, so that a call costs constant time however many are waiting.
    if (answered_ * 2 < waiting_.size() || answered_ == 0) {
        return;
    }
    waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(),
                                  [](const auto& call) { return call->answered(); }),
                   waiting_.end());
    answered_ = 0;
}

}  // namespace steamgs
