#include "features/networking/data_centers.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <sstream>

#include "features/networking/identities.h"

namespace steamgs::simulator::networking {

namespace {

constexpr SteamNetworkingPOPID pop(const char (&code)[4]) {
    return static_cast<SteamNetworkingPOPID>(code[0] << 16 | code[1] << 8 | code[2]);
}

std::string code_of(SteamNetworkingPOPID pop) {
    std::string code;
    for (const unsigned shift : {16U, 8U, 0U, 24U}) {
        const char letter = static_cast<char>(pop >> shift & 0xffU);
        if (letter != 0) {
            code += letter;
        }
    }
    return code;
}

// fra=12+1: the ping to a relay there, and from that on to the data center.
bool parse_one(const std::string& text, Pings& out) {
    const size_t equals = text.find('=');
    if (equals < 3 || equals > 4 || !std::all_of(text.begin(), text.begin() + 3, [](char letter) {
            return std::isalpha(static_cast<unsigned char>(letter)) != 0;
        })) {
        return false;
    }
    SteamNetworkingPOPID number = 0;
    for (size_t index = 0; index < 3; ++index) {
        number = number << 8 | static_cast<unsigned char>(text[index]);
    }
    if (equals == 4) {
        number |= static_cast<uint32>(static_cast<unsigned char>(text[3])) << 24;
    }
    std::istringstream in(text.substr(equals + 1));
    int first = 0;
    int second = 0;
    char plus = 0;
    if (!(in >> first) || first < 0 || (in >> plus && (plus != '+' || !(in >> second)))) {
        return false;
    }
    out[number] = first + second;
    return true;
}

}  // namespace

const Pings& pings_from_here() {
    static const Pings pings = {{pop("fra"), 12}, {pop("iad"), 95}, {pop("sgp"), 170}};
    return pings;
}

std::string text_of(const Pings& pings) {
    std::string text;
    for (const auto& [number, ping] : pings) {
        const std::string more = std::to_string(ping / 10);
        text += (text.empty() ? "" : ",") + code_of(number) + "=" +
                std::to_string(ping - ping / 10) + "+" + more;
    }
    return text;
}

bool parse(const std::string& text, Pings& out) {
    std::istringstream in(text);
    std::string one;
    out.clear();
    while (std::getline(in, one, ',')) {
        if (!parse_one(one, out)) {
            return false;
        }
    }
    return !out.empty();
}

int ping_between(const Pings& one, const Pings& other) {
    int shortest = k_nSteamNetworkingPing_Unknown;
    for (const auto& [number, ping] : one) {
        const auto found = other.find(number);
        if (found != other.end() && (shortest < 0 || ping + found->second < shortest)) {
            shortest = ping + found->second;
        }
    }
    return shortest;
}

SteamNetworkPingLocation_t location_of(const Pings& pings) {
    SteamNetworkPingLocation_t location{};
    write_text(text_of(pings), reinterpret_cast<char*>(location.m_data), sizeof(location.m_data));
    return location;
}

Pings pings_of(const SteamNetworkPingLocation_t& location) {
    Pings pings;
    const char* text = reinterpret_cast<const char*>(location.m_data);
    parse(std::string(text, strnlen(text, sizeof(location.m_data))), pings);
    return pings;
}

}  // namespace steamgs::simulator::networking
