#include "features/utilities.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Utilities> kFeature("utilities");

constexpr char kFiltered = '*';

// Only of ASCII: other languages are for the real Steam.
std::string lower(std::string text) {
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return text;
}

int blot(std::string& text, const std::vector<std::string>& words) {
    int filtered = 0;
    const std::string compared = lower(text);
    for (const std::string& word : words) {
        for (size_t at = compared.find(word); at != std::string::npos;
             at = compared.find(word, at + word.size())) {
            std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), word.size(), kFiltered);
            filtered += static_cast<int>(word.size());
        }
    }
    return filtered;
}

}  // namespace

abi::ESteamIPv6ConnectivityState Utilities::ipv6(
    abi::ESteamIPv6ConnectivityProtocol protocol) const {
    const auto found = ipv6_.find(protocol);
    return found != ipv6_.end() ? found->second : abi::k_ESteamIPv6ConnectivityState_Unknown;
}

bool Utilities::init_filter() {
    filters_ = has_filter_;
    return filters_;
}

int Utilities::filter(abi::ETextFilteringContext context, std::string& text) const {
    if (!filters_) {
        return 0;
    }
    const int filtered = blot(text, always_);
    const bool of_players = context != abi::k_ETextFilteringContextGameContent;
    return of_players ? filtered + blot(text, words_) : filtered;
}

SteamAPICall_t Utilities::check_signature(const std::string& file) {
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, file] {
        calls_.complete(call, abi::CheckFileSignature_t{signature_of(file)});
    });
    return call;
}

abi::ECheckFileSignature Utilities::signature_of(const std::string& file) const {
    const auto found = signatures_.find(file);
    if (found != signatures_.end()) {
        return found->second;
    }
    if (signatures_.empty()) {
        return abi::k_ECheckFileSignatureNoSignaturesFoundForThisApp;
    }
    return std::ifstream(std::filesystem::u8path(file))
               ? abi::k_ECheckFileSignatureNoSignaturesFoundForThisFile
               : abi::k_ECheckFileSignatureFileNotFound;
}

void Utilities::set_country(const std::string& country) {
    country_ = country;
    backend_.post(abi::IPCountry_t{});
}

void Utilities::set_filter(bool available, const std::vector<std::string>& words,
                           const std::vector<std::string>& always) {
    has_filter_ = available;
    words_.clear();
    always_.clear();
    std::transform(words.begin(), words.end(), std::back_inserter(words_), lower);
    std::transform(always.begin(), always.end(), std::back_inserter(always_), lower);
    backend_.post(abi::FilterTextDictionaryChanged_t{0});
}

namespace {

constexpr Text kCountry = {0, 2};
constexpr Text kWord = {1, 64};
constexpr Text kFile = {1, 1024};

struct Country {
    std::string country;
};

const CommandOf<Country> kSetIpCountry = {
    "set_ip_country", "Sets the country that Steam sees the server in; it tells the server.",
    [] {
        return std::vector{field("country", &Country::country, kCountry,
                                 "its two letters; empty if not known", Presence::required)};
    },
    [](World& world, const Country& row) { world.get<Utilities>().set_country(row.country); }};

const Choice<abi::ESteamIPv6ConnectivityProtocol> kProtocols = {
    {{"http", abi::k_ESteamIPv6ConnectivityProtocol_HTTP},
     {"udp", abi::k_ESteamIPv6ConnectivityProtocol_UDP}}};
const Choice<abi::ESteamIPv6ConnectivityState> kStates = {
    {{"unknown", abi::k_ESteamIPv6ConnectivityState_Unknown},
     {"good", abi::k_ESteamIPv6ConnectivityState_Good},
     {"bad", abi::k_ESteamIPv6ConnectivityState_Bad}}};

struct Ipv6 {
    abi::ESteamIPv6ConnectivityProtocol protocol;
    abi::ESteamIPv6ConnectivityState state;
};

const CommandOf<Ipv6> kSetIpv6 = {
    "set_ipv6", "Sets how far IPv6 works on the server's host; at first that is unknown.",
    [] {
        return std::vector{
            field("protocol", &Ipv6::protocol, kProtocols, "what is tried", Presence::required),
            field("state", &Ipv6::state, kStates, "how it turned out", Presence::required),
        };
    },
    [](World& world, const Ipv6& row) {
        world.get<Utilities>().set_ipv6(row.protocol, row.state);
    }};

struct Filter {
    bool available = true;
    std::vector<std::string> words, always;
};

const CommandOf<Filter> kSetTextFilter = {
    "set_text_filter",
    "Sets the words that Steam's text filter makes unreadable; at first there are none.",
    [] {
        return std::vector{
            field("words", &Filter::words, kWord, "those of chats and names"),
            field("always", &Filter::always, kWord, "those of the game's content too"),
            field("available", &Filter::available, Flag{},
                  "whether Steam has a filter for the game; true if missing"),
        };
    },
    [](World& world, const Filter& row) {
        world.get<Utilities>().set_filter(row.available, row.words, row.always);
    }};

const Choice<abi::ECheckFileSignature> kSignatures = {
    {{"valid", abi::k_ECheckFileSignatureValidSignature},
     {"invalid", abi::k_ECheckFileSignatureInvalidSignature},
     {"file_not_found", abi::k_ECheckFileSignatureFileNotFound},
     {"none_for_app", abi::k_ECheckFileSignatureNoSignaturesFoundForThisApp},
     {"none_for_file", abi::k_ECheckFileSignatureNoSignaturesFoundForThisFile}}};

struct Signature {
    std::string file;
    abi::ECheckFileSignature signature;
};

const CommandOf<Signature> kSetFileSignature = {
    "set_file_signature", "Sets how the signature of a file of the game turns out.",
    [] {
        return std::vector{
            field("file", &Signature::file, kFile, "as the server names it", Presence::required),
            field("signature", &Signature::signature, kSignatures, "how it turns out",
                  Presence::required),
        };
    },
    [](World& world, const Signature& row) {
        world.get<Utilities>().set_signature(row.file, row.signature);
    }};

}  // namespace

}  // namespace steamgs::simulator
