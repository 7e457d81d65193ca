# Logging on to Steam, and who the server then is.

cdef class LogonMethods(GameServerCore):
    """ISteamGameServer's logon and status functions."""

    def log_on(self, token: str) -> None:
        """Log on with a game server account; ``server_connected`` or a failure follows.

        Steamworks: ``LogOn``.

        :param token: the account's login token, not empty, made on Steam's page of game server accounts.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("token", token, 0, False)
        self.api().LogOn(text)
        self.logon_asked = True

    def log_on_anonymous(self) -> None:
        """Log on without an account; ``server_connected`` or a failure follows.

        Steamworks: ``LogOnAnonymous``.

        :raises NotRunningError: the server is not running.
        """
        self.api().LogOnAnonymous()
        self.logon_asked = True

    def log_off(self) -> None:
        """Start logging off; ``server_disconnected`` follows. Steamworks: ``LogOff``.

        :raises NotRunningError: the server is not running.
        """
        self.api().LogOff()
        self.logon_asked = False

    @property
    def logged_on(self) -> bool:
        """Whether the server is connected to Steam (``BLoggedOn``); False when not running."""
        return self.steam != NULL and self.steam.BLoggedOn()

    @property
    def secure(self) -> bool:
        """Whether the server runs as VAC secure (``BSecure``); False when not running."""
        return self.steam != NULL and self.steam.BSecure()

    @property
    def steam_id(self) -> int | None:
        """The server's Steam id (``GetSteamID``); None until it is connected to Steam."""
        if self.steam == NULL or not self.steam.BLoggedOn():
            return None
        return self.steam.GetSteamID().ConvertToUint64()

    @property
    def public_ip(self) -> IPv4Address | IPv6Address | None:
        """The address that Steam sees (``GetPublicIP``); None while it is not known."""
        cdef SteamIPAddress_t address
        if self.steam == NULL:
            return None
        address = self.steam.GetPublicIP()
        if not address.IsSet():
            return None
        if address.m_eType == 0:
            return IPv4Address(address.m_unIPv4)
        return IPv6Address((<const char *>address.m_rgubIPv6)[:16])

    def was_restart_requested(self) -> bool:
        """Whether Steam's master server requests a restart, for example after an update.

        True once for each request. Steamworks: ``WasRestartRequested``.

        :raises NotRunningError: the server is not running.
        """
        return self.api().WasRestartRequested()

    def release_current_thread_memory(self) -> None:
        """Free what Steam keeps for the calling thread.

        Only for threads that call Steam but never :meth:`run_callbacks`.
        Steamworks: ``SteamGameServer_ReleaseCurrentThreadMemory``.

        :raises NotRunningError: the server is not running.
        """
        self.api()
        steam_library().release_thread_memory()
