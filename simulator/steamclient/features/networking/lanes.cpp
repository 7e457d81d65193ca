#include "features/networking/lanes.h"

#include <algorithm>

namespace steamgs::simulator::networking {

EResult SendQueue::configure(int count, const int* priorities, const uint16* weights) {
    if (count < static_cast<int>(lanes_.size()) || count > kMostLanes) {
        return k_EResultInvalidParam;
    }
    const size_t size = static_cast<size_t>(count);
    if (weights != nullptr && std::find(weights, weights + size, 0) != weights + size) {
        return k_EResultInvalidParam;
    }
    lanes_.resize(size);
    for (size_t i = 0; i < size; ++i) {
        lanes_[i].priority = priorities != nullptr ? priorities[i] : 0;
        lanes_[i].weight = weights != nullptr ? weights[i] : static_cast<uint16>(1);
    }
    return k_EResultOK;
}

void SendQueue::push(Message* message) {
    Lane& lane = lanes_[message->m_idxLane];
    if (lane.queue.empty()) {
        // Nobody saves up for later by sending nothing.
        lane.served = std::max(lane.served, served_);
    }
    lane.queue.push(message);
    (is_reliable(*message) ? lane.pending_reliable : lane.pending_unreliable) += message->m_cbSize;
    pending_ += message->m_cbSize;
    ++count_;
}

Message* SendQueue::next() {
    Lane* best = nullptr;
    for (Lane& lane : lanes_) {
        if (lane.queue.empty()) {
            continue;
        }
        if (best == nullptr || lane.priority < best->priority ||
            (lane.priority == best->priority && lane.served < best->served)) {
            best = &lane;
        }
    }
    return best != nullptr ? best->queue.first() : nullptr;
}

void SendQueue::pop(Message* message) {
    Lane& lane = lanes_[message->m_idxLane];
    lane.queue.remove(message);
    (is_reliable(*message) ? lane.pending_reliable : lane.pending_unreliable) -= message->m_cbSize;
    // Empty messages count too, or they would always be first.
    lane.served += static_cast<double>(message->m_cbSize + 1) / lane.weight;
    served_ = lane.served;
    pending_ -= message->m_cbSize;
    --count_;
}

void SendQueue::clear() {
    for (Lane& lane : lanes_) {
        while (Message* message = lane.queue.first()) {
            pop(message);
            message->destroy();
        }
    }
}

}  // namespace steamgs::simulator::networking
