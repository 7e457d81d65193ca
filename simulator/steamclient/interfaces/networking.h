// How ISteamNetworkingSockets and its like reach the armed world's network.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "features/networking/network.h"
#include "kernel/world.h"

namespace steamgs::simulator::networking {

// The network and the world's mutex, for as long as the object lives. Then the game hears what was
// said meanwhile: its function may wait for others, and is called without the mutex.
class Entered {
  public:
    Entered() : world_(armed_world()), lock_(world_->mutex), network_(world_->get<Network>()) {
        network_.run_due();
    }
    ~Entered() {
        if (network_.said.empty()) {
            return;
        }
        std::vector<Network::Said> said;
        said.swap(network_.said);
        const auto output = network_.output();
        lock_.unlock();
        for (const Network::Said& one : said) {
            if (output != nullptr) {
                output(one.type, one.text.c_str());
            }
        }
    }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

    Network* operator->() { return &network_; }
    World& world() { return *world_; }
    // What the game server calls its connection, or NULL.
    Connection* connection(uint32 handle) { return network_.connection(network_.server(), handle); }

  private:
    World* world_;
    std::unique_lock<std::mutex> lock_;
    Network& network_;
};

}  // namespace steamgs::simulator::networking
