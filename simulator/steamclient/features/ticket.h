// Tickets of the simulator: self-contained and signed, so that a client in another process can make
// its own. They say that they are simulated, and real Steam does not accept them.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>

#include "kernel/control.h"

namespace steamgs::simulator {

enum class TicketKind : uint8 {
    session = 1,  // for BeginAuthSession
    connect = 2,  // for SendUserConnectAndAuthenticate
};

struct Ticket {
    TicketKind kind = TicketKind::session;
    uint8 version = 1;
    AppId_t app_id = 0;
    uint64 steam_id = 0;
    uint64 owner_id = 0;
    double issued = 0.0;   // seconds since 1970
    double expires = 0.0;  // likewise
    uint64 serial = 0;     // tells tickets apart: each may be used once
};

enum class TicketStatus { ok, malformed, wrong_version };

constexpr uint8 kTicketVersion = 1;

std::string make_ticket(const Ticket& ticket, const std::string& key);
TicketStatus read_ticket(const void* data, size_t size, const std::string& key, Ticket& out);

const std::string& default_ticket_key();
// As C callers give a key: NULL is the default.
std::string key_or_default(const char* key, size_t size);

}  // namespace steamgs::simulator

// A ticket; returns the size written, 0 if `capacity` is too small.
STEAMGS_SIM_API size_t steamgs_sim_make_ticket(int kind, int version, uint64_t user, uint64_t owner,
                                               uint32_t app, double issued, double expires,
                                               uint64_t serial, const char* key, size_t key_size,
                                               void* out, size_t capacity);
