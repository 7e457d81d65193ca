# Groups, clans and reputation: what Steam knows of players and of this server.

cdef class CommunityMethods(GameServerCore):
    """ISteamGameServer's functions about groups, clans and reputation."""

    def request_user_group_status(self, steam_id: int, group_id: int) -> None:
        """Ask whether a player belongs to a group; ``client_group_status`` follows.

        Steamworks: ``RequestUserGroupStatus``.

        :raises NotLoggedOnError: the server is not logged on.
        :raises CallFailedError: Steam refused the call.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef CSteamID group = steam_id_argument("group_id", group_id)
        if not self.logged_on_api().RequestUserGroupStatus(player, group):
            raise CallFailedError("request_user_group_status")

    def associate_with_clan(self, clan_id: int) -> Future[AssociateClan]:
        """Make this a clan's server, for :meth:`compute_new_player_compatibility`.

        Steamworks: ``AssociateWithClan``.

        :returns: a future of ``AssociateClan``; the signal ``associate_clan`` is emitted as well.
            It raises ``CallFailedError`` if the answer is lost, and is cancelled on close.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID clan = steam_id_argument("clan_id", clan_id)
        self.logged_on_api()
        cdef _Question question = self.ask("associate_with_clan")
        cdef uint64_t token = question.token
        cdef bint done
        with nogil:
            done = self.native.associate_with_clan(token, clan)
        return self.asked(question, done)

    def compute_new_player_compatibility(self, steam_id: int) -> Future[PlayerCompat]:
        """Ask how well a candidate gets on with the players on this server.

        Steamworks: ``ComputeNewPlayerCompatibility``.

        :returns: a future of ``PlayerCompat``; the signal ``player_compat`` is emitted as well.
            It raises ``CallFailedError`` if the answer is lost, and is cancelled on close.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        self.logged_on_api()
        cdef _Question question = self.ask("compute_new_player_compatibility")
        cdef uint64_t token = question.token
        cdef bint done
        with nogil:
            done = self.native.compute_new_player_compatibility(token, player)
        return self.asked(question, done)

    def get_server_reputation(self) -> Future[ServerReputation]:
        """Ask for this server's reputation. Steamworks: ``GetServerReputation``, deprecated.

        :returns: a future of ``ServerReputation``; the signal is emitted as well.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        self.logged_on_api()
        cdef _Question question = self.ask("get_server_reputation")
        cdef uint64_t token = question.token
        cdef bint done
        with nogil:
            done = self.native.get_server_reputation(token)
        return self.asked(question, done)

    def get_gameplay_stats(self) -> None:
        """Ask for this server's rank; ``gameplay_stats`` follows.

        Steamworks: ``GetGameplayStats``, deprecated.

        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        self.logged_on_api().GetGameplayStats()
