// Poll groups: the messages of many connections in the order in which they came.
#include "features/networking/connections.h"

namespace steamgs::simulator::networking {

PollGroup::~PollGroup() {
    while (!connections_.empty()) {
        remove(*connections_.back());
    }
}

void PollGroup::add(Connection& connection) {
    connection.group = this;
    connection.place_in_group = connections_.size();
    connections_.push_back(&connection);
    Message* before = queue.first();
    for (Message* message = connection.received_.first(); message != nullptr;
         message = connection.received_.after(message)) {
        while (before != nullptr && before->m_usecTimeReceived <= message->m_usecTimeReceived) {
            before = queue.after(before);
        }
        queue.insert(message, before);
    }
}

void PollGroup::remove(Connection& connection) {
    for (Message* message = connection.received_.first(); message != nullptr;
         message = connection.received_.after(message)) {
        queue.remove(message);
    }
    Connection* last = connections_.back();
    connections_[connection.place_in_group] = last;
    last->place_in_group = connection.place_in_group;
    connections_.pop_back();
    connection.group = nullptr;
}

int PollGroup::receive(SteamNetworkingMessage_t** out, int most) {
    int count = 0;
    while (count < most) {
        Message* message = queue.first();
        if (message == nullptr) {
            break;
        }
        Connection& connection = *message->receiver;
        connection.take(message);
        out[count++] = message;
        connection.has_room_again();
    }
    held_messages.add(static_cast<size_t>(count));
    return count;
}

}  // namespace steamgs::simulator::networking
