// What other implementations of steamclient do otherwise than the simulated Steam does by itself,
// and Valve's may do: each can be switched on.
#pragma once

#include <cstring>

// name, what it means
#define STEAMGS_SIM_BEHAVIOURS(ROW)                                                           \
    ROW(logon_at_once, "BLoggedOn is true, or the failure known, when LogOn returns")         \
    ROW(no_id_before_logon, "GetSteamID is 0 until the server is logged on")                  \
    ROW(policy_first, "the policy response comes before the connected callback")              \
    ROW(policy_once, "the policy response comes once for each start of a server")             \
    ROW(late_verdicts, "a verdict on its way comes though its session has ended")             \
    ROW(accept_duplicates, "a player with a verdict may begin a session beside the open one") \
    ROW(double_stats, "answers about statistics come as a callback too")                      \
    ROW(stats_callback_first, "that callback comes before the call result")                   \
    ROW(double_calls, "answers to the other calls come as a callback too")                    \
    ROW(calls_callback_first, "that callback comes before the call result")                   \
    ROW(ticket_callback, "GetAuthSessionTicketResponse_t follows GetAuthSessionTicket")

namespace steamgs::simulator {

enum class Behaviour {
#define STEAMGS_SIM_ROW(name, meaning) name,
    STEAMGS_SIM_BEHAVIOURS(STEAMGS_SIM_ROW)
#undef STEAMGS_SIM_ROW
        count
};

class Behaviours {
  public:
    static constexpr int kCount = static_cast<int>(Behaviour::count);

    // NULL beyond the last one.
    static const char* name(int number) noexcept {
        return number >= 0 && number < kCount ? kNames[number] : nullptr;
    }

    bool has(Behaviour behaviour) const noexcept { return on_[static_cast<int>(behaviour)]; }
    // False if there is none of that name.
    bool set(const char* name, bool on) noexcept {
        for (int number = 0; number < kCount; ++number) {
            if (std::strcmp(kNames[number], name) == 0) {
                on_[number] = on;
                return true;
            }
        }
        return false;
    }

  private:
    static constexpr const char* kNames[] = {
#define STEAMGS_SIM_ROW(name, meaning) #name,
        STEAMGS_SIM_BEHAVIOURS(STEAMGS_SIM_ROW)
#undef STEAMGS_SIM_ROW
    };

    bool on_[kCount] = {};
};

}  // namespace steamgs::simulator
