// Fuzzes what reads proofs of items: as they come, and as the content of a rightly signed one.
#include "features/inventory/proof.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "features/sha256.h"
#include "features/ticket.h"

using namespace steamgs::simulator;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string signed_proof(const std::string& content) {
    const std::string body = "steamgs simulator items" + content;
    const Digest signature = hmac_sha256(default_ticket_key(), body);
    return body + std::string(signature.begin(), signature.end());
}

ProofStatus read(const std::string& data) {
    ItemProof proof;
    const ProofStatus status = read_proof(data.data(), data.size(), default_ticket_key(), proof);
    if (status == ProofStatus::ok) {
        // Whatever is read can be written. A property that comes twice is once in there then, and
        // they are in order.
        const std::string again = make_proof(proof, default_ticket_key());
        ItemProof same;
        require(again.size() <= data.size());
        require(read_proof(again.data(), again.size(), default_ticket_key(), same) == status);
        require(make_proof(same, default_ticket_key()) == again);
    }
    return status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    read(input);
    require(read(signed_proof(input)) != ProofStatus::forged);
    return 0;
}
