#include "core/listeners.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "core/fields.h"
#include "core/meter.h"
#include "core/registration.h"
#include "steamgs/abi/newest.h"

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

// Whether a callback tells anything. Steam's echo of a close by us does not: the connection is
// gone, and whoever closed it knows.
template <class P>
bool tells(const P&) noexcept {
    return true;
}
inline bool tells(const abi::SteamNetConnectionStatusChangedCallback_t& change) noexcept {
    return read_enum(change.m_info.m_eState) != abi::k_ESteamNetworkingConnectionState_None;
}

// What the queue gets of a P.
template <class P>
using Newest = std::decay_t<decltype(abi::newest(std::declval<const P&>()))>;

// Whether a meter wants to know of it.
template <class P>
constexpr bool kMetered =
    std::is_same_v<P, ValidateAuthTicketResponse_t> || std::is_same_v<P, GSClientApprove_t> ||
    std::is_same_v<P, GSClientDeny_t> || std::is_same_v<P, GSClientKick_t>;

template <CallbackKind kKind, class P>
class Listener final : public CallbackListener {
  public:
    Listener(EventQueue* queue, AllRepeatedAnswers* repeated)
        : queue_(queue), repeated_(repeated) {}
    void listen() override { callback_.listen(this); }
    void stop() override { callback_.Unregister(); }
    void tell(Meter* meter) override {
        if constexpr (kMetered<P>) {
            meter_ = meter;
            callback_.call(&Listener::on_metered);
        }
    }

  private:
    using Function = void (Listener::*)(P*);

    // Which function it calls is chosen beforehand, so that a server without metrics looks for no
    // meter.
    class Callback : public CCallbackManual<Listener, P, true> {
      public:
        void listen(Listener* listener) {
            this->m_pObj = listener;
            this->m_Func = function_;
            register_for_game_server(this, P::k_iCallback);
        }
        void call(Function function) { this->m_Func = function_ = function; }

      private:
        Function function_ = &Listener::on_callback;
    };

    void on_metered(P* payload) noexcept {
        if constexpr (kMetered<P>) {
            meter_->hear(*payload);
        }
        on_callback(payload);
    }

    void on_callback(P* payload) noexcept {
        const Newest<P>& said = abi::newest(*payload);
        if (!tells(said)) {
            return;
        }
        if constexpr (AnswerKey<Newest<P>>::value) {
            if (!(*repeated_)[kKind].callback_is_news(AnswerKey<Newest<P>>::of(said))) {
                return;
            }
        }
        queue_->push(kKind, said);
    }

    EventQueue* queue_;
    AllRepeatedAnswers* repeated_;
    Meter* meter_ = nullptr;
    Callback callback_;
};

template <class P>
class Call final : public PendingCall {
  public:
    Call(CallResults& owner, CallbackKind kind, SteamAPICall_t call, uint64_t token, uint64_t key)
        : PendingCall(owner, kind, call, token, key) {
        result_.SetGameserverFlag();
        result_.Set(call, this, &Call::on_result);
    }

  private:
    void on_result(P* payload, bool io_failure) noexcept {
        if (io_failure) {
            lose();
        } else {
            const Newest<P>& answer = abi::newest(*payload);
            complete(&answer, sizeof(answer));
        }
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
    if constexpr (AnswerKey<Newest<P>>::value) {
        return [](CallResults& owner, CallbackKind kind, SteamAPICall_t call, uint64_t token,
                  uint64_t key) -> std::unique_ptr<PendingCall> {
            return std::make_unique<Call<P>>(owner, kind, call, token, key);
        };
    } else {
        return nullptr;
    }
}

constexpr int kIds[] = {
#define STEAMGS_CALLBACK(kind, struct_name, id) id,
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
};

// How a callback looks that a version of its interface sends; without one, all of them send it so.
struct Shape {
    CallbackKind kind;
    const char* version;
    MakeListener make_listener;
    MakeCall make_call;

    bool sent_by(const char* served) const {
        return version == nullptr || std::strcmp(version, served) == 0;
    }
};

constexpr Shape kShapes[] = {
#define STEAMGS_SHAPE(kind, version, struct_name) \
    {kind, version, &make_listener<kind, struct_name>, call_maker<struct_name>()},
#include "common/shape_table.inc"
#undef STEAMGS_SHAPE
};

}  // namespace

CallbackListeners::CallbackListeners(EventQueue* queue, AllRepeatedAnswers* repeated)
    : queue_(queue), repeated_(repeated) {
    for (const Shape& shape : kShapes) {
        if (shape.version == nullptr) {
            all_[shape.kind].listener = shape.make_listener(queue_, repeated_);
        }
    }
}

void CallbackListeners::listen() {
    for (Kind& kind : all_) {
        kind.enabled = true;
        if (kind.listener != nullptr) {
            kind.listener->listen();
        }
    }
}

void CallbackListeners::negotiated(const char* version) {
    for (const Shape& shape : kShapes) {
        if (shape.version != nullptr && shape.sent_by(version)) {
            Kind& kind = all_[shape.kind];
            kind.listener = shape.make_listener(queue_, repeated_);
            if (kind.enabled) {
                kind.listener->listen();
            }
        }
    }
}

void CallbackListeners::stop() {
    for (Kind& kind : all_) {
        if (kind.listener != nullptr) {
            kind.listener->stop();
        }
    }
    for (const Shape& shape : kShapes) {
        if (shape.version != nullptr) {
            all_[shape.kind].listener.reset();  // the next run may be served another version
        }
    }
}

void CallbackListeners::set_enabled(int id, bool enabled) {
    for (size_t number = 0; number < all_.size(); ++number) {
        if (kIds[number] != id) {
            continue;
        }
        Kind& kind = all_[number];
        kind.enabled = enabled;
        if (kind.listener != nullptr) {
            enabled ? kind.listener->listen() : kind.listener->stop();
        }
    }
}

void CallbackListeners::tell(Meter* meter) {
    // Callbacks of interfaces that are negotiated later are none that a meter wants.
    for (Kind& kind : all_) {
        if (kind.listener != nullptr) {
            kind.listener->tell(meter);
        }
    }
}

void PendingCall::complete(const void* payload, uint32_t size) noexcept {
    const bool news = owner_.repeated[kind_].result_is_news(key_);
    push(news ? 0 : kRepeated, payload, size);
}

void PendingCall::lose() noexcept {
    owner_.repeated[kind_].take_call(key_);
    // Steam knows why as long as its dispatcher is telling of it.
    const int32_t reason = owner_.failure_reason_(call_);
    push(kIoFailure, &reason, sizeof(reason));
}

void PendingCall::push(uint16_t flags, const void* payload, uint32_t size) noexcept {
    owner_.queue_->push(kind_, kCallResult | flags, token_, payload, size);
    answered_ = true;
    ++owner_.answered_;
}

bool CallResults::expect(CallbackKind kind, const char* version, SteamAPICall_t call,
                         uint64_t token, uint64_t key) {
    const auto shape = std::find_if(std::begin(kShapes), std::end(kShapes), [=](const Shape& one) {
        return one.kind == kind && one.make_call != nullptr && one.sent_by(version);
    });
    if (shape == std::end(kShapes)) {
        return false;
    }
    collect_answered();
    waiting_.push_back(shape->make_call(*this, kind, call, token, key));
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
