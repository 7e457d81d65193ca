// Basic types of the Steamworks ABI. Part of steamgs' own declarations of it: the files of this
// folder that stand in include/steam are written by hand, the others are made from the table of
// facts.
#pragma once

#include <cstddef>
#include <cstdint>

// Tells these declarations from Valve's headers, which have the same include names.
#define STEAMGS_BUNDLED_HEADERS 1

// Valve's libraries for Windows are made by Microsoft's compiler, which has overloads in reverse,
// and passes a hidden pointer behind `this` for a result that is a class. Others must be told.
#if defined(_WIN32) && !defined(_MSC_VER)
#define STEAMGS_MICROSOFT_LAYOUT 1
#endif

#ifdef _WIN32
#define S_CALLTYPE __cdecl
#else
#define S_CALLTYPE
#endif

#if defined(STEAM_API_EXPORTS) && defined(_WIN32)
#define S_API extern "C" __declspec(dllexport)
#elif defined(STEAM_API_EXPORTS)
#define S_API extern "C" __attribute__((visibility("default")))
#elif defined(_WIN32) && !defined(STEAM_API_NODLL)
#define S_API extern "C" __declspec(dllimport)
#else
#define S_API extern "C"
#endif

using int8 = signed char;
using uint8 = unsigned char;
using int16 = short;
using uint16 = unsigned short;
using int32 = int;
using uint32 = unsigned int;
// Not int64_t, which is `long` on 64-bit Linux: overloads on the one would not take the other.
using int64 = long long;
using uint64 = unsigned long long;

// Callback structs are packed as on 32-bit: to 4 bytes, except on Windows, to 8.
#ifdef _WIN32
#define VALVE_CALLBACK_PACK_LARGE
#else
#define VALVE_CALLBACK_PACK_SMALL
#endif
