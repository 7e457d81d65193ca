// Control of the simulator from outside, as plain C: what steamgs.simulator calls through ctypes.
//
// Every function may be called from any thread. Times are in seconds, texts are UTF-8 with a NUL,
// and ids are Steam ids. A feature declares its own functions in its header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#ifdef _WIN32
#define STEAMGS_SIM_API extern "C" __declspec(dllexport)
#else
#define STEAMGS_SIM_API extern "C" __attribute__((visibility("default")))
#endif

namespace steamgs::simulator {
class World;

// Writes as much as fits, with a NUL. Returns the size needed without it.
size_t write_out(const std::string& text, char* out, size_t capacity);
}  // namespace steamgs::simulator
using SimWorld = steamgs::simulator::World;

STEAMGS_SIM_API int steamgs_sim_version();

// A world serves game servers from arm to disarm, one world at a time. arm and destroy return
// whether they succeeded.
STEAMGS_SIM_API SimWorld* steamgs_sim_create(uint64_t seed, bool manual_clock);
STEAMGS_SIM_API bool steamgs_sim_destroy(SimWorld* world);
STEAMGS_SIM_API bool steamgs_sim_arm(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_disarm(SimWorld* world);

STEAMGS_SIM_API double steamgs_sim_now(SimWorld* world);
STEAMGS_SIM_API double steamgs_sim_unix_time(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_advance(SimWorld* world, double seconds);
STEAMGS_SIM_API uint64_t steamgs_sim_random(SimWorld* world);

// Carries out a command at once. `command` is the `do` of a scenario's event, and `fields` are its
// other keys as lines of TOML, `size` bytes: do(world, "kick", "user = 76561197960287930", ...).
// Returns 0 on success, 1 if there is no such command or field, and 2 if something that it names
// does not exist. Then `error` says why, truncated to `capacity` including its NUL.
STEAMGS_SIM_API int steamgs_sim_do(SimWorld* world, const char* command, const char* fields,
                                   size_t size, char* error, size_t capacity);
// All commands with their fields as JSON, written in the same way as by steamgs_sim_describe.
STEAMGS_SIM_API size_t steamgs_sim_commands(char* out, size_t capacity);

// Posts any callback or warning. Neither function takes the world's mutex.
STEAMGS_SIM_API void steamgs_sim_post(SimWorld* world, int id, const void* data, size_t size,
                                      size_t count);
STEAMGS_SIM_API void steamgs_sim_warn(SimWorld* world, int severity, const char* text);

// Whether a scenario file's text is valid; if not, `error` says why, truncated to `capacity`
// including its NUL.
STEAMGS_SIM_API bool steamgs_sim_check_scenario(const char* text, size_t size, char* error,
                                                size_t capacity);

// The state of the game server as JSON (each byte of a text as one character U+0000 to U+00FF).
// Returns the size needed without the NUL; writes as much as fits.
STEAMGS_SIM_API size_t steamgs_sim_describe(SimWorld* world, char* out, size_t capacity);
