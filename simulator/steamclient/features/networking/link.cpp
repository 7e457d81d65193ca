#include "features/networking/link.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "features/networking/lanes.h"

namespace steamgs::simulator::networking {

namespace {

// How long a message that is overtaken comes late, at least.
constexpr double kOvertaken = 0.015;
// How long the sender waits before it sends again what was lost, at least.
constexpr double kResend = 0.05;
// How often one packet can be lost, so that a link that loses all is slow, and not hopeless.
constexpr int kMostLosses = 20;
// A duplicate comes a little later.
constexpr double kDuplicate = 0.001;

bool happens(double share, std::mt19937_64& random) {
    return share > 0.0 && std::uniform_real_distribution<double>(0.0, 1.0)(random) < share;
}

Message* copy_of(const Message* message) {
    const size_t size = static_cast<size_t>(message->m_cbSize);
    Message* copy = Message::make(size);
    if (copy == nullptr) {
        return nullptr;
    }
    if (size > 0) {
        std::memcpy(copy->own_data(), message->m_pData, size);
    }
    copy->m_nFlags = message->m_nFlags;
    copy->m_nMessageNumber = message->m_nMessageNumber;
    copy->m_idxLane = message->m_idxLane;
    copy->m_nChannel = message->m_nChannel;
    return copy;
}

}  // namespace

double Path::delay(double now, std::mt19937_64& random) const {
    double seconds = conditions_.latency;
    if (conditions_.jitter > 0.0) {
        seconds += std::uniform_real_distribution<double>(0.0, conditions_.jitter)(random);
    }
    return std::max(seconds, stalled_until - now);
}

void Path::send(Message* message, double now, double& arrives, std::mt19937_64& random) {
    double leaves = now;
    if (conditions_.bandwidth > 0.0) {
        leaves = std::max(now, free_at_) + message->m_cbSize / conditions_.bandwidth;
        free_at_ = leaves;
    }
    double due = leaves + delay(leaves, random);
    if (is_reliable(*message)) {
        for (int i = 0; i < kMostLosses && happens(conditions_.loss, random); ++i) {
            due += std::max(kResend, 3 * conditions_.latency);
        }
        arrives = due = std::max(due, arrives);
        add(message, due);
        return;
    }
    if (happens(conditions_.loss, random)) {
        message->destroy();
        return;
    }
    if (happens(conditions_.duplicates, random)) {
        if (Message* copy = copy_of(message)) {
            add(copy, due + kDuplicate);
        }
    }
    if (happens(conditions_.reordering, random)) {
        add(message, due + kOvertaken + conditions_.jitter);
        return;
    }
    arrives = due = std::max(due, arrives);
    add(message, due);
}

double Path::next_arrival() const {
    return arrivals_.empty() ? std::numeric_limits<double>::infinity() : arrivals_.front().due;
}

void Path::add(Message* message, double due) {
    arrivals_.push_back({due, sequence_++, message});
    std::push_heap(arrivals_.begin(), arrivals_.end(), later);
}

Message* Path::arrived(double now) {
    if (arrivals_.empty() || arrivals_.front().due > now) {
        return nullptr;
    }
    if (stalled_until > now) {
        return nullptr;
    }
    std::pop_heap(arrivals_.begin(), arrivals_.end(), later);
    Message* message = arrivals_.back().message;
    arrivals_.pop_back();
    return message;
}

void Path::put_back(Message* message) {
    // Before all others: nothing that has arrived is due earlier than the beginning.
    arrivals_.push_back({-1.0, 0, message});
    std::push_heap(arrivals_.begin(), arrivals_.end(), later);
}

void Path::clear() {
    for (const Arrival& arrival : arrivals_) {
        arrival.message->destroy();
    }
    arrivals_.clear();
}

}  // namespace steamgs::simulator::networking
