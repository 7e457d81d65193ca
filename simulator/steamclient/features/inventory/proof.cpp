#include "features/inventory/proof.h"

#include <cstring>
#include <utility>

#include "features/packed.h"
#include "features/sha256.h"

namespace steamgs::simulator {

namespace {

constexpr char kTitle[] = "steamgs simulator items";
constexpr size_t kTitleSize = sizeof(kTitle) - 1;

void put_text(std::string& out, const std::string& text) {
    put(out, text.size(), 2);
    out += text;
}

// What is left of a proof. Nothing is read behind its end; then it is spoilt.
class Rest {
  public:
    Rest(const uint8* begin, const uint8* end) : in_(begin), end_(end) {}

    uint64 number(int bytes) { return has(static_cast<size_t>(bytes)) ? take(in_, bytes) : 0; }
    std::string text() {
        const auto size = static_cast<size_t>(number(2));
        if (!has(size)) {
            return "";
        }
        in_ += size;
        return std::string(reinterpret_cast<const char*>(in_ - size), size);
    }
    bool good() const { return good_; }
    bool all_read() const { return good_ && in_ == end_; }

  private:
    bool has(size_t bytes) {
        good_ = good_ && bytes <= static_cast<size_t>(end_ - in_);
        return good_;
    }

    const uint8* in_;
    const uint8* end_;
    bool good_ = true;
};

OwnedItem read_item(Rest& rest) {
    OwnedItem item;
    item.id = rest.number(8);
    item.definition = static_cast<int32>(rest.number(4));
    item.quantity = static_cast<uint32>(rest.number(2));
    item.flags = static_cast<uint32>(rest.number(2));
    for (uint64 left = rest.number(2); left > 0 && rest.good(); --left) {
        const std::string name = rest.text();
        item.properties[name] = rest.text();
    }
    return item;
}

}  // namespace

std::string make_proof(const ItemProof& proof, const std::string& key) {
    std::string data = kTitle;
    put(data, proof.app_id, 4);
    put(data, proof.steam_id, 8);
    put(data, proof.timestamp, 4);
    put(data, proof.items.size(), 4);
    for (const OwnedItem& item : proof.items) {
        put(data, item.id, 8);
        put(data, static_cast<uint64>(item.definition), 4);
        put(data, item.quantity, 2);
        put(data, item.flags, 2);
        put(data, item.properties.size(), 2);
        for (const auto& [name, value] : item.properties) {
            put_text(data, name);
            put_text(data, value);
        }
    }
    const Digest signature = hmac_sha256(key, data);
    return data.append(signature.begin(), signature.end());
}

ProofStatus read_proof(const void* data, size_t size, const std::string& key, ItemProof& out) {
    const size_t signed_size = Digest().size();
    if (data == nullptr || size < kTitleSize + signed_size ||
        std::memcmp(data, kTitle, kTitleSize) != 0) {
        return ProofStatus::malformed;
    }
    const auto* bytes = static_cast<const uint8*>(data);
    const size_t body_size = size - signed_size;
    const Digest signature =
        hmac_sha256(key, std::string(reinterpret_cast<const char*>(bytes), body_size));
    if (std::memcmp(bytes + body_size, signature.data(), signed_size) != 0) {
        return ProofStatus::forged;
    }
    Rest rest(bytes + kTitleSize, bytes + body_size);
    out.app_id = static_cast<AppId_t>(rest.number(4));
    out.steam_id = rest.number(8);
    out.timestamp = static_cast<uint32>(rest.number(4));
    for (uint64 left = rest.number(4); left > 0 && rest.good(); --left) {
        out.items.push_back(read_item(rest));
    }
    return rest.all_read() ? ProofStatus::ok : ProofStatus::malformed;
}

}  // namespace steamgs::simulator
