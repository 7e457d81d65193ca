#include "features/sha256.h"

namespace steamgs::simulator {

namespace {

constexpr size_t kBlock = 64;

uint32_t rotate(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

constexpr uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::array<uint32_t, 8> kStart = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void compress(std::array<uint32_t, 8>& state, const uint8_t* block) {
    uint32_t words[64];
    for (int i = 0; i < 16; ++i) {
        words[i] = static_cast<uint32_t>(block[4 * i]) << 24 | block[4 * i + 1] << 16 |
                   block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 64; ++i) {
        const uint32_t w15 = words[i - 15];
        const uint32_t w2 = words[i - 2];
        words[i] = words[i - 16] + (rotate(w15, 7) ^ rotate(w15, 18) ^ w15 >> 3) + words[i - 7] +
                   (rotate(w2, 17) ^ rotate(w2, 19) ^ w2 >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (int i = 0; i < 64; ++i) {
        const uint32_t one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                             ((e & f) ^ (~e & g)) + kRounds[i] + words[i];
        const uint32_t two =
            (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    const uint32_t added[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; ++i) {
        state[i] += added[i];
    }
}

}  // namespace

Digest sha256(const std::string& data) {
    std::string padded = data + '\x80';
    padded.resize((padded.size() + 8 + kBlock - 1) / kBlock * kBlock - 8, '\0');
    const uint64_t bits = static_cast<uint64_t>(data.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8) {
        padded += static_cast<char>(bits >> shift);
    }
    std::array<uint32_t, 8> state = kStart;
    for (size_t offset = 0; offset < padded.size(); offset += kBlock) {
        compress(state, reinterpret_cast<const uint8_t*>(padded.data()) + offset);
    }
    Digest digest;
    for (size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

Digest hmac_sha256(const std::string& key, const std::string& data) {
    std::string block = key;
    if (block.size() > kBlock) {
        const Digest hashed = sha256(key);
        block.assign(hashed.begin(), hashed.end());
    }
    block.resize(kBlock, '\0');
    std::string inner, outer;
    for (char byte : block) {
        inner += static_cast<char>(byte ^ 0x36);
        outer += static_cast<char>(byte ^ 0x5c);
    }
    const Digest first = sha256(inner + data);
    return sha256(outer + std::string(first.begin(), first.end()));
}

}  // namespace steamgs::simulator
