#include "features/logon.h"

#include "features/values.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Logon> kFeature("logon");

const Latency kLogonLatency = {"logon", "of a logon"};
const Latency kRetryLatency = {"retry", "from a failed logon to Steam's own next attempt", 1.0};
const Latency kConnectedLatency = {"connected", "from the logon to the connected callback"};
const Latency kPolicyLatency = {"policy", "from the connected callback to the policy response"};

const Behaviour kLogonAtOnce = {"logon_at_once",
                                "BLoggedOn is true, or the failure known, when LogOn returns"};
const Behaviour kNoIdBeforeLogon = {"no_id_before_logon",
                                    "GetSteamID is 0 until the server is logged on"};
const Behaviour kPolicyFirst = {"policy_first",
                                "the policy response comes before the connected callback"};
const Behaviour kPolicyOnce = {"policy_once",
                               "the policy response comes once for each start of a server"};

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
    if (backend_.behaviours.has(kLogonAtOnce)) {
        ++attempt_;
        answer();
    } else {
        attempt(kLogonLatency);
    }
}

void Logon::attempt(const Latency& delay) {
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
            attempt(kRetryLatency);
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
    for (const auto& call : on_connected_) {
        call();
    }
}

void Logon::announce() {
    policy_known_ = policy_said_ && backend_.behaviours.has(kPolicyOnce);
    if (policy_known_) {
        later(kConnectedLatency, &Logon::say_connected);
    } else if (backend_.behaviours.has(kPolicyFirst)) {
        later(kPolicyLatency, &Logon::say_policy_then_connected);
    } else {
        later(kConnectedLatency, &Logon::say_connected_then_policy);
    }
}

void Logon::later(const Latency& delay, void (Logon::*step)()) {
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
    later(kPolicyLatency, &Logon::say_policy);
}

void Logon::say_policy_then_connected() {
    say_policy();
    later(kConnectedLatency, &Logon::say_connected);
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
    if (backend_.behaviours.has(kNoIdBeforeLogon)) {
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

void Logon::describe(json::Object& out) const {
    static const char* const states[] = {"off", "connecting", "on", "lost"};
    out.text("logon", states[static_cast<int>(state_)])
        .text("token", token_)
        .flag("secure", secure())
        .number("steam_id", steam_id().ConvertToUint64());
}

namespace {

struct Failures {
    EResult result = k_EResultNoConnection;
    bool retrying;
    int times = 1;
};

const CommandOf<Failures> kFailNextLogon = {
    "fail_next_logon", "The next logons fail.",
    [] {
        return std::vector{
            field("result", &Failures::result, kResult, "the reason; 3 if missing"),
            field("retrying", &Failures::retrying, Flag{},
                  "whether Steam then tries again by itself"),
            field("times", &Failures::times, kTimes, "how many times; 1 if missing"),
        };
    },
    [](World& world, const Failures& row) {
        world.get<Logon>().fail_next(row.result, row.retrying, row.times);
    }};

struct Outage {
    EResult result = k_EResultNoConnection;
};

const CommandOf<Outage> kDisconnect = {
    "disconnect", "The connection to Steam is lost, and answers wait.",
    [] {
        return std::vector{field("result", &Outage::result, kResult, "the reason; 3 if missing")};
    },
    [](World& world, const Outage& row) { world.get<Logon>().disconnect(row.result); }};

const CommandOf<Nothing> kReconnect = {
    "reconnect", "The connection is back, and answers that waited arrive.", no_fields,
    [](World& world, const Nothing&) { world.get<Logon>().reconnect(); }};

const CommandOf<Nothing> kRequestRestart = {
    "request_restart", "Steam wants the server to restart.", no_fields,
    [](World& world, const Nothing&) { world.get<Logon>().request_restart(); }};

struct Vac {
    bool granted;
};

const CommandOf<Vac> kSetVac = {
    "set_vac", "Sets whether Steam grants VAC to servers that ask for it; at first it does.",
    [] {
        return std::vector{
            field("granted", &Vac::granted, Flag{}, "whether VAC is granted", Presence::required)};
    },
    [](World& world, const Vac& row) { world.get<Logon>().set_vac(row.granted); }};

struct PublicIp {
    uint32 address;
};

const CommandOf<PublicIp> kSetPublicIp = {
    "set_public_ip", "Sets the address at which Steam sees the server; 203.0.113.7 at first.",
    [] {
        return std::vector{
            field("address", &PublicIp::address, Address{}, "the address", Presence::required)};
    },
    [](World& world, const PublicIp& row) { world.get<Logon>().public_ip = row.address; }};

}  // namespace

}  // namespace steamgs::simulator
