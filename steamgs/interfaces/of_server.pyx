# Steam's interfaces besides ISteamGameServer, as attributes of the server.

cdef class InterfaceMethods(GameServerCore):
    """A server's other interfaces."""

    def interfaces(self) -> dict[str, str | None]:
        """Return the version of each interface in use, such as ``{"utils": "SteamUtils010"}``.

        An interface is asked for when it is first used, newest version first. So these are the ones
        used since the server was started, which always include ``game_server``,
        ``game_server_stats`` and ``utils``. The version is None if steamclient serves none that
        steamgs knows.

        :raises NotRunningError: the server is not running.
        """
        self.require_running()
        return versions_of_interfaces(self)

    def _negotiate(self, name: str, method: str | None = None) -> str | None:
        """Ask for an interface as its first use does, and for a method of it; its version."""
        cdef CriticalSection section
        cdef InterfaceKind kind = interface_argument(name)
        if method is None:
            optional_interface(self, kind, section)
        else:
            require_method(self, kind, method)
        return versions_of_interfaces(self)[name]

    @property
    def stats(self) -> GameServerStats:
        """Statistics and achievements of players: ISteamGameServerStats."""
        return self.statistics

    @property
    def sockets(self) -> NetworkingSockets:
        """Connections with others, and their messages: ISteamNetworkingSockets."""
        return self.network_sockets

    @property
    def messages(self) -> NetworkingMessages:
        """Messages to others without connections: ISteamNetworkingMessages."""
        return self.network_messages

    @property
    def networking_utils(self) -> NetworkingUtils:
        """Steam's relays, and the configuration of its networking: ISteamNetworkingUtils."""
        return self.network_utils

    @property
    def utils(self) -> Utils:
        """Steam's time, the text filter, and what else is of use to any program: ISteamUtils."""
        return self.steam_utils
