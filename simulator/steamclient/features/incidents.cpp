// What can happen to users while they play: commands that change an account and its session.
#include "features/sessions.h"
#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

constexpr Text kDenyText = {0, 1024};

struct Who {
    uint64 user;
};

std::vector<Field<Who>> who() {
    return {field("user", &Who::user, kSteamId, "the user", Presence::required)};
}

// Changes the account, and tells the server if the user plays on it.
void befall(World& world, uint64 steam_id, bool User::* flag, bool value,
            EAuthSessionResponse response, EDenyReason reason) {
    world.get<Accounts>().at(steam_id).*flag = value;
    world.get<Sessions>().revoke(steam_id, response, reason);
}

const CommandOf<Who> kVacBan = {"vac_ban", "VAC bans the account, which matters to secure servers.",
                                who, [](World& world, const Who& row) {
                                    befall(world, row.user, &User::vac_banned, true,
                                           k_EAuthSessionResponseVACBanned, k_EDenyCheater);
                                }};

const CommandOf<Who> kPublisherBan = {"publisher_ban", "The game's publisher bans the account.",
                                      who, [](World& world, const Who& row) {
                                          befall(world, row.user, &User::publisher_banned, true,
                                                 k_EAuthSessionResponsePublisherIssuedBan,
                                                 k_EDenyCheater);
                                      }};

const CommandOf<Who> kGoOffline = {
    "go_offline", "The account is disconnected from Steam.", who, [](World& world, const Who& row) {
        befall(world, row.user, &User::online, false, k_EAuthSessionResponseUserNotConnectedToSteam,
               k_EDenySteamConnectionLost);
    }};

const CommandOf<Who> kComeOnline = {"come_online",
                                    "The account is connected again, and not logged in elsewhere.",
                                    who, [](World& world, const Who& row) {
                                        User& user = world.get<Accounts>().at(row.user);
                                        user.online = true;
                                        user.elsewhere = false;
                                    }};

const CommandOf<Who> kLogInElsewhere = {
    "log_in_elsewhere", "The account logs in on another machine and is logged out on this one.",
    who, [](World& world, const Who& row) {
        befall(world, row.user, &User::elsewhere, true, k_EAuthSessionResponseLoggedInElseWhere,
               k_EDenyLoggedInElseWhere);
    }};

struct Revocation {
    uint64 user;
    EAuthSessionResponse response = k_EAuthSessionResponseVACBanned;
    EDenyReason reason = k_EDenyGeneric;
};

const CommandOf<Revocation> kRevoke = {
    "revoke", "Steam withdraws its approval of a player.",
    [] {
        return std::vector{
            field("user", &Revocation::user, kSteamId, "the user", Presence::required),
            field("response", &Revocation::response, kResponse,
                  "the verdict on a ticket; 3 if missing"),
            field("reason", &Revocation::reason, kReason,
                  "the reason in the older flow; 2 if missing"),
        };
    },
    [](World& world, const Revocation& row) {
        world.get<Sessions>().revoke(row.user, row.response, row.reason);
    }};

struct Kick {
    uint64 user;
    EDenyReason reason = k_EDenyGeneric;
};

const CommandOf<Kick> kKick = {
    "kick", "Steam asks the server to drop a player.",
    [] {
        return std::vector{
            field("user", &Kick::user, kSteamId, "the user", Presence::required),
            field("reason", &Kick::reason, kReason, "the reason; 2 if missing"),
        };
    },
    [](World& world, const Kick& row) { world.get<Sessions>().kick(row.user, row.reason); }};

const CommandOf<Kick> kKickEveryone = {
    "kick_everyone", "Steam asks the server to drop every player at once.",
    [] { return std::vector{field("reason", &Kick::reason, kReason, "the reason; 2 if missing")}; },
    [](World& world, const Kick& row) { world.get<Sessions>().kick_everyone(row.reason); }};

struct Cancellation {
    uint64 user;
    uint64 serial;
};

constexpr Whole kSerial = {"the serial of a ticket", 1, kMostInteger};

const CommandOf<Cancellation> kCancelTicket = {
    "cancel_ticket", "A user cancels a ticket, as on leaving.",
    [] {
        return std::vector{
            field("user", &Cancellation::user, kSteamId, "the user", Presence::required),
            field("serial", &Cancellation::serial, kSerial,
                  "the ticket's serial; that of the open session if missing"),
        };
    },
    [](World& world, const Cancellation& row) {
        world.get<Sessions>().cancel_ticket(row.user, row.serial);
    }};

struct Verdict {
    uint64 user;
    EAuthSessionResponse response;
};

const CommandOf<Verdict> kFailNextAuth = {
    "fail_next_auth", "Sets Steam's answer to a user's next ticket, whatever the user's state.",
    [] {
        return std::vector{
            field("user", &Verdict::user, kSteamId, "the user", Presence::required),
            field("response", &Verdict::response, kResponse, "the answer", Presence::required),
        };
    },
    [](World& world, const Verdict& row) {
        world.get<Accounts>().at(row.user).response = row.response;
    }};

struct NextDenial {
    uint64 user;
    EDenyReason reason;
    std::string text;
};

const CommandOf<NextDenial> kDenyNext = {
    "deny_next", "Sets Steam's answer to a user's next connect of the older flow.",
    [] {
        return std::vector{
            field("user", &NextDenial::user, kSteamId, "the user", Presence::required),
            field("reason", &NextDenial::reason, kReason, "the reason", Presence::required),
            field("text", &NextDenial::text, kDenyText, "the optional text; Steam truncates it"),
        };
    },
    [](World& world, const NextDenial& row) {
        world.get<Accounts>().at(row.user).denial = Denial{row.reason, row.text};
    }};

struct Duplicates {
    int times = 1;
};

const CommandOf<Duplicates> kDuplicateNextVerdict = {
    "duplicate_next_verdict", "The next verdicts on tickets come twice.",
    [] {
        return std::vector{
            field("times", &Duplicates::times, kTimes, "how many times; 1 if missing")};
    },
    [](World& world, const Duplicates& row) { world.get<Sessions>().duplicate_next(row.times); }};

}  // namespace

}  // namespace steamgs::simulator
