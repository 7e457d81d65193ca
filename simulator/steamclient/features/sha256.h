// SHA-256 (FIPS 180-4) and HMAC (RFC 2104), for the tickets of the simulator and the challenges
// of its server queries. In tickets it guards against accidents, such as one cut short, not against
// attackers: the default key is public.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace steamgs::simulator {

using Digest = std::array<uint8_t, 32>;

Digest sha256(const std::string& data);
Digest hmac_sha256(const std::string& key, const std::string& data);

}  // namespace steamgs::simulator
