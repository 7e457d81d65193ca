#include "features/sessions.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "features/networking/identities.h"
#include "kernel/json.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Sessions> kFeature("sessions");

const Latency kAuthLatency = {"auth", "of verdicts on tickets"};

const Behaviour kLateVerdicts = {"late_verdicts",
                                 "a pending verdict comes although its session has ended"};
const Behaviour kAcceptDuplicates = {
    "accept_duplicates", "a player with a verdict may begin a session beside the open one"};
const Behaviour kTicketCallback = {"ticket_callback",
                                   "GetAuthSessionTicketResponse_t follows GetAuthSessionTicket"};

constexpr double kOwnTicketSeconds = 3600.0;

}  // namespace

void UsedTickets::add(const Ticket& ticket, double now) {
    expiry_of_[ticket.serial] = ticket.expires;
    if (expiry_of_.size() < sweep_at_) {
        return;
    }
    for (auto entry = expiry_of_.begin(); entry != expiry_of_.end();) {
        entry = entry->second <= now ? expiry_of_.erase(entry) : std::next(entry);
    }
    sweep_at_ = std::max(kFewest, 2 * expiry_of_.size());
}

Sessions::Sessions(World& world)
    : backend_(world.backend), logon_(world.get<Logon>()), users_(world.get<Accounts>()) {
    logon_.when_connected([this] { on_connected(); });
}

bool Sessions::says_late() const { return backend_.behaviours.has(kLateVerdicts); }

EBeginAuthSessionResult Sessions::begin(const void* data, int size, uint64 steam_id,
                                        AppId_t app_id) {
    Ticket ticket;
    if (size <= 0) {
        return k_EBeginAuthSessionResultInvalidTicket;
    }
    switch (read_ticket(data, static_cast<size_t>(size), ticket_key, ticket)) {
        case TicketStatus::ok:
            break;
        case TicketStatus::wrong_version:
            return k_EBeginAuthSessionResultInvalidVersion;
        case TicketStatus::malformed:
            return k_EBeginAuthSessionResultInvalidTicket;
    }
    if (ticket.kind != TicketKind::session || ticket.steam_id != steam_id) {
        return k_EBeginAuthSessionResultInvalidTicket;
    }
    if (!may_begin(steam_id)) {
        return k_EBeginAuthSessionResultDuplicateRequest;
    }
    if (ticket.app_id != app_id) {
        return k_EBeginAuthSessionResultGameMismatch;
    }
    if (ticket.expires <= backend_.unix_time()) {
        return k_EBeginAuthSessionResultExpiredTicket;
    }
    open(steam_id, SessionKind::ticket, ticket);
    judge_later(steam_id);
    return k_EBeginAuthSessionResultOK;
}

bool Sessions::may_begin(uint64 steam_id) const {
    auto found = sessions_.find(steam_id);
    if (found == sessions_.end()) {
        return true;
    }
    const Session& session = found->second;
    return backend_.behaviours.has(kAcceptDuplicates) && session.kind == SessionKind::ticket &&
           session.state != SessionState::pending;
}

bool Sessions::connect(const void* blob, size_t size, AppId_t app_id, uint64& steam_id) {
    Ticket ticket;
    const bool well_formed = read_ticket(blob, size, ticket_key, ticket) == TicketStatus::ok &&
                             ticket.kind == TicketKind::connect && ticket.app_id == app_id &&
                             ticket.expires > backend_.unix_time() &&
                             sessions_.count(ticket.steam_id) == 0;
    if (!well_formed) {
        return false;
    }
    steam_id = ticket.steam_id;
    open(steam_id, SessionKind::connect, ticket);
    judge_later(steam_id);
    return true;
}

uint64 Sessions::connect_bot() {
    const uint64 steam_id =
        CSteamID(++bots_, 1, k_EUniversePublic, k_EAccountTypeAnonGameServer).ConvertToUint64();
    open(steam_id, SessionKind::bot, Ticket{}).state = SessionState::accepted;
    return steam_id;
}

Session& Sessions::open(uint64 steam_id, SessionKind kind, const Ticket& ticket) {
    Session session{kind, SessionState::pending, ticket, ++session_number_, {}, 0, backend_.now()};
    return sessions_[steam_id] = std::move(session);
}

void Sessions::end(uint64 steam_id) { sessions_.erase(steam_id); }

void Sessions::when_connected(std::function<void()> answer) {
    if (logon_.can_validate()) {
        answer();
    } else {
        waiting_.push_back(std::move(answer));
    }
}

void Sessions::on_connected() {
    for (auto& answer : std::exchange(waiting_, {})) {
        answer();
    }
}

void Sessions::judge_later(uint64 steam_id) {
    backend_.schedule(kAuthLatency, [this, steam_id, begun = sessions_.at(steam_id)] {
        when_connected([this, steam_id, begun] { judge(steam_id, begun); });
    });
}

Session* Sessions::still_open(uint64 steam_id, uint64 number) {
    auto found = sessions_.find(steam_id);
    return found != sessions_.end() && found->second.number == number ? &found->second : nullptr;
}

void Sessions::judge(uint64 steam_id, const Session& begun) {
    Session* session = still_open(steam_id, begun.number);
    if (session != nullptr ? session->state != SessionState::pending : !says_late()) {
        return;
    }
    const EAuthSessionResponse response = verdict(begun.ticket);
    if (begun.kind == SessionKind::ticket) {
        answer_ticket(steam_id, session, begun.ticket, response);
    } else {
        answer_connect(steam_id, session, begun.ticket, response);
    }
}

EAuthSessionResponse Sessions::verdict(const Ticket& ticket) {
    User* user = users_.find(ticket.steam_id);
    if (user != nullptr && user->response) {
        return *std::exchange(user->response, std::nullopt);
    }
    if (cancelled_serials_.count(ticket.serial) != 0) {
        return k_EAuthSessionResponseAuthTicketCanceled;
    }
    if (used_.has(ticket.serial)) {
        return k_EAuthSessionResponseAuthTicketInvalidAlreadyUsed;
    }
    const auto peer = peers_.find(ticket.serial);
    if (peer != peers_.end() && peer->second != own_identity()) {
        return k_EAuthSessionResponseAuthTicketNetworkIdentityFailure;
    }
    // Nobody asks Steam in the mode without authentication; of a stranger the ticket tells all.
    if (user == nullptr || logon_.no_authentication()) {
        return k_EAuthSessionResponseOK;
    }
    if (!user->online) {
        return k_EAuthSessionResponseUserNotConnectedToSteam;
    }
    if (user->elsewhere) {
        return k_EAuthSessionResponseLoggedInElseWhere;
    }
    if (user->publisher_banned) {
        return k_EAuthSessionResponsePublisherIssuedBan;
    }
    if (user->vac_banned && logon_.secure()) {
        return k_EAuthSessionResponseVACBanned;
    }
    if (user->licenses.count(ticket.app_id) == 0) {
        return k_EAuthSessionResponseNoLicenseOrExpired;
    }
    return k_EAuthSessionResponseOK;
}

void Sessions::accept(Session* session) {
    if (session != nullptr) {
        session->state = SessionState::accepted;
        used_.add(session->ticket, backend_.unix_time());
        ++connects_;
    }
}

void Sessions::answer_ticket(uint64 steam_id, Session* session, const Ticket& ticket,
                             EAuthSessionResponse response) {
    if (response == k_EAuthSessionResponseOK) {
        accept(session);
    } else if (session != nullptr) {
        session->state = SessionState::refused;
    }
    const ValidateAuthTicketResponse_t verdict{steam_id, response, ticket.owner_id};
    backend_.post(verdict);
    if (duplicated_ > 0) {
        --duplicated_;
        backend_.post(verdict);
    }
}

void Sessions::answer_connect(uint64 steam_id, Session* session, const Ticket& ticket,
                              EAuthSessionResponse response) {
    User* user = users_.find(steam_id);
    const bool denied = user != nullptr && user->denial.has_value();
    if (response == k_EAuthSessionResponseOK && !denied) {
        accept(session);
        backend_.post(GSClientApprove_t{steam_id, ticket.owner_id});
        return;
    }
    const Denial why = denied ? *std::exchange(user->denial, std::nullopt) : denial(response);
    GSClientDeny_t deny{steam_id, why.reason, {}};
    std::strncpy(deny.m_rgchOptionalText, why.text.c_str(), sizeof(deny.m_rgchOptionalText) - 1);
    if (session != nullptr) {
        sessions_.erase(steam_id);
    }
    backend_.post(deny);
}

Denial Sessions::denial(EAuthSessionResponse response) {
    switch (response) {
        case k_EAuthSessionResponseNoLicenseOrExpired:
            return {k_EDenyNoLicense, ""};
        case k_EAuthSessionResponseVACBanned:
        case k_EAuthSessionResponsePublisherIssuedBan:
            return {k_EDenyCheater, ""};
        case k_EAuthSessionResponseUserNotConnectedToSteam:
            return {k_EDenyNotLoggedOn, ""};
        case k_EAuthSessionResponseLoggedInElseWhere:
            return {k_EDenyLoggedInElseWhere, ""};
        case k_EAuthSessionResponseAuthTicketInvalidAlreadyUsed:
            return {k_EDenyUnknownText, "ticket already used"};
        case k_EAuthSessionResponseAuthTicketCanceled:
            return {k_EDenyUnknownText, "ticket cancelled"};
        default:
            return {k_EDenyGeneric, ""};
    }
}

bool Sessions::update_user(uint64 steam_id, const char* name, uint32 score) {
    auto found = sessions_.find(steam_id);
    if (found == sessions_.end() || found->second.state != SessionState::accepted) {
        return false;
    }
    found->second.name = name != nullptr ? name : "";
    found->second.score = score;
    return true;
}

EUserHasLicenseForAppResult Sessions::has_license(uint64 steam_id, AppId_t app_id) {
    auto found = sessions_.find(steam_id);
    if (found == sessions_.end() || found->second.state != SessionState::accepted ||
        found->second.kind == SessionKind::bot) {
        return k_EUserHasLicenseResultNoAuth;
    }
    User* user = users_.find(steam_id);
    const bool owns =
        user != nullptr ? user->licenses.count(app_id) != 0 : app_id == found->second.ticket.app_id;
    return owns ? k_EUserHasLicenseResultHasLicense : k_EUserHasLicenseResultDoesNotHaveLicense;
}

HAuthTicket Sessions::own_ticket(AppId_t app_id, const std::string& peer, std::string& data) {
    if (!logon_.logged_on()) {
        return k_HAuthTicketInvalid;
    }
    Ticket ticket;
    ticket.app_id = app_id;
    ticket.steam_id = ticket.owner_id = logon_.steam_id().ConvertToUint64();
    ticket.issued = backend_.unix_time();
    ticket.expires = ticket.issued + kOwnTicketSeconds;
    ticket.serial = backend_.random();
    data = make_ticket(ticket, ticket_key);
    own_tickets_[++last_own_ticket_] = ticket.serial;
    if (!peer.empty()) {
        peers_[ticket.serial] = peer;
    }
    return last_own_ticket_;
}

void Sessions::announce_own_ticket(HAuthTicket handle) {
    if (backend_.behaviours.has(kTicketCallback)) {
        backend_.schedule(kAuthLatency, [this, handle] {
            backend_.post(GetAuthSessionTicketResponse_t{handle, k_EResultOK});
        });
    }
}

std::string Sessions::own_identity() const {
    return networking::text_of(networking::identity_of(logon_.steam_id().ConvertToUint64()));
}

void Sessions::cancel_own_ticket(HAuthTicket handle) {
    auto found = own_tickets_.find(handle);
    if (found != own_tickets_.end()) {
        cancel_ticket(logon_.steam_id().ConvertToUint64(), found->second);
        own_tickets_.erase(found);
    }
}

void Sessions::cancel_ticket(uint64 steam_id, uint64 serial) {
    auto found = sessions_.find(steam_id);
    const bool has_session = found != sessions_.end() &&
                             found->second.kind == SessionKind::ticket &&
                             (serial == 0 || found->second.ticket.serial == serial);
    if (serial != 0) {
        cancelled_serials_.insert(serial);
    }
    if (has_session) {
        cancelled_serials_.insert(found->second.ticket.serial);
        revoke(steam_id, k_EAuthSessionResponseAuthTicketCanceled, k_EDenyGeneric);
    }
}

void Sessions::revoke(uint64 steam_id, EAuthSessionResponse response, EDenyReason reason) {
    auto found = sessions_.find(steam_id);
    if (found == sessions_.end() || found->second.state != SessionState::accepted) {
        return;  // a session that is still pending will be judged by the user's new state
    }
    if (found->second.kind == SessionKind::connect) {
        kick(steam_id, reason);
        return;
    }
    when_connected([this, steam_id, revoked = found->second, response] {
        Session* session = still_open(steam_id, revoked.number);
        if (session != nullptr || says_late()) {
            answer_ticket(steam_id, session, revoked.ticket, response);
        }
    });
}

void Sessions::kick(uint64 steam_id, EDenyReason reason) {
    when_connected([this, steam_id, reason] {
        if (sessions_.count(steam_id) != 0) {
            backend_.post(GSClientKick_t{steam_id, reason});
        }
    });
}

void Sessions::kick_everyone(EDenyReason reason) {
    std::vector<uint64> everyone;
    for (const auto& entry : sessions_) {
        everyone.push_back(entry.first);
    }
    for (const uint64 steam_id : everyone) {
        kick(steam_id, reason);
    }
}

void Sessions::describe(json::Object& out) const {
    static const char* const kinds[] = {"ticket", "connect", "bot"};
    static const char* const states[] = {"pending", "accepted", "refused"};
    json::List list;
    for (const auto& [steam_id, session] : sessions_) {
        list.add(json::Object()
                     .number("steam_id", steam_id)
                     .text("kind", kinds[static_cast<int>(session.kind)])
                     .text("state", states[static_cast<int>(session.state)])
                     .text("name", session.name)
                     .number("score", session.score)
                     .done());
    }
    out.raw("sessions", list.done());
}

void Sessions::reset() {
    sessions_.clear();
    waiting_.clear();
    own_tickets_.clear();
    peers_.clear();
}

}  // namespace steamgs::simulator

void steamgs_sim_set_ticket_key(SimWorld* world, const char* key, size_t key_size) {
    using namespace steamgs::simulator;
    const std::lock_guard<std::mutex> lock(world->mutex);
    world->get<Sessions>().ticket_key = key_or_default(key, key_size);
}
