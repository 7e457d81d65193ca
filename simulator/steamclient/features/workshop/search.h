// What a search of the workshop looks for, and what it finds.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "features/workshop/items.h"

namespace steamgs::simulator {

struct WorkshopSearch {
    struct Range {
        uint32 first = 0, last = std::numeric_limits<uint32>::max();

        bool has(uint32 time) const { return first <= time && time <= last; }
    };

    abi::EUGCQuery ranking = abi::k_EUGCQuery_RankedByVote;
    abi::EUGCMatchingUGCType kind = abi::k_EUGCMatchingUGCType_Items;
    size_t first = 0;  // of the results, which this page begins with
    std::string text;
    std::vector<std::string> required, excluded, key_values;
    std::vector<std::vector<std::string>> groups;
    bool any_tag = false, only_ids = false, only_total = false;
    Range created, updated;

    // The ids of all that match, the best first.
    std::vector<uint64> in(const WorkshopItems& items) const;

  private:
    bool matches(const WorkshopItem& item) const;
    bool has_kind(const WorkshopItem& item) const;
    bool has_tags(const WorkshopItem& item) const;
};

constexpr size_t kWorkshopPage = 50;

// A cursor is where the results begin that are not read yet.
std::string cursor_at(size_t first);
// False if it is none.
bool read_cursor(const std::string& cursor, size_t& first);

}  // namespace steamgs::simulator
