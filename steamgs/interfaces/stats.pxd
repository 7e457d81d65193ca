cdef class GameServerStats(GameServerStatsSignals):
    cdef GameServerCore server
    cdef set changed  # players whose values have not been stored since

    @cython.final
    cdef ISteamGameServerStats *stats_api(self, CriticalSection &section) except NULL
    @cython.final
    cdef int check(self, bint done, steam_id, name, str kind) except -1
    @cython.final
    cdef int change(self, bint done, steam_id, name, str kind) except -1
