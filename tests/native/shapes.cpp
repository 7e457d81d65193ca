// Callbacks and answers whose structs grew with a version of their interface: no more of them is
// read than what the version has that Steam serves. In the table that this is compiled with, two of
// ISteamUGC's are events: see tests/test_shapes.py.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../../simulator/steam_api/callback_registry.h"

// Not linked, as this has entry points of libsteam_api of its own.
#include "../../src/core/columns.h"
#include "../../src/core/listeners.cpp"

using namespace steamgs;
using namespace steamgs::abi;

namespace {

constexpr char kOlder[] = "STEAMUGC_INTERFACE_VERSION018";
constexpr char kNewer[] = "STEAMUGC_INTERFACE_VERSION021";
constexpr SteamAPICall_t kCall = 7;
constexpr uint64_t kToken = 3;

CCallbackMgr registry;

#define CHECK(holds)                                                     \
    if (!(holds)) {                                                      \
        std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds); \
        std::exit(1);                                                    \
    }

// In memory of exactly its size, where a sanitizer sees who reads beyond.
template <class Struct>
std::vector<uint8_t> bytes_of(const Struct& value) {
    std::vector<uint8_t> exact(sizeof(value));
    std::memcpy(exact.data(), &value, sizeof(value));
    return exact;
}

template <class Struct>
void say(const Struct& value) {
    registry.run(Struct::k_iCallback, bytes_of(value).data());
}

template <class Struct>
Struct installed() {
    Struct value{};
    value.m_unAppID = 480;
    value.m_nPublishedFileId = 0x1122334455667788;
    return value;
}

struct Steam {
    EventQueue queue;
    CallResults results{&queue};
    CallbackListeners listeners{&queue, &results.repeated};

    Steam() { listeners.listen(); }
    ~Steam() { listeners.stop(); }

    const Record* next() {
        queue.publish();
        queue.take();
        return queue.next();
    }
    // The only event that has come.
    const ItemInstalled020_t& item() {
        const Record* record = next();
        CHECK(record != nullptr && record->kind == kItemInstalled && record->flags == 0);
        CHECK(record->payload_size() == sizeof(ItemInstalled020_t));
        CHECK(queue.next() == nullptr);
        return *static_cast<const ItemInstalled020_t*>(record->payload());
    }
};

template <class Struct>
void answer(const char* version, bool lost) {
    Steam steam;
    CHECK(steam.results.expect(kDetailsReceived, version, kCall, kToken, 0));
    CCallbackBase* waiting = registry.take_result(kCall);
    CHECK(waiting != nullptr && waiting->GetCallbackSizeBytes() == sizeof(Struct));
    Struct value{};
    value.m_details.m_nPublishedFileId = 9;
    value.m_details.m_unNumChildren = 4;
    value.m_bCachedData = true;
    waiting->Run(bytes_of(value).data(), lost, kCall);
    const Record* record = steam.next();
    CHECK(record != nullptr && record->kind == kDetailsReceived && record->word() == kToken);
    if (lost) {
        CHECK(record->payload_size() == sizeof(int32_t));  // why, and nothing of the struct
        return;
    }
    CHECK(record->payload_size() == sizeof(SteamUGCRequestUGCDetailsResult020_t));
    const auto* got = static_cast<const SteamUGCRequestUGCDetailsResult020_t*>(record->payload());
    CHECK(got->m_details.m_nPublishedFileId == 9 && got->m_details.m_unNumChildren == 4);
    CHECK(got->m_bCachedData);
}

}  // namespace

extern "C" {
void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* one, int id) { registry.add(one, id); }
void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* one) { registry.remove(one); }
void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* one, SteamAPICall_t call) {
    registry.add_result(one, call);
}
void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* one, SteamAPICall_t call) {
    registry.remove_result(one, call);
}
}

#define CASE(name) if (std::strcmp(arguments[1], #name) == 0)

int main(int, char** arguments) {
    CASE(nobody_listens_before_a_version_is_negotiated) {
        Steam steam;
        say(installed<ItemInstalled017_t>());
        CHECK(steam.next() == nullptr);
    }
    CASE(of_an_older_version_no_more_is_read_than_it_has) {
        Steam steam;
        steam.listeners.negotiated(kOlder);
        say(installed<ItemInstalled017_t>());
        const ItemInstalled020_t& item = steam.item();
        CHECK(item.m_unAppID == 480 && item.m_nPublishedFileId == 0x1122334455667788);
        CHECK(item.m_hLegacyContent == steamgs::abi::k_UGCHandleInvalid &&
              item.m_unManifestID == 0);
    }
    CASE(of_a_newer_version_all_is_read) {
        Steam steam;
        steam.listeners.negotiated(kNewer);
        auto said = installed<ItemInstalled020_t>();
        said.m_hLegacyContent = 5;
        said.m_unManifestID = 6;
        say(said);
        const ItemInstalled020_t& item = steam.item();
        CHECK(std::memcmp(&item, &said, sizeof(said)) == 0);
    }
    CASE(each_run_has_a_version_of_its_own) {
        Steam steam;
        steam.listeners.negotiated(kNewer);
        steam.listeners.stop();
        steam.listeners.listen();
        say(installed<ItemInstalled017_t>());
        CHECK(steam.next() == nullptr);
        steam.listeners.negotiated(kOlder);
        say(installed<ItemInstalled017_t>());
        CHECK(steam.item().m_unAppID == 480);
    }
    CASE(what_a_native_listener_took_stays_taken) {
        Steam steam;
        steam.listeners.set_enabled(ItemInstalled017_t::k_iCallback, false);
        steam.listeners.negotiated(kOlder);
        say(installed<ItemInstalled017_t>());
        CHECK(steam.next() == nullptr);
        steam.listeners.set_enabled(ItemInstalled017_t::k_iCallback, true);
        say(installed<ItemInstalled017_t>());
        CHECK(steam.item().m_unAppID == 480);
    }
    CASE(another_interface_changes_nothing) {
        Steam steam;
        steam.listeners.negotiated("SteamUtils011");
        say(installed<ItemInstalled017_t>());
        CHECK(steam.next() == nullptr);
    }
    CASE(columns_are_of_the_newest_version) {
        Steam steam;
        steam.listeners.negotiated(kOlder);
        say(installed<ItemInstalled017_t>());
        steam.queue.publish();
        steam.queue.take();
        const ColumnKind& kind = column_kind_of(kItemInstalled);
        uint64_t sequence = 0, item = 0, content = 0, manifest_id = 1;
        uint32_t app_id = 0;
        ColumnRows rows{0, 1, {&sequence, &app_id, &item, &content, &manifest_id}};
        CHECK(kind.count == 5 && kind.take(rows, steam.queue, 3) == 1 && rows.count == 1);
        CHECK(sequence == 3 && app_id == 480 && manifest_id == 0);
        CHECK(content == steamgs::abi::k_UGCHandleInvalid);
        CHECK(steam.queue.next() == nullptr);
    }
    CASE(an_answer_has_the_size_of_its_version) {
        answer<SteamUGCRequestUGCDetailsResult017_t>(kOlder, false);
        answer<SteamUGCRequestUGCDetailsResult020_t>(kNewer, false);
    }
    CASE(a_lost_answer_is_not_read) {
        answer<SteamUGCRequestUGCDetailsResult017_t>(kOlder, true);
        answer<SteamUGCRequestUGCDetailsResult020_t>(kNewer, true);
    }
    return 0;
}
