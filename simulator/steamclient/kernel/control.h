// Control of the simulator from outside, as plain C: what steamgs.simulator calls through ctypes.
//
// Every function may be called from any thread. Times are seconds, texts UTF-8 with a NUL, ids
// Steam's.
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
STEAMGS_SIM_API void steamgs_sim_jump(SimWorld* world, double seconds);
STEAMGS_SIM_API void steamgs_sim_set_latency(SimWorld* world, int kind, double minimum,
                                             double maximum);

// What other implementations do otherwise, by name: the names are those of behaviours.h, in its
// order, NULL beyond the last one. Setting returns whether there is one of that name.
STEAMGS_SIM_API const char* steamgs_sim_behaviour_name(int number);
STEAMGS_SIM_API bool steamgs_sim_set_behaviour(SimWorld* world, const char* name, bool on);

// Users. Flags are named by letters: 'o'nline, 'v'ac banned, 'p'ublisher banned, logged in
// 'e'lsewhere.
STEAMGS_SIM_API void steamgs_sim_add_user(SimWorld* world, uint64_t user, uint64_t owner);
STEAMGS_SIM_API void steamgs_sim_add_group(SimWorld* world, uint64_t group);
STEAMGS_SIM_API void steamgs_sim_set_member(SimWorld* world, uint64_t user, uint64_t group,
                                            bool member, bool officer);
STEAMGS_SIM_API void steamgs_sim_set_license(SimWorld* world, uint64_t user, uint32_t app,
                                             bool owned);
STEAMGS_SIM_API void steamgs_sim_set_dislike(SimWorld* world, uint64_t user, uint64_t other,
                                             bool dislikes);
STEAMGS_SIM_API void steamgs_sim_set_user_flag(SimWorld* world, uint64_t user, char flag, bool on);
STEAMGS_SIM_API void steamgs_sim_set_next_response(SimWorld* world, uint64_t user, int response);
STEAMGS_SIM_API void steamgs_sim_set_next_denial(SimWorld* world, uint64_t user, int reason,
                                                 const char* text);
STEAMGS_SIM_API void steamgs_sim_revoke(SimWorld* world, uint64_t user, int response, int reason);
STEAMGS_SIM_API void steamgs_sim_kick(SimWorld* world, uint64_t user, int reason);
STEAMGS_SIM_API void steamgs_sim_cancel_ticket(SimWorld* world, uint64_t user, uint64_t serial);

// Tickets: the size written, 0 if `capacity` is too small. `key` NULL is the public default.
STEAMGS_SIM_API size_t steamgs_sim_make_ticket(int kind, int version, uint64_t user, uint64_t owner,
                                               uint32_t app, double issued, double expires,
                                               uint64_t serial, const char* key, size_t key_size,
                                               void* out, size_t capacity);
STEAMGS_SIM_API void steamgs_sim_set_ticket_key(SimWorld* world, const char* key, size_t key_size);
STEAMGS_SIM_API uint64_t steamgs_sim_random(SimWorld* world);
// 0 well-formed, 1 malformed, 2 of another version.
STEAMGS_SIM_API int steamgs_sim_check_ticket(const void* data, size_t size, const char* key,
                                             size_t key_size);

// Statistics. Types are named by letters: 'i'nteger, 'f'loat, average 'r'ate, 'a'chievement (0 or
// 1). stat and set_stat are of what Steam keeps, and false for a name that is not defined.
STEAMGS_SIM_API void steamgs_sim_define_stat(SimWorld* world, const char* name, char type,
                                             double initial, double minimum, double maximum,
                                             double max_change, bool increment_only);
STEAMGS_SIM_API bool steamgs_sim_stat(SimWorld* world, uint64_t user, const char* name,
                                      double* value);
STEAMGS_SIM_API bool steamgs_sim_set_stat(SimWorld* world, uint64_t user, const char* name,
                                          double value);
STEAMGS_SIM_API void steamgs_sim_unload_stats(SimWorld* world, uint64_t user);

// The connection to Steam, faults, and callbacks out of thin air.
STEAMGS_SIM_API void steamgs_sim_fail_next_logon(SimWorld* world, int result, bool retrying,
                                                 int times);
STEAMGS_SIM_API void steamgs_sim_disconnect(SimWorld* world, int result);
STEAMGS_SIM_API void steamgs_sim_reconnect(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_request_restart(SimWorld* world);
STEAMGS_SIM_API void steamgs_sim_set_vac(SimWorld* world, bool granted);
STEAMGS_SIM_API void steamgs_sim_set_public_ip(SimWorld* world, uint32_t ip);
// Where servers to come have their query ports' sockets; none of them if not `open`.
STEAMGS_SIM_API void steamgs_sim_set_query_host(SimWorld* world, bool open, uint32_t ip);
// The port of the server's query socket, 0 if there is none; and the system's number for why the
// server that started last could not have one, or 0.
STEAMGS_SIM_API uint16_t steamgs_sim_query_port(SimWorld* world, int* error);
STEAMGS_SIM_API void steamgs_sim_set_reputation(SimWorld* world, const void* data, size_t size);
STEAMGS_SIM_API void steamgs_sim_fail_next_calls(SimWorld* world, int times);
STEAMGS_SIM_API void steamgs_sim_duplicate_verdicts(SimWorld* world, int times);
STEAMGS_SIM_API void steamgs_sim_post(SimWorld* world, int id, const void* data, size_t size,
                                      size_t count);
STEAMGS_SIM_API void steamgs_sim_warn(SimWorld* world, int severity, const char* text);

// Whether a scenario file's text is good; if not, what is wrong, cut to `capacity` with its NUL.
STEAMGS_SIM_API bool steamgs_sim_check_scenario(const char* text, size_t size, char* error,
                                                size_t capacity);

// The state of the game server as JSON (each byte of a text as one character U+0000 to U+00FF).
// Returns the size needed without the NUL; writes as much as fits.
STEAMGS_SIM_API size_t steamgs_sim_describe(SimWorld* world, char* out, size_t capacity);
