#include "features/networking/relays.h"

#include "features/networking/identities.h"
#include "kernel/commands.h"
#include "kernel/json.h"

namespace steamgs::simulator::networking {

namespace {

const FeatureOf<Relays> kFeature("relays");
const Latency kRelayLatency = {"relay", "of the server's certificate and of the relays"};

SteamNetAuthenticationStatus_t authentication_status(const Readiness& readiness) {
    SteamNetAuthenticationStatus_t status{};
    status.m_eAvail = readiness.availability();
    write_text(readiness.text(), status.m_debugMsg, sizeof(status.m_debugMsg));
    return status;
}

SteamRelayNetworkStatus_t relay_status(const Readiness& readiness) {
    SteamRelayNetworkStatus_t status{};
    status.m_eAvail = readiness.availability();
    status.m_eAvailNetworkConfig = readiness.availability();
    status.m_eAvailAnyRelay = readiness.availability();
    status.m_bPingMeasurementInProgress =
        readiness.availability() == k_ESteamNetworkingAvailability_Attempting;
    write_text(readiness.text(), status.m_debugMsg, sizeof(status.m_debugMsg));
    return status;
}

}  // namespace

void Readiness::become(ESteamNetworkingAvailability availability, const std::string& text,
                       bool told) {
    const bool changed = availability != availability_ || text != text_;
    availability_ = availability;
    text_ = text;
    if (changed && told) {
        tell_(backend_, *this);
    }
}

void Readiness::begin() {
    switch (availability_) {
        case k_ESteamNetworkingAvailability_Current:
        case k_ESteamNetworkingAvailability_Attempting:
        case k_ESteamNetworkingAvailability_Waiting:
            return;
        default:
            break;
    }
    if (logon_.logged_on()) {
        attempt();
    } else {
        become(k_ESteamNetworkingAvailability_Waiting, "waiting for the logon", true);
    }
}

void Readiness::can_begin() {
    if (availability_ == k_ESteamNetworkingAvailability_Waiting) {
        attempt();
    }
}

void Readiness::attempt() {
    become(k_ESteamNetworkingAvailability_Attempting, "attempting", true);
    backend_.schedule_or_give(kRelayLatency, [this] {
        if (availability_ == k_ESteamNetworkingAvailability_Attempting) {
            become(outcome_, outcome_text_, true);
        }
    });
}

void Readiness::set_outcome(ESteamNetworkingAvailability outcome, const std::string& text) {
    outcome_ = outcome;
    outcome_text_ = text;
    if (availability_ != k_ESteamNetworkingAvailability_NeverTried &&
        availability_ != k_ESteamNetworkingAvailability_Waiting) {
        become(outcome, text, true);
    }
}

Relays::Relays(World& world)
    : certificate(world.backend, world.get<Logon>(),
                  [](Backend& backend, const Readiness& readiness) {
                      backend.post(authentication_status(readiness));
                  }),
      network(world.backend, world.get<Logon>(),
              [](Backend& backend, const Readiness& readiness) {
                  backend.post(relay_status(readiness));
              }),
      logon_(world.get<Logon>()) {
    world.get<Logon>().when_connected([this] {
        certificate.can_begin();
        network.can_begin();
    });
}

void Relays::reset() {
    certificate.reset();
    network.reset();
}

void Relays::describe(json::Object& out) const {
    out.raw("certificate", std::to_string(certificate.availability()))
        .raw("relays", std::to_string(network.availability()));
}

ESteamNetworkingAvailability Relays::authentication(SteamNetAuthenticationStatus_t* out) const {
    if (out != nullptr) {
        *out = authentication_status(certificate);
    }
    return certificate.availability();
}

ESteamNetworkingAvailability Relays::relays(SteamRelayNetworkStatus_t* out) const {
    if (out != nullptr) {
        *out = relay_status(network);
    }
    return network.availability();
}

std::string Relays::certificate_request() const {
    return logon_.logged_on() ? "simulated request of steamid:" +
                                    std::to_string(logon_.steam_id().ConvertToUint64())
                              : "";
}

bool Relays::take_certificate(const std::string& given) {
    const std::string request = certificate_request();
    if (request.empty() || given != "signed: " + request) {
        return false;
    }
    certificate.provide();
    return true;
}

namespace {

constexpr Text kStatusText = {0, 255};

const Choice<ESteamNetworkingAvailability> kAvailability = {{
    {"cannot_try", k_ESteamNetworkingAvailability_CannotTry},
    {"failed", k_ESteamNetworkingAvailability_Failed},
    {"previously", k_ESteamNetworkingAvailability_Previously},
    {"retrying", k_ESteamNetworkingAvailability_Retrying},
    {"attempting", k_ESteamNetworkingAvailability_Attempting},
    {"current", k_ESteamNetworkingAvailability_Current},
}};

struct Outcome {
    ESteamNetworkingAvailability availability;
    std::string text;
};

std::vector<Field<Outcome>> outcome_fields() {
    return {
        field("availability", &Outcome::availability, kAvailability, "how it ends",
              Presence::required),
        field("text", &Outcome::text, kStatusText, "Steam's own words about it"),
    };
}

const CommandOf<Outcome> kSetCertificate = {
    "set_certificate",
    "Sets how Steam's certificate for the server turns out, now and later; at first it gets one.",
    outcome_fields, [](World& world, const Outcome& row) {
        world.get<Relays>().certificate.set_outcome(row.availability, row.text);
    }};

const CommandOf<Outcome> kSetRelays = {
    "set_relays",
    "Sets how reaching Steam's relays turns out, now and later; at first they are reached.",
    outcome_fields, [](World& world, const Outcome& row) {
        world.get<Relays>().network.set_outcome(row.availability, row.text);
    }};

}  // namespace

}  // namespace steamgs::simulator::networking
