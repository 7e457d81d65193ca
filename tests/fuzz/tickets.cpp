// Fuzzes what reads tickets: as they come, and with a right signature put under them.
#include "features/ticket.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "features/sessions.h"

using namespace steamgs::simulator;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static Sessions& sessions = (new World(1, true))->get<Sessions>();
    Ticket ticket;
    if (read_ticket(data, size, default_ticket_key(), ticket) == TicketStatus::ok) {
        // Whatever is read can be written, and is then the same.
        const std::string again = make_ticket(ticket, default_ticket_key());
        if (again != std::string(reinterpret_cast<const char*>(data), size)) {
            std::abort();
        }
    }
    const auto result = sessions.begin(data, static_cast<int>(size), 76561197960287930u, 480);
    if (result == k_EBeginAuthSessionResultOK) {
        sessions.end(76561197960287930u);
    }
    uint64 steam_id = 0;
    if (sessions.connect(data, size, 480, steam_id)) {
        sessions.end(steam_id);
    }
    return 0;
}
