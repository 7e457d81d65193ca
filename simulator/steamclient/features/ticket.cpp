#include "features/ticket.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "features/packed.h"
#include "features/sha256.h"

namespace steamgs::simulator {

namespace {

constexpr char kTitle[] = "steamgs simulator ticket";
constexpr size_t kTitleSize = sizeof(kTitle) - 1;
// Title, version, kind, app id, two Steam ids, two times in milliseconds, serial.
constexpr size_t kBodySize = kTitleSize + 1 + 1 + 4 + 5 * 8;
constexpr double kMilliseconds = 1e3;
constexpr double kFarthest = 4e9;  // seconds from 1970: later than that nothing is, or earlier

void put_time(std::string& out, double seconds) {
    const double kept = std::min(std::max(seconds, -kFarthest), kFarthest);
    put(out, static_cast<uint64>(std::llround(kept * kMilliseconds)), 8);
}

bool take_time(const uint8*& in, double& seconds) {
    seconds = static_cast<double>(static_cast<int64>(take(in, 8))) / kMilliseconds;
    return std::abs(seconds) <= kFarthest;
}

}  // namespace

std::string make_ticket(const Ticket& ticket, const std::string& key) {
    std::string data = kTitle;
    put(data, ticket.version, 1);
    put(data, static_cast<uint64>(ticket.kind), 1);
    put(data, ticket.app_id, 4);
    put(data, ticket.steam_id, 8);
    put(data, ticket.owner_id, 8);
    put_time(data, ticket.issued);
    put_time(data, ticket.expires);
    put(data, ticket.serial, 8);
    const Digest signature = hmac_sha256(key, data);
    return data.append(signature.begin(), signature.end());
}

TicketStatus read_ticket(const void* data, size_t size, const std::string& key, Ticket& out) {
    if (data == nullptr || size != kBodySize + Digest().size()) {
        return TicketStatus::malformed;
    }
    const auto* bytes = static_cast<const uint8*>(data);
    if (std::memcmp(bytes, kTitle, kTitleSize) != 0) {
        return TicketStatus::malformed;
    }
    const std::string body(reinterpret_cast<const char*>(bytes), kBodySize);
    const Digest signature = hmac_sha256(key, body);
    if (std::memcmp(bytes + kBodySize, signature.data(), signature.size()) != 0) {
        return TicketStatus::malformed;
    }
    const uint8* in = bytes + kTitleSize;
    out.version = static_cast<uint8>(take(in, 1));
    if (out.version != kTicketVersion) {
        return TicketStatus::wrong_version;
    }
    out.kind = static_cast<TicketKind>(take(in, 1));
    out.app_id = static_cast<AppId_t>(take(in, 4));
    out.steam_id = take(in, 8);
    out.owner_id = take(in, 8);
    const bool timely = take_time(in, out.issued) && take_time(in, out.expires);
    if (!timely || (out.kind != TicketKind::session && out.kind != TicketKind::connect)) {
        return TicketStatus::malformed;
    }
    out.serial = take(in, 8);
    return TicketStatus::ok;
}

const std::string& default_ticket_key() {
    static const std::string key = "steamgs simulator: tickets for tests, worthless to Steam";
    return key;
}

std::string key_or_default(const char* key, size_t size) {
    return key != nullptr ? std::string(key, size) : default_ticket_key();
}

}  // namespace steamgs::simulator

size_t steamgs_sim_make_ticket(int kind, int version, uint64_t user, uint64_t owner, uint32_t app,
                               double issued, double expires, uint64_t serial, const char* key,
                               size_t key_size, void* out, size_t capacity) {
    using namespace steamgs::simulator;
    Ticket ticket;
    ticket.kind = static_cast<TicketKind>(kind);
    ticket.version = static_cast<uint8>(version);
    ticket.app_id = app;
    ticket.steam_id = user;
    ticket.owner_id = owner;
    ticket.issued = issued;
    ticket.expires = expires;
    ticket.serial = serial;
    const std::string data = make_ticket(ticket, key_or_default(key, key_size));
    if (data.size() > capacity) {
        return 0;
    }
    std::memcpy(out, data.data(), data.size());
    return data.size();
}
