# ISteamNetworkingUtils: configuration, relays, and what Steam says for the log.

cdef int LAST_LOG_LEVEL = 8
# As long ago as it may be: whatever has been measured will do.
cdef float ANY_AGE = 1e10


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class NetworkingUtils(NetworkingUtilsSignals):
    """``server.networking_utils``: what Steam's networking has besides connections.

    Addresses and identities need no Steam: see :class:`NetworkingAddress` and
    :class:`NetworkingIdentity`.
    """

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)

    @cython.final
    cdef NetworkingUtilsApi *api(self, CriticalSection &section) except NULL:
        return <NetworkingUtilsApi *>optional_interface(self.server, kNetworkingUtilsInterface, section)

    # Configuration.

    def get_config(self, key, scope=None):
        """What a configuration value is set to, for this scope or else for a wider one.

        Steamworks: ``GetConfigValue``.

        :param key: a member of ``NetworkingConfig``, or its number.
        :param scope: None for all, ``server.sockets``, a :class:`Listener` or a :class:`Connection`.
        :raises ValueError: this Steam has no such value, or not for this scope; or it is a function
            of C, which Python can't have.
        :raises TypeError: ``scope`` is something else.
        :raises ClosedHandleError: ``scope`` was closed.
        :raises NotRunningError: the server is not running.
        """
        cdef int result
        return read_config(self, key, scope, &result)

    def is_config_set(self, key, scope=None):
        """Whether a value is set for just this scope: not inherited from a wider one.

        For all, every value is. Steamworks: ``GetConfigValue``. It raises as :meth:`get_config` does.
        """
        cdef int result
        read_config(self, key, scope, &result)
        return result == CONFIG_IS_SET

    def set_config(self, key, value, scope=None):
        """Set a configuration value: for connections that are made from now on, or for one scope.

        Steamworks: ``SetConfigValue``.

        :param key: as of :meth:`get_config`.
        :param value: an int, a float or a text, as :meth:`config_info` tells; a bool for a switch.
        :param scope: as of :meth:`get_config`.
        :raises TypeError: ``value`` is of another type.
        :raises OverflowError: it is an int out of the value's limits. Steam would take the nearest.
        :raises ValueError: it is a float out of the value's limits; or as of :meth:`get_config`.
        :raises NetworkingError: Steam refused: it can't be set, or not for this scope.
        :raises ClosedHandleError: ``scope`` was closed.
        :raises NotRunningError: the server is not running.
        """
        write_config(self, key, value, scope)

    def clear_config(self, key, scope=None):
        """Have a value be that of the wider scope again, or what it was at first.

        Steamworks: ``SetConfigValue``. It raises as :meth:`set_config` does.
        """
        erase_config(self, key, scope)

    def config_info(self, key):
        """Steam's name of a configuration value, its type, its scope and its limits.

        Steamworks: ``GetConfigValueInfo``.

        :param key: as of :meth:`get_config`.
        :raises ValueError: this Steam has no such value.
        :raises NotRunningError: the server is not running.
        """
        return config_facts_of(self, key)

    def config_keys(self, *, developer=False):
        """The configuration values that this Steam lets programs show and change.

        Steamworks: ``IterateGenericEditableConfigValues``.

        :param developer: those too that are for developers, such as turning encryption off.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef bint all_of_them = flag_argument("developer", developer)
        cdef NetworkingUtilsApi *steam = self.api(section)
        cdef int number = config_after(steam, 0, all_of_them)
        cdef vector[int] numbers  # first all of them: enums are Python code, which may close the server
        while number != 0:
            numbers.push_back(number)
            number = config_after(steam, number, all_of_them)
        return tuple([config_key(number) for number in numbers])

    @property
    def debug_output(self):
        """How much Steam's networking logs, to the logger ``steamgs.steam``; ``NONE`` at first.

        Lines come with the events, when they are delivered. It is ``NONE`` again when the server was
        closed. Steamworks: ``SetDebugOutputFunction``.

        :raises ValueError: set to what is no ``NetworkingLogLevel``.
        :raises NotRunningError: set while the server is not running.
        """
        from steamgs.later_enums import NetworkingLogLevel
        return NetworkingLogLevel(self.output)

    @debug_output.setter
    def debug_output(self, level):
        cdef CriticalSection section
        cdef object wanted = index_argument("debug_output", level)
        if not 0 <= wanted <= LAST_LOG_LEVEL:
            raise ValueError(
                f"debug_output must be a NetworkingLogLevel, 0 to {LAST_LOG_LEVEL}, not {shown(wanted)}"
            )
        cdef int number = wanted
        set_debug_output(self.api(section), number)
        self.output = number

    # Relays.

    def init_relay_network_access(self):
        """Begin to find Steam's relays; ``relay_status_changed`` tells how it goes.

        Otherwise it begins with the first connection that needs them, which then takes longer.
        Steamworks: ``InitRelayNetworkAccess``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.api(section).CheckPingDataUpToDate(ANY_AGE)

    @property
    def relay_status(self):
        """Whether the relays can be used and, if not, what is missing.

        As the event of ``relay_status_changed`` has it. Steamworks: ``GetRelayNetworkStatus``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef RelayStatusChanged event = RelayStatusChanged.__new__(RelayStatusChanged)
        self.api(section).GetRelayNetworkStatus(<RelayStatusStruct *>&event.data)
        return event

    def check_ping_data(self, max_age):
        """Whether the way to the relays was measured lately; else it is measured now.

        Steamworks: ``CheckPingDataUpToDate``.

        :param max_age: seconds, 0 or more.
        :raises ValueError: ``max_age`` is less, or no number of 32 bits.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef double seconds = number_argument("max_age", max_age)
        if seconds < 0:
            raise ValueError(f"max_age must be 0 or more, not {max_age}")
        return self.api(section).CheckPingDataUpToDate(<float>seconds)

    def local_ping_location(self):
        """Where this host is on Steam's network; None as long as that was not measured.

        A matchmaker estimates from it how far players are: see :meth:`estimate_ping`. Steamworks:
        ``GetLocalPingLocation``.

        :raises NotRunningError: the server is not running.
        """
        from steamgs.networking_config import PingLocation
        cdef CriticalSection section
        cdef string text
        cdef float age = local_ping_location(self.api(section), text)
        return PingLocation(text_of(text), age) if age >= 0 else None

    def estimate_ping(self, there, here=None):
        """Milliseconds there and back; None if Steam can't tell.

        Nothing is sent: it takes little time. Steamworks: ``EstimatePingTimeFromLocalHost``,
        ``EstimatePingTimeBetweenTwoLocations``.

        :param there: the text of a :class:`PingLocation`, of another host.
        :param here: another one to estimate from; None for this host.
        :raises ValueError: one of them is no such text.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef bytes place = text_argument("there", there)
        cdef bytes origin = None
        cdef const char *from_there = NULL
        if here is not None:
            origin = text_argument("here", here)
            from_there = PyBytes_AS_STRING(origin)
        cdef int milliseconds = 0
        if not estimate_ping(self.api(section), <const char *>place, from_there, milliseconds):
            raise ValueError("there and here must be texts of ping locations")
        return milliseconds if milliseconds >= 0 else None

    @property
    def data_centers(self):
        """Names of Valve's data centers, such as ``"iad"``; none as long as they are not known.

        Steamworks: ``GetPOPList``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef vector[uint32_t] numbers = data_centers(self.api(section))
        cdef size_t place
        return tuple([data_center_name(numbers[place]) for place in range(numbers.size())])

    def ping_to_data_center(self, name):
        """The shortest way to a data center, and the relay on it; None if it is not known.

        Steamworks: ``GetPingToDataCenter``.

        :param name: its name, three or four letters of ASCII.
        :raises ValueError: ``name`` is no such name.
        :raises NotRunningError: the server is not running.
        """
        from steamgs.networking_config import RelayPing
        cdef CriticalSection section
        cdef uint32_t number = data_center_argument("name", name)
        cdef uint32_t relay = 0
        cdef int ping = self.api(section).GetPingToDataCenter(number, &relay)
        return RelayPing(ping, data_center_name(relay)) if ping >= 0 else None

    def direct_ping_to_data_center(self, name):
        """Milliseconds to the relays of a data center and back; None if it is not known.

        Steamworks: ``GetDirectPingToPOP``. Parameters and errors are those of
        :meth:`ping_to_data_center`.
        """
        cdef CriticalSection section
        cdef uint32_t number = data_center_argument("name", name)
        cdef int ping = self.api(section).GetDirectPingToPOP(number)
        return ping if ping >= 0 else None

    # Addresses and time.

    def fake_ip_type(self, address):
        """Whether Steam has made an address up, as it does for ``sockets.request_fake_ip()``.

        Steamworks: ``SteamNetworkingIPAddr_GetFakeIPType``.

        :param address: as of ``sockets.connect_ip()``.
        :raises NotRunningError: the server is not running.
        """
        from steamgs.later_enums import FakeIPType
        cdef CriticalSection section
        cdef AddressStruct where
        address_to_steam(address, &where)
        return FakeIPType(self.api(section).SteamNetworkingIPAddr_GetFakeIPType(where))

    def identity_of_fake_ip(self, address):
        """Who has a FakeIP with which this server has exchanged messages lately.

        Steamworks: ``GetRealIdentityForFakeIP``.

        :param address: the FakeIP with its port.
        :raises NetworkingError: Steam does not know; ``result`` is ``INVALID_PARAM`` for what is no
            FakeIP, and ``NO_MATCH`` for nobody's.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef AddressStruct where
        cdef IdentityStruct identity
        address_to_steam(address, &where)
        cdef int result = self.api(section).GetRealIdentityForFakeIP(where, &identity)
        if result != RESULT_OK:
            raise NetworkingError("identity_of_fake_ip", Result(result))
        return identity_from_steam(&identity)

    def local_timestamp(self):
        """Microseconds of Steam's clock, by which messages are :attr:`~Message.received`.

        It goes on steadily, from some moment that means nothing. Steamworks: ``GetLocalTimestamp``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).GetLocalTimestamp()
