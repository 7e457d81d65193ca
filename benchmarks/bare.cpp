// What C++ does by itself, for those who measure how much more Python takes; called by ctypes.
// ISteamGameServer* is what libsteam_api's accessor gives.
#include <Python.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "common/steam.h"
#include "steamgs/abi/isteamnetworkingsockets.h"
#include "steamgs/abi/isteamnetworkingutils.h"

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

namespace abi = steamgs::abi;

abi::SteamNetworkingMessage_t* message_to(void* utils, uint32_t connection, const void* data,
                                          int size) {
    auto* message = static_cast<abi::ISteamNetworkingUtils004*>(utils)->AllocateMessage(size);
    message->m_conn = connection;
    message->m_nFlags = abi::k_nSteamNetworkingSend_Reliable;
    std::memcpy(message->m_pData, data, static_cast<size_t>(size));
    return message;
}

// `newer` says that SendMessages has its bool.
void send_all(void* sockets, bool newer, abi::SteamNetworkingMessage_t** messages, int count,
              int64* results) {
    if (newer) {
        static_cast<abi::ISteamNetworkingSockets013*>(sockets)->SendMessages(count, messages,
                                                                             results, true);
    } else {
        static_cast<abi::ISteamNetworkingSockets012*>(sockets)->SendMessages(count, messages,
                                                                             results);
    }
}

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

// What a loop over messages does: it reads the same three fields as a batch's columns are, and
// releases them. `sockets` and `utils` are interfaces.
S_API int64_t bare_receive(void* sockets, uint32_t group, int at_once, size_t count) {
    auto* steam = static_cast<abi::ISteamNetworkingSockets012*>(sockets);
    std::vector<abi::SteamNetworkingMessage_t*> messages(static_cast<size_t>(at_once));
    int64_t sum = 0;
    for (size_t received = 0; received < count;) {
        const int got = steam->ReceiveMessagesOnPollGroup(group, messages.data(), at_once);
        if (got <= 0) {
            return -1;
        }
        for (int i = 0; i < got; ++i) {
            sum += messages[i]->m_conn + messages[i]->m_nConnUserData + messages[i]->m_cbSize;
            messages[i]->m_pfnRelease(messages[i]);
        }
        received += static_cast<size_t>(got);
    }
    return sum;
}

// One message to each connection, in one call; how many were taken.
S_API size_t bare_send(void* sockets, bool newer, void* utils, const uint32_t* connections,
                       size_t count, const void* data, int size) {
    std::vector<abi::SteamNetworkingMessage_t*> messages(count);
    std::vector<int64> results(count);
    for (size_t i = 0; i < count; ++i) {
        messages[i] = message_to(utils, connections[i], data, size);
    }
    send_all(sockets, newer, messages.data(), static_cast<int>(count), results.data());
    size_t taken = 0;
    for (const int64 result : results) {
        taken += result > 0 ? 1 : 0;
    }
    return taken;
}

// An echo server: it ticks, sends back what has come, and pauses for so many seconds.
S_API void bare_echo(void* sockets, bool newer, void* utils, uint32_t group, void (*tick)(),
                     int at_once, size_t count, double pause) {
    auto* steam = static_cast<abi::ISteamNetworkingSockets012*>(sockets);
    std::vector<abi::SteamNetworkingMessage_t*> messages(static_cast<size_t>(at_once));
    std::vector<int64> results(messages.size());
    while (count > 0) {
        tick();
        for (int got;
             (got = steam->ReceiveMessagesOnPollGroup(group, messages.data(), at_once)) > 0;) {
            for (int i = 0; i < got; ++i) {
                abi::SteamNetworkingMessage_t* came = messages[i];
                messages[i] = message_to(utils, came->m_conn, came->m_pData, came->m_cbSize);
                came->m_pfnRelease(came);
            }
            send_all(sockets, newer, messages.data(), got, results.data());
            count -= static_cast<size_t>(got);
        }
        std::this_thread::sleep_for(std::chrono::duration<double>(pause));
    }
}
