// Fuzzes callback records of any id and any size, from Steam to the queue: the simulated
// steamclient, the dispatcher, steamgs' CCallback listeners. Bytes of a record that were never said
// are zeros, and nobody reads beyond what a record has.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "../../simulator/steam_api/callback_registry.h"
#include "core/fields.h"
#include "kernel/control.h"
#include "kernel/world.h"

// Not linked, as other targets do not have what it calls: the entry points of libsteam_api below.
#include "../../src/core/listeners.cpp"

namespace {

CCallbackMgr registry;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

struct Said {
    uint16_t kind;
    size_t size;
    std::string bytes;
};

// What is expected in the queue for a record of this id, if anybody listens to it.
bool expected(int id, const std::string& bytes, Said& said) {
    switch (id) {
#define STEAMGS_CALLBACK(kind, struct_name, number)                                        \
    case number:                                                                           \
        said = {steamgs::kind, sizeof(struct_name), bytes.substr(0, sizeof(struct_name))}; \
        said.bytes.resize(said.size);                                                      \
        return true;
#include "common/callback_table.inc"
#undef STEAMGS_CALLBACK
        default:
            return false;
    }
}

// Hands a record over in memory of exactly its size, where a sanitizer sees who reads beyond.
void dispatch(const CallbackMsg_t& message) {
    std::vector<uint8_t> exact(message.m_pubParam, message.m_pubParam + message.m_cubParam);
    exact.shrink_to_fit();
    registry.run(message.m_iCallback, exact.data());
}

// Fields whose values are nobody's to choose are read as bytes: any value of them is defined.
void read_fields(const steamgs::Record& record) {
    switch (record.kind) {
        case steamgs::kValidateAuthTicketResponse: {
            const auto* event = static_cast<const ValidateAuthTicketResponse_t*>(record.payload());
            steamgs::read_id(event->m_SteamID);
            steamgs::read_enum(event->m_eAuthSessionResponse);
            break;
        }
        case steamgs::kClientGroupStatus: {
            const auto* event = static_cast<const GSClientGroupStatus_t*>(record.payload());
            steamgs::read_flag(event->m_bMember);
            steamgs::read_flag(event->m_bOfficer);
            break;
        }
        default:
            break;
    }
}

}  // namespace

extern "C" {
void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* one, int id) { registry.add(one, id); }
void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* one) { registry.remove(one); }
void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* one, SteamAPICall_t call) {
    registry.add_result(one, call);
}
void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* one, SteamAPICall_t call) {
    registry.remove_result(one, call);
}
}

// Input: records of two bytes of id, one of size, then so many bytes (or as many as are left).
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static steamgs::simulator::World world(1, true);
    steamgs::EventQueue queue;
    steamgs::AllRepeatedAnswers repeated;
    steamgs::CallbackListeners listeners(&queue, &repeated);
    listeners.listen();
#define STEAMGS_SHAPE(kind, version, struct_name)                                          \
    if (version != nullptr && std::is_same_v<struct_name, steamgs::Newest<struct_name>>) { \
        listeners.negotiated(version);                                                     \
    }
#include "common/shape_table.inc"
#undef STEAMGS_SHAPE
    std::vector<Said> all;
    while (size >= 3) {
        const int id = data[0] | data[1] << 8;
        const size_t length = std::min<size_t>(data[2], size - 3);
        const std::string bytes(reinterpret_cast<const char*>(data + 3), length);
        steamgs_sim_post(&world, id, bytes.data(), bytes.size(), 1);
        Said said;
        if (expected(id, bytes, said)) {
            all.push_back(said);
        }
        data += 3 + length;
        size -= 3 + length;
    }
    CallbackMsg_t message;
    while (world.next_callback(&message)) {
        dispatch(message);
    }
    queue.publish();
    queue.take();
    for (const Said& said : all) {
        const steamgs::Record* record = queue.next();
        require(record != nullptr && record->kind == said.kind);
        require(record->payload_size() == said.size);
        require(std::memcmp(record->payload(), said.bytes.data(), said.size) == 0);
        read_fields(*record);
    }
    require(queue.next() == nullptr);
    listeners.stop();
    return 0;
}
