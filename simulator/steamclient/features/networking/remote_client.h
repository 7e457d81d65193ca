// A player whose simulated Steam is in another process, and answers at its exchange.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "features/networking/client.h"
#include "features/networking/frames.h"
#include "features/networking/served_client.h"
#include "features/networking/tcp_socket.h"

namespace steamgs::simulator::networking {

// Once the exchange is gone, nothing is there any more: no connection, no change.
class RemoteClient final : public Client {
  public:
    // Throws std::runtime_error with the reason.
    static std::unique_ptr<RemoteClient> open(const std::string& exchange, uint64 steam_id);

    uint32 connect(const std::string& address, int32 virtual_port) override;
    uint32 listen(int32 virtual_port) override;
    EResult accept(uint32 connection) override;
    bool close(uint32 connection, int32 reason, const std::string& text, bool linger) override;
    EResult send(uint32 connection, const void* data, size_t size, int32 flags, uint16 lane,
                 int64& number) override;
    EResult flush(uint32 connection) override;
    bool receive(uint32 connection, uint32 most, std::vector<ClientMessage>& out) override;
    EResult configure_lanes(uint32 connection, const std::vector<int32>& priorities,
                            const std::vector<uint16>& weights) override;
    bool status(uint32 connection, ClientStatus& out) override;
    EResult send_to(const std::string& identity, int32 channel, const void* data, size_t size,
                    int32 flags) override;
    bool receive_on(int32 channel, ClientMessage& out) override;
    bool next_change(ClientChange& out) override;

  private:
    RemoteClient() = default;
    // The body of the answer; empty if there is none.
    std::string ask(const FrameWriter& call);
    EResult result_of(const FrameWriter& call);
    bool receive_exactly(std::string& out, size_t size);

    std::mutex mutex_;
    TcpSocket socket_;
};

}  // namespace steamgs::simulator::networking
