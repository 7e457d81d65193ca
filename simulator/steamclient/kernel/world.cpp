#include "kernel/world.h"

#include <cstdio>
#include <cstdlib>

#include "kernel/stay_loaded.h"

namespace steamgs::simulator {

namespace {

std::atomic<World*> armed{nullptr};

}  // namespace

World::World(uint64 seed, bool manual_clock)
    : backend(seed, manual_clock),
      logon(backend),
      auth(backend, logon, users),
      calls(backend),
      community(backend, logon, users, auth, calls),
      stats(backend, logon, users, auth, calls),
      browser(backend, logon, auth),
      query_port(mutex, [this](const std::string& packet, uint32 ip, uint16 port) {
          return browser.answers(packet, ip, port);
      }) {
    logon.on_connected = [this] { auth.on_connected(); };
}

void World::server_starts() {
    server_goes();
    has_server = true;
    query_port_error = 0;
}

void World::server_goes() {
    query_port.close();
    has_server = false;
    backend.forget_scheduled();
    backend.queue.discard();
    logon.reset();
    auth.reset();
    calls.reset();
    community.reset();
    stats.reset();
    browser.reset();
    warning_hook.store(nullptr);
}

bool World::next_callback(CallbackMsg_t* message) {
    const Record* record = backend.queue.next();
    if (record == nullptr) {
        if (backend.something_due()) {
            std::lock_guard<std::mutex> lock(mutex);
            backend.run_due();
        }
        record = backend.queue.take() ? backend.queue.next() : nullptr;
    }
    if (record == nullptr) {
        return false;
    }
    message->m_hSteamUser = 1;
    message->m_iCallback = record->kind;
    message->m_pubParam = static_cast<uint8*>(const_cast<void*>(record->payload()));
    message->m_cubParam = static_cast<int>(record->payload_size());
    return true;
}

bool World::open_query_port() {
    uint16& port = browser.state.query_port;
    if (!has_query_socket || port == STEAMGAMESERVER_QUERY_PORT_SHARED) {
        return true;
    }
    query_port_error = query_port.open(query_ip, port);
    if (query_port_error != 0 && tells_of_trouble) {
        std::fprintf(stderr, "the simulated Steam can't open UDP port %u: error %d\n", port,
                     query_port_error);
    }
    port = query_port.port();
    return query_port_error == 0;
}

void World::report_not_simulated(const char* method) {
    {
        std::lock_guard<std::mutex> lock(mutex);
        if (!not_simulated_methods.insert(method).second) {
            return;
        }
    }
    warn(1, (std::string("the simulator does not simulate ") + method).c_str());
}

void World::warn(int severity, const char* text) {
    if (auto hook = warning_hook.load()) {
        hook(severity, text);
    }
}

World* armed_world() noexcept { return armed.load(std::memory_order_acquire); }

void arm(World* world) noexcept {
    if (world != nullptr) {
        stay_loaded();
    }
    armed.store(world, std::memory_order_release);
}

}  // namespace steamgs::simulator
