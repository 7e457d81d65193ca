# ISteamNetworkingUtils.

@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class NetworkingUtils(NetworkingUtilsSignals):
    """``server.networking_utils``: what Steam's networking has besides connections."""

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)
