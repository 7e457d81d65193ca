#include "features/networking/exchange.h"

#include <algorithm>
#include <system_error>

#include "features/networking/frames.h"
#include "features/udp_socket.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<Exchanges> kFeature("exchange");

constexpr uint32 kLoopback = 0x7f000001;
constexpr size_t kChunk = 64 * 1024;

}  // namespace

int Exchange::open(uint32 ip, uint16 port) {
    if (const int error = listener_.listen(ip, port)) {
        return error;
    }
    ip_ = ip;
    port_ = listener_.port();
    process_ = current_process();
    try {
        thread_ = std::thread(&Exchange::serve, this);
    } catch (const std::system_error& error) {
        listener_.close();
        return error.code().value();
    }
    return 0;
}

void Exchange::stop() {
    if (closing_.exchange(true) || process_ != current_process()) {
        return;
    }
    // Whoever connects ends the wait.
    TcpSocket().connect(ip_ != 0 ? ip_ : kLoopback, port_);
}

void Exchange::close() {
    if (!thread_.joinable()) {
        return;
    }
    if (process_ != current_process()) {
        thread_.detach();  // it is the parent's
        return;
    }
    stop();
    thread_.join();
}

void Exchange::serve() {
    while (!closing_.load()) {
        std::vector<const TcpSocket*> sockets = {&listener_};
        for (const auto& stream : streams_) {
            sockets.push_back(&stream->socket);
        }
        const std::vector<bool> ready = TcpSocket::wait(sockets);
        for (size_t i = streams_.size(); i > 0; --i) {
            if (ready[i] && !read(*streams_[i - 1])) {
                streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(i) - 1);
            }
        }
        if (ready[0]) {
            TcpSocket socket = listener_.accept();
            if (socket.is_open()) {
                streams_.push_back(std::unique_ptr<Stream>(
                    new Stream{std::move(socket), ServedClient(world_), ""}));
            }
        }
    }
    streams_.clear();
    listener_.close();
}

bool Exchange::read(Stream& stream) {
    char chunk[kChunk];
    const int size = stream.socket.receive(chunk, sizeof(chunk));
    if (size <= 0) {
        return false;
    }
    stream.received.append(chunk, static_cast<size_t>(size));
    return answer(stream);
}

bool Exchange::answer(Stream& stream) {
    size_t done = 0;
    constexpr size_t kHead = sizeof(uint32);
    while (stream.received.size() - done >= kHead) {
        const auto size = FrameReader(stream.received.data() + done, kHead).number<uint32>();
        if (size > kLongestFrame) {
            return false;
        }
        if (stream.received.size() - done - kHead < size) {
            break;
        }
        const std::string answer =
            stream.client.answer(stream.received.data() + done + kHead, size);
        if (answer.empty() || !stream.socket.send(answer)) {
            return false;
        }
        done += kHead + size;
    }
    stream.received.erase(0, done);
    return true;
}

void Exchanges::open(uint32 ip, uint16 port) {
    auto exchange = std::make_unique<Exchange>(world_);
    if (!exchanges_.empty()) {
        exchanges_.back()->stop();  // it is waited for when the world ends
    }
    if (const int error = exchange->open(ip, port)) {
        throw NotThere("there is no TCP port " + std::to_string(port) +
                       " for the exchange: error " + std::to_string(error));
    }
    exchanges_.push_back(std::move(exchange));
}

void Exchanges::describe(json::Object& out) const {
    out.number("exchange_port", exchanges_.empty() ? 0 : exchanges_.back()->port());
}

namespace {

constexpr Whole kPort = {"a port", 0, 65535};

struct Place {
    uint32 address = kLoopback;
    uint16 port = 0;
};

const CommandOf<Place> kOpenExchange = {
    "open_exchange",
    "Opens a TCP port of this machine, at which players in other processes find this Steam.",
    [] {
        return std::vector{
            field("address", &Place::address, Address{}, "IPv4; 127.0.0.1 if missing"),
            field("port", &Place::port, kPort, "the port; a free one if missing"),
        };
    },
    [](World& world, const Place& row) { world.get<Exchanges>().open(row.address, row.port); }};

}  // namespace

}  // namespace steamgs::simulator::networking
