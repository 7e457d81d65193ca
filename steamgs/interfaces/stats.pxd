cdef class GameServerStats(GameServerStatsSignals):
    cdef GameServerCore server

    @cython.final
    cdef ISteamGameServerStats *stats_api(self) except NULL
    @cython.final
    cdef int check(self, bint done, steam_id, name, str kind) except -1
