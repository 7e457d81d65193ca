// What ISteamUtils tells of this host, the text filter, and signed files.
#pragma once

#include <steamgs/slots/isteamutils.h>

#include <map>
#include <string>
#include <vector>

#include "kernel/calls.h"
#include "kernel/world.h"

namespace steamgs::simulator {

class Utilities final : public Feature {
  public:
    explicit Utilities(World& world) : backend_(world.backend), calls_(world.calls) {}

    // What ISteamUtils calls. The country's text stays where it is until the next change.
    const char* country() const { return country_.c_str(); }
    abi::ESteamIPv6ConnectivityState ipv6(abi::ESteamIPv6ConnectivityProtocol protocol) const;
    bool init_filter();
    // How many characters were filtered.
    int filter(abi::ETextFilteringContext context, std::string& text) const;
    SteamAPICall_t check_signature(const std::string& file);
    void reset() override { filters_ = false; }

    // What the control of the simulator calls.
    void set_country(const std::string& country);
    void set_ipv6(abi::ESteamIPv6ConnectivityProtocol protocol,
                  abi::ESteamIPv6ConnectivityState state) {
        ipv6_[protocol] = state;
    }
    void set_filter(bool available, const std::vector<std::string>& words,
                    const std::vector<std::string>& always);
    void set_signature(const std::string& file, abi::ECheckFileSignature result) {
        signatures_[file] = result;
    }

  private:
    abi::ECheckFileSignature signature_of(const std::string& file) const;

    Backend& backend_;
    CallResults& calls_;
    std::string country_;
    std::map<abi::ESteamIPv6ConnectivityProtocol, abi::ESteamIPv6ConnectivityState> ipv6_;
    std::map<std::string, abi::ECheckFileSignature> signatures_;
    bool has_filter_ = true;
    bool filters_ = false;            // InitFilterText was called
    std::vector<std::string> words_;  // in lower case, as the next ones
    std::vector<std::string> always_;
};

}  // namespace steamgs::simulator
