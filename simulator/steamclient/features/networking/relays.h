// What connections through Steam need first: the server's certificate, and the relays.
#pragma once

#include <string>

#include "features/logon.h"
#include "features/networking/types.h"
#include "kernel/world.h"

namespace steamgs::simulator::networking {

// How far something is that Steam has to get ready.
class Readiness {
  public:
    using Tell = void (*)(Backend& backend, const Readiness& readiness);

    Readiness(Backend& backend, const Logon& logon, Tell tell)
        : backend_(backend), logon_(logon), tell_(tell) {}

    ESteamNetworkingAvailability availability() const { return availability_; }
    const std::string& text() const { return text_; }
    // Begins unless it has begun; waits for the logon if there is none.
    void begin();
    // The server is logged on now.
    void can_begin();
    // How it ends from now on; at once if it has begun.
    void set_outcome(ESteamNetworkingAvailability outcome, const std::string& text);
    // It is there, whoever has provided it.
    void provide() { become(k_ESteamNetworkingAvailability_Current, "", true); }
    void reset() { become(k_ESteamNetworkingAvailability_NeverTried, "", false); }

  private:
    void become(ESteamNetworkingAvailability availability, const std::string& text, bool told);
    void attempt();

    Backend& backend_;
    const Logon& logon_;
    const Tell tell_;
    ESteamNetworkingAvailability availability_ = k_ESteamNetworkingAvailability_NeverTried;
    std::string text_;
    ESteamNetworkingAvailability outcome_ = k_ESteamNetworkingAvailability_Current;
    std::string outcome_text_;
};

class Relays final : public Feature {
  public:
    explicit Relays(World& world);

    void reset() override;
    void describe(json::Object& out) const override;
    ESteamNetworkingAvailability authentication(SteamNetAuthenticationStatus_t* out) const;
    ESteamNetworkingAvailability relays(SteamRelayNetworkStatus_t* out) const;
    // What an authority of the game's own signs; empty before the logon.
    std::string certificate_request() const;
    // Its certificate is the request with "signed: " in front; false for any other.
    bool take_certificate(const std::string& certificate);

    Readiness certificate;
    Readiness network;

  private:
    const Logon& logon_;
};

}  // namespace steamgs::simulator::networking
