// Calls that the simulated Steam answers later, and how their answers are fetched.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "kernel/backend.h"

namespace steamgs::simulator {

// How long the answer to a call takes.
extern const Latency kCallLatency;

// Which behaviours say that an answer comes as a callback too.
struct Doubling {
    const Behaviour& doubled;
    const Behaviour& callback_first;
};
extern const Doubling kCallsDoubled;

class CallResults {
  public:
    explicit CallResults(Backend& backend) : backend_(backend) {}

    SteamAPICall_t begin() { return ++last_call_; }

    template <class P>
    void complete(SteamAPICall_t call, const P& payload, const Doubling& how = kCallsDoubled) {
        announce(call, P::k_iCallback, &payload, sizeof(P), k_ESteamAPICallFailureNone, how);
    }
    // Says that the answer is lost.
    template <class P>
    void lose(SteamAPICall_t call) {
        announce(call, P::k_iCallback, "", 0, k_ESteamAPICallFailureNetworkFailure, kCallsDoubled);
    }
    void fail_next(int times, ESteamAPICallFailure reason) {
        failing_ = times;
        failure_ = reason;
    }

    // As Steam_GetAPICallResult: once, and only as what it is; `failed` is always written.
    bool fetch(SteamAPICall_t call, void* out, int size, int expected, bool* failed);
    bool completed(SteamAPICall_t call, bool* failed) const;
    // Why it has failed, also when that has been fetched: programs ask when they have heard of it.
    ESteamAPICallFailure failure(SteamAPICall_t call) const;
    void reset() {
        answers_.clear();
        fetched_.clear();
    }

  private:
    void announce(SteamAPICall_t call, int id, const void* payload, size_t size,
                  ESteamAPICallFailure failure, const Doubling& how);

    struct Answer {
        int id;
        std::string payload;
        ESteamAPICallFailure failure;

        bool failed() const { return failure != k_ESteamAPICallFailureNone; }
    };

    Backend& backend_;
    std::map<SteamAPICall_t, Answer> answers_;
    std::deque<std::pair<SteamAPICall_t, ESteamAPICallFailure>> fetched_;  // the last that failed
    SteamAPICall_t last_call_ = 0x1000;
    int failing_ = 0;
    ESteamAPICallFailure failure_ = k_ESteamAPICallFailureNetworkFailure;
};

}  // namespace steamgs::simulator
