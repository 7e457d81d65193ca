#include "server_browser.h"

#include <algorithm>
#include <cstring>

namespace steamgs::simulator {

namespace {

// The protocol of server queries: a header of four 0xFF, then a letter for the kind of packet.
constexpr char kHeader[] = "\xff\xff\xff\xff";
constexpr size_t kHeaderSize = 4;
constexpr char kInfoRequest[] = "TSource Engine Query";
constexpr char kInfoReply = 'I';
constexpr char kChallengeReply = 'A';
constexpr uint8 kProtocolVersion = 17;
constexpr size_t kMostWaitingPackets = 1024;

// Flags of the extra data of an info reply.
constexpr uint8 kHasPort = 0x80;
constexpr uint8 kHasSteamId = 0x10;
constexpr uint8 kHasSpectator = 0x40;
constexpr uint8 kHasTags = 0x20;
constexpr uint8 kHasGameId = 0x01;

void put(std::string& out, uint64 value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i));
    }
}

void put_text(std::string& out, const std::string& text) { out.append(text.c_str()) += '\0'; }

uint8 as_byte(int value) { return static_cast<uint8>(std::min(std::max(value, 0), 255)); }

#if defined(_WIN32)
constexpr char kSystem = 'w';
#elif defined(__APPLE__)
constexpr char kSystem = 'm';
#else
constexpr char kSystem = 'l';
#endif

}  // namespace

void BrowserState::set_key_value(const std::string& key, const std::string& value) {
    for (auto& [known, old] : key_values) {
        if (known == key) {
            old = value;
            return;
        }
    }
    key_values.emplace_back(key, value);
}

bool ServerBrowser::handle_packet(const void* data, int size, uint32 ip, uint16 port,
                                  const QueryContext& context) {
    const std::string packet(static_cast<const char*>(data), static_cast<size_t>(size));
    if (state.query_port != STEAMGAMESERVER_QUERY_PORT_SHARED ||
        packet.compare(0, kHeaderSize, kHeader) != 0) {
        return false;
    }
    // sizeof counts the NUL, which is part of the request.
    const std::string request(kInfoRequest, sizeof(kInfoRequest));
    if (!state.advertised || packet.compare(kHeaderSize, request.size(), request) != 0 ||
        outgoing_.size() >= kMostWaitingPackets) {
        return true;
    }
    std::string challenge;
    put(challenge, challenge_of(ip, port), 4);
    // A spoofed sender can't know its challenge, and so gets fewer bytes than it sent.
    const bool known = packet.substr(kHeaderSize + request.size()) == challenge;
    std::string reply = kHeader;
    reply += known ? info(context) : kChallengeReply + challenge;
    outgoing_.push_back({std::move(reply), ip, port});
    return true;
}

int ServerBrowser::next_packet(void* out, int capacity, uint32* ip, uint16* port) {
    while (!outgoing_.empty()) {
        const Packet packet = std::move(outgoing_.front());
        outgoing_.pop_front();
        if (static_cast<int>(packet.data.size()) <= capacity) {
            std::memcpy(out, packet.data.data(), packet.data.size());
            *ip = packet.ip;
            *port = packet.port;
            return static_cast<int>(packet.data.size());
        }
    }
    return 0;
}

uint32 ServerBrowser::challenge_of(uint32 ip, uint16 port) const {
    uint64 mixed = (static_cast<uint64>(ip) << 16 | port) ^ static_cast<uint64>(secret_) << 32;
    mixed *= 0x9e3779b97f4a7c15ull;
    return static_cast<uint32>(mixed >> 32);
}

std::string ServerBrowser::info(const QueryContext& context) const {
    std::string out(1, kInfoReply);
    put(out, kProtocolVersion, 1);
    put_text(out, state.name);
    put_text(out, state.map);
    put_text(out, state.mod_dir.empty() ? state.product : state.mod_dir);
    put_text(out, state.description);
    put(out, state.app_id & 0xffff, 2);
    put(out, as_byte(context.players), 1);
    put(out, as_byte(state.max_players), 1);
    put(out, as_byte(state.bots), 1);
    out += state.dedicated ? 'd' : 'l';
    out += kSystem;
    put(out, state.password ? 1 : 0, 1);
    put(out, context.secure ? 1 : 0, 1);
    put_text(out, state.version);
    const bool spectator = state.spectator_port != 0;
    put(out,
        kHasPort | kHasSteamId | kHasGameId | (spectator ? kHasSpectator : 0) |
            (state.tags.empty() ? 0 : kHasTags),
        1);
    put(out, state.game_port, 2);
    put(out, context.steam_id, 8);
    if (spectator) {
        put(out, state.spectator_port, 2);
        put_text(out, state.spectator_name);
    }
    if (!state.tags.empty()) {
        put_text(out, state.tags);
    }
    put(out, state.app_id, 8);
    return out;
}

void ServerBrowser::reset() {
    state = BrowserState();
    outgoing_.clear();
}

}  // namespace steamgs::simulator
