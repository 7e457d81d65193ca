// The only place where steamgs uses the operating system's loader of shared libraries.
#pragma once

#include <string>

namespace steamgs {

using LibraryHandle = void*;

// NULL on failure, with the loader's own words in `error`. Paths are UTF-8 on every platform.
LibraryHandle open_library(const std::string& path, std::string& error);

// NULL if the library exports no such name.
void* find_symbol(LibraryHandle library, const char* name);

// A handle on the library of that file name if this process has it loaded already, else NULL.
LibraryHandle find_loaded_library(const char* name);

// The folder of the library or program that `address` belongs to, with a separator at its end.
std::string folder_of(const void* address);

// The file name by which Valve's libsteam_api asks the loader for its steamclient.
const char* steamclient_file_name();

}  // namespace steamgs
