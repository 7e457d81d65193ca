# Logging on to Steam, and who the server then is.

cdef class LogonMethods(GameServerCore):
    """ISteamGameServer's logon and status functions."""

    def log_on(self, token: str, *, timeout: float | None = None) -> Call[ServerConnected]:
        """Log on with a game server account; the call ends when the logon is finished.

        The logon is finished when Steam has connected the server and has said whether it is secure.
        Only then is :attr:`secure` right. With ``ServerMode.NO_AUTHENTICATION`` Steam doesn't say
        so, and with ``ServerMode.AUTHENTICATION`` the call waits for it for three seconds at most.
        While Steam retries by itself after a failure, the call continues. Steamworks: ``LogOn``,
        ``SteamServersConnected_t``, ``GSPolicyResponse_t``.

        :param token: the account's login token, not empty, from Steam's page for managing game server
            accounts.
        :param timeout: seconds after which the call fails; None for no limit.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        :raises LogOnError: from the call: the logon failed, and Steam has given up; or the server was
            logged off.
        :raises LogOnTimeoutError: from the call: it was not finished in time; Steam may still be trying.
            Also a ``TimeoutError``; ``failure`` is the last failure that Steam reported.
        """
        cdef bytes text = text_argument("token", token, 0, False)
        cdef CriticalSection section
        self.require_running()
        cdef Call call = self.progress.ask("log_on", timeout)
        self.api(section).LogOn(text)
        section.end()
        self.logon_asked = True
        return self.progress.was_asked(call)

    def log_on_anonymous(self, *, timeout: float | None = None) -> Call[ServerConnected]:
        """Log on without an account; see :meth:`log_on`. Steamworks: ``LogOnAnonymous``.

        :param timeout: seconds after which the call fails; None for no limit.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        :raises LogOnError: from the call: the logon failed, and Steam has given up; or the server was
            logged off.
        :raises LogOnTimeoutError: from the call: it was not finished in time; Steam may still be trying.
        """
        cdef CriticalSection section
        self.require_running()
        cdef Call call = self.progress.ask("log_on_anonymous", timeout)
        self.api(section).LogOnAnonymous()
        section.end()
        self.logon_asked = True
        return self.progress.was_asked(call)

    def log_off(self) -> None:
        """Start logging off; ``server_disconnected`` follows. Steamworks: ``LogOff``.

        Calls of :meth:`log_on` that have not ended fail with a LogOnError.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.api(section).LogOff()
        section.end()
        self.logon_asked = False
        interruption = self.progress.log_off()
        if interruption is not None:
            raise interruption

    @property
    def logged_on(self) -> bool:
        """Whether the server is connected to Steam (``BLoggedOn``); False when not running."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return self.steam != NULL and self.steam.BLoggedOn()

    @property
    def secure(self) -> bool:
        """Whether the server runs as VAC secure (``BSecure``); False when not running."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return self.steam != NULL and self.steam.BSecure()

    @property
    def steam_id(self) -> int | None:
        """The server's Steam id (``GetSteamID``); None until it is connected to Steam."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.steam == NULL or not self.steam.BLoggedOn():
            return None
        return self.steam.GetSteamID().ConvertToUint64()

    @property
    def public_ip(self) -> IPv4Address | IPv6Address | None:
        """The address that Steam sees (``GetPublicIP``); None while it is not known."""
        from ipaddress import IPv4Address, IPv6Address
        cdef CriticalSection section
        cdef SteamIPAddress_t address
        section.begin(<PyObject *>self)
        if self.steam == NULL:
            return None
        address = self.steam.GetPublicIP()
        if not is_set(address):
            return None
        if address.m_eType == 0:
            return IPv4Address(address.m_unIPv4)
        return IPv6Address((<const char *>address.m_rgubIPv6)[:16])

    def was_restart_requested(self) -> bool:
        """Whether Steam's master server requests a restart, for example after an update.

        It returns True once for each request. Steamworks: ``WasRestartRequested``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).WasRestartRequested()

    def release_current_thread_memory(self) -> None:
        """Free the memory that Steam keeps for the calling thread.

        It is only needed in threads that call Steam but never :meth:`run_callbacks`.
        Steamworks: ``SteamGameServer_ReleaseCurrentThreadMemory``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.api(section)
        steam_library().release_thread_memory()
