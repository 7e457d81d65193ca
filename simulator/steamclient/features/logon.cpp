#include "features/logon.h"

namespace steamgs::simulator {

namespace {

// What GetSteamID says before Steam has assigned an id: "not initialised yet", and "LAN mode".
constexpr uint64 kNotYetId = 1;
constexpr uint64 kLanModeId = uint64{k_EUniversePublic} << 56;

uint32 account_of_token(const std::string& token) {
    // FNV-1a: one token is one account, in every run.
    uint32 hash = 2166136261u;
    for (char byte : token) {
        hash = (hash ^ static_cast<uint8>(byte)) * 16777619u;
    }
    return hash != 0 ? hash : 1;
}

}  // namespace

void Logon::init(uint32 flags) {
    reset();
    flags_ = flags;
}

void Logon::reset() {
    state_ = State::off;
    flags_ = 0;
    token_.clear();
    assigned_id_ = 0;
    policy_known_ = false;
    policy_said_ = false;
    ++attempt_;
}

void Logon::log_on(const std::string& token) {
    if (state_ == State::on || state_ == State::connecting) {
        return;
    }
    token_ = token;
    assigned_id_ = 0;
    if (backend_.behaviours.has(Behaviour::logon_at_once)) {
        ++attempt_;
        answer();
    } else {
        attempt(Latency::logon);
    }
}

void Logon::attempt(Latency delay) {
    state_ = State::connecting;
    const uint64 number = ++attempt_;
    backend_.schedule(delay, [this, number] {
        if (number == attempt_) {
            answer();
        }
    });
}

void Logon::answer() {
    if (failure_.times > 0) {
        --failure_.times;
        backend_.post(SteamServerConnectFailure_t{failure_.result, failure_.retrying});
        if (failure_.retrying) {
            attempt(Latency::retry);
        } else {
            state_ = State::off;
        }
        return;
    }
    connected();
}

void Logon::connected() {
    state_ = State::on;
    if (assigned_id_ == 0) {
        const bool anonymous = token_.empty();
        const auto type = anonymous ? k_EAccountTypeAnonGameServer : k_EAccountTypeGameServer;
        const uint32 account =
            anonymous ? static_cast<uint32>(backend_.random() | 1) : account_of_token(token_);
        const uint32 instance = anonymous ? static_cast<uint32>(backend_.random() & 0xffff) : 0;
        assigned_id_ = CSteamID(account, instance, k_EUniversePublic, type).ConvertToUint64();
    }
    announce();
    if (on_connected) {
        on_connected();
    }
}

void Logon::announce() {
    policy_known_ = policy_said_ && backend_.behaviours.has(Behaviour::policy_once);
    if (policy_known_) {
        later(Latency::connected, &Logon::say_connected);
    } else if (backend_.behaviours.has(Behaviour::policy_first)) {
        later(Latency::policy, &Logon::say_policy_then_connected);
    } else {
        later(Latency::connected, &Logon::say_connected_then_policy);
    }
}

void Logon::later(Latency delay, void (Logon::*step)()) {
    backend_.schedule_or_give(delay, [this, step, number = attempt_] {
        if (number == attempt_) {
            (this->*step)();
        }
    });
}

void Logon::say_connected() { backend_.post(SteamServersConnected_t{}); }

void Logon::say_policy() {
    policy_known_ = true;
    policy_said_ = true;
    backend_.post(GSPolicyResponse_t{static_cast<uint8>(secure())});
}

void Logon::say_connected_then_policy() {
    say_connected();
    later(Latency::policy, &Logon::say_policy);
}

void Logon::say_policy_then_connected() {
    say_policy();
    later(Latency::connected, &Logon::say_connected);
}

void Logon::log_off() {
    if (state_ == State::off) {
        return;
    }
    ++attempt_;
    state_ = State::off;
    assigned_id_ = 0;
    backend_.post(SteamServersDisconnected_t{k_EResultOK});
}

CSteamID Logon::steam_id() const {
    if (assigned_id_ != 0) {
        return CSteamID(assigned_id_);
    }
    if (backend_.behaviours.has(Behaviour::no_id_before_logon)) {
        return CSteamID();
    }
    return CSteamID(no_authentication() ? kLanModeId : kNotYetId);
}

bool Logon::take_restart_request() {
    const bool requested = restart_requested_;
    restart_requested_ = false;
    return requested;
}

void Logon::fail_next(EResult result, bool retrying, int times) {
    failure_ = {result, retrying, times};
}

void Logon::disconnect(EResult result) {
    if (state_ == State::on) {
        ++attempt_;
        state_ = State::lost;
        backend_.post(SteamServersDisconnected_t{result});
    }
}

void Logon::reconnect() {
    if (state_ == State::lost) {
        connected();
    }
}

void Logon::set_vac(bool granted) {
    const bool before = secure();
    vac_ = granted;
    if (secure() != before) {
        backend_.post(GSPolicyResponse_t{static_cast<uint8>(secure())});
    }
}

}  // namespace steamgs::simulator
