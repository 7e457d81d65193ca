// What a server knows of players, by Steam id: their sessions, and who wants to hear of them.
//
// A hash table of indices into a vector, so players come in the order in which they were added, and
// a look-up touches one player. Not thread-safe; no Python is called in here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

typedef struct _object PyObject;

namespace steamgs {

// What stands in a player's `kind` where `routes` is a dict.
constexpr int kManyRoutes = -2;

struct Player {
    uint64_t steam_id;
    PyObject* session;  // of authenticate(), or NULL
    // Handlers for events of this player, or NULL: a dict of them by kind, which is owned
    // elsewhere; or the only one, a task that waits.
    PyObject* routes;
    int kind;  // of the events that the only one waits for, or kManyRoutes
    // How the open session has begun; 0 if none is open.
    uint8_t open;
    bool unjudged;  // Steam has not judged it yet
    bool doubtful;  // a verdict on an earlier session may still come
    bool used;      // false for one that was removed

    // Whether an event of this player concerns anybody but the handlers of all players.
    bool routed() const noexcept {
        return session != nullptr || routes != nullptr || unjudged || doubtful;
    }
    bool empty() const noexcept { return !routed() && open == 0; }
};

class Players {
  public:
    Player* find(uint64_t steam_id) noexcept {
        if (slots_.empty()) {
            return nullptr;
        }
        for (size_t slot = home(steam_id);; slot = (slot + 1) & mask()) {
            const uint32_t index = slots_[slot];
            if (index == kFree) {
                return nullptr;
            }
            if (players_[index].steam_id == steam_id) {
                return &players_[index];
            }
        }
    }

    // The player, added if need be: pointers to others are invalid then. NULL if memory is out.
    Player* get(uint64_t steam_id) noexcept {
        if (Player* known = find(steam_id)) {
            return known;
        }
        try {
            if ((players_.size() + 1) * 2 > slots_.size()) {
                make_room();
            }
            players_.push_back(
                Player{steam_id, nullptr, nullptr, kManyRoutes, 0, false, false, true});
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
        place(static_cast<uint32_t>(players_.size() - 1));
        ++count_;
        return &players_.back();
    }

    // Forgets the player if nothing is known of them any more.
    void forget_if_empty(Player* player) noexcept {
        if (player->empty()) {
            remove(player);
        }
    }

    size_t count() const noexcept { return count_; }
    // All players are among the first `end()`, in the order in which they were added.
    size_t end() const noexcept { return players_.size(); }
    // NULL for one that was removed.
    Player* at(size_t index) noexcept {
        return index < players_.size() && players_[index].used ? &players_[index] : nullptr;
    }

  private:
    static constexpr uint32_t kFree = UINT32_MAX;
    static constexpr size_t kFewestSlots = 64;

    size_t mask() const noexcept { return slots_.size() - 1; }
    size_t home(uint64_t steam_id) const noexcept {
        return static_cast<size_t>((steam_id * 0x9E3779B97F4A7C15u) >> 32) & mask();
    }

    void place(uint32_t index) noexcept {
        size_t slot = home(players_[index].steam_id);
        while (slots_[slot] != kFree) {
            slot = (slot + 1) & mask();
        }
        slots_[slot] = index;
    }

    // Drops those that were removed, and doubles the slots if most of the others remain.
    void make_room() {
        size_t slots = kFewestSlots;
        while (slots < (count_ + 1) * 4) {
            slots *= 2;
        }
        std::vector<uint32_t> fresh(slots, kFree);
        std::vector<Player> kept;
        kept.reserve(slots / 2);
        for (const Player& player : players_) {
            if (player.used) {
                kept.push_back(player);
            }
        }
        slots_.swap(fresh);
        players_.swap(kept);
        for (uint32_t index = 0; index < players_.size(); ++index) {
            place(index);
        }
    }

    void remove(Player* player) noexcept {
        const auto index = static_cast<uint32_t>(player - players_.data());
        size_t slot = home(player->steam_id);
        while (slots_[slot] != index) {
            slot = (slot + 1) & mask();
        }
        close_gap(slot);
        player->used = false;
        --count_;
        while (!players_.empty() && !players_.back().used) {
            players_.pop_back();
        }
    }

    // Moves up whoever would not be found any more behind a free slot.
    void close_gap(size_t gap) noexcept {
        for (size_t slot = (gap + 1) & mask(); slots_[slot] != kFree; slot = (slot + 1) & mask()) {
            const size_t wanted = home(players_[slots_[slot]].steam_id);
            if (((slot - wanted) & mask()) >= ((slot - gap) & mask())) {
                slots_[gap] = slots_[slot];
                gap = slot;
            }
        }
        slots_[gap] = kFree;
    }

    std::vector<uint32_t> slots_;  // indices of players; a power of two of them
    std::vector<Player> players_;
    size_t count_ = 0;
};

}  // namespace steamgs
