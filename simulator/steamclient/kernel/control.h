// Control of the simulator from outside, as plain C: what steamgs.simulator calls through ctypes.
//
// Every function may be called from any thread. Times are seconds, texts UTF-8 with a NUL, ids
// Steam's. What a feature exports beside these is declared in its own header.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef _WIN32
#define STEAMGS_SIM_API extern "C" __declspec(dllexport)
#else
#define STEAMGS_SIM_API extern "C" __attribute__((visibility("default")))
#endif

namespace steamgs::simulator {
class World;
}
using SimWorld = steamgs::simulator::World;

STEAMGS_SIM_API int steamgs_sim_version();

// A world serves from arm to disarm; one at a time. arm and destroy return whether they did it.
STEAMGS_SIM_API SimWorld* steamgs_sim_create(uint64_t seed, bool manual_clock);
STEAMGS_SIM_API bool steamgs_sim_destroy(SimWorld* world);
STEAMGS_SIM_API bool steamgs_sim_arm(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_disarm(SimWorld* world);

STEAMGS_SIM_API double steamgs_sim_now(SimWorld* world);
STEAMGS_SIM_API double steamgs_sim_unix_time(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_advance(SimWorld* world, double seconds);
STEAMGS_SIM_API uint64_t steamgs_sim_random(SimWorld* world);

// Carries a command out at once. `command` is what a scenario's event says as its `do`, `fields`
// are its other keys as lines of TOML, `size` bytes: do(world, "kick", "user = 76561197960287930",
// ...). Returns 0 if it is done, 1 if that is no command with such fields, 2 if what it names is
// not there; then `error` says why, cut to `capacity` with its NUL.
STEAMGS_SIM_API int steamgs_sim_do(SimWorld* world, const char* command, const char* fields,
                                   size_t size, char* error, size_t capacity);
// All commands with their fields as JSON, written as steamgs_sim_describe does it.
STEAMGS_SIM_API size_t steamgs_sim_commands(char* out, size_t capacity);

// Callbacks and warnings out of thin air. Neither takes the world's mutex.
STEAMGS_SIM_API void steamgs_sim_post(SimWorld* world, int id, const void* data, size_t size,
                                      size_t count);
STEAMGS_SIM_API void steamgs_sim_warn(SimWorld* world, int severity, const char* text);

// Whether a scenario file's text is good; if not, what is wrong, cut to `capacity` with its NUL.
STEAMGS_SIM_API bool steamgs_sim_check_scenario(const char* text, size_t size, char* error,
                                                size_t capacity);

// The state of the game server as JSON (each byte of a text as one character U+0000 to U+00FF).
// Returns the size needed without the NUL; writes as much as fits.
STEAMGS_SIM_API size_t steamgs_sim_describe(SimWorld* world, char* out, size_t capacity);
