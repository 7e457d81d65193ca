// A game server in plain C++ that knows nothing of steamgs: it uses libsteam_api as any does, and
// says what it hears.
//
// usage: plain_server LIBSTEAM_API SECONDS STEAM_ID TICKET_FILE
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "steam/steam_gameserver.h"

namespace {

void* library;

template <class Function>
Function find(const char* name) {
    auto function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) {
        std::fprintf(stderr, "no %s\n", name);
        std::exit(1);
    }
    return function;
}

struct Server {
    CCallback<Server, SteamServersConnected_t, true> connected{this, &Server::on_connected};
    CCallback<Server, SteamServersDisconnected_t, true> lost{this, &Server::on_lost};
    CCallback<Server, SteamServerConnectFailure_t, true> failed{this, &Server::on_failed};
    CCallback<Server, ValidateAuthTicketResponse_t, true> verdict{this, &Server::on_verdict};
    CCallback<Server, GSClientKick_t, true> kick{this, &Server::on_kick};

    void on_connected(SteamServersConnected_t*) { std::puts("connected"); }
    void on_lost(SteamServersDisconnected_t* event) { std::printf("lost %d\n", event->m_eResult); }
    void on_failed(SteamServerConnectFailure_t* event) {
        std::printf("failed %d %d\n", event->m_eResult, event->m_bStillRetrying);
    }
    void on_verdict(ValidateAuthTicketResponse_t* event) {
        std::printf("verdict %llu %d\n",
                    static_cast<unsigned long long>(event->m_SteamID.ConvertToUint64()),
                    event->m_eAuthSessionResponse);
    }
    void on_kick(GSClientKick_t* event) { std::printf("kick %d\n", event->m_eDenyReason); }
};

}  // namespace

S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id) {
    find<void (*)(CCallbackBase*, int)>("SteamAPI_RegisterCallback")(callback, id);
}
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback) {
    find<void (*)(CCallbackBase*)>("SteamAPI_UnregisterCallback")(callback);
}

int main(int argc, char** argv) {
    library = argc == 5 ? dlopen(argv[1], RTLD_NOW) : nullptr;
    if (library == nullptr) {
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    char message[1024] = "";
    auto init = find<int (*)(uint32, uint16, uint16, int, const char*, const char*, char*)>(
        "SteamInternal_GameServer_Init_V2");
    if (init(0, 27015, 0xffff, 3, "1.0.0.0", nullptr, message) != 0) {
        std::printf("no start: %s\n", message);
        return 1;
    }
    Server server;
    auto user = find<HSteamUser (*)()>("SteamGameServer_GetHSteamUser")();
    auto& steam = *static_cast<ISteamGameServer*>(find<void* (*)(HSteamUser, const char*)>(
        "SteamInternal_FindOrCreateGameServerInterface")(user, STEAMGAMESERVER_INTERFACE_VERSION));
    steam.LogOnAnonymous();
    std::ifstream file(argv[4], std::ios::binary);
    const std::string ticket{std::istreambuf_iterator<char>(file), {}};
    steam.BeginAuthSession(ticket.data(), static_cast<int>(ticket.size()),
                           CSteamID(static_cast<uint64>(std::strtoull(argv[3], nullptr, 10))));
    auto run = find<void (*)()>("SteamGameServer_RunCallbacks");
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(static_cast<int>(std::atof(argv[2]) * 1000));
    while (std::chrono::steady_clock::now() < end) {
        run();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::puts("done");
    find<void (*)()>("SteamGameServer_Shutdown")();
    return 0;
}
