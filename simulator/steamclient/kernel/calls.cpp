#include "kernel/calls.h"

#include <algorithm>
#include <cstring>

namespace steamgs::simulator {

const Latency kCallLatency = {"call", "of the answers to calls"};

namespace {

const Behaviour kDoubleCalls = {
    "double_calls", "answers to calls, except those about statistics, also come as a callback"};
const Behaviour kCallbackFirst = {"calls_callback_first",
                                  "that callback comes before the call result"};

}  // namespace

const Doubling kCallsDoubled = {kDoubleCalls, kCallbackFirst};

namespace {

constexpr size_t kFetchedFailures = 64;

}  // namespace

void CallResults::announce(SteamAPICall_t call, int id, const void* payload, size_t size,
                           ESteamAPICallFailure failure, const Doubling& how) {
    if (failing_ > 0) {
        --failing_;
        failure = failure_;
    }
    Answer& answer = answers_[call];
    answer = {id, std::string(static_cast<const char*>(payload), size), failure};
    const bool doubled = !answer.failed() && backend_.behaviours.has(how.doubled);
    const bool callback_first = backend_.behaviours.has(how.callback_first);
    if (doubled && callback_first) {
        backend_.post(id, payload, size);
    }
    backend_.post(SteamAPICallCompleted_t{call, id, static_cast<uint32>(size)});
    if (doubled && !callback_first) {
        backend_.post(id, payload, size);
    }
}

bool CallResults::fetch(SteamAPICall_t call, void* out, int size, int expected, bool* failed) {
    auto found = answers_.find(call);
    const bool usable = found != answers_.end() && found->second.id == expected && size >= 0;
    *failed = !usable || found->second.failed();
    if (!usable) {
        return false;
    }
    if (found->second.failed()) {
        fetched_.emplace_back(call, found->second.failure);
        if (fetched_.size() > kFetchedFailures) {
            fetched_.pop_front();
        }
    } else {
        const std::string& payload = found->second.payload;
        std::memcpy(out, payload.data(), std::min(payload.size(), static_cast<size_t>(size)));
    }
    answers_.erase(found);
    return true;
}

bool CallResults::completed(SteamAPICall_t call, bool* failed) const {
    auto found = answers_.find(call);
    if (failed != nullptr) {
        *failed = found != answers_.end() && found->second.failed();
    }
    return found != answers_.end();
}

ESteamAPICallFailure CallResults::failure(SteamAPICall_t call) const {
    auto found = answers_.find(call);
    if (found != answers_.end()) {
        return found->second.failure;
    }
    for (const auto& [fetched, failure] : fetched_) {
        if (fetched == call) {
            return failure;
        }
    }
    return k_ESteamAPICallFailureInvalidHandle;
}

}  // namespace steamgs::simulator
