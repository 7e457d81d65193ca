#include "features/query_port.h"

#include <chrono>
#include <system_error>

namespace steamgs::simulator {

namespace {

// More than Steam's longest request: what is cut would be none of them.
constexpr size_t kBufferSize = 2048;
constexpr uint32_t kLoopback = 0x7f000001;

}  // namespace

int QueryPort::open(uint32_t ip, uint16_t port) {
    close();
    if (const int error = socket_.open(ip, port)) {
        return error;
    }
    ip_ = ip;
    port_ = socket_.port();
    process_ = current_process();
    closing_.store(false);
    try {
        thread_ = std::thread(&QueryPort::serve, this);
    } catch (const std::system_error& error) {
        socket_.close();
        return error.code().value();
    }
    return 0;
}

void QueryPort::close() {
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

bool QueryPort::lock_world() {
    // Whoever closes this may hold the mutex, and waits for this thread.
    while (!world_.try_lock()) {
        if (closing_.load()) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
}

void QueryPort::serve() {
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

}  // namespace steamgs::simulator
