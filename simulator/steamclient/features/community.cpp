#include "features/community.h"

namespace steamgs::simulator {

bool Community::request_group_status(uint64 steam_id, uint64 group_id) {
    if (!logon_.logged_on()) {
        return false;
    }
    backend_.schedule(Latency::group, [this, steam_id, group_id] {
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
    backend_.schedule(Latency::call, [this, call, make] {
        if (logon_.logged_on()) {
            calls_.complete(call, make());
        } else {
            calls_.complete(call, P::k_iCallback, "", 0, true);
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
    for (const auto& [player_id, session] : auth_.sessions()) {
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
    backend_.schedule(Latency::call, [this] {
        const auto minutes = static_cast<uint32>(backend_.now() / 60.0);
        const EResult result = logon_.logged_on() ? k_EResultOK : k_EResultNoConnection;
        backend_.post(GSGameplayStats_t{result, 0, auth_.connects(), minutes});
    });
}

}  // namespace steamgs::simulator
