#include "features/inventory/definitions.h"

#include <utility>

#include "features/inventory/results.h"
#include "features/inventory/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<ItemDefinitions> kFeature("item_definitions");

}  // namespace

void ItemDefinitions::load() {
    loads_ = true;
    backend_.schedule(kInventoryLatency, [this] { take_over(); });
}

void ItemDefinitions::take_over() {
    loaded_ = all_;
    backend_.post(abi::SteamInventoryDefinitionUpdate_t{});
}

void ItemDefinitions::define(int32 number, Definition definition) {
    all_[number] = std::move(definition);
    if (loads_) {
        backend_.schedule(kInventoryLatency, [this] { take_over(); });
    }
}

SteamAPICall_t ItemDefinitions::request_promo_items(uint64 steam_id) {
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, steam_id] {
        const bool cached = !told_.insert(steam_id).second;
        const auto count = static_cast<int>(promo_items_[steam_id].size());
        calls_.complete(call, abi::SteamInventoryEligiblePromoItemDefIDs_t{
                                  k_EResultOK, CSteamID(steam_id), count, cached});
    });
    return call;
}

const std::vector<int32>* ItemDefinitions::promo_items(uint64 steam_id) const {
    const auto found = promo_items_.find(steam_id);
    return told_.count(steam_id) != 0 && found != promo_items_.end() ? &found->second : nullptr;
}

SteamAPICall_t ItemDefinitions::request_prices() {
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call] {
        priced_.clear();
        for (const auto& [number, definition] : all_) {
            if (definition.price != 0) {
                priced_[number] = definition;
            }
        }
        abi::SteamInventoryRequestPricesResult_t answer{};
        answer.m_result = k_EResultOK;
        currency_.copy(answer.m_rgchCurrency, sizeof(answer.m_rgchCurrency) - 1);
        calls_.complete(call, answer);
    });
    return call;
}

void ItemDefinitions::reset() {
    loaded_.clear();
    priced_.clear();
    told_.clear();
    loads_ = false;
}

namespace {

constexpr Text kCurrency = {1, 3};

struct Defined {
    int32 definition;
    std::vector<std::string> properties;
    uint64 price;
    uint64 base_price;
};

const CommandOf<Defined> kDefineItem = {
    "define_item",
    "Defines a kind of items, or changes one.",
    [] {
        return std::vector{
            field("definition", &Defined::definition, kDefinition, "its number",
                  Presence::required),
            field("properties", &Defined::properties, kProperty,
                  "what the developers say of it, as 'name=value'"),
            field("price", &Defined::price, kPrice, "in cents; not sold if missing or 0"),
            field("base_price", &Defined::base_price, kPrice,
                  "without a discount; as 'price' if missing or 0"),
        };
    },
    [](World& world, const Defined& row) {
        Definition definition;
        definition.properties = properties_of(row.properties);
        definition.price = row.price;
        definition.base_price = row.base_price != 0 ? row.base_price : row.price;
        world.get<ItemDefinitions>().define(row.definition, std::move(definition));
    },
    {"item_definition", true, "item definition", "definition"}};

struct Promoted {
    uint64 user;
    std::vector<int32> definitions;
};

const CommandOf<Promoted> kSetPromoItems = {
    "set_promo_items", "Sets which promotional items a user may be given.",
    [] {
        return std::vector{
            field("user", &Promoted::user, kSteamId, "the user", Presence::required),
            field("definitions", &Promoted::definitions, kDefinition, "which; none if missing")};
    },
    [](World& world, const Promoted& row) {
        world.get<ItemDefinitions>().set_promo_items(row.user, row.definitions);
    }};

struct Currency {
    std::string currency;
};

const CommandOf<Currency> kSetCurrency = {
    "set_currency", "Sets the currency of prices; 'USD' at first.",
    [] {
        return std::vector{field("currency", &Currency::currency, kCurrency, "as in ISO 4217",
                                 Presence::required)};
    },
    [](World& world, const Currency& row) {
        world.get<ItemDefinitions>().set_currency(row.currency);
    }};

}  // namespace

}  // namespace steamgs::simulator
