// What a player's game can do, in the process of the simulated Steam or in another one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "features/networking/types.h"

namespace steamgs::simulator::networking {

struct ClientChange {
    uint32 connection;
    int32 old_state;
    int32 state;
    int32 reason;
    std::string text;
};

struct ClientMessage {
    int64 number;
    int32 flags;
    uint16 lane;
    std::string data;
    std::string peer;  // whose it is, if it came without a connection
};

struct ClientStatus {
    int32 state;
    int32 reason;
    std::string text;
    std::string peer;  // its identity
    int32 ping;        // milliseconds; -1 if unknown
    int32 pending_reliable;
    int32 pending_unreliable;
    int32 unacknowledged;
};

// All connections of one player. Handles are those of that player's Steam.
class Client {
  public:
    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    // The connections end without a word, as those of a process that has crashed.
    virtual ~Client() = default;

    // 0 if the address can't be read. The place may be an address ("127.0.0.1:27015"), or an
    // identity and the virtual port.
    virtual uint32 connect(const std::string& address, int32 virtual_port) = 0;
    // 0 if there is such a listen socket already. By Steam id, at a virtual port.
    virtual uint32 listen(int32 virtual_port) = 0;
    virtual EResult accept(uint32 connection) = 0;
    virtual bool close(uint32 connection, int32 reason, const std::string& text, bool linger) = 0;
    virtual EResult send(uint32 connection, const void* data, size_t size, int32 flags, uint16 lane,
                         int64& number) = 0;
    virtual EResult flush(uint32 connection) = 0;
    // False if there is no such connection.
    virtual bool receive(uint32 connection, uint32 most, std::vector<ClientMessage>& out) = 0;
    virtual EResult configure_lanes(uint32 connection, const std::vector<int32>& priorities,
                                    const std::vector<uint16>& weights) = 0;
    virtual bool status(uint32 connection, ClientStatus& out) = 0;
    // Messages without connections. Whoever sends some is accepted.
    virtual EResult send_to(const std::string& identity, int32 channel, const void* data,
                            size_t size, int32 flags) = 0;
    virtual bool receive_on(int32 channel, ClientMessage& out) = 0;
    // False if nothing has happened to any connection since.
    virtual bool next_change(ClientChange& out) = 0;
};

}  // namespace steamgs::simulator::networking
