// A player in the simulated Steam's own process.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "features/networking/client.h"
#include "features/networking/message_sessions.h"
#include "features/networking/network.h"

namespace steamgs::simulator::networking {

// Each function takes the world's mutex.
class LocalClient final : public Client, public Host {
  public:
    LocalClient(World& world, uint64 steam_id);
    ~LocalClient() override;

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

    SteamNetworkingIdentity identity() const override { return identity_; }
    void present(const SteamNetworkingIdentity& identity) override { identity_ = identity; }
    SteamNetworkingIPAddr address() override { return address_; }
    void tell(const SteamNetConnectionStatusChangedCallback_t& change) override;
    void vanishes() override { sessions_->restart(); }
    void world_goes() override {
        sessions_.reset();
        world_.store(nullptr);
    }

  private:
    // The network with the mutex, and what is due done; false if the world is gone.
    class Within {
      public:
        explicit Within(LocalClient& client) : client_(client) {
            if (World* world = client.world_.load()) {
                lock_ = std::unique_lock<std::mutex>(world->mutex);
                network_ = &world->get<Network>();
                network_->run_due();
            }
        }
        explicit operator bool() const { return network_ != nullptr; }
        Network* operator->() { return network_; }
        // NULL if there is no such connection, or no world.
        Connection* connection(uint32 handle) {
            return network_ != nullptr ? network_->connection(client_, handle) : nullptr;
        }

      private:
        LocalClient& client_;
        std::unique_lock<std::mutex> lock_;
        Network* network_ = nullptr;
    };

    std::atomic<World*> world_;
    SteamNetworkingIdentity identity_;
    SteamNetworkingIPAddr address_;
    std::deque<ClientChange> changes_;
    std::unique_ptr<MessageSessions> sessions_;
};

}  // namespace steamgs::simulator::networking
