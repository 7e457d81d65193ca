// Who may play: both of Steam's ways to authenticate, and what happens to players later.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "features/accounts.h"
#include "features/logon.h"
#include "features/ticket.h"
#include "kernel/control.h"
#include "kernel/world.h"

namespace steamgs::simulator {

enum class SessionKind { ticket, connect, bot };
enum class SessionState { pending, accepted, refused };

struct Session {
    SessionKind kind;
    SessionState state;
    Ticket ticket;
    uint64 number;  // an answer meant for an earlier session of the same user is void
    std::string name;
    uint32 score = 0;
    double began = 0.0;
};

// Tickets that have let somebody in. Those that have expired let nobody in anyway, and are
// forgotten whenever there are twice as many as after the last time.
class UsedTickets {
  public:
    void add(const Ticket& ticket, double now);
    bool has(uint64 serial) const { return expiry_of_.count(serial) != 0; }

  private:
    static constexpr size_t kFewest = 1024;

    std::map<uint64, double> expiry_of_;
    size_t sweep_at_ = kFewest;
};

class Sessions final : public Feature {
  public:
    explicit Sessions(World& world);

    // What ISteamGameServer calls.
    EBeginAuthSessionResult begin(const void* data, int size, uint64 steam_id, AppId_t app_id);
    void end(uint64 steam_id);
    bool connect(const void* blob, size_t size, AppId_t app_id, uint64& steam_id);
    uint64 connect_bot();
    bool update_user(uint64 steam_id, const char* name, uint32 score);
    EUserHasLicenseForAppResult has_license(uint64 steam_id, AppId_t app_id);
    // Only `peer` may use the ticket, an identity as text; everybody if it is empty.
    HAuthTicket own_ticket(AppId_t app_id, const std::string& peer, std::string& data);
    // Announces that Steam knows the ticket; Steam does so without being asked.
    void announce_own_ticket(HAuthTicket handle);
    void cancel_own_ticket(HAuthTicket handle);
    void reset() override;
    void describe(json::Object& out) const override;
    // Answers that waited for the connection to Steam.
    void on_connected();

    // What the control of the simulator calls: something happens to a user.
    void cancel_ticket(uint64 steam_id, uint64 serial);  // serial 0: all of the user's
    void revoke(uint64 steam_id, EAuthSessionResponse response, EDenyReason reason);
    void kick(uint64 steam_id, EDenyReason reason);
    void duplicate_next(int verdicts) { duplicated_ = verdicts; }

    void kick_everyone(EDenyReason reason);

    const std::map<uint64, Session>& sessions() const { return sessions_; }
    uint32 connects() const { return connects_; }
    std::string ticket_key = default_ticket_key();

  private:
    Session& open(uint64 steam_id, SessionKind kind, const Ticket& ticket);
    bool may_begin(uint64 steam_id) const;
    // NULL if that session has ended, even if the user has another one.
    Session* still_open(uint64 steam_id, uint64 number);
    bool says_late() const;
    // Answers once the server is connected: Steam's word can't come through an outage.
    void when_connected(std::function<void()> answer);
    void judge_later(uint64 steam_id);
    void judge(uint64 steam_id, const Session& begun);
    EAuthSessionResponse verdict(const Ticket& ticket);
    static Denial denial(EAuthSessionResponse response);
    // `session` is NULL where it has ended: then the verdict changes nothing.
    void answer_ticket(uint64 steam_id, Session* session, const Ticket& ticket,
                       EAuthSessionResponse response);
    void answer_connect(uint64 steam_id, Session* session, const Ticket& ticket,
                        EAuthSessionResponse response);
    void accept(Session* session);
    std::string own_identity() const;

    Backend& backend_;
    Logon& logon_;
    Accounts& users_;
    std::map<uint64, Session> sessions_;
    UsedTickets used_;
    std::set<uint64> cancelled_serials_;
    std::vector<std::function<void()>> waiting_;
    std::map<HAuthTicket, uint64> own_tickets_;
    std::map<uint64, std::string> peers_;  // who may use own tickets, by their serials
    HAuthTicket last_own_ticket_ = 0;
    uint64 session_number_ = 0;
    uint32 bots_ = 0;
    int duplicated_ = 0;
    uint32 connects_ = 0;
};

}  // namespace steamgs::simulator

// The key that signs tickets; NULL is the public default.
STEAMGS_SIM_API void steamgs_sim_set_ticket_key(SimWorld* world, const char* key, size_t key_size);
