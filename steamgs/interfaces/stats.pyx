# ISteamGameServerStats.

# What Steamworks allows for the name of a statistic or achievement, NUL included.
cdef size_t STAT_NAME_LIMIT = 128


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class GameServerStats(GameServerStatsSignals):
    """``server.stats``: statistics and achievements of players, which the server may read and write.

    :meth:`request_user_stats` loads the values of a player. They can then be read and changed, and
    :meth:`store_user_stats` saves them. The object exists as long as the server object, and its
    methods work while the server is running.
    """

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.changed = set()
        self.take_signals(server.all_signals)

    @property
    def unstored(self) -> frozenset[int]:
        """The Steam ids of players whose values have been changed since they were last stored."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        cdef set changed = self.changed  # held, as a server that closes meanwhile replaces it
        return frozenset(changed)

    def request_user_stats(
        self, steam_id: int, *, timeout: float | None = None
    ) -> Call[StatsReceived]:
        """Load a player's statistics and achievements from Steam.

        The answer's result is ``OK``, or ``FAIL`` if Steam has no statistics of that user for this
        game. The signal ``stats_received`` is emitted as well. If Steam drops the values later
        (``stats_unloaded``), request them again. Steamworks: ``RequestUserStats``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        self.server.require_logged_on()
        return self.server.ask(
            "request_user_stats", timeout, kStatsReceived, kGameServerStatsInterface,
            player.ConvertToUint64(), ask_for_stats, &player,
        )

    def store_user_stats(
        self, steam_id: int, *, timeout: float | None = None
    ) -> Call[StatsStored]:
        """Send the changed values to Steam, which stores them.

        The answer's result is ``OK``, or ``INVALID_PARAM`` if some values broke the constraints that
        the game has defined; those are reset to what Steam has. The signal ``stats_stored`` is
        emitted as well. Steamworks: ``StoreUserStats``.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef CriticalSection section
        self.server.logged_on_api(section)
        self.changed.discard(steam_id)
        section.end()
        return self.server.ask(
            "store_user_stats", timeout, kStatsStored, kGameServerStatsInterface,
            player.ConvertToUint64(), ask_to_store_stats, &player,
        )

    def get_user_stat_int(self, steam_id: int, name: str) -> int:
        """Return a player's statistic of type INT. Steamworks: ``GetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef int32_t value = 0
        cdef CriticalSection section
        self.check(self.stats_api(section).GetUserStat(player, <const char *>text, &value),
                   steam_id, name, "INT statistic")
        return value

    def get_user_stat_float(self, steam_id: int, name: str) -> float:
        """Return a player's statistic of type FLOAT or AVGRATE. Steamworks: ``GetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef float value = 0.0
        cdef CriticalSection section
        self.check(self.stats_api(section).GetUserStat(player, <const char *>text, &value),
                   steam_id, name, "FLOAT or AVGRATE statistic")
        return value

    def set_user_stat_int(self, steam_id: int, name: str, value: int) -> None:
        """Change a player's statistic of type INT. Steamworks: ``SetUserStat``.

        :param value: -2**31 to 2**31-1.
        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef int32_t number = <int32_t>signed_argument("value", value)
        cdef CriticalSection section
        self.change(self.stats_api(section).SetUserStat(player, <const char *>text, number),
                    steam_id, name, "INT statistic")

    def set_user_stat_float(self, steam_id: int, name: str, value: float) -> None:
        """Change a player's statistic of type FLOAT. Steamworks: ``SetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef float number = <float>number_argument("value", value)
        cdef CriticalSection section
        self.change(self.stats_api(section).SetUserStat(player, <const char *>text, number),
                    steam_id, name, "FLOAT statistic")

    def update_user_avg_rate_stat(
        self, steam_id: int, name: str, count_this_session: float, session_length: float
    ) -> None:
        """Add a session to a player's statistic of type AVGRATE, such as kills per hour.

        Steamworks: ``UpdateUserAvgRateStat``.

        :param count_this_session: how much was counted since the last update.
        :param session_length: the time since the last update, in the unit of the rate; not negative.
        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef float count = <float>number_argument("count_this_session", count_this_session)
        cdef double length = number_argument("session_length", session_length)
        if length < 0.0:
            raise ValueError(f"session_length must be at least 0, not {length}")
        cdef CriticalSection section
        self.change(
            self.stats_api(section).UpdateUserAvgRateStat(player, <const char *>text, count, length),
            steam_id, name, "AVGRATE statistic")

    def get_user_achievement(self, steam_id: int, name: str) -> bool:
        """Whether a player has an achievement. Steamworks: ``GetUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef cpp_bool achieved = False
        cdef CriticalSection section
        self.check(self.stats_api(section).GetUserAchievement(player, <const char *>text, &achieved),
                   steam_id, name, "achievement")
        return achieved

    def set_user_achievement(self, steam_id: int, name: str) -> None:
        """Unlock an achievement; :meth:`store_user_stats` saves it.

        Steamworks: ``SetUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef CriticalSection section
        self.change(self.stats_api(section).SetUserAchievement(player, <const char *>text),
                    steam_id, name, "achievement")

    def clear_user_achievement(self, steam_id: int, name: str) -> None:
        """Lock an achievement again; kept by :meth:`store_user_stats`.

        Steamworks: ``ClearUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = stat_name_argument(name)
        cdef CriticalSection section
        self.change(self.stats_api(section).ClearUserAchievement(player, <const char *>text),
                    steam_id, name, "achievement")

    @cython.final
    cdef ISteamGameServerStats *stats_api(self, CriticalSection &section) except NULL:
        self.server.api(section)
        return <ISteamGameServerStats *>self.server.native.interfaces().pointer(
            kGameServerStatsInterface
        )

    @cython.final
    cdef int check(self, bint done, steam_id, name, str kind) except -1:
        # Steam says no more than that it failed.
        if not done:
            raise StatsError(steam_id, name, kind)
        return 0

    @cython.final
    cdef int change(self, bint done, steam_id, name, str kind) except -1:
        self.check(done, steam_id, name, kind)
        self.changed.add(steam_id)
        return 0


cdef SteamAPICall_t ask_for_stats(void *steam, const void *player) noexcept nogil:
    return (<ISteamGameServerStats *>steam).RequestUserStats((<const CSteamID *>player)[0])


cdef SteamAPICall_t ask_to_store_stats(void *steam, const void *player) noexcept nogil:
    return (<ISteamGameServerStats *>steam).StoreUserStats((<const CSteamID *>player)[0])


cdef bytes stat_name_argument(object name):
    return text_argument("name", name, STAT_NAME_LIMIT, may_be_empty=False)
