# Groups, clans and reputation: what Steam knows of players and of this server.

cdef class CommunityMethods(GameServerCore):
    """ISteamGameServer's functions about groups, clans and reputation."""

    def request_user_group_status(
        self, steam_id: int, group_id: int, *, timeout: float | None = None
    ) -> Call[ClientGroupStatus]:
        """Ask whether a player belongs to a group.

        Steam answers with a callback, so the signal ``client_group_status`` is emitted as well. If
        several requests for the same player and group are waiting, the first answer ends them all.
        Steamworks: ``RequestUserGroupStatus``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises NotLoggedOnError: the server is not logged on.
        :raises CallFailedError: Steam refused the call.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef CSteamID group = steam_id_argument("group_id", group_id)
        self.require_logged_on()
        key = (player.ConvertToUint64(), group.ConvertToUint64())
        cdef CriticalSection section
        cdef Call call = self.group_status.ask("request_user_group_status", key, timeout)
        if not self.api(section).RequestUserGroupStatus(player, group):
            self.questions.take_back(call)
            raise CallFailedError("request_user_group_status")
        return call

    def associate_with_clan(
        self, clan_id: int, *, timeout: float | None = None
    ) -> Call[AssociateClan]:
        """Make this a clan's server, for :meth:`compute_new_player_compatibility`.

        The signal ``associate_clan`` is emitted as well. Steamworks: ``AssociateWithClan``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        cdef CSteamID clan = steam_id_argument("clan_id", clan_id)
        self.require_logged_on()
        return self.ask(
            "associate_with_clan", timeout, kAssociateClan, kGameServerInterface,
            0, ask_to_associate, &clan,
        )

    def compute_new_player_compatibility(
        self, steam_id: int, *, timeout: float | None = None
    ) -> Call[PlayerCompat]:
        """Ask how well a candidate gets on with the players on this server.

        The signal ``player_compat`` is emitted as well. Steamworks: ``ComputeNewPlayerCompatibility``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        self.require_logged_on()
        return self.ask(
            "compute_new_player_compatibility", timeout, kPlayerCompat, kGameServerInterface,
            player.ConvertToUint64(), ask_for_compatibility, &player,
        )

    def get_server_reputation(self, *, timeout: float | None = None) -> Call[ServerReputation]:
        """Ask for this server's reputation. Steamworks: ``GetServerReputation``, deprecated.

        The signal ``server_reputation`` is emitted as well.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        self.require_logged_on()
        return self.ask(
            "get_server_reputation", timeout, kServerReputation, kGameServerInterface,
            0, ask_for_reputation, NULL,
        )

    def get_gameplay_stats(self) -> None:
        """Ask for this server's rank; ``gameplay_stats`` follows.

        Steamworks: ``GetGameplayStats``, deprecated.

        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.logged_on_api(section).GetGameplayStats()


cdef SteamAPICall_t ask_to_associate(void *steam, const void *clan) noexcept nogil:
    return (<ISteamGameServer *>steam).AssociateWithClan((<const CSteamID *>clan)[0])


cdef SteamAPICall_t ask_for_compatibility(void *steam, const void *player) noexcept nogil:
    return (<ISteamGameServer *>steam).ComputeNewPlayerCompatibility((<const CSteamID *>player)[0])


cdef SteamAPICall_t ask_for_reputation(void *steam, const void *nothing) noexcept nogil:
    return (<ISteamGameServer *>steam).GetServerReputation()
