// The protocol of server queries (A2S), as bytes: requests taken apart, answers put together.
#pragma once

#include <steam/steam_gameserver.h>

#include <string>
#include <utility>
#include <vector>

namespace steamgs::simulator::a2s {

// Each packet begins with four 0xFF, a piece of a split answer with 0xFE and three 0xFF.
constexpr char kHeader[] = "\xff\xff\xff\xff";
constexpr size_t kHeaderSize = 4;

enum class Request { none, info, players, rules };

// What a client sends that has no challenge yet; never the challenge of any.
constexpr uint32 kNoChallenge = 0xffffffff;

struct Query {
    Request request = Request::none;
    uint32 challenge = kNoChallenge;
};

// Whether a packet is Steam's at all; all others are the game's own.
bool is_steams(const std::string& packet);
Query parse(const std::string& packet);

struct Player {
    std::string name;
    uint32 score;
    float seconds;
};

struct Info {
    std::string name, map, folder, game, version, tags, spectator_name;
    AppId_t app_id = 0;
    int players = 0, max_players = 0, bots = 0;
    bool dedicated = false, password = false, secure = false;
    uint16 game_port = 0, spectator_port = 0;
    uint64 steam_id = 0;
};

std::string challenge_answer(uint32 challenge);
std::string info_answer(const Info& info);
std::string players_answer(const std::vector<Player>& players);
std::string rules_answer(const std::vector<std::pair<std::string, std::string>>& rules);

// As one packet, or in numbered pieces if it is too long for one.
std::vector<std::string> packets(std::string answer, uint32 number);

}  // namespace steamgs::simulator::a2s
