#include "features/community.h"

#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Community> kFeature("community");
const Latency kGroupLatency = {"group", "of a user's status in a group"};

}  // namespace

bool Community::request_group_status(uint64 steam_id, uint64 group_id) {
    if (!logon_.logged_on()) {
        return false;
    }
    backend_.schedule(kGroupLatency, [this, steam_id, group_id] {
        GSClientGroupStatus_t status{steam_id, group_id, false, false};
        if (User* user = users_.find(steam_id)) {
            auto membership = user->groups.find(group_id);
            status.m_bMember = membership != user->groups.end();
            status.m_bOfficer = status.m_bMember && membership->second;
        }
        backend_.post(status);
    });
    return true;
}

template <class P, class Make>
SteamAPICall_t Community::ask(Make make) {
    const SteamAPICall_t call = calls_.begin();
    backend_.schedule(kCallLatency, [this, call, make] {
        if (logon_.logged_on()) {
            calls_.complete(call, make());
        } else {
            calls_.lose<P>(call);
        }
    });
    return call;
}

SteamAPICall_t Community::associate_with_clan(uint64 clan_id) {
    return ask<AssociateWithClanResult_t>([this, clan_id] {
        const bool known = users_.groups.count(clan_id) != 0;
        clan_ = known ? clan_id : clan_;
        return AssociateWithClanResult_t{known ? k_EResultOK : k_EResultInvalidParam};
    });
}

SteamAPICall_t Community::player_compatibility(uint64 steam_id) {
    return ask<ComputeNewPlayerCompatibilityResult_t>(
        [this, steam_id] { return compatibility(steam_id); });
}

ComputeNewPlayerCompatibilityResult_t Community::compatibility(uint64 steam_id) {
    ComputeNewPlayerCompatibilityResult_t result{k_EResultOK, 0, 0, 0, steam_id};
    User* candidate = users_.find(steam_id);
    for (const auto& [player_id, session] : sessions_.sessions()) {
        if (session.state != SessionState::accepted || player_id == steam_id) {
            continue;
        }
        if (candidate != nullptr && candidate->dislikes.count(player_id) != 0) {
            ++result.m_cPlayersThatCandidateDoesntLike;
        }
        User* player = users_.find(player_id);
        if (player != nullptr && player->dislikes.count(steam_id) != 0) {
            ++result.m_cPlayersThatDontLikeCandidate;
            const bool of_clan = clan_ != 0 && player->groups.count(clan_) != 0;
            result.m_cClanPlayersThatDontLikeCandidate += of_clan ? 1 : 0;
        }
    }
    return result;
}

SteamAPICall_t Community::server_reputation() {
    return ask<GSReputation_t>([this] { return reputation; });
}

void Community::gameplay_stats() {
    backend_.schedule(kCallLatency, [this] {
        const auto minutes = static_cast<uint32>(backend_.now() / 60.0);
        const EResult result = logon_.logged_on() ? k_EResultOK : k_EResultNoConnection;
        backend_.post(GSGameplayStats_t{result, 0, sessions_.connects(), minutes});
    });
}

namespace {

struct Reputation {
    EResult result = k_EResultOK;
    uint32 score;
    bool banned;
    uint32 banned_ip;
    uint16 banned_port;
    uint64 banned_game_id;
    uint32 ban_expires;
};

constexpr Whole kScore = {"a score", 0, std::numeric_limits<uint32>::max()};
constexpr Whole kPort = {"a port", 0, std::numeric_limits<uint16>::max()};
constexpr Whole kGameId = {"the id of a game", 0, kMostInteger};
constexpr Whole kUnixTime = {"seconds since 1970", 0, std::numeric_limits<uint32>::max()};

const CommandOf<Reputation> kSetReputation = {
    "set_reputation", "Sets Steam's answer about the server's reputation.",
    [] {
        return std::vector{
            field("result", &Reputation::result, kResult, "1 if missing"),
            field("score", &Reputation::score, kScore, "0 if missing"),
            field("banned", &Reputation::banned, Flag{}, "whether the server is banned"),
            field("banned_ip", &Reputation::banned_ip, Address{}, "the address that is banned"),
            field("banned_port", &Reputation::banned_port, kPort, "the port that is banned"),
            field("banned_game_id", &Reputation::banned_game_id, kGameId,
                  "the game for which the server is banned"),
            field("ban_expires", &Reputation::ban_expires, kUnixTime, "when the ban ends"),
        };
    },
    [](World& world, const Reputation& row) {
        world.get<Community>().reputation = {row.result,     row.score,       row.banned,
                                             row.banned_ip,  row.banned_port, row.banned_game_id,
                                             row.ban_expires};
    }};

}  // namespace

}  // namespace steamgs::simulator
