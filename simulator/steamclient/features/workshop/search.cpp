#include "features/workshop/search.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace steamgs::simulator {

namespace {

constexpr char kFirst[] = "*";

using Texts = std::vector<std::string>;

bool has(const Texts& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool has_any(const Texts& all, const Texts& wanted) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const std::string& one) { return has(all, one); });
}

bool has_all(const Texts& all, const Texts& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const std::string& one) { return has(all, one); });
}

// The larger, the earlier it comes.
uint64 rank(abi::EUGCQuery ranking, const WorkshopItem& item) {
    switch (ranking) {
        case abi::k_EUGCQuery_RankedByPublicationDate:
            return item.created;
        case abi::k_EUGCQuery_RankedByLastUpdatedDate:
            return item.updated;
        case abi::k_EUGCQuery_RankedByTotalUniqueSubscriptions:
            return item.subscriptions;
        default:
            return 0;
    }
}

}  // namespace

bool WorkshopSearch::has_kind(const WorkshopItem& item) const {
    return kind == abi::k_EUGCMatchingUGCType_All ||
           item.collection == (kind == abi::k_EUGCMatchingUGCType_Collections);
}

bool WorkshopSearch::has_tags(const WorkshopItem& item) const {
    const bool required_ones =
        any_tag && !required.empty() ? has_any(item.tags, required) : has_all(item.tags, required);
    return required_ones && !has_any(item.tags, excluded) && has_all(item.key_values, key_values) &&
           std::all_of(groups.begin(), groups.end(),
                       [&](const Texts& group) { return has_any(item.tags, group); });
}

bool WorkshopSearch::matches(const WorkshopItem& item) const {
    const bool named = item.title.find(text) != std::string::npos ||
                       item.description.find(text) != std::string::npos;
    return has_kind(item) && has_tags(item) && named && created.has(item.created) &&
           updated.has(item.updated);
}

std::vector<uint64> WorkshopSearch::in(const WorkshopItems& items) const {
    std::vector<std::pair<uint64, uint64>> found;  // ranks and ids
    for (const auto& [id, item] : items.all()) {
        if (matches(item)) {
            found.emplace_back(rank(ranking, item), id);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<uint64> ids;
    for (const auto& [its_rank, id] : found) {
        ids.push_back(id);
    }
    return ids;
}

std::string cursor_at(size_t first) { return "from-" + std::to_string(first); }

bool read_cursor(const std::string& cursor, size_t& first) {
    const std::string mark = "from-";
    if (cursor == kFirst) {
        first = 0;
        return true;
    }
    if (cursor.compare(0, mark.size(), mark) != 0) {
        return false;
    }
    first = static_cast<size_t>(std::strtoull(cursor.c_str() + mark.size(), nullptr, 10));
    return true;
}

}  // namespace steamgs::simulator
