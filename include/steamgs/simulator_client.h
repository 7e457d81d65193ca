/* A player's game on the simulated Steam, for clients in any language that can call C.
 *
 * The functions are in the simulated steamclient (`python -m steamgs.simulator --print-path`). The
 * game server runs in another process, whose simulated Steam has an exchange: one TCP port of this
 * machine, which a scenario opens with
 *
 *     [[event]]
 *     at = 0
 *     do = "open_exchange"
 *     port = 27500
 *
 * and Python with Simulator.open_exchange(). All listen sockets of that server are found through
 * it, whether they listen at an address, at a virtual port, or behind a relay. Every function may
 * be called from any thread, and waits for the exchange's answer. Results are codes of EResult, and
 * states those of ESteamNetworkingConnectionState.
 */
#ifndef STEAMGS_SIMULATOR_CLIENT_H
#define STEAMGS_SIMULATOR_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef STEAMGS_CLIENT_API
#define STEAMGS_CLIENT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct steamgs_sim_client steamgs_sim_client;

/* Flags of messages, as k_nSteamNetworkingSend_*. */
#define STEAMGS_SEND_UNRELIABLE 0
#define STEAMGS_SEND_NO_NAGLE 1
#define STEAMGS_SEND_NO_DELAY 4
#define STEAMGS_SEND_RELIABLE 8

typedef struct {
    int64_t number;
    uint32_t size;
    int32_t flags;
    int32_t lane;
} steamgs_sim_message;

typedef struct {
    int32_t state;
    int32_t end_reason;
    int32_t ping; /* milliseconds; -1 if unknown */
    int32_t pending_reliable;
    int32_t pending_unreliable;
    int32_t unacknowledged;
    char end_text[128];
    char peer[128]; /* its identity, such as "steamid:90071992547409920" */
} steamgs_sim_status;

typedef struct {
    uint32_t connection;
    int32_t old_state;
    int32_t state;
    int32_t end_reason;
    char end_text[128];
} steamgs_sim_change;

/* A player's Steam, by the exchange ("127.0.0.1:27500"). NULL if it can't be reached; then `error`
 * says why, cut to `capacity` with its NUL. */
STEAMGS_CLIENT_API steamgs_sim_client* steamgs_sim_client_open(const char* exchange,
                                                               uint64_t steam_id, char* error,
                                                               size_t capacity);
/* Frees it. Connections that are open end without a word, as those of a game that crashes do. */
STEAMGS_CLIENT_API void steamgs_sim_client_free(steamgs_sim_client* client);

/* Begins to connect: to "127.0.0.1:27015", to "steamid:90071992547409920" and a virtual port, to
 * "sdr:steamid:..." likewise if the server is hosted behind relays, or to a FakeIP as to any
 * address. 0 if the text is none of these, or the exchange is gone. */
STEAMGS_CLIENT_API uint32_t steamgs_sim_client_connect(steamgs_sim_client* client,
                                                       const char* address, int32_t virtual_port);
/* Listens for others at a virtual port; 0 if that is done already. */
STEAMGS_CLIENT_API uint32_t steamgs_sim_client_listen(steamgs_sim_client* client,
                                                      int32_t virtual_port);
STEAMGS_CLIENT_API int32_t steamgs_sim_client_accept(steamgs_sim_client* client,
                                                     uint32_t connection);
/* Closes a connection, whose handle then means nothing. If it lingers, what was sent goes first. */
STEAMGS_CLIENT_API bool steamgs_sim_client_close(steamgs_sim_client* client, uint32_t connection,
                                                 int32_t reason, const char* text, bool linger);
/* `number` is the message's; it may be NULL. */
STEAMGS_CLIENT_API int32_t steamgs_sim_client_send(steamgs_sim_client* client, uint32_t connection,
                                                   const void* data, size_t size, int32_t flags,
                                                   int32_t lane, int64_t* number);
STEAMGS_CLIENT_API int32_t steamgs_sim_client_flush(steamgs_sim_client* client,
                                                    uint32_t connection);
/* 1: a message was written. 0: there is none. -1: there is no such connection. -2: the buffer is
 * smaller than `message->size`, and the message stays. */
STEAMGS_CLIENT_API int32_t steamgs_sim_client_receive(steamgs_sim_client* client,
                                                      uint32_t connection,
                                                      steamgs_sim_message* message, void* buffer,
                                                      size_t capacity);
/* `priorities` and `weights` have `count` values each. */
STEAMGS_CLIENT_API int32_t steamgs_sim_client_lanes(steamgs_sim_client* client, uint32_t connection,
                                                    int32_t count, const int32_t* priorities,
                                                    const uint16_t* weights);
/* False if there is no such connection. */
STEAMGS_CLIENT_API bool steamgs_sim_client_status(steamgs_sim_client* client, uint32_t connection,
                                                  steamgs_sim_status* status);
/* A message without a connection, as ISteamNetworkingMessages sends them, to an identity. Whoever
 * sends some to this client is accepted. */
STEAMGS_CLIENT_API int32_t steamgs_sim_client_send_to(steamgs_sim_client* client,
                                                      const char* identity, int32_t channel,
                                                      const void* data, size_t size, int32_t flags);
/* As steamgs_sim_client_receive; `peer` gets the sender's identity. */
STEAMGS_CLIENT_API int32_t steamgs_sim_client_receive_on(steamgs_sim_client* client,
                                                         int32_t channel,
                                                         steamgs_sim_message* message, char* peer,
                                                         size_t peer_capacity, void* buffer,
                                                         size_t capacity);
/* The next change of any connection's state; false if there is none. */
STEAMGS_CLIENT_API bool steamgs_sim_client_next_change(steamgs_sim_client* client,
                                                       steamgs_sim_change* change);

#ifdef __cplusplus
}
#endif

#endif
