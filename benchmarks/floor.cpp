// The floor: C++ under the same libsteam_api over the same simulated steamclient as everybody else.
// Prints JSON. The same numbers of events, rounds and warm-ups as in contenders.py.
//
// usage: floor STEAMCLIENT LIBSTEAM_API events COUNT...   nanoseconds of a tick and of an event
//                                       once COUNT        one burst, for counting instructions
//                                       pump HZ SECONDS   CPU seconds of an idle loop
//                                       update PLAYERS    nanoseconds of updating one player
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "common/steam.h"

namespace {

void (*register_callback)(CCallbackBase*, int);
void (*unregister_callback)(CCallbackBase*);

template <class Function>
Function find(void* library, const char* name) {
    auto function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) {
        std::fprintf(stderr, "no %s\n", name);
        std::exit(1);
    }
    return function;
}

void* open_or_exit(const char* path) {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        std::exit(1);
    }
    return library;
}

// The library and the simulated world below it, with a server started.
struct Steam {
    void* world;
    void* library;
    void (*post)(void*, int, const void*, size_t, size_t);
    void (*run_callbacks)();

    Steam(const char* steamclient_path, const char* library_path) {
        void* steamclient = open_or_exit(steamclient_path);
        library = open_or_exit(library_path);
        world = find<void* (*)(uint64_t, bool)>(steamclient, "steamgs_sim_create")(1, true);
        find<bool (*)(void*)>(steamclient, "steamgs_sim_arm")(world);
        post = find<decltype(post)>(steamclient, "steamgs_sim_post");
        register_callback = find<decltype(register_callback)>(library, "SteamAPI_RegisterCallback");
        unregister_callback =
            find<decltype(unregister_callback)>(library, "SteamAPI_UnregisterCallback");
        run_callbacks = find<void (*)()>(library, "SteamGameServer_RunCallbacks");
        auto init = find<int (*)(uint32, uint16, uint16, int, const char*, const char*, char*)>(
            library, "SteamInternal_GameServer_Init_V2");
        setenv("SteamAppId", "480", 1);
        char message[1024] = "";
        if (init(0, 27015, 0, 3, "1.0.0.0", nullptr, message) != 0) {
            std::fprintf(stderr, "%s\n", message);
            std::exit(1);
        }
    }

    ISteamGameServer& game_server() {
        auto user = find<HSteamUser (*)()>(library, "SteamGameServer_GetHSteamUser")();
        auto get = find<void* (*)(HSteamUser, const char*)>(
            library, "SteamInternal_FindOrCreateGameServerInterface");
        return *static_cast<ISteamGameServer*>(get(user, STEAMGAMESERVER_INTERFACE_VERSION));
    }
};

// Five types, for mixed bursts.
struct Counter {
    CCallback<Counter, ValidateAuthTicketResponse_t, true> verdict{this, &Counter::on_verdict};
    CCallback<Counter, GSClientApprove_t, true> approve{this, &Counter::on_approve};
    CCallback<Counter, GSClientKick_t, true> kick{this, &Counter::on_kick};
    CCallback<Counter, GSClientGroupStatus_t, true> group{this, &Counter::on_group};
    CCallback<Counter, GSPolicyResponse_t, true> policy{this, &Counter::on_policy};
    uint64_t count = 0;
    uint64_t sum = 0;

    void on_verdict(ValidateAuthTicketResponse_t* verdict) {
        ++count;
        sum += verdict->m_SteamID.ConvertToUint64() + verdict->m_OwnerSteamID.ConvertToUint64() +
               static_cast<uint64_t>(verdict->m_eAuthSessionResponse);
    }
    void on_approve(GSClientApprove_t*) { ++count; }
    void on_kick(GSClientKick_t*) { ++count; }
    void on_group(GSClientGroupStatus_t*) { ++count; }
    void on_policy(GSPolicyResponse_t*) { ++count; }
};

const ValidateAuthTicketResponse_t kVerdict{uint64{1}, k_EAuthSessionResponseOK, uint64{2}};

void post_mixed(Steam& steam, size_t count) {
    static const struct {
        int id;
        size_t size;
    } kinds[] = {{143, 20}, {201, 16}, {203, 12}, {208, 18}, {115, 1}};
    for (size_t i = 0; i < count; ++i) {
        const auto& kind = kinds[i % 5];
        steam.post(steam.world, kind.id, &kVerdict, kind.size, 1);
    }
}

using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::duration time) {
    return std::chrono::duration<double, std::nano>(time).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double clock_cost() {
    std::vector<double> times;
    for (int i = 0; i < 10001; ++i) {
        const auto start = Clock::now();
        times.push_back(nanoseconds(Clock::now() - start));
    }
    return median(times);
}

double idle_ns(Steam& steam) {
    constexpr int kTicks = 1000000;
    std::vector<double> times;
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < kTicks; ++i) {
            steam.run_callbacks();
        }
        times.push_back(nanoseconds(Clock::now() - start) / kTicks);
    }
    return median(times);
}

double event_ns(Steam& steam, Counter& counter, size_t count, bool mixed) {
    const size_t rounds = count >= 1000000 ? 3 : std::max<size_t>(5, 2000 / count);
    const size_t warm_up = std::max<size_t>(1, std::min<size_t>(400000 / count, rounds));
    const double clock = clock_cost();
    std::vector<double> times;
    for (size_t round = 0; round < warm_up + rounds; ++round) {
        if (mixed) {
            post_mixed(steam, count);
        } else {
            steam.post(steam.world, 143, &kVerdict, sizeof(kVerdict), count);
        }
        const uint64_t before = counter.count;
        const auto start = Clock::now();
        steam.run_callbacks();
        const auto time = Clock::now() - start;
        if (counter.count - before != count) {
            std::exit(1);
        }
        if (round >= warm_up) {
            times.push_back((nanoseconds(time) - clock) / static_cast<double>(count));
        }
    }
    return median(times);
}

int events(Steam& steam, int argc, char** argv) {
    Counter counter;
    std::printf("{\"idle\": %.2f", idle_ns(steam));
    for (int i = 0; i < argc; ++i) {
        const bool mixed = std::strncmp(argv[i], "mixed ", 6) == 0;
        const auto count = static_cast<size_t>(std::atol(argv[i] + (mixed ? 6 : 0)));
        std::printf(", \"%s\": %.2f", argv[i], event_ns(steam, counter, count, mixed));
    }
    std::printf("}\n");
    return 0;
}

int once(Steam& steam, size_t count) {
    Counter counter;
    steam.post(steam.world, 143, &kVerdict, sizeof(kVerdict), count);
    steam.run_callbacks();
    std::printf("{}\n");
    return counter.count == count ? 0 : 1;
}

int pump(Steam& steam, double hertz, double seconds) {
    const auto interval =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / hertz));
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                        std::chrono::duration<double>(seconds));
    const std::clock_t before = std::clock();
    uint64_t ticks = 0;
    for (auto next = Clock::now(); next < end; next += interval) {
        std::this_thread::sleep_until(next);
        steam.run_callbacks();
        ++ticks;
    }
    const double cpu = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    std::printf("{\"ticks\": %llu, \"cpu_seconds\": %.6f}\n",
                static_cast<unsigned long long>(ticks), cpu);
    return 0;
}

int update(Steam& steam, uint64_t players) {
    ISteamGameServer& server = steam.game_server();
    server.LogOnAnonymous();
    steam.run_callbacks();
    std::vector<CSteamID> ids;
    for (uint64_t i = 0; i < players; ++i) {
        ids.push_back(server.CreateUnauthenticatedUserConnection());
    }
    std::vector<double> times;
    for (int round = 0; round < 20; ++round) {
        const auto start = Clock::now();
        for (uint64_t i = 0; i < players; ++i) {
            const std::string name = "player " + std::to_string(i);
            server.BUpdateUserData(ids[i], name.c_str(), static_cast<uint32>(i));
        }
        times.push_back(nanoseconds(Clock::now() - start) / static_cast<double>(players));
    }
    std::printf("{\"update\": %.2f}\n", median(times));
    return 0;
}

}  // namespace

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id) {
    register_callback(callback, id);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback) {
    unregister_callback(callback);
}

int main(int argc, char** argv) {
    if (argc < 5) {
        return 2;
    }
    Steam steam(argv[1], argv[2]);
    const std::string mode = argv[3];
    if (mode == "events") {
        return events(steam, argc - 4, argv + 4);
    }
    if (mode == "once") {
        return once(steam, static_cast<size_t>(std::atol(argv[4])));
    }
    if (mode == "update") {
        return update(steam, static_cast<uint64_t>(std::atol(argv[4])));
    }
    return argc > 5 ? pump(steam, std::atof(argv[4]), std::atof(argv[5])) : 2;
}
