// What a link does to the messages that one end of a connection sends: played with the world's
// clock and its seed.
#pragma once

#include <random>
#include <vector>

#include "features/networking/messages.h"

namespace steamgs::simulator::networking {

struct Conditions {
    double latency = 0.0;     // seconds, one way
    double jitter = 0.0;      // seconds, the most that is added
    double loss = 0.0;        // the share of packets that are lost
    double duplicates = 0.0;  // the share of unreliable messages that come twice
    double reordering = 0.0;  // the share of unreliable messages that later ones overtake
    double bandwidth = 0.0;   // bytes per second; 0 if unlimited
    bool nagle = false;       // whether small messages wait for others

    bool ideal() const {
        return latency <= 0.0 && jitter <= 0.0 && loss <= 0.0 && duplicates <= 0.0 &&
               reordering <= 0.0 && bandwidth <= 0.0 && !nagle;
    }
};

// One direction of a link.
class Path {
  public:
    ~Path() { clear(); }

    void set(const Conditions& conditions) {
        conditions_ = conditions;
        ideal_ = conditions.ideal();
    }
    const Conditions& conditions() const { return conditions_; }

    // Whether what is sent is there at once.
    bool immediate() const { return ideal_ && !cut && stalled_until <= 0.0 && arrivals_.empty(); }
    // How long something without order takes.
    double delay(double now, std::mt19937_64& random) const;
    // Takes the message. `arrives` is when the last of its lane and kind does; written anew.
    void send(Message* message, double now, double& arrives, std::mt19937_64& random);
    // When the next message can leave, and when the next arrives; infinity if none does.
    double free_at() const { return free_at_; }
    double next_arrival() const;
    // The next one that has arrived, or NULL.
    Message* arrived(double now);
    // It is given back, because the receiver has no room.
    void put_back(Message* message);
    // Loses everything that is on its way.
    void clear();

    bool cut = false;
    double stalled_until = 0.0;

  private:
    struct Arrival {
        double due;
        uint64 sequence;
        Message* message;
    };

    static bool later(const Arrival& a, const Arrival& b) {
        return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
    }
    void add(Message* message, double due);

    Conditions conditions_;
    bool ideal_ = true;
    double free_at_ = 0.0;
    uint64 sequence_ = 1;
    std::vector<Arrival> arrivals_;  // a heap, the next one in front
};

}  // namespace steamgs::simulator::networking
