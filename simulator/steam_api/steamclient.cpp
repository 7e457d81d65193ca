#include "steamclient.h"

#include "common/dynamic_library.h"

namespace steamgs::simulator {

namespace {

template <class Function>
bool resolve(LibraryHandle library, const char* name, Function& out) {
    out = reinterpret_cast<Function>(find_symbol(library, name));
    return out != nullptr;
}

}  // namespace

const Steamclient* load_steamclient(std::string& message) {
    static Steamclient client;
    if (client.create_interface != nullptr) {
        return &client;
    }
    const std::string name = steamclient_file_name();
    LibraryHandle library = find_loaded_library(name.c_str());
    if (library == nullptr) {
        const std::string path = folder_of(reinterpret_cast<const void*>(&load_steamclient)) + name;
        std::string reason;
        library = open_library(path, reason);
        if (library == nullptr) {
            message = "Failed to load module '" + path + "'";
            return nullptr;
        }
    }
    Steamclient found;
    const bool complete = resolve(library, "CreateInterface", found.create_interface) &&
                          resolve(library, "Steam_BGetCallback", found.get_callback) &&
                          resolve(library, "Steam_FreeLastCallback", found.free_last_callback) &&
                          resolve(library, "Steam_GetAPICallResult", found.get_call_result);
    if (!complete) {
        message = "Unable to locate interface factory in " + name + ".";
        return nullptr;
    }
    resolve(library, "Steam_IsKnownInterface", found.is_known_interface);
    resolve(library, "Steam_NotifyMissingInterface", found.notify_missing_interface);
    resolve(library, "Steam_ReleaseThreadLocalMemory", found.release_thread_memory);
    client = found;
    return &client;
}

}  // namespace steamgs::simulator
