// What C++ does by itself, for those who measure how much more Python takes; called by ctypes.
// ISteamGameServer* is what libsteam_api's accessor gives.
#include <Python.h>

#include <cstdint>

#include "common/steam.h"

// It comes with valgrind; nothing can be counted without that.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS
#endif

namespace {

PyObject* no_op(PyObject*, PyObject*) { Py_RETURN_NONE; }

PyMethodDef no_op_definition = {"no_op", no_op, METH_NOARGS, nullptr};

}  // namespace

// Callgrind counts from one to the other, and writes a file at the end.
S_API void bare_count_from() { CALLGRIND_ZERO_STATS; }
S_API void bare_count_to() { CALLGRIND_DUMP_STATS; }

// The cheapest call that Python can make.
S_API PyObject* bare_no_op() { return PyCFunction_New(&no_op_definition, nullptr); }

S_API void bare_ticks(void (*run_callbacks)(), size_t count) {
    for (size_t i = 0; i < count; ++i) {
        run_callbacks();
    }
}

// Tickets of one size stand behind one another. How many are not refused at once.
S_API size_t bare_begin(ISteamGameServer* steam, const uint64_t* players, const char* tickets,
                        size_t ticket_size, size_t count) {
    size_t begun = 0;
    for (size_t i = 0; i < count; ++i) {
        const auto result = steam->BeginAuthSession(
            tickets + i * ticket_size, static_cast<int>(ticket_size), CSteamID(players[i]));
        begun += result == k_EBeginAuthSessionResultOK ? 1 : 0;
    }
    return begun;
}

S_API void bare_end(ISteamGameServer* steam, const uint64_t* players, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        steam->EndAuthSession(CSteamID(players[i]));
    }
}

S_API void bare_update(ISteamGameServer* steam, const uint64_t* players, const char* const* names,
                       size_t count) {
    for (size_t i = 0; i < count; ++i) {
        steam->BUpdateUserData(CSteamID(players[i]), names[i], static_cast<uint32>(i));
    }
}
