#include "game_server_context.h"

#include <cstring>

namespace steamgs::simulator {

namespace {

// Flags of ISteamGameServer::InitGameServer.
constexpr uint32 kSecure = 0x2;
constexpr uint32 kNoAuthentication = 0x20;

uint32 flags_of(EServerMode mode) {
    switch (mode) {
        case eServerModeAuthenticationAndSecure:
            return kSecure;
        case eServerModeNoAuthentication:
            return kNoAuthentication;
        default:
            return 0;
    }
}

}  // namespace

ESteamAPIInitResult GameServerContext::init(const InitRequest& request, std::string& message) {
    ++generation_;
    return connect(request, message);
}

ESteamAPIInitResult GameServerContext::connect(const InitRequest& request, std::string& message) {
    client_ = load_steamclient(message);
    if (client_ == nullptr) {
        return k_ESteamAPIInitResult_FailedGeneric;
    }
    steam_client_ = static_cast<ISteamClient*>(
        client_->create_interface(STEAMCLIENT_INTERFACE_VERSION, nullptr));
    if (steam_client_ == nullptr) {
        message = "No " STEAMCLIENT_INTERFACE_VERSION;
        return k_ESteamAPIInitResult_FailedGeneric;
    }
    SteamIPAddress_t ip{};
    ip.m_unIPv4 = request.ip;
    ip.m_eType = k_ESteamIPTypeIPv4;
    steam_client_->SetLocalIPBinding(ip, 0);
    user_ = steam_client_->CreateLocalUser(&pipe_, k_EAccountTypeGameServer);
    if (user_ == 0) {
        message = "CreateLocalUser failed";
        return k_ESteamAPIInitResult_FailedGeneric;
    }
    if (const char* unknown = first_unknown(request.interfaces)) {
        message = std::string("No ") + unknown;
        return k_ESteamAPIInitResult_VersionMismatch;
    }
    server_ = static_cast<ISteamGameServer*>(find_interface(STEAMGAMESERVER_INTERFACE_VERSION));
    auto* utils = static_cast<ISteamUtils*>(find_interface(STEAMUTILS_INTERFACE_VERSION));
    if (server_ == nullptr || utils == nullptr) {
        message = std::string("No ") + (server_ == nullptr ? STEAMGAMESERVER_INTERFACE_VERSION
                                                           : STEAMUTILS_INTERFACE_VERSION);
        return k_ESteamAPIInitResult_VersionMismatch;
    }
    const AppId_t app_id = utils->GetAppID();
    if (app_id == k_uAppIdInvalid) {
        message = "Can't determine AppID";
        return k_ESteamAPIInitResult_FailedGeneric;
    }
    if (!server_->InitGameServer(request.ip, request.game_port, request.query_port,
                                 flags_of(request.mode), app_id, request.version)) {
        message = "InitGameServer failed";
        return k_ESteamAPIInitResult_FailedGeneric;
    }
    return k_ESteamAPIInitResult_OK;
}

const char* GameServerContext::first_unknown(const char* interfaces) const {
    if (interfaces == nullptr || client_->is_known_interface == nullptr) {
        return nullptr;
    }
    for (const char* name = interfaces; *name != '\0'; name += std::strlen(name) + 1) {
        if (!client_->is_known_interface(name)) {
            if (client_->notify_missing_interface != nullptr) {
                client_->notify_missing_interface(pipe_, name);
            }
            return name;
        }
    }
    return nullptr;
}

void GameServerContext::shutdown() {
    if (steam_client_ == nullptr) {
        return;
    }
    if (server_ != nullptr && server_->BLoggedOn()) {
        server_->LogOff();
    }
    if (user_ != 0) {
        steam_client_->ReleaseUser(pipe_, user_);
        steam_client_->BReleaseSteamPipe(pipe_);
        steam_client_->BShutdownIfAllPipesClosed();
    }
    steam_client_ = nullptr;
    server_ = nullptr;
    pipe_ = 0;
    user_ = 0;
    ++generation_;
}

void* GameServerContext::find_interface(const char* version) {
    if (steam_client_ == nullptr || user_ == 0) {
        return nullptr;
    }
    return steam_client_->GetISteamGenericInterface(user_, pipe_, version);
}

void GameServerContext::run_callbacks() {
    automatic_ = true;
    if (running_ || manual_ || user_ == 0) {
        return;
    }
    running_ = true;
    CallbackMsg_t message;
    while (user_ != 0 && client_->get_callback(pipe_, &message, nullptr)) {
        dispatch(message);
        // A listener that keeps the pointer would read what is no longer there: make that plain.
        std::memset(message.m_pubParam, 0, static_cast<size_t>(message.m_cubParam));
        client_->free_last_callback(pipe_);
    }
    running_ = false;
}

void GameServerContext::dispatch(const CallbackMsg_t& message) {
    registry_.run(message.m_iCallback, message.m_pubParam);
    if (message.m_iCallback == SteamAPICallCompleted_t::k_iCallback) {
        SteamAPICallCompleted_t completed;
        std::memcpy(&completed, message.m_pubParam, sizeof(completed));
        dispatch_call_result(completed.m_hAsyncCall);
    }
}

void GameServerContext::dispatch_call_result(SteamAPICall_t call) {
    CCallbackBase* listener = registry_.take_result(call);
    if (listener == nullptr) {
        return;
    }
    const int size = listener->GetCallbackSizeBytes();
    result_buffer_.assign(static_cast<size_t>(size), 0);
    bool failed = true;
    client_->get_call_result(pipe_, call, result_buffer_.data(), size,
                             CCallbackMgr::id_of(listener), &failed);
    listener->Run(result_buffer_.data(), failed, call);
}

bool GameServerContext::choose_manual_dispatch() {
    // Before the server has started, Valve's library forgets the choice.
    manual_ = manual_ || (!automatic_ && user_ != 0);
    return manual_ || user_ == 0;
}

bool GameServerContext::next_callback(CallbackMsg_t* message) {
    return manual_ && user_ != 0 && client_->get_callback(pipe_, message, nullptr);
}

void GameServerContext::free_last_callback() {
    if (manual_ && user_ != 0) {
        client_->free_last_callback(pipe_);
    }
}

bool GameServerContext::call_result(SteamAPICall_t call, void* out, int size, int expected,
                                    bool* failed) {
    return manual_ && user_ != 0 &&
           client_->get_call_result(pipe_, call, out, size, expected, failed);
}

}  // namespace steamgs::simulator
