// Tickets of the simulator: self-contained and signed, so that a client in another process can make
// its own. They say what they are; real Steam has no use for them.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>

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

}  // namespace steamgs::simulator
