// ISteamInventory, as the game calls it.
#include <steamgs/slots/isteaminventory.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "features/inventory/changes.h"
#include "interfaces/interface.h"

namespace steamgs::simulator {

namespace {

using Handle = abi::SteamInventoryResult_t;
using Update = abi::SteamInventoryUpdateHandle_t;

// The value of a property, or the names of all if there is no name; false if there is none.
bool find_property(const std::map<std::string, std::string>& properties, const char* name,
                   std::string& text) {
    if (name != nullptr) {
        const auto found = properties.find(name);
        if (found == properties.end()) {
            return false;
        }
        text = found->second;
        return true;
    }
    for (const auto& entry : properties) {
        text += (text.empty() ? "" : ",") + entry.first;
    }
    return true;
}

// Steam says how large a buffer has to be if there is none, and else writes as much as fits.
bool write_text(const std::string& text, char* out, uint32* size) {
    if (size == nullptr) {
        return false;
    }
    if (out == nullptr) {
        *size = static_cast<uint32>(text.size() + 1);
        return true;
    }
    if (*size == 0) {
        return false;
    }
    const size_t copied = text.copy(out, *size - 1);
    out[copied] = '\0';
    *size = static_cast<uint32>(copied + 1);
    return true;
}

// The same for lists, of which all has to fit.
template <class T, class Values>
bool write_list(const Values& values, T* out, uint32* count) {
    if (count == nullptr) {
        return false;
    }
    const uint32 capacity = *count;
    *count = static_cast<uint32>(values.size());
    if (out == nullptr) {
        return true;
    }
    if (capacity < values.size()) {
        return false;
    }
    std::copy(values.begin(), values.end(), out);
    return true;
}

template <class Number>
Quantities<Number> quantities_of(const Number* numbers, const uint32* quantities, uint32 count) {
    Quantities<Number> found;
    for (uint32 i = 0; i < count; ++i) {
        found.emplace_back(numbers[i], quantities != nullptr ? quantities[i] : 1);
    }
    return found;
}

template <class Slots>
class Inventory final : public Slots {
  public:
    EResult GetResultStatus(Handle handle) override {
        Locked world;
        const InventoryRecord* record = world->get<InventoryResults>().find(handle);
        return record != nullptr ? record->status : k_EResultInvalidParam;
    }
    bool GetResultItems(Handle handle, abi::SteamItemDetails_t* out, uint32* count) override {
        Locked world;
        const InventoryRecord* record = readable(world, handle);
        if (record == nullptr || world->get<InventoryResults>().keeps_items_back()) {
            return false;
        }
        std::vector<abi::SteamItemDetails_t> items;
        for (const OwnedItem& item : record->items) {
            items.push_back({item.id, item.definition, static_cast<uint16>(item.quantity),
                             static_cast<uint16>(item.flags)});
        }
        return write_list(items, out, count);
    }
    bool GetResultItemProperty(Handle handle, uint32 index, const char* name, char* out,
                               uint32* size) override {
        Locked world;
        const InventoryRecord* record = readable(world, handle);
        std::string text;
        return record != nullptr && index < record->items.size() &&
               find_property(record->items[index].properties, name, text) &&
               write_text(text, out, size);
    }
    uint32 GetResultTimestamp(Handle handle) override {
        Locked world;
        const InventoryRecord* record = readable(world, handle);
        return record != nullptr ? record->timestamp : 0;
    }
    bool CheckResultSteamID(Handle handle, CSteamID expected) override {
        Locked world;
        const InventoryRecord* record = readable(world, handle);
        return record != nullptr && record->steam_id == expected.ConvertToUint64();
    }
    void DestroyResult(Handle handle) override {
        LockedFeature<InventoryResults>()->destroy(handle);
    }
    bool SerializeResult(Handle handle, void* out, uint32* size) override {
        Locked world;
        auto& results = world->get<InventoryResults>();
        const InventoryRecord* record = readable(world, handle);
        if (record == nullptr || !results.serves_servers()) {
            return false;
        }
        return write_list(results.serialize(*record), static_cast<char*>(out), size);
    }
    bool DeserializeResult(Handle* handle, const void* data, uint32 size, bool reserved) override {
        if (handle == nullptr || data == nullptr || reserved) {
            return false;
        }
        *handle = LockedFeature<InventoryResults>()->deserialize(data, size);
        return true;
    }

    // What Valve's documentation says is for users.
    bool GetAllItems(Handle* handle) override {
        return of_server(handle, [](InventoryChanges& own) { return own.all_items(); });
    }
    bool GetItemsByID(Handle* handle, const abi::SteamItemInstanceID_t* items,
                      uint32 count) override {
        return of_server(handle, [&](InventoryChanges& own) {
            return own.items_by_id(std::vector<uint64>(items, items + count));
        });
    }
    bool GenerateItems(Handle* handle, const abi::SteamItemDef_t* definitions,
                       const uint32* quantities, uint32 count) override {
        return of_server(handle, [&](InventoryChanges& own) {
            return own.generate(quantities_of(definitions, quantities, count));
        });
    }
    bool GrantPromoItems(Handle* handle) override {
        return of_server(handle, [](InventoryChanges& own) { return own.promote({}, true); });
    }
    bool AddPromoItem(Handle* handle, abi::SteamItemDef_t definition) override {
        return AddPromoItems(handle, &definition, 1);
    }
    bool AddPromoItems(Handle* handle, const abi::SteamItemDef_t* definitions,
                       uint32 count) override {
        return of_server(handle, [&](InventoryChanges& own) {
            return own.promote(std::vector<int32>(definitions, definitions + count), false);
        });
    }
    bool ConsumeItem(Handle* handle, abi::SteamItemInstanceID_t item, uint32 quantity) override {
        return of_server(handle,
                         [&](InventoryChanges& own) { return own.consume(item, quantity); });
    }
    bool ExchangeItems(Handle* handle, const abi::SteamItemDef_t* made,
                       const uint32* made_quantities, uint32 made_count,
                       const abi::SteamItemInstanceID_t* given, const uint32* given_quantities,
                       uint32 given_count) override {
        if (made_count != 1 || (made_quantities != nullptr && *made_quantities != 1)) {
            return false;
        }
        return of_server(handle, [&](InventoryChanges& own) {
            return own.exchange(*made, quantities_of(given, given_quantities, given_count));
        });
    }
    bool TransferItemQuantity(Handle* handle, abi::SteamItemInstanceID_t from, uint32 quantity,
                              abi::SteamItemInstanceID_t to) override {
        return of_server(handle,
                         [&](InventoryChanges& own) { return own.transfer(from, quantity, to); });
    }
    bool TriggerItemDrop(Handle* handle, abi::SteamItemDef_t generator) override {
        return of_server(handle, [&](InventoryChanges& own) { return own.drop(generator); });
    }

    bool InspectItem(Handle* handle, const char* token) override {
        if (handle == nullptr || token == nullptr) {
            return false;
        }
        *handle = LockedFeature<InventoryChanges>()->inspect(token);
        return true;
    }

    bool LoadItemDefinitions() override {
        LockedFeature<ItemDefinitions>()->load();
        return true;
    }
    bool GetItemDefinitionIDs(abi::SteamItemDef_t* out, uint32* count) override {
        Locked world;
        std::vector<int32> numbers;
        for (const auto& entry : world->get<ItemDefinitions>().loaded()) {
            numbers.push_back(entry.first);
        }
        return write_list(numbers, out, count);  // true if there are none, too
    }
    bool GetItemDefinitionProperty(abi::SteamItemDef_t number, const char* name, char* out,
                                   uint32* size) override {
        Locked world;
        const auto& loaded = world->get<ItemDefinitions>().loaded();
        const auto found = loaded.find(number);
        std::string text;
        return found != loaded.end() && find_property(found->second.properties, name, text) &&
               write_text(text, out, size);
    }
    SteamAPICall_t RequestEligiblePromoItemDefinitionsIDs(CSteamID player) override {
        return LockedFeature<ItemDefinitions>()->request_promo_items(player.ConvertToUint64());
    }
    bool GetEligiblePromoItemDefinitionIDs(CSteamID player, abi::SteamItemDef_t* out,
                                           uint32* count) override {
        Locked world;
        const auto* found = world->get<ItemDefinitions>().promo_items(player.ConvertToUint64());
        return found != nullptr && write_list(*found, out, count);
    }
    SteamAPICall_t RequestPrices() override {
        return LockedFeature<ItemDefinitions>()->request_prices();
    }
    uint32 GetNumItemsWithPrices() override {
        return static_cast<uint32>(LockedFeature<ItemDefinitions>()->priced().size());
    }
    bool GetItemsWithPrices(abi::SteamItemDef_t* definitions, uint64* prices, uint64* base_prices,
                            uint32 count) override {
        Locked world;
        const auto& priced = world->get<ItemDefinitions>().priced();
        if (definitions == nullptr || prices == nullptr || base_prices == nullptr ||
            count < priced.size()) {
            return false;
        }
        for (const auto& [number, definition] : priced) {
            *definitions++ = number;
            *prices++ = definition.price;
            *base_prices++ = definition.base_price;
        }
        return true;
    }
    bool GetItemPrice(abi::SteamItemDef_t number, uint64* price, uint64* base_price) override {
        Locked world;
        const auto& priced = world->get<ItemDefinitions>().priced();
        const auto found = priced.find(number);
        if (found == priced.end() || price == nullptr || base_price == nullptr) {
            return false;
        }
        *price = found->second.price;
        *base_price = found->second.base_price;
        return true;
    }

    Update StartUpdateProperties() override {
        return LockedFeature<InventoryChanges>()->start_update();
    }
    bool RemoveProperty(Update update, abi::SteamItemInstanceID_t item, const char* name) override {
        return name != nullptr && change(update, {item, name, "", true});
    }
    bool SetProperty(Update update, abi::SteamItemInstanceID_t item, const char* name,
                     const char* value) override {
        return name != nullptr && value != nullptr && change(update, {item, name, value, false});
    }
    bool SetProperty(Update update, abi::SteamItemInstanceID_t item, const char* name,
                     bool value) override {
        return SetProperty(update, item, name, value ? "true" : "false");
    }
    bool SetProperty(Update update, abi::SteamItemInstanceID_t item, const char* name,
                     int64 value) override {
        return SetProperty(update, item, name, std::to_string(value).c_str());
    }
    bool SetProperty(Update update, abi::SteamItemInstanceID_t item, const char* name,
                     float value) override {
        return SetProperty(update, item, name, std::to_string(value).c_str());
    }
    bool SubmitUpdateProperties(Update update, Handle* handle) override {
        if (handle == nullptr) {
            return false;
        }
        *handle = LockedFeature<InventoryChanges>()->submit(update);
        return *handle != abi::k_SteamInventoryResultInvalid;
    }

  private:
    static const InventoryRecord* readable(Locked& world, Handle handle) {
        const InventoryRecord* record = world->get<InventoryResults>().find(handle);
        return record != nullptr && record->readable() ? record : nullptr;
    }
    template <class Begin>
    static bool of_server(Handle* handle, const Begin& begin) {
        Locked world;
        if (handle == nullptr || !world->get<InventoryResults>().serves_servers()) {
            return false;
        }
        *handle = begin(world->get<InventoryChanges>());
        return true;
    }
    static bool change(Update update, PropertyChanges::Change change) {
        Locked world;
        PropertyChanges* changes = world->get<InventoryChanges>().update(update);
        if (changes != nullptr) {
            changes->changes.push_back(std::move(change));
        }
        return changes != nullptr;
    }
};

const EveryVersion<Inventory, slots::EveryISteamInventory> kInterface;

}  // namespace

}  // namespace steamgs::simulator
