// What the test programs ask of the operating system: loading libraries, and setting variables.
#pragma once

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include <cstdlib>
#include <string>

namespace loading {

#ifdef _WIN32

inline void* open(const char* path) {
    return LoadLibraryExA(path, nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
}
inline void* find(void* library, const char* name) {
    return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}
inline std::string error() { return "error " + std::to_string(GetLastError()); }
// For libraries of this C runtime and of others; an empty value removes the variable.
inline void set_variable(const char* name, const char* value) {
    _putenv_s(name, value);
    SetEnvironmentVariableA(name, *value == '\0' ? nullptr : value);
}

#else

inline void* open(const char* path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }
inline void* find(void* library, const char* name) { return dlsym(library, name); }
inline std::string error() { return dlerror(); }
inline void set_variable(const char* name, const char* value) {
    *value == '\0' ? unsetenv(name) : setenv(name, value, 1);
}

#endif

}  // namespace loading
