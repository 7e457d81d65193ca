#ifndef _WIN32

#include <dlfcn.h>

#include "common/dynamic_library.h"

namespace steamgs {

LibraryHandle open_library(const std::string& path, std::string& error) {
    // Local: two libsteam_apis in one process must not resolve each other's symbols.
    LibraryHandle library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* reason = dlerror();
        error = reason != nullptr ? reason : "unknown error of dlopen";
    }
    return library;
}

void* find_symbol(LibraryHandle library, const char* name) { return dlsym(library, name); }

LibraryHandle find_loaded_library(const char* name) {
    return dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
}

std::string folder_of(const void* address) {
    Dl_info info;
    if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) {
        return "";
    }
    const std::string path = info.dli_fname;
    return path.substr(0, path.rfind('/') + 1);
}

const char* steamclient_file_name() {
#ifdef __APPLE__
    return "steamclient.dylib";
#else
    return "steamclient.so";
#endif
}

}  // namespace steamgs

#endif
