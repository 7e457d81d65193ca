// What the server tells the server browser, and Steam's answers to the browser's queries (A2S).
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "backend.h"

namespace steamgs::simulator {

struct BrowserState {
    uint32 ip = 0;
    uint16 game_port = 0;
    uint16 query_port = 0;
    AppId_t app_id = 0;
    std::string version, product, description, mod_dir, name, map;
    std::string spectator_name, tags, data, region;
    std::vector<std::pair<std::string, std::string>> key_values;
    int max_players = 0;
    int bots = 0;
    uint16 spectator_port = 0;
    bool dedicated = false;
    bool password = false;
    bool advertised = false;

    void set_key_value(const std::string& key, const std::string& value);
};

// What an A2S answer needs beyond the state.
struct QueryContext {
    int players;
    bool secure;
    uint64 steam_id;
};

class ServerBrowser {
  public:
    explicit ServerBrowser(Backend& backend) : secret_(static_cast<uint32>(backend.random())) {}

    // Shared port: false if the packet is none of Steam's.
    bool handle_packet(const void* data, int size, uint32 ip, uint16 port,
                       const QueryContext& context);
    int next_packet(void* out, int capacity, uint32* ip, uint16* port);
    void reset();

    BrowserState state;

  private:
    struct Packet {
        std::string data;
        uint32 ip;
        uint16 port;
    };

    uint32 challenge_of(uint32 ip, uint16 port) const;
    std::string info(const QueryContext& context) const;

    uint32 secret_;
    std::deque<Packet> outgoing_;
};

}  // namespace steamgs::simulator
