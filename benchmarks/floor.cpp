// The floor: a C++ CCallback that counts, under the same libsteam_api over the same simulated
// steamclient as everybody else. Prints nanoseconds for an idle tick and for an event, as JSON.
//
// usage: floor STEAMCLIENT LIBSTEAM_API COUNT
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "steamgs/steam.h"

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

struct Counter {
    CCallback<Counter, ValidateAuthTicketResponse_t, true> listener{this, &Counter::on_verdict};
    uint64_t count = 0;
    uint64_t sum = 0;

    void on_verdict(ValidateAuthTicketResponse_t* verdict) {
        ++count;
        sum += verdict->m_SteamID.ConvertToUint64() + verdict->m_OwnerSteamID.ConvertToUint64() +
               static_cast<uint64_t>(verdict->m_eAuthSessionResponse);
    }
};

// Rounds that are not counted: the first ones fetch memory that later ones use again.
constexpr int kWarmUp = 4;

template <class Work>
double median_ns(int rounds, double per_round, Work work) {
    std::vector<double> times;
    for (int i = 0; i < kWarmUp + rounds; ++i) {
        const double time = work() / per_round;
        if (i >= kWarmUp) {
            times.push_back(time);
        }
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

template <class Work>
double time_ns(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
        .count();
}

}  // namespace

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id) {
    register_callback(callback, id);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback) {
    unregister_callback(callback);
}

int main(int argc, char** argv) {
    if (argc != 4) {
        return 2;
    }
    void* steamclient = open_or_exit(argv[1]);
    void* library = open_or_exit(argv[2]);
    const auto count = static_cast<size_t>(std::atol(argv[3]));
    auto* world = find<void* (*)(uint64_t, bool)>(steamclient, "steamgs_sim_create")(1, true);
    find<bool (*)(void*)>(steamclient, "steamgs_sim_arm")(world);
    auto post =
        find<void (*)(void*, int, const void*, size_t, size_t)>(steamclient, "steamgs_sim_post");
    register_callback = find<decltype(register_callback)>(library, "SteamAPI_RegisterCallback");
    unregister_callback =
        find<decltype(unregister_callback)>(library, "SteamAPI_UnregisterCallback");
    auto run_callbacks = find<void (*)()>(library, "SteamGameServer_RunCallbacks");
    auto init = find<int (*)(uint32, uint16, uint16, int, const char*, const char*, char*)>(
        library, "SteamInternal_GameServer_Init_V2");
    setenv("SteamAppId", "480", 1);
    char message[1024] = "";
    if (init(0, 27015, 27016, 3, "1.0.0.0", nullptr, message) != 0) {
        std::fprintf(stderr, "%s\n", message);
        return 1;
    }

    Counter counter;
    const ValidateAuthTicketResponse_t verdict{uint64{1}, k_EAuthSessionResponseOK, uint64{2}};
    constexpr int kTicks = 1000000;
    const double idle = median_ns(5, kTicks, [&] {
        return time_ns([&] {
            for (int i = 0; i < kTicks; ++i) {
                run_callbacks();
            }
        });
    });
    const double event = median_ns(5, static_cast<double>(count), [&] {
        post(world, ValidateAuthTicketResponse_t::k_iCallback, &verdict, sizeof(verdict), count);
        return time_ns(run_callbacks);
    });
    if (counter.count != (kWarmUp + 5) * count) {
        return 1;
    }
    std::printf("{\"idle\": %.2f, \"event\": %.2f}\n", idle, event);
}
