#ifndef _WIN32

#include <dlfcn.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

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
#ifdef __APPLE__
    // There, a library is known by the name in it, such as @rpath/steamclient.dylib, and by its
    // path.
    const std::string end = std::string("/") + name;
    for (uint32_t image = 0; image < _dyld_image_count(); ++image) {
        const char* loaded = _dyld_get_image_name(image);
        const std::string path = loaded != nullptr ? loaded : "";
        if (path.size() > end.size() &&
            path.compare(path.size() - end.size(), end.size(), end) == 0) {
            return dlopen(loaded, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
        }
    }
    return nullptr;
#else
    return dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
#endif
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
