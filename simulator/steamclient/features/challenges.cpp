#include "features/challenges.h"

#include <exception>
#include <random>

#include "features/a2s.h"
#include "features/sha256.h"

namespace steamgs::simulator {

namespace {

// Valve's servers change what their challenges are made from every 6 seconds, and take those made
// from the former too: so one is good for 6 to 12 seconds.
constexpr double kPeriodSeconds = 6.0;
constexpr int kKeyWords = 8;

void put(std::string& out, uint64 value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i));
    }
}

std::string key_of_the_system() {
    std::string key;
    try {
        std::random_device device;
        for (int i = 0; i < kKeyWords; ++i) {
            put(key, device(), 4);
        }
    } catch (const std::exception&) {
        return {};  // as in a chroot without devices
    }
    return key;
}

}  // namespace

Challenges::Challenges(Backend& backend) : backend_(backend) {
    // Drawn with either clock, so that all else that follows from the seed is the same with both.
    const uint64 seeded = backend.random();
    if (backend.manual_clock()) {
        put(key_, seeded, 8);
    } else {
        key_ = key_of_the_system();
    }
}

uint32 Challenges::current(uint32 ip, uint16 port) const { return of_period(period(), ip, port); }

bool Challenges::accepts(uint32 challenge, uint32 ip, uint16 port) const {
    if (challenge == a2s::kNoChallenge) {
        return false;
    }
    const uint64 now = period();
    return challenge == of_period(now, ip, port) || challenge == of_period(now - 1, ip, port);
}

uint64 Challenges::period() const { return static_cast<uint64>(backend_.now() / kPeriodSeconds); }

uint32 Challenges::of_period(uint64 period, uint32 ip, uint16 port) const {
    std::string sender;
    put(sender, period, 8);
    put(sender, ip, 4);
    put(sender, port, 2);
    const Digest digest = hmac_sha256(key_, sender);
    uint32 challenge = 0;
    for (int i = 0; i < 4; ++i) {
        challenge = challenge << 8 | digest[static_cast<size_t>(i)];
    }
    return challenge != a2s::kNoChallenge ? challenge : 0;
}

}  // namespace steamgs::simulator
