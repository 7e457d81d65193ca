cdef class Authentication(ServerBrowser):
    cdef dict open_sessions
    cdef uint64_t run  # which of the server's runs this is: sessions end with theirs

    cdef object open_session(self, uint64_t steam_id, kind, uint64_t run)
    cdef void end_sessions(self, ISteamGameServer *steam)
