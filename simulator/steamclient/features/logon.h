// The server's connection to the simulated Steam.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/world.h"

namespace steamgs::simulator {

class Logon final : public Feature {
  public:
    enum class State { off, connecting, on, lost };

    explicit Logon(World& world) : backend_(world.backend) {}

    // What ISteamGameServer calls.
    void init(uint32 flags);
    void log_on(const std::string& token);
    void log_on_anonymous() { log_on(std::string()); }
    void log_off();
    bool logged_on() const { return state_ == State::on; }
    // Steam's word, or in the mode without authentication nobody's.
    bool can_validate() const { return logged_on() || no_authentication(); }
    // Nobody knows before the policy response.
    bool secure() const {
        return logged_on() && policy_known_ && vac_ && (flags_ & kSecureFlag) != 0;
    }
    bool no_authentication() const { return (flags_ & kNoAuthenticationFlag) != 0; }
    CSteamID steam_id() const;
    bool take_restart_request();
    void reset() override;
    void describe(json::Object& out) const override;

    // What the control of the simulator calls.
    void fail_next(EResult result, bool retrying, int times);
    void disconnect(EResult result);
    void reconnect();
    void request_restart() { restart_requested_ = true; }
    // Whether Steam grants VAC to servers that ask for it.
    void set_vac(bool granted);
    State state() const { return state_; }

    // Whenever the server has become connected.
    void when_connected(std::function<void()> call) { on_connected_.push_back(std::move(call)); }
    uint32 public_ip = 0xcb007107;  // 203.0.113.7, of the range kept for documentation

  private:
    static constexpr uint32 kSecureFlag = 0x2;
    static constexpr uint32 kNoAuthenticationFlag = 0x20;

    void attempt(const Latency& delay);
    void answer();
    void connected();
    void announce();
    void later(const Latency& delay, void (Logon::*step)());
    void say_connected();
    void say_policy();
    void say_connected_then_policy();
    void say_policy_then_connected();

    Backend& backend_;
    std::vector<std::function<void()>> on_connected_;
    State state_ = State::off;
    uint32 flags_ = 0;
    std::string token_;
    uint64 assigned_id_ = 0;
    // A later logon, a logoff or an outage invalidates the pending answers of an earlier logon.
    uint64 attempt_ = 0;
    bool restart_requested_ = false;
    bool vac_ = true;
    bool policy_known_ = false;
    bool policy_said_ = false;  // since the server has started
    struct {
        EResult result;
        bool retrying;
        int times;
    } failure_ = {k_EResultOK, false, 0};
};

}  // namespace steamgs::simulator
