// ISteamClient in the versions that game servers of SDK 1.56 to 1.65 ask for.
#include <atomic>
#include <cstring>
#include <string>

#include "features/browser.h"
#include "interfaces/interfaces.h"
#include "interfaces/slots.h"
#include "kernel/world.h"

namespace steamgs::simulator {

namespace {

constexpr HSteamPipe kPipe = 1;
constexpr HSteamUser kUser = 1;

HSteamPipe create_pipe(void*) { return kPipe; }
bool release_pipe(void*, HSteamPipe) { return true; }
HSteamUser connect_to_global_user(void*, HSteamPipe) { return 0; }  // no Steam client runs here

HSteamUser create_local_user(void*, HSteamPipe* pipe, EAccountType) {
    World* world = armed_world();
    if (world == nullptr) {
        return 0;
    }
    std::lock_guard<std::mutex> lock(world->mutex);
    world->server_starts();
    *pipe = kPipe;
    return kUser;
}

void release_user(void*, HSteamPipe, HSteamUser) {
    if (armed_world() != nullptr) {
        Locked()->server_goes();
    }
}

void* get_interface(void*, HSteamUser, HSteamPipe, const char* version) {
    return generic_interface(version);
}
void* get_utils(void*, HSteamPipe, const char* version) { return generic_interface(version); }

void set_local_ip_binding(void*, const SteamIPAddress_t&, uint16) {}
void run_frame(void*) {}
uint32 get_ipc_call_count(void*) { return 0; }
void set_warning_hook(void*, SteamAPIWarningMessageHook_t hook) {
    armed_world()->warning_hook.store(hook);
}
bool shutdown_if_all_pipes_closed(void*) { return true; }
void ignore_function(void*, void*) {}
void destroy_all_interfaces(void*) {}

// What SteamClient021 and 020 have more than SteamClient023.
struct Extra {
    bool game_search_and_music_remote;
    bool unified_messages_and_app_list;
};

std::vector<Slot> client_slots(Extra extra) {
    const Slot get = slot(get_interface);
    std::vector<Slot> slots = {
        slot(create_pipe),
        slot(release_pipe),
        slot(connect_to_global_user),
        slot(create_local_user),
        slot(release_user),
        get,  // User
        get,  // GameServer
        slot(set_local_ip_binding),
        get,  // Friends
        slot(get_utils),
        get,  // Matchmaking
        get,  // MatchmakingServers
        get,  // GenericInterface
        get,  // UserStats
        get,  // GameServerStats
        get,  // Apps
        get,  // Networking
        get,  // RemoteStorage
        get,  // Screenshots
    };
    const auto add = [&slots](std::initializer_list<Slot> more) {
        slots.insert(slots.end(), more);
    };
    const auto add_if = [&slots](bool wanted, Slot one) {
        slots.insert(slots.end(), wanted ? 1 : 0, one);
    };
    add_if(extra.game_search_and_music_remote, get);  // GameSearch
    add({slot(run_frame), slot(get_ipc_call_count), slot(set_warning_hook),
         slot(shutdown_if_all_pipes_closed)});
    add({get});                                        // HTTP
    add_if(extra.unified_messages_and_app_list, get);  // UnifiedMessages
    add({get, get});                                   // Controller, UGC
    add_if(extra.unified_messages_and_app_list, get);  // AppList
    add({get});                                        // Music
    add_if(extra.game_search_and_music_remote, get);   // MusicRemote
    add({get});                                        // HTMLSurface
    add({slot(ignore_function), slot(ignore_function), slot(ignore_function)});
    add({get, get, get, get, get, get});  // Inventory ... RemotePlay
    add({slot(destroy_all_interfaces)});
    return slots;
}

}  // namespace

void* steam_client_interface(const char* version) {
    static SlotTable client020(client_slots({true, true}));
    static SlotTable client021(client_slots({true, false}));
    static SlotTable client023(client_slots({false, false}));
    const std::string name = version;
    if (name == "SteamClient020") {
        return client020.interface();
    }
    if (name == "SteamClient021") {
        return client021.interface();
    }
    return name == STEAMCLIENT_INTERFACE_VERSION ? client023.interface() : nullptr;
}

namespace {

const Behaviour kNoUtils010 = {"no_utils_010", "SteamUtils010 is not served to the game"};
const Behaviour kNoUtils011 = {"no_utils_011", "SteamUtils011 is not served to the game"};

// libsteam_api asks for a version of its own before it initialises the server, and needs it.
bool withheld(const std::string& version) {
    Locked world;
    const Behaviours& behaviours = world->backend.behaviours;
    const bool none = (version == "SteamUtils010" && behaviours.has(kNoUtils010)) ||
                      (version == "SteamUtils011" && behaviours.has(kNoUtils011));
    return none && world->get<ServerBrowser>().state.app_id != 0;
}

}  // namespace

void* generic_interface(const char* version) {
    if (armed_world() == nullptr || version == nullptr) {
        return nullptr;
    }
    const std::string name = version;
    if (name == STEAMGAMESERVER_INTERFACE_VERSION) {
        return game_server_interface();
    }
    if (name == STEAMGAMESERVERSTATS_INTERFACE_VERSION) {
        return game_server_stats_interface();
    }
    if (void* utils = steam_utils_interface(version)) {
        return withheld(name) ? nullptr : utils;
    }
    armed_world()->report_not_simulated(version);
    return nullptr;
}

}  // namespace steamgs::simulator
