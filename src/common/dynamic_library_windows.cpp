#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include "common/dynamic_library.h"

namespace steamgs {

namespace {

std::wstring widen(const std::string& text) {
    const int source = static_cast<int>(text.size());
    const int size = MultiByteToWideChar(CP_UTF8, 0, text.data(), source, nullptr, 0);
    std::wstring wide(static_cast<size_t>(size), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), source, &wide[0], size);
    return wide;
}

std::string describe_error(DWORD code) {
    char text[512] = "";
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, code, 0,
                   text, sizeof(text), nullptr);
    return "error " + std::to_string(code) + ": " + text;
}

}  // namespace

LibraryHandle open_library(const std::string& path, std::string& error) {
    // The libraries that it needs (tier0_s64.dll, vstdlib_s64.dll) are beside it, not beside
    // python.exe.
    const bool bare = path.find_first_of("/\\") == std::string::npos;
    const DWORD flags = bare ? 0 : LOAD_WITH_ALTERED_SEARCH_PATH;
    HMODULE library = LoadLibraryExW(widen(path).c_str(), nullptr, flags);
    if (library == nullptr) {
        error = describe_error(GetLastError());
    }
    return library;
}

void* find_symbol(LibraryHandle library, const char* name) {
    return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}

LibraryHandle find_loaded_library(const char* name) { return GetModuleHandleA(name); }

std::string folder_of(const void* address) {
    HMODULE module = nullptr;
    wchar_t wide[MAX_PATH] = L"";
    const DWORD flags =
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if (!GetModuleHandleExW(flags, static_cast<const wchar_t*>(address), &module)) {
        return "";
    }
    const int size = static_cast<int>(GetModuleFileNameW(module, wide, MAX_PATH));
    std::string path(static_cast<size_t>(size) * 4, '\0');
    path.resize(static_cast<size_t>(
        WideCharToMultiByte(CP_UTF8, 0, wide, size, &path[0], size * 4, nullptr, nullptr)));
    return path.substr(0, path.find_last_of("/\\") + 1);
}

const char* steamclient_file_name() { return "steamclient64.dll"; }

}  // namespace steamgs

#endif
