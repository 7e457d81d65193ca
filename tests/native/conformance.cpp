// What a libsteam_api does with callbacks and call results, one case per process, as Valve's own
// does it: the simulator's front must do the same.
//
// usage: conformance STEAMCLIENT LIBSTEAM_API CASE    exit status 0 if the case holds
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/steam.h"
#include "loading.h"

namespace {

using Log = std::vector<std::string>;

void fail(const char* file, int line, const std::string& what) {
    std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
    std::exit(1);
}

std::string shown(const Log& log) {
    std::string text;
    for (const std::string& entry : log) {
        text += entry + "; ";
    }
    return text;
}

#define CHECK(condition)                          \
    do {                                          \
        if (!(condition)) {                       \
            fail(__FILE__, __LINE__, #condition); \
        }                                         \
    } while (false)
#define CHECK_LOG(...)                                      \
    do {                                                    \
        if (log != Log{__VA_ARGS__}) {                      \
            fail(__FILE__, __LINE__, "log: " + shown(log)); \
        }                                                   \
    } while (false)

void* library;
void* steamclient;
void* world;

template <class Function>
Function in(void* where, const char* name) {
    auto function = reinterpret_cast<Function>(loading::find(where, name));
    if (function == nullptr) {
        fail(__FILE__, __LINE__, std::string("no ") + name);
    }
    return function;
}

void run() { in<void (*)()>(library, "SteamGameServer_RunCallbacks")(); }

int init() {
    char message[1024] = "";
    using Init = int (*)(uint32, uint16, uint16, int, const char*, const char*, char*);
    auto function =
        reinterpret_cast<Init>(loading::find(library, "SteamInternal_GameServer_Init_V2"));
    if (function == nullptr) {
        // Up to SDK 1.57.
        auto older = in<bool (*)(uint32, uint16, uint16, uint16, int, const char*)>(
            library, "SteamInternal_GameServer_Init");
        return older(0, 0, 27015, 0xffff, 3, "1.0.0.0") ? 0 : 1;
    }
    const int result = function(0, 27015, 0xffff, 3, "1.0.0.0", nullptr, message);
    CHECK((result == 0) == (message[0] == '\0'));
    return result;
}

void shutdown() { in<void (*)()>(library, "SteamGameServer_Shutdown")(); }

template <class P>
void post(const P& payload, size_t count = 1) {
    auto function =
        in<void (*)(void*, int, const void*, size_t, size_t)>(steamclient, "steamgs_sim_post");
    function(world, P::k_iCallback, &payload, sizeof(P), count);
}

void post_kick(uint64 player) { post(GSClientKick_t{player, k_EDenyGeneric}); }

void advance(double seconds) {
    in<void (*)(void*, double)>(steamclient, "steamgs_sim_advance")(world, seconds);
}

void command(const char* name, const std::string& fields) {
    auto function = in<int (*)(void*, const char*, const char*, size_t, char*, size_t)>(
        steamclient, "steamgs_sim_do");
    CHECK(function(world, name, fields.data(), fields.size(), nullptr, 0) == 0);
}

void delay_calls(double seconds) { command("set_latency", "call = " + std::to_string(seconds)); }

void lose_next_call() { command("fail_next_call", ""); }

ISteamGameServer& server() {
    auto user = in<HSteamUser (*)()>(library, "SteamGameServer_GetHSteamUser")();
    auto get = in<void* (*)(HSteamUser, const char*)>(
        library, "SteamInternal_FindOrCreateGameServerInterface");
    return *static_cast<ISteamGameServer*>(get(user, STEAMGAMESERVER_INTERFACE_VERSION));
}

HSteamPipe pipe_of_server() {
    return in<HSteamPipe (*)()>(library, "SteamGameServer_GetHSteamPipe")();
}

void log_on() {
    server().LogOnAnonymous();
    run();
    CHECK(server().BLoggedOn());
}

// Writes down what it hears, and does what it is told to.
template <class P>
class Listener {
  public:
    using Work = std::function<void(const P&)>;

    Listener(Log& log, std::string name, Work work = nullptr)
        : log_(log), name_(std::move(name)), work_(std::move(work)) {
        listen();
    }
    // Whose listener it is, Valve's library remembers when it is unregistered; others do not.
    void listen() {
        callback_.Unregister();
        callback_.SetGameserverFlag();
        callback_.Register(this, &Listener::heard);
    }
    void stop() { callback_.Unregister(); }

  private:
    void heard(P* payload) {
        log_.push_back(name_);
        if (work_) {
            work_(*payload);
        }
    }

    Log& log_;
    std::string name_;
    Work work_;
    CCallbackManual<Listener, P, true> callback_;
};

using Kick = Listener<GSClientKick_t>;
using Approve = Listener<GSClientApprove_t>;

// One for clients rather than game servers: its flag is not set.
struct ClientListener {
    explicit ClientListener(Log& log) : log_(log) {}
    void heard(GSClientKick_t*) { log_.push_back("client"); }

    Log& log_;
    CCallback<ClientListener, GSClientKick_t, false> callback_{this, &ClientListener::heard};
};

struct Answer {
    explicit Answer(Log& log) : log_(log) {}
    void expect(SteamAPICall_t call) { result_.Set(call, this, &Answer::heard); }
    void cancel() { result_.Cancel(); }
    void heard(AssociateWithClanResult_t* payload, bool failed) {
        log_.push_back(failed ? "lost" : "answer " + std::to_string(payload->m_eResult));
        if (work) {
            work();
        }
    }

    Log& log_;
    std::function<void()> work;
    CCallResult<Answer, AssociateWithClanResult_t> result_;
};

SteamAPICall_t ask() { return server().AssociateWithClan(CSteamID(uint64{103582791429521408})); }

std::map<std::string, void (*)()>& cases() {
    static std::map<std::string, void (*)()> all;
    return all;
}

#define CASE(name)                                                     \
    void name();                                                       \
    const bool name##_is_known = cases().emplace(#name, &name).second; \
    void name()

CASE(events_come_in_order_and_listeners_in_order_of_registration) {
    Log log;
    Kick first(log, "kick 1"), second(log, "kick 2");
    Approve approve(log, "approve");
    CHECK(init() == 0);
    post(GSClientApprove_t{uint64{1}, uint64{1}});
    post_kick(1);
    post(GSClientApprove_t{uint64{1}, uint64{1}});
    run();
    CHECK_LOG("approve", "kick 1", "kick 2", "approve");
    run();
    CHECK(log.size() == 4);
}

CASE(payloads_are_what_steam_said) {
    Log log;
    std::vector<uint64_t> players;
    Kick kick(log, "kick", [&](const GSClientKick_t& event) {
        players.push_back(event.m_SteamID.ConvertToUint64());
        CHECK(event.m_eDenyReason == k_EDenyGeneric);
    });
    CHECK(init() == 0);
    for (uint64_t player = 1; player <= 1000; ++player) {
        post_kick(player);
    }
    run();
    CHECK(players.size() == 1000);
    CHECK(players.front() == 1 && players.back() == 1000);
}

CASE(nothing_happens_before_init) {
    Log log;
    Kick kick(log, "kick");
    post_kick(1);
    run();
    shutdown();
    run();
    CHECK(pipe_of_server() == 0);
    CHECK_LOG();
}

CASE(registrations_outlive_the_server) {
    Log log;
    Kick kick(log, "kick");
    for (int turn = 0; turn < 3; ++turn) {
        CHECK(init() == 0);
        CHECK(pipe_of_server() != 0);
        post_kick(1);
        run();
        shutdown();
        CHECK(pipe_of_server() == 0);
    }
    CHECK_LOG("kick", "kick", "kick");
}

CASE(after_shutdown_nothing_is_heard) {
    Log log;
    Kick kick(log, "kick");
    CHECK(init() == 0);
    post_kick(1);
    shutdown();
    post_kick(2);
    run();
    shutdown();
    CHECK_LOG();
}

CASE(a_failed_init_says_why_and_can_be_repeated) {
    Log log;
    Kick kick(log, "kick");
    loading::set_variable("SteamAppId", "");
    CHECK(init() == 1);
    run();
    shutdown();
    loading::set_variable("SteamAppId", "480");
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("kick");
}

CASE(a_listener_may_stop_itself) {
    Log log;
    std::unique_ptr<Kick> first;
    first = std::make_unique<Kick>(log, "first", [&](const GSClientKick_t&) { first->stop(); });
    Kick second(log, "second");
    CHECK(init() == 0);
    post_kick(1);
    post_kick(2);
    run();
    CHECK_LOG("first", "second", "second");
}

CASE(a_listener_may_listen_again) {
    Log log;
    Kick first(log, "first"), second(log, "second");
    CHECK(init() == 0);
    first.stop();
    first.stop();
    post_kick(1);
    run();
    CHECK_LOG("second");
    first.listen();
    post_kick(2);
    run();
    CHECK_LOG("second", "second", "first");
}

CASE(a_listener_may_stop_another) {
    Log log;
    std::unique_ptr<Kick> before, after;
    before = std::make_unique<Kick>(log, "before");
    Kick between(log, "between", [&](const GSClientKick_t&) {
        before->stop();
        after->stop();
    });
    after = std::make_unique<Kick>(log, "after");
    Kick last(log, "last");
    CHECK(init() == 0);
    post_kick(1);
    post_kick(2);
    run();
    CHECK_LOG("before", "between", "last", "between", "last");
}

CASE(a_new_listener_hears_the_same_event_only_before_others_still_to_come) {
    Log log;
    std::unique_ptr<Kick> late;
    Kick first(log, "first", [&](const GSClientKick_t&) {
        if (!late) {
            late = std::make_unique<Kick>(log, "late");
        }
    });
    Kick second(log, "second");
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("first", "second", "late");
}

CASE(a_new_listener_of_the_last_one_waits_for_the_next_event) {
    Log log;
    std::unique_ptr<Kick> late;
    Kick only(log, "only", [&](const GSClientKick_t&) {
        if (!late) {
            late = std::make_unique<Kick>(log, "late");
        }
    });
    CHECK(init() == 0);
    post_kick(1);
    post_kick(2);
    run();
    CHECK_LOG("only", "only", "late");
}

CASE(a_run_inside_a_callback_does_nothing) {
    Log log;
    Kick kick(log, "kick", [&](const GSClientKick_t&) {
        run();
        log.push_back("after the inner run");
    });
    CHECK(init() == 0);
    post_kick(1);
    post_kick(2);
    run();
    CHECK_LOG("kick", "after the inner run", "kick", "after the inner run");
}

CASE(events_that_arrive_during_a_run_are_served_in_it) {
    Log log;
    uint64_t next = 1;
    Kick kick(log, "kick", [&](const GSClientKick_t&) {
        if (next < 4) {
            post_kick(++next);
        }
    });
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("kick", "kick", "kick", "kick");
}

CASE(listeners_of_clients_hear_nothing_of_game_servers) {
    Log log;
    ClientListener client(log);
    Kick kick(log, "kick");
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("kick");
}

CASE(registering_twice_moves_to_the_end) {
    Log log;
    Kick first(log, "first"), second(log, "second");
    first.listen();
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("second", "first");
}

CASE(call_results_are_answered_after_the_listeners_of_completions) {
    Log log;
    Listener<SteamAPICallCompleted_t> completed(log, "completed");
    Answer answer(log);
    CHECK(init() == 0);
    log_on();
    log.clear();
    answer.expect(ask());
    run();
    CHECK_LOG("completed", "answer 8");
    run();
    CHECK(log.size() == 2);
}

CASE(lost_answers_are_told_as_lost) {
    Log log;
    Answer answer(log), other(log);
    CHECK(init() == 0);
    log_on();
    lose_next_call();
    answer.expect(ask());
    run();
    other.expect(ask());
    run();
    CHECK_LOG("lost", "answer 8");
}

CASE(a_cancelled_call_result_never_comes) {
    Log log;
    Answer answer(log);
    CHECK(init() == 0);
    log_on();
    delay_calls(1);
    answer.expect(ask());
    answer.cancel();
    advance(2);
    run();
    CHECK_LOG();
}

CASE(an_answer_before_its_registration_is_lost_for_ever) {
    Log log;
    Answer answer(log);
    CHECK(init() == 0);
    log_on();
    const SteamAPICall_t call = ask();
    run();
    answer.expect(call);
    run();
    CHECK_LOG();
}

CASE(an_unknown_call_is_never_answered) {
    Log log;
    Answer answer(log);
    CHECK(init() == 0);
    log_on();
    answer.expect(0x123456789);
    run();
    CHECK_LOG();
}

CASE(call_results_survive_in_their_own_callback) {
    Log log;
    Answer answer(log);
    int left = 3;
    CHECK(init() == 0);
    log_on();
    answer.work = [&] {
        if (--left > 0) {
            answer.expect(ask());
        }
    };
    answer.expect(ask());
    run();
    CHECK_LOG("answer 8", "answer 8", "answer 8");
}

CASE(each_call_has_its_own_answer) {
    Log log;
    Answer first(log), second(log);
    CHECK(init() == 0);
    log_on();
    delay_calls(5);
    const SteamAPICall_t slow = ask();
    delay_calls(0);
    first.expect(slow);
    second.expect(ask());
    second.work = [&] { log.push_back("of the second"); };
    run();
    CHECK_LOG("answer 8", "of the second");
    advance(5);
    run();
    CHECK_LOG("answer 8", "of the second", "answer 8");
}

CASE(the_flat_functions_are_the_interface) {
    CHECK(init() == 0);
    auto accessor = in<void* (*)()>(library, "SteamAPI_SteamGameServer_v015");
    CHECK(accessor() == &server());
}

bool next_callback(CallbackMsg_t& message) {
    return in<bool (*)(HSteamPipe, CallbackMsg_t*)>(
        library, "SteamAPI_ManualDispatch_GetNextCallback")(pipe_of_server(), &message);
}

void free_last() {
    in<void (*)(HSteamPipe)>(library, "SteamAPI_ManualDispatch_FreeLastCallback")(pipe_of_server());
}

void choose_manual() { in<void (*)()>(library, "SteamAPI_ManualDispatch_Init")(); }

void run_frame() {
    in<void (*)(HSteamPipe)>(library, "SteamAPI_ManualDispatch_RunFrame")(pipe_of_server());
}

CASE(manual_dispatch_hands_out_each_callback) {
    CHECK(init() == 0);
    choose_manual();
    post_kick(7);
    post(GSClientApprove_t{uint64{8}, uint64{9}});
    run_frame();
    CallbackMsg_t message{};
    CHECK(next_callback(message));
    CHECK(message.m_iCallback == GSClientKick_t::k_iCallback);
    CHECK(message.m_cubParam == sizeof(GSClientKick_t));
    CHECK(reinterpret_cast<GSClientKick_t*>(message.m_pubParam)->m_SteamID.ConvertToUint64() == 7);
    free_last();
    CHECK(next_callback(message));
    CHECK(message.m_iCallback == GSClientApprove_t::k_iCallback);
    free_last();
    CHECK(!next_callback(message));
}

CASE(manual_dispatch_fetches_answers) {
    CHECK(init() == 0);
    choose_manual();
    server().LogOnAnonymous();
    CallbackMsg_t message{};
    while (next_callback(message)) {
        free_last();
    }
    const SteamAPICall_t call = ask();
    run_frame();
    CHECK(next_callback(message));
    CHECK(message.m_iCallback == SteamAPICallCompleted_t::k_iCallback);
    const auto completed = *reinterpret_cast<SteamAPICallCompleted_t*>(message.m_pubParam);
    CHECK(completed.m_hAsyncCall == call);
    CHECK(completed.m_iCallback == AssociateWithClanResult_t::k_iCallback);
    AssociateWithClanResult_t answer{};
    bool failed = true;
    auto fetch = in<bool (*)(HSteamPipe, SteamAPICall_t, void*, int, int, bool*)>(
        library, "SteamAPI_ManualDispatch_GetAPICallResult");
    CHECK(fetch(pipe_of_server(), call, &answer, sizeof(answer), completed.m_iCallback, &failed));
    CHECK(!failed && answer.m_eResult == 8);
    free_last();
    CHECK(!next_callback(message));
}

CASE(manual_dispatch_is_refused_after_a_registration) {
    Log log;
    Kick kick(log, "kick");
    choose_manual();
    CHECK(init() == 0);
    post_kick(1);
    run();
    CHECK_LOG("kick");
}

CASE(manual_dispatch_is_refused_after_a_run) {
    Log log;
    CHECK(init() == 0);
    run();
    choose_manual();
    Kick kick(log, "kick");
    post_kick(1);
    run();
    CHECK_LOG("kick");
}

CASE(manual_dispatch_chosen_before_init_does_not_hold) {
    Log log;
    choose_manual();
    CHECK(init() == 0);
    Kick kick(log, "kick");
    post_kick(1);
    run();
    CHECK_LOG("kick");
    CallbackMsg_t message{};
    post_kick(2);
    CHECK(!next_callback(message));
}

CASE(after_manual_dispatch_was_chosen_nothing_is_dispatched) {
    Log log;
    CHECK(init() == 0);
    choose_manual();
    Kick kick(log, "kick");
    post_kick(1);
    run();
    CHECK_LOG();
    CallbackMsg_t message{};
    CHECK(next_callback(message));
    free_last();
}

}  // namespace

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id) {
    in<void (*)(CCallbackBase*, int)>(library, "SteamAPI_RegisterCallback")(callback, id);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback) {
    in<void (*)(CCallbackBase*)>(library, "SteamAPI_UnregisterCallback")(callback);
}
S_API void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* result, SteamAPICall_t call) {
    in<void (*)(CCallbackBase*, SteamAPICall_t)>(library, "SteamAPI_RegisterCallResult")(result,
                                                                                         call);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* result, SteamAPICall_t call) {
    in<void (*)(CCallbackBase*, SteamAPICall_t)>(library, "SteamAPI_UnregisterCallResult")(result,
                                                                                           call);
}

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--list") == 0) {
        for (const auto& entry : cases()) {
            std::puts(entry.first.c_str());
        }
        return 0;
    }
    if (argc != 4 || cases().count(argv[3]) == 0) {
        return 2;
    }
    loading::set_variable("SteamAppId", "480");
    steamclient = loading::open(argv[1]);
    library = loading::open(argv[2]);
    if (steamclient == nullptr || library == nullptr) {
        fail(__FILE__, __LINE__, loading::error());
    }
    world = in<void* (*)(uint64_t, bool)>(steamclient, "steamgs_sim_create")(1, true);
    CHECK(in<bool (*)(void*)>(steamclient, "steamgs_sim_arm")(world));
    cases().at(argv[3])();
    return 0;
}
