#include "features/accounts.h"

#include "features/values.h"
#include "kernel/commands.h"

namespace steamgs::simulator {

namespace {

const FeatureOf<Accounts> kFeature("accounts");

}  // namespace

User& Accounts::at(uint64 steam_id) {
    User* user = find(steam_id);
    if (user == nullptr) {
        throw NotThere("there is no user " + std::to_string(steam_id));
    }
    return *user;
}

namespace {

struct Group {
    uint64 group_id;
};

const CommandOf<Group> kAddGroup = {
    "add_group",
    "Adds a group or clan that Steam knows.",
    [] {
        return std::vector{
            field("group_id", &Group::group_id, kGroupId, "its Steam id", Presence::required)};
    },
    [](World& world, const Group& row) { world.get<Accounts>().groups.insert(row.group_id); },
    {"group", true}};

struct Account {
    uint64 steam_id;
    uint64 owner_id;  // 0: the user's own
    std::vector<AppId_t> licenses;
    std::vector<uint64> member_of, officer_of;
    bool online = true;
    bool vac_banned, publisher_banned;
};

void add_user(World& world, const Account& row) {
    auto& accounts = world.get<Accounts>();
    User& user = accounts.all[row.steam_id];
    user.owner_id = row.owner_id != 0 ? row.owner_id : row.steam_id;
    user.licenses.insert(row.licenses.begin(), row.licenses.end());
    for (const bool officer : {false, true}) {
        for (const uint64 group : officer ? row.officer_of : row.member_of) {
            user.groups[group] = officer;
            accounts.groups.insert(group);
        }
    }
    user.online = row.online;
    user.vac_banned = row.vac_banned;
    user.publisher_banned = row.publisher_banned;
}

const CommandOf<Account> kAddUser = {
    "add_user",
    "Adds a user whom Steam knows.",
    [] {
        return std::vector{
            field("steam_id", &Account::steam_id, kSteamId, "the user's Steam id",
                  Presence::required),
            field("owner_id", &Account::owner_id, kSteamId,
                  "who owns the licences; the user if missing"),
            field("licenses", &Account::licenses, kAppId, "the apps that the user may play"),
            field("member_of", &Account::member_of, kGroupId, "the groups that the user is in"),
            field("officer_of", &Account::officer_of, kGroupId,
                  "the groups that the user is an officer of"),
            field("online", &Account::online, Flag{},
                  "whether connected to Steam; true if missing"),
            field("vac_banned", &Account::vac_banned, Flag{}, "whether banned by VAC"),
            field("publisher_banned", &Account::publisher_banned, Flag{},
                  "whether banned by the game's publisher"),
        };
    },
    add_user,
    {"user", true, "user", "steam_id"}};

enum class Role { none, member, officer };

const Choice<Role> kRoles = {
    {{"none", Role::none}, {"member", Role::member}, {"officer", Role::officer}}};

struct Membership {
    uint64 user, group_id;
    Role role;
};

const CommandOf<Membership> kSetMember = {
    "set_member", "Sets a user's role in a group.",
    [] {
        return std::vector{
            field("user", &Membership::user, kSteamId, "the user", Presence::required),
            field("group_id", &Membership::group_id, kGroupId, "the group", Presence::required),
            field("role", &Membership::role, kRoles, "the role", Presence::required),
        };
    },
    [](World& world, const Membership& row) {
        auto& groups = world.get<Accounts>().at(row.user).groups;
        if (row.role == Role::none) {
            groups.erase(row.group_id);
        } else {
            groups[row.group_id] = row.role == Role::officer;
        }
    }};

struct Licenses {
    uint64 user;
    std::vector<AppId_t> app_ids;
    bool owned = true;
};

const CommandOf<Licenses> kSetLicenses = {
    "set_licenses", "Grants or revokes licences for apps.",
    [] {
        return std::vector{
            field("user", &Licenses::user, kSteamId, "the user", Presence::required),
            field("app_ids", &Licenses::app_ids, kAppId, "the apps", Presence::required),
            field("owned", &Licenses::owned, Flag{}, "whether to grant them; true if missing"),
        };
    },
    [](World& world, const Licenses& row) {
        auto& licenses = world.get<Accounts>().at(row.user).licenses;
        for (const AppId_t app_id : row.app_ids) {
            if (row.owned) {
                licenses.insert(app_id);
            } else {
                licenses.erase(app_id);
            }
        }
    }};

struct Dislike {
    uint64 user, other;
    bool dislikes = true;
};

const CommandOf<Dislike> kDislike = {
    "dislike", "A user blocks or unblocks another.",
    [] {
        return std::vector{
            field("user", &Dislike::user, kSteamId, "the user", Presence::required),
            field("other", &Dislike::other, kSteamId, "the other user", Presence::required),
            field("dislikes", &Dislike::dislikes, Flag{}, "whether to block; true if missing"),
        };
    },
    [](World& world, const Dislike& row) {
        auto& disliked = world.get<Accounts>().at(row.user).dislikes;
        if (row.dislikes) {
            disliked.insert(row.other);
        } else {
            disliked.erase(row.other);
        }
    }};

}  // namespace

}  // namespace steamgs::simulator
