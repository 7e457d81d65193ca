#include "features/a2s.h"

#include <algorithm>
#include <cstring>

namespace steamgs::simulator::a2s {

namespace {

constexpr char kInfoRequest[] = "TSource Engine Query";  // its NUL is part of it
constexpr char kPlayersRequest = 'U';
constexpr char kRulesRequest = 'V';
constexpr uint8 kProtocolVersion = 17;
constexpr size_t kChallengeSize = 4;

// Flags of the extra data of an info answer.
constexpr uint8 kHasPort = 0x80;
constexpr uint8 kHasSteamId = 0x10;
constexpr uint8 kHasSpectator = 0x40;
constexpr uint8 kHasTags = 0x20;
constexpr uint8 kHasGameId = 0x01;

constexpr size_t kLongestPacket = 1400;
constexpr size_t kPieceHeaderSize = 12;
constexpr size_t kPieceSize = kLongestPacket - kPieceHeaderSize;
constexpr size_t kMostPieces = 255;
constexpr size_t kMostPlayers = 255;

#if defined(_WIN32)
constexpr char kSystem = 'w';
#elif defined(__APPLE__)
constexpr char kSystem = 'm';
#else
constexpr char kSystem = 'l';
#endif

void put(std::string& out, uint64 value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i));
    }
}

void put_text(std::string& out, const std::string& text) { out.append(text.c_str()) += '\0'; }

void put_float(std::string& out, float value) {
    uint32 bits;
    std::memcpy(&bits, &value, sizeof(bits));
    put(out, bits, 4);
}

uint8 as_byte(int value) { return static_cast<uint8>(std::min(std::max(value, 0), 255)); }

uint32 challenge_at(const std::string& packet, size_t position) {
    uint32 challenge = 0;
    for (size_t i = 0; i < kChallengeSize; ++i) {
        challenge |= static_cast<uint32>(static_cast<uint8>(packet[position + i])) << (8 * i);
    }
    return challenge;
}

std::string answer(char kind) { return std::string(kHeader) + kind; }

}  // namespace

bool is_steams(const std::string& packet) {
    return packet.size() > kHeaderSize && packet.compare(0, kHeaderSize, kHeader) == 0;
}

Query parse(const std::string& packet) {
    Query query;
    if (!is_steams(packet)) {
        return query;
    }
    size_t end = kHeaderSize + 1;
    const char kind = packet[kHeaderSize];
    if (kind == kPlayersRequest || kind == kRulesRequest) {
        // Without room for a challenge it is no such request.
        if (packet.size() < end + kChallengeSize) {
            return query;
        }
        query.request = kind == kPlayersRequest ? Request::players : Request::rules;
    } else if (packet.compare(kHeaderSize, sizeof(kInfoRequest),
                              std::string(kInfoRequest, sizeof(kInfoRequest))) == 0) {
        query.request = Request::info;
        end = kHeaderSize + sizeof(kInfoRequest);
    } else {
        return query;
    }
    if (packet.size() >= end + kChallengeSize) {
        query.challenge = challenge_at(packet, end);
    }
    return query;
}

std::string challenge_answer(uint32 challenge) {
    std::string out = answer('A');
    put(out, challenge, kChallengeSize);
    return out;
}

std::string info_answer(const Info& info) {
    std::string out = answer('I');
    put(out, kProtocolVersion, 1);
    put_text(out, info.name);
    put_text(out, info.map);
    put_text(out, info.folder);
    put_text(out, info.game);
    put(out, info.app_id & 0xffff, 2);
    put(out, as_byte(info.players), 1);
    put(out, as_byte(info.max_players), 1);
    put(out, as_byte(info.bots), 1);
    out += info.dedicated ? 'd' : 'l';
    out += kSystem;
    put(out, info.password ? 1 : 0, 1);
    put(out, info.secure ? 1 : 0, 1);
    put_text(out, info.version);
    const bool spectator = info.spectator_port != 0;
    put(out,
        kHasPort | kHasSteamId | kHasGameId | (spectator ? kHasSpectator : 0) |
            (info.tags.empty() ? 0 : kHasTags),
        1);
    put(out, info.game_port, 2);
    put(out, info.steam_id, 8);
    if (spectator) {
        put(out, info.spectator_port, 2);
        put_text(out, info.spectator_name);
    }
    if (!info.tags.empty()) {
        put_text(out, info.tags);
    }
    put(out, info.app_id, 8);
    return out;
}

std::string players_answer(const std::vector<Player>& players) {
    std::string out = answer('D');
    const size_t count = std::min(players.size(), kMostPlayers);
    put(out, count, 1);
    for (size_t i = 0; i < count; ++i) {
        put(out, 0, 1);  // an index that nobody fills
        put_text(out, players[i].name);
        put(out, players[i].score, 4);
        put_float(out, players[i].seconds);
    }
    return out;
}

std::string rules_answer(const std::vector<std::pair<std::string, std::string>>& rules) {
    std::string body;
    size_t count = 0;
    for (const auto& [name, value] : rules) {
        std::string rule;
        put_text(rule, name);
        put_text(rule, value);
        // What no longer fits into the pieces that can be numbered is left out whole.
        if (count == 0xffff || body.size() + rule.size() > (kMostPieces - 1) * kPieceSize) {
            break;
        }
        body += rule;
        ++count;
    }
    std::string out = answer('E');
    put(out, count, 2);
    return out + body;
}

std::vector<std::string> packets(std::string whole, uint32 number) {
    if (whole.size() <= kLongestPacket) {
        return {std::move(whole)};
    }
    const size_t pieces = (whole.size() + kPieceSize - 1) / kPieceSize;
    std::vector<std::string> out;
    for (size_t piece = 0; piece < pieces; ++piece) {
        std::string packet = "\xfe\xff\xff\xff";
        // The highest bit would say that it is compressed; some clients take it for one of 16.
        put(packet, number & 0x7fff, 4);
        put(packet, pieces, 1);
        put(packet, piece, 1);
        put(packet, kPieceSize, 2);
        out.push_back(packet + whole.substr(piece * kPieceSize, kPieceSize));
    }
    return out;
}

}  // namespace steamgs::simulator::a2s
