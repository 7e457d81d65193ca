#include "features/networking/served_client.h"

#include <algorithm>
#include <optional>

#include "features/networking/frames.h"

namespace steamgs::simulator::networking {

namespace {

constexpr int32 kMostLanes = 255;

using Answer = std::optional<FrameWriter>;

Answer connect(LocalClient& client, FrameReader& in) {
    const std::string address = in.text();
    const auto port = in.number<int32>();
    return in.ok() ? Answer(FrameWriter().number(client.connect(address, port))) : Answer();
}

Answer listen(LocalClient& client, FrameReader& in) {
    const auto port = in.number<int32>();
    return in.ok() ? Answer(FrameWriter().number(client.listen(port))) : Answer();
}

Answer accept(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    return in.ok() ? Answer(FrameWriter().number<int32>(client.accept(connection))) : Answer();
}

Answer close(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    const auto reason = in.number<int32>();
    const std::string text = in.text();
    const bool linger = in.number<uint8>() != 0;
    if (!in.ok()) {
        return {};
    }
    const bool closed = client.close(connection, reason, text, linger);
    return FrameWriter().number<uint8>(closed ? 1 : 0);
}

Answer send(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    const auto flags = in.number<int32>();
    const auto lane = in.number<uint16>();
    const std::string data = in.text();
    if (!in.ok()) {
        return {};
    }
    int64 number = -1;
    const EResult result = client.send(connection, data.data(), data.size(), flags, lane, number);
    return FrameWriter().number<int32>(result).number(number);
}

Answer flush(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    return in.ok() ? Answer(FrameWriter().number<int32>(client.flush(connection))) : Answer();
}

Answer receive(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    if (!in.ok()) {
        return {};
    }
    std::vector<ClientMessage> messages;
    const bool known = client.receive(connection, 1, messages);
    FrameWriter answer;
    answer.number<uint8>(known ? 1 : 0).number<uint8>(messages.empty() ? 0 : 1);
    for (const ClientMessage& message : messages) {
        answer.number(message.number).number(message.flags).number(message.lane).text(message.data);
    }
    return answer;
}

Answer lanes(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    const auto count = std::min(in.number<int32>(), kMostLanes + 1);
    std::vector<int32> priorities;
    std::vector<uint16> weights;
    for (int32 i = 0; i < count; ++i) {
        priorities.push_back(in.number<int32>());
        weights.push_back(in.number<uint16>());
    }
    if (!in.ok()) {
        return {};
    }
    return FrameWriter().number<int32>(client.configure_lanes(connection, priorities, weights));
}

Answer status(LocalClient& client, FrameReader& in) {
    const auto connection = in.number<uint32>();
    if (!in.ok()) {
        return {};
    }
    ClientStatus now{};
    const bool known = client.status(connection, now);
    return FrameWriter()
        .number<uint8>(known ? 1 : 0)
        .number(now.state)
        .number(now.reason)
        .text(now.text)
        .text(now.peer)
        .number(now.ping)
        .number(now.pending_reliable)
        .number(now.pending_unreliable)
        .number(now.unacknowledged);
}

Answer next_change(LocalClient& client, FrameReader& in) {
    if (!in.ok()) {
        return {};
    }
    ClientChange change{};
    const bool any = client.next_change(change);
    return FrameWriter()
        .number<uint8>(any ? 1 : 0)
        .number(change.connection)
        .number(change.old_state)
        .number(change.state)
        .number(change.reason)
        .text(change.text);
}

Answer send_to(LocalClient& client, FrameReader& in) {
    const std::string identity = in.text();
    const auto channel = in.number<int32>();
    const auto flags = in.number<int32>();
    const std::string data = in.text();
    if (!in.ok()) {
        return {};
    }
    return FrameWriter().number<int32>(
        client.send_to(identity, channel, data.data(), data.size(), flags));
}

Answer receive_on(LocalClient& client, FrameReader& in) {
    const auto channel = in.number<int32>();
    if (!in.ok()) {
        return {};
    }
    ClientMessage message{};
    const bool any = client.receive_on(channel, message);
    return FrameWriter()
        .number<uint8>(any ? 1 : 0)
        .number(message.number)
        .number(message.flags)
        .number(message.lane)
        .text(message.data)
        .text(message.peer);
}

// By their calls, those after hello.
constexpr Answer (*kCalls[])(LocalClient&, FrameReader&) = {
    connect, listen, accept, close,       send,    flush,
    receive, lanes,  status, next_change, send_to, receive_on,
};
constexpr auto kFirst = static_cast<size_t>(Call::connect);

}  // namespace

std::string ServedClient::answer(const char* data, size_t size) {
    FrameReader in(data, size);
    const auto call = in.number<uint8>();
    if (call == static_cast<uint8>(Call::hello)) {
        return greet(in);
    }
    if (client_ == nullptr || call < kFirst || call >= kFirst + std::size(kCalls)) {
        return "";
    }
    const Answer answer = kCalls[call - kFirst](*client_, in);
    return answer ? answer->done() : "";
}

std::string ServedClient::greet(FrameReader& in) {
    const auto protocol = in.number<uint32>();
    const auto steam_id = in.number<uint64>();
    if (!in.ok() || protocol != kProtocol || steam_id == 0 || client_ != nullptr) {
        return "";
    }
    client_ = std::make_unique<LocalClient>(world_, steam_id);
    return FrameWriter().number(kProtocol).done();
}

}  // namespace steamgs::simulator::networking
