// The C functions of players: steamgs/simulator_client.h over whichever client it is.
#include "features/networking/client_calls.h"

#ifdef _WIN32
#define STEAMGS_CLIENT_API __declspec(dllexport)
#else
#define STEAMGS_CLIENT_API __attribute__((visibility("default")))
#endif
#include <steamgs/simulator_client.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <mutex>

#include "features/networking/identities.h"
#include "features/networking/local_client.h"
#include "features/networking/remote_client.h"

using namespace steamgs::simulator;
using namespace steamgs::simulator::networking;

struct steamgs_sim_client {
    std::unique_ptr<Client> client;
    std::mutex mutex;
    // What did not fit into a buffer, by connection.
    std::map<uint32, ClientMessage> waiting;
    std::map<int32, ClientMessage> waiting_on;  // by channel
};

steamgs_sim_client* steamgs_sim_client_within(SimWorld* world, uint64_t steam_id) {
    auto made = std::make_unique<steamgs_sim_client>();
    made->client = std::make_unique<LocalClient>(*world, steam_id);
    return made.release();
}

steamgs_sim_client* steamgs_sim_client_open(const char* exchange, uint64_t steam_id, char* error,
                                            size_t capacity) {
    try {
        auto made = std::make_unique<steamgs_sim_client>();
        made->client = RemoteClient::open(exchange != nullptr ? exchange : "", steam_id);
        return made.release();
    } catch (const std::exception& problem) {
        write_text(problem.what(), error, capacity);
        return nullptr;
    }
}

void steamgs_sim_client_free(steamgs_sim_client* client) { delete client; }

uint32_t steamgs_sim_client_connect(steamgs_sim_client* client, const char* address,
                                    int32_t virtual_port) {
    return client->client->connect(address != nullptr ? address : "", virtual_port);
}

uint32_t steamgs_sim_client_listen(steamgs_sim_client* client, int32_t virtual_port) {
    return client->client->listen(virtual_port);
}

int32_t steamgs_sim_client_accept(steamgs_sim_client* client, uint32_t connection) {
    return client->client->accept(connection);
}

bool steamgs_sim_client_close(steamgs_sim_client* client, uint32_t connection, int32_t reason,
                              const char* text, bool linger) {
    {
        const std::lock_guard<std::mutex> lock(client->mutex);
        client->waiting.erase(connection);
    }
    return client->client->close(connection, reason, text != nullptr ? text : "", linger);
}

int32_t steamgs_sim_client_send(steamgs_sim_client* client, uint32_t connection, const void* data,
                                size_t size, int32_t flags, int32_t lane, int64_t* number) {
    if (lane < 0 || lane > 0xffff) {
        return k_EResultInvalidParam;
    }
    int64 its_number = -1;
    const EResult result =
        client->client->send(connection, data, size, flags, static_cast<uint16>(lane), its_number);
    if (number != nullptr) {
        *number = its_number;
    }
    return result;
}

int32_t steamgs_sim_client_flush(steamgs_sim_client* client, uint32_t connection) {
    return client->client->flush(connection);
}

int32_t steamgs_sim_client_receive(steamgs_sim_client* client, uint32_t connection,
                                   steamgs_sim_message* message, void* buffer, size_t capacity) {
    const std::lock_guard<std::mutex> lock(client->mutex);
    auto found = client->waiting.find(connection);
    if (found == client->waiting.end()) {
        std::vector<ClientMessage> received;
        if (!client->client->receive(connection, 1, received)) {
            return -1;
        }
        if (received.empty()) {
            return 0;
        }
        found = client->waiting.emplace(connection, std::move(received.front())).first;
    }
    const ClientMessage& first = found->second;
    *message = {first.number, static_cast<uint32_t>(first.data.size()), first.flags, first.lane};
    if (first.data.size() > capacity) {
        return -2;
    }
    std::memcpy(buffer, first.data.data(), first.data.size());
    client->waiting.erase(found);
    return 1;
}

int32_t steamgs_sim_client_lanes(steamgs_sim_client* client, uint32_t connection, int32_t count,
                                 const int32_t* priorities, const uint16_t* weights) {
    if (count < 0 || (count > 0 && (priorities == nullptr || weights == nullptr))) {
        return k_EResultInvalidParam;
    }
    return client->client->configure_lanes(connection, {priorities, priorities + count},
                                           {weights, weights + count});
}

bool steamgs_sim_client_status(steamgs_sim_client* client, uint32_t connection,
                               steamgs_sim_status* status) {
    ClientStatus now{};
    if (!client->client->status(connection, now)) {
        return false;
    }
    *status = {};
    status->state = now.state;
    status->end_reason = now.reason;
    status->ping = now.ping;
    status->pending_reliable = now.pending_reliable;
    status->pending_unreliable = now.pending_unreliable;
    status->unacknowledged = now.unacknowledged;
    write_text(now.text, status->end_text, sizeof(status->end_text));
    write_text(now.peer, status->peer, sizeof(status->peer));
    return true;
}

int32_t steamgs_sim_client_send_to(steamgs_sim_client* client, const char* identity,
                                   int32_t channel, const void* data, size_t size, int32_t flags) {
    return client->client->send_to(identity != nullptr ? identity : "", channel, data, size, flags);
}

int32_t steamgs_sim_client_receive_on(steamgs_sim_client* client, int32_t channel,
                                      steamgs_sim_message* message, char* peer,
                                      size_t peer_capacity, void* buffer, size_t capacity) {
    const std::lock_guard<std::mutex> lock(client->mutex);
    auto found = client->waiting_on.find(channel);
    if (found == client->waiting_on.end()) {
        ClientMessage received{};
        if (!client->client->receive_on(channel, received)) {
            return 0;
        }
        found = client->waiting_on.emplace(channel, std::move(received)).first;
    }
    const ClientMessage& first = found->second;
    *message = {first.number, static_cast<uint32_t>(first.data.size()), first.flags, first.lane};
    if (first.data.size() > capacity) {
        return -2;
    }
    std::memcpy(buffer, first.data.data(), first.data.size());
    write_text(first.peer, peer, peer_capacity);
    client->waiting_on.erase(found);
    return 1;
}

bool steamgs_sim_client_next_change(steamgs_sim_client* client, steamgs_sim_change* change) {
    ClientChange next{};
    if (!client->client->next_change(next)) {
        return false;
    }
    *change = {next.connection, next.old_state, next.state, next.reason, {}};
    write_text(next.text, change->end_text, sizeof(change->end_text));
    return true;
}
