// What the server tells the server browser, and Steam's answers to the browser's queries.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "features/a2s.h"
#include "features/challenges.h"
#include "features/logon.h"
#include "features/sessions.h"
#include "kernel/world.h"

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

class ServerBrowser final : public Feature {
  public:
    explicit ServerBrowser(World& world);

    // What goes back to whoever sent a packet; nothing unless the server is advertised.
    std::vector<std::string> answers(const std::string& packet, uint32 ip, uint16 port);

    // Shared port: false if the packet is none of Steam's.
    bool handle_packet(const void* data, int size, uint32 ip, uint16 port);
    int next_packet(void* out, int capacity, uint32* ip, uint16* port);
    void reset() override;
    void describe(json::Object& out) const override;

    BrowserState state;

  private:
    struct Packet {
        std::string data;
        uint32 ip;
        uint16 port;
    };

    a2s::Info info() const;
    int player_count() const;
    std::vector<a2s::Player> players() const;

    Backend& backend_;
    const Logon& logon_;
    const Sessions& sessions_;
    Challenges challenges_;
    uint32 split_answers_ = 0;
    std::deque<Packet> outgoing_;
};

}  // namespace steamgs::simulator
