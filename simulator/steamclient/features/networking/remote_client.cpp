#include "features/networking/remote_client.h"

#include <stdexcept>

#include "features/networking/identities.h"

namespace steamgs::simulator::networking {

namespace {

FrameWriter call(Call which) { return FrameWriter().number(static_cast<uint8>(which)); }

FrameWriter call(Call which, uint32 connection) { return call(which).number(connection); }

}  // namespace

std::unique_ptr<RemoteClient> RemoteClient::open(const std::string& exchange, uint64 steam_id) {
    SteamNetworkingIPAddr address{};
    if (!parse(exchange, address) || !is_ipv4(address) || address.m_port == 0) {
        throw std::runtime_error("an exchange is an address such as 127.0.0.1:27500, not '" +
                                 exchange + "'");
    }
    std::unique_ptr<RemoteClient> client(new RemoteClient());
    if (const int error = client->socket_.connect(ipv4_of(address), address.m_port)) {
        throw std::runtime_error("there is no exchange at " + exchange + ": error " +
                                 std::to_string(error));
    }
    const std::string answer = client->ask(call(Call::hello).number(kProtocol).number(steam_id));
    if (FrameReader(answer.data(), answer.size()).number<uint32>() != kProtocol) {
        throw std::runtime_error("the exchange at " + exchange + " refuses this client");
    }
    return client;
}

bool RemoteClient::receive_exactly(std::string& out, size_t size) {
    out.resize(size);
    for (size_t received = 0; received < size;) {
        const int now = socket_.receive(&out[received], size - received);
        if (now <= 0) {
            return false;
        }
        received += static_cast<size_t>(now);
    }
    return true;
}

std::string RemoteClient::ask(const FrameWriter& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string head;
    std::string body;
    if (socket_.is_open() && socket_.send(call.done()) && receive_exactly(head, sizeof(uint32))) {
        const auto size = FrameReader(head.data(), head.size()).number<uint32>();
        if (size <= kLongestFrame && receive_exactly(body, size)) {
            return body;
        }
    }
    socket_.close();
    return "";
}

EResult RemoteClient::result_of(const FrameWriter& call) {
    const std::string answer = ask(call);
    return answer.empty()
               ? k_EResultNoConnection
               : static_cast<EResult>(FrameReader(answer.data(), answer.size()).number<int32>());
}

uint32 RemoteClient::connect(const std::string& address, int32 virtual_port) {
    const std::string answer = ask(call(Call::connect).text(address).number(virtual_port));
    return FrameReader(answer.data(), answer.size()).number<uint32>();
}

uint32 RemoteClient::listen(int32 virtual_port) {
    const std::string answer = ask(call(Call::listen).number(virtual_port));
    return FrameReader(answer.data(), answer.size()).number<uint32>();
}

EResult RemoteClient::accept(uint32 connection) {
    return result_of(call(Call::accept, connection));
}

bool RemoteClient::close(uint32 connection, int32 reason, const std::string& text, bool linger) {
    const std::string answer =
        ask(call(Call::close, connection).number(reason).text(text).number<uint8>(linger ? 1 : 0));
    return FrameReader(answer.data(), answer.size()).number<uint8>() != 0;
}

EResult RemoteClient::send(uint32 connection, const void* data, size_t size, int32 flags,
                           uint16 lane, int64& number) {
    if (size > k_cbMaxSteamNetworkingSocketsMessageSizeSend) {
        return k_EResultInvalidParam;
    }
    const std::string answer =
        ask(call(Call::send, connection).number(flags).number(lane).bytes(data, size));
    FrameReader in(answer.data(), answer.size());
    const auto result = static_cast<EResult>(in.number<int32>());
    number = in.number<int64>();
    return in.ok() ? result : k_EResultNoConnection;
}

EResult RemoteClient::flush(uint32 connection) { return result_of(call(Call::flush, connection)); }

bool RemoteClient::receive(uint32 connection, uint32 most, std::vector<ClientMessage>& out) {
    while (out.size() < most) {
        const std::string answer = ask(call(Call::receive, connection));
        FrameReader in(answer.data(), answer.size());
        const bool known = in.number<uint8>() != 0;
        if (!known || in.number<uint8>() == 0) {
            return known;
        }
        const auto number = in.number<int64>();
        const auto flags = in.number<int32>();
        const auto lane = in.number<uint16>();
        out.push_back({number, flags, lane, in.text(), ""});
    }
    return true;
}

EResult RemoteClient::configure_lanes(uint32 connection, const std::vector<int32>& priorities,
                                      const std::vector<uint16>& weights) {
    FrameWriter asked = call(Call::lanes, connection);
    asked.number(static_cast<int32>(priorities.size()));
    for (size_t i = 0; i < priorities.size(); ++i) {
        asked.number(priorities[i]).number(weights[i]);
    }
    return result_of(asked);
}

bool RemoteClient::status(uint32 connection, ClientStatus& out) {
    const std::string answer = ask(call(Call::status, connection));
    FrameReader in(answer.data(), answer.size());
    const bool known = in.number<uint8>() != 0;
    out.state = in.number<int32>();
    out.reason = in.number<int32>();
    out.text = in.text();
    out.peer = in.text();
    out.ping = in.number<int32>();
    out.pending_reliable = in.number<int32>();
    out.pending_unreliable = in.number<int32>();
    out.unacknowledged = in.number<int32>();
    return known;
}

EResult RemoteClient::send_to(const std::string& identity, int32 channel, const void* data,
                              size_t size, int32 flags) {
    if (size > k_cbMaxSteamNetworkingSocketsMessageSizeSend) {
        return k_EResultInvalidParam;
    }
    return result_of(
        call(Call::send_to).text(identity).number(channel).number(flags).bytes(data, size));
}

bool RemoteClient::receive_on(int32 channel, ClientMessage& out) {
    const std::string answer = ask(call(Call::receive_on).number(channel));
    FrameReader in(answer.data(), answer.size());
    const bool any = in.number<uint8>() != 0;
    out.number = in.number<int64>();
    out.flags = in.number<int32>();
    out.lane = in.number<uint16>();
    out.data = in.text();
    out.peer = in.text();
    return any;
}

bool RemoteClient::next_change(ClientChange& out) {
    const std::string answer = ask(call(Call::next_change));
    FrameReader in(answer.data(), answer.size());
    const bool any = in.number<uint8>() != 0;
    out.connection = in.number<uint32>();
    out.old_state = in.number<int32>();
    out.state = in.number<int32>();
    out.reason = in.number<int32>();
    out.text = in.text();
    return any;
}

}  // namespace steamgs::simulator::networking
