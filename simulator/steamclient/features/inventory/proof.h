// Proofs of items: what a player's client makes of an inventory result, for a game server. They are
// signed as tickets are, so that a client in any process can make them, and real Steam does not
// accept them.
#pragma once

#include <string>
#include <vector>

#include "features/inventory/items.h"

namespace steamgs::simulator {

struct ItemProof {
    AppId_t app_id = 0;
    uint64 steam_id = 0;
    uint32 timestamp = 0;
    std::vector<OwnedItem> items;
};

enum class ProofStatus { ok, malformed, forged };

// steamgs/simulator/proofs.py writes the same.
std::string make_proof(const ItemProof& proof, const std::string& key);
ProofStatus read_proof(const void* data, size_t size, const std::string& key, ItemProof& out);

}  // namespace steamgs::simulator
