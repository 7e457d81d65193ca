// What callbacks say about one player, read from the payload: no Python object is made for it.
#pragma once

#include <cstddef>

#include "common/callbacks.h"
#include "common/event_queue.h"
#include "core/fields.h"

namespace steamgs {

// Where a callback names the player, by its kind; -1 for those that name none.
constexpr int kPlayerOffsets[] = {
#define STEAMGS_PLAYER(struct_name, member) static_cast<int>(offsetof(struct_name, member)),
#define STEAMGS_NO_PLAYER(struct_name) -1,
#include "common/player_table.inc"
#undef STEAMGS_PLAYER
#undef STEAMGS_NO_PLAYER
};

inline uint64_t player_of(const Record& record) noexcept {
    uint64_t steam_id;
    std::memcpy(&steam_id, static_cast<const char*>(record.payload()) + kPlayerOffsets[record.kind],
                sizeof(steam_id));
    return steam_id;
}

// Whether Steam vouches for a player.
struct Verdict {
    enum Kind { none, accepted, refused, denied, kicked };  // denied: for a DenyReason

    Kind kind;
    int reason;  // EAuthSessionResponse where refused, EDenyReason where denied or kicked
    uint64_t owner;
};

inline Verdict verdict_of(const Record& record) noexcept {
    switch (record.kind) {
        case kValidateAuthTicketResponse: {
            const auto* said = static_cast<const ValidateAuthTicketResponse_t*>(record.payload());
            const int response = read_enum(said->m_eAuthSessionResponse);
            const bool ok = response == k_EAuthSessionResponseOK;
            return {ok ? Verdict::accepted : Verdict::refused, response,
                    read_id(said->m_OwnerSteamID)};
        }
        case kClientApproved: {
            const auto* said = static_cast<const GSClientApprove_t*>(record.payload());
            return {Verdict::accepted, 0, read_id(said->m_OwnerSteamID)};
        }
        case kClientDenied: {
            const auto* said = static_cast<const GSClientDeny_t*>(record.payload());
            return {Verdict::denied, read_enum(said->m_eDenyReason), 0};
        }
        case kClientKick: {
            const auto* said = static_cast<const GSClientKick_t*>(record.payload());
            return {Verdict::kicked, read_enum(said->m_eDenyReason), 0};
        }
        default:
            return {Verdict::none, 0, 0};
    }
}

}  // namespace steamgs
