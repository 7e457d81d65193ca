#include "features/query_port.h"

#include <chrono>
#include <cstdio>
#include <system_error>

#include "features/browser.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<QueryPort> kFeature("query_port");

// More than Steam's longest request: what is cut would be none of them.
constexpr size_t kBufferSize = 2048;
constexpr uint32_t kLoopback = 0x7f000001;

}  // namespace

int QuerySocket::open(uint32_t ip, uint16_t port) {
    close();
    if (const int error = socket_.open(ip, port)) {
        return error;
    }
    ip_ = ip;
    port_ = socket_.port();
    process_ = current_process();
    closing_.store(false);
    try {
        thread_ = std::thread(&QuerySocket::serve, this);
    } catch (const std::system_error& error) {
        socket_.close();
        return error.code().value();
    }
    return 0;
}

void QuerySocket::close() {
    if (!thread_.joinable()) {
        return;
    }
    if (process_ != current_process()) {
        thread_.detach();  // it is the parent's
        socket_.close();
        return;
    }
    closing_.store(true);
    // Any packet ends the wait for one.
    socket_.send("", ip_ != 0 ? ip_ : kLoopback, port_);
    thread_.join();
    socket_.close();
}

bool QuerySocket::lock_world() {
    // Whoever closes this may hold the mutex, and waits for this thread.
    while (!world_.try_lock()) {
        if (closing_.load()) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
}

void QuerySocket::serve() {
    char buffer[kBufferSize];
    while (!closing_.load()) {
        uint32_t ip = 0;
        uint16_t port = 0;
        const int size = socket_.receive(buffer, sizeof(buffer), ip, port);
        if (size <= 0 || !lock_world()) {
            continue;
        }
        const std::vector<std::string> answers =
            answers_(std::string(buffer, static_cast<size_t>(size)), ip, port);
        world_.unlock();
        for (const std::string& answer : answers) {
            socket_.send(answer, ip, port);
        }
    }
}

QueryPort::QueryPort(World& world)
    : world_(world),
      socket_(world.mutex, [&browser = world.get<ServerBrowser>()](const std::string& packet,
                                                                   uint32 ip, uint16 port) {
          return browser.answers(packet, ip, port);
      }) {}

bool QueryPort::open(uint16& port) {
    if (!enabled || port == STEAMGAMESERVER_QUERY_PORT_SHARED) {
        return true;
    }
    error_ = socket_.open(address, port);
    if (error_ != 0 && world_.tells_of_trouble) {
        std::fprintf(stderr, "the simulated Steam can't open UDP port %u: error %d\n", port,
                     error_);
    }
    port = socket_.port();
    return error_ == 0;
}

void QueryPort::describe(json::Object& out) const {
    out.flag("query_port_open", socket_.is_open())
        .number("query_port_error", static_cast<uint64>(error_));
}

namespace {

struct Host {
    uint32 address = kLoopback;
    bool enabled = true;
};

const CommandOf<Host> kSetQueryHost = {
    "set_query_host",
    "Sets where servers that start later can be queried.",
    [] {
        return std::vector{
            field("address", &Host::address, Address{}, "IPv4; 127.0.0.1 if missing"),
            field("enabled", &Host::enabled, Flag{},
                  "whether servers can be queried; true if missing"),
        };
    },
    [](World& world, const Host& row) {
        auto& port = world.get<QueryPort>();
        port.address = row.address;
        port.enabled = row.enabled;
    },
    {"query_host"}};

}  // namespace

}  // namespace steamgs::simulator
