# ISteamNetworkingSockets: what holds listeners, connections and poll groups.

cdef enum:
    RESULT_OK = 1
    RESULT_FAIL = 2
    RESULT_IGNORED = 41

# States of connections, as Steam numbers them.
cdef enum:
    STATE_NONE = 0
    STATE_CONNECTING = 1
    STATE_CONNECTED = 3
    STATE_CLOSED_BY_PEER = 4
    STATE_PROBLEM = 5

# How many connections may wait at a listener to be accepted, unless told otherwise.
DEFAULT_BACKLOG = 1024
cdef int MOST_PORTS = 8
cdef const char *SERVER_CLOSED_TEXT = "the server was closed"


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class NetworkingSockets(NetworkingSocketsSignals):
    """``server.sockets``: connections with reliable and unreliable messages, over UDP or Steam's relays.

    Listeners and connections exist while the server is running: closing it closes them all, first the
    connections, which are told "the server was closed". The object itself exists as long as the
    server object.
    """

    def __cinit__(self, GameServerCore server not None):
        cdef _ConnectionWatch watch = _ConnectionWatch.__new__(_ConnectionWatch)
        self.server = server
        self.take_signals(server.all_signals)
        self.table = make_shared[ConnectionTable]()
        self.listeners = {}
        self.groups = {}
        self.ports = []
        self.inboxes = {}
        self.fake_ips = _KeyedCalls(server.questions, self.fake_ip_result, lambda event: None)
        watch.sockets = self
        self.connection_status_changed.watch(watch)

    # Listening.

    def listen_ip(self, address, *, options=None, backlog=DEFAULT_BACKLOG):
        """Listen at an address of this host. Steamworks: ``CreateListenSocketIP``.

        Clients need no Steam for it; with Steam both sides prove who they are.

        :param address: ``"0.0.0.0:27015"``, ``"[::]:27015"``, ``"*:27015"``, a pair of host and port, or
            a NetworkingAddress.
        :param options: configuration values (``NetworkingConfig``) and what they are set to.
        :param backlog: how many connections may wait to be accepted; more are closed at once.
        :raises ValueError: ``address`` has no port, or port 0.
        :raises NetworkingError: Steam refused; the port may be in use.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef AddressStruct where
        cdef ConfigOptions taken
        cdef list kept = []
        cdef Py_ssize_t limit = backlog_argument(backlog)
        address_to_steam(address, &where)
        if where.m_port == 0:
            raise ValueError("address must have a port, 1 to 65535: Steam chooses none")
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Listener listener = unopened_listener(self, "ip", limit)
        cdef uint32_t handle = self.api(section).CreateListenSocketIP(where, taken.size(), taken.data())
        return opened_listener(listener, handle)

    def listen_p2p(self, virtual_port=0, *, options=None, backlog=DEFAULT_BACKLOG):
        """Listen for those who connect by this server's Steam id, through Steam's relays.

        Steamworks: ``CreateListenSocketP2P``.

        :param virtual_port: tells several listeners of a server apart, 0 to 65535.
        :param options: as of :meth:`listen_ip`.
        :param backlog: as of :meth:`listen_ip`.
        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef ConfigOptions taken
        cdef list kept = []
        cdef Py_ssize_t limit = backlog_argument(backlog)
        cdef int port = port_argument("virtual_port", virtual_port)
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Listener listener = unopened_listener(self, "p2p", limit)
        cdef uint32_t handle = self.api(section).CreateListenSocketP2P(port, taken.size(), taken.data())
        return opened_listener(listener, handle)

    def listen_hosted(self, virtual_port=0, *, options=None, backlog=DEFAULT_BACKLOG):
        """Listen in a data center of Valve's network, where only relays reach the server.

        The environment has to name the port and the data center (``SDR_LISTEN_PORT``, ``SDR_POPID``).
        Steamworks: ``CreateHostedDedicatedServerListenSocket``.

        :param virtual_port: as of :meth:`listen_p2p`.
        :param options: as of :meth:`listen_ip`.
        :param backlog: as of :meth:`listen_ip`.
        :raises NetworkingError: Steam refused: this is no such host.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef ConfigOptions taken
        cdef list kept = []
        cdef Py_ssize_t limit = backlog_argument(backlog)
        cdef int port = port_argument("virtual_port", virtual_port)
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Listener listener = unopened_listener(self, "hosted", limit)
        cdef uint32_t handle = self.api(section).CreateHostedDedicatedServerListenSocket(
            port, taken.size(), taken.data()
        )
        return opened_listener(listener, handle)

    def listen_fake_ip(self, port_index=0, *, options=None, backlog=DEFAULT_BACKLOG):
        """Listen at a FakeIP that Steam has given: see :meth:`request_fake_ip`.

        Steamworks: ``CreateListenSocketP2PFakeIP``.

        :param port_index: which of the ports, counted from 0.
        :param options: as of :meth:`listen_ip`.
        :param backlog: as of :meth:`listen_ip`.
        :raises NetworkingError: Steam refused: there may be no FakeIP.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef ConfigOptions taken
        cdef list kept = []
        cdef Py_ssize_t limit = backlog_argument(backlog)
        cdef int index = <int>integer_argument("port_index", port_index, 0, MOST_PORTS - 1)
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Listener listener = unopened_listener(self, "fake_ip", limit)
        cdef uint32_t handle = self.api(section).CreateListenSocketP2PFakeIP(
            index, taken.size(), taken.data()
        )
        return opened_listener(listener, handle)

    def request_fake_ip(self, ports=1, *, timeout=None):
        """Ask Steam for an address that stands for this server, and hides the real one.

        Ask before logging on: Steam may refuse it later. The call ends with the event of the signal
        ``fake_ip_result``. Steamworks: ``BeginAsyncRequestFakeIP``.

        :param ports: how many ports, 1 to 8.
        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef int count = <int>integer_argument("ports", ports, 1, MOST_PORTS)
        self.api(section)
        cdef Call call = self.fake_ips.ask("request_fake_ip", None, timeout)
        cdef bint asked = self.steam != NULL and self.steam.BeginAsyncRequestFakeIP(count)
        if not asked:
            self.server.questions.take_back(call)
            self.api(section)
            raise NetworkingError("request_fake_ip")
        return call

    def fake_ip(self, first_port=0):
        """The FakeIP and its ports, as the event of ``fake_ip_result`` has them.

        Its result is ``BUSY`` while Steam is being asked. Steamworks: ``GetFakeIP``.

        :param first_port: from which index the ports are told.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef int index = <int>integer_argument("first_port", first_port, 0, MOST_PORTS - 1)
        cdef FakeIPResult event = FakeIPResult.__new__(FakeIPResult)
        self.api(section).GetFakeIP(index, <FakeIPStruct *>&event.data)
        return event

    def fake_udp_port(self, index=0):
        """Use a port of the FakeIP for datagrams. Steamworks: ``CreateFakeUDPPort``.

        :param index: which of the ports, counted from 0.
        :raises NetworkingError: Steam refused: there may be no FakeIP, or the port is in use.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef int number = <int>integer_argument("index", index, 0, MOST_PORTS - 1)
        cdef FakeUDPPort port = FakeUDPPort.__new__(FakeUDPPort)
        port.sockets = self
        port.steam = self.api(section).CreateFakeUDPPort(number)
        if port.steam == NULL:
            raise NetworkingError("fake_udp_port")
        self.ports.append(port)
        return port

    # Connecting.

    def connect_ip(self, address, *, options=None):
        """Connect to somebody who listens at an address. Steamworks: ``ConnectByIPAddress``.

        It returns at once; ``connection_status_changed`` tells how it goes on.

        :param address: as of :meth:`listen_ip`.
        :param options: as of :meth:`listen_ip`.
        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef AddressStruct where
        cdef ConfigOptions taken
        cdef list kept = []
        address_to_steam(address, &where)
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Connection connection = unopened_connection(self)
        cdef uint32_t handle = self.api(section).ConnectByIPAddress(where, taken.size(), taken.data())
        return opened_connection(connection, handle, None, "connect_ip")

    def connect_p2p(self, identity, virtual_port=0, *, options=None):
        """Connect to somebody by their identity, through Steam's relays. Steamworks: ``ConnectP2P``.

        It returns at once; ``connection_status_changed`` tells how it goes on.

        :param identity: a Steam id, a text such as ``"steamid:..."``, or a NetworkingIdentity.
        :param virtual_port: as of :meth:`listen_p2p`.
        :param options: as of :meth:`listen_ip`.
        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        cdef ConfigOptions taken
        cdef list kept = []
        cdef int port = port_argument("virtual_port", virtual_port)
        identity_to_steam("identity", identity, &who)
        self.api(section)
        options_argument(self, options, &taken, kept)
        cdef Connection connection = unopened_connection(self)
        cdef uint32_t handle = self.api(section).ConnectP2P(who, port, taken.size(), taken.data())
        return opened_connection(connection, handle, None, "connect_p2p")

    def socket_pair(self, *, network_loopback=False, identities=(None, None)):
        """Two connections with each other, connected already. Steamworks: ``CreateSocketPair``.

        :param network_loopback: go through the network of this host rather than through memory.
        :param identities: who each of them is for the other; None for this server.
        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef (IdentityStruct)[2] who
        cdef (IdentityStruct *)[2] given
        cdef (uint32_t)[2] handles
        cdef int index
        cdef bint loopback = flag_argument("network_loopback", network_loopback)
        if not isinstance(identities, tuple) or len(identities) != 2:
            raise TypeError("identities must be a pair")
        for index in range(2):
            given[index] = NULL
            if identities[index] is not None:
                identity_to_steam("identities", identities[index], &who[index])
                given[index] = &who[index]
        cdef Connection first = unopened_connection(self), second = unopened_connection(self)
        if not self.api(section).CreateSocketPair(&handles[0], &handles[1], loopback, given[0], given[1]):
            raise NetworkingError("socket_pair")
        opened_connection(first, handles[0], None, "socket_pair")
        opened_connection(second, handles[1], None, "socket_pair")
        first.last_state = second.last_state = STATE_CONNECTED
        return first, second

    # What is open.

    def connection(self, handle):
        """The open connection with this handle; None if there is none.

        Takes constant time, so it may be called for each event or message.
        """
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        cdef uint32_t number = <uint32_t>integer_argument("handle", handle, 0, UINT32_MAX)
        cdef PyObject *found = self.table.get().find(number)
        return <object>found if found != NULL else None

    @property
    def connections(self):
        """All open connections, in no order."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        cdef ConnectionTable *table = self.table.get()
        cdef size_t place
        return tuple([
            <object>table.at(place) for place in range(table.places()) if table.handle_at(place) != 0
        ])

    def create_poll_group(self):
        """A group of connections whose messages are received together.

        Listeners have one of their own. Steamworks: ``CreatePollGroup``.

        :raises NotRunningError: the server is not running.
        """
        return new_poll_group(self)

    # Sending.

    def send_many(self, messages, *, reliable=True, lane=0, no_nagle=False, no_delay=False):
        """Send many messages in one call; for each, in order, its number or the error.

        An error is a SendError, or a ClosedHandleError where the connection was closed; it is not
        raised, and messages to others are sent. Newer versions of Steam don't try what follows a
        refused one to the same connection: that gets its error. Steamworks: ``SendMessages``.

        :param messages: pairs of a connection and data, as :meth:`Connection.send` takes it.
        :param reliable: as of :meth:`Connection.send`, for all of them.
        :param lane: likewise.
        :param no_nagle: likewise.
        :param no_delay: likewise.
        :raises TypeError: some of it is no such pair; nothing was sent.
        :raises SendError: Steam has no memory for all of them (``FAIL``); nothing was sent.
        :raises MemoryError: steamgs has none; nothing was sent.
        :raises NotRunningError: the server is not running.
        """
        return send_messages_of(
            self, messages, send_flags(reliable, no_nagle, no_delay), lane_argument(lane)
        )

    def broadcast(self, connections, data, *, reliable=True, lane=0, no_nagle=False, no_delay=False):
        """Send the same message to many connections in one call; for each its number or the error.

        Large data is shared by all of the messages. Steamworks: ``SendMessages``.

        :param connections: to whom.
        :param data: as of :meth:`Connection.send`.
        :param reliable: as of :meth:`Connection.send`.
        :param lane: likewise.
        :param no_nagle: likewise.
        :param no_delay: likewise.
        :raises MessageTooBigError: ``data`` is larger than 524,288 bytes.
        :raises TypeError: ``connections`` has anything else; nothing was sent.
        :raises SendError: Steam has no memory for all of them (``FAIL``); nothing was sent.
        :raises MemoryError: steamgs has none; nothing was sent.
        :raises NotRunningError: the server is not running.
        """
        return broadcast_to(
            self, connections, data, send_flags(reliable, no_nagle, no_delay), lane_argument(lane)
        )

    # Who this server is.

    @property
    def identity(self):
        """This server's identity; None as long as it has none. Steamworks: ``GetIdentity``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct identity
        return identity_from_steam(&identity) if self.api(section).GetIdentity(&identity) else None

    def reset_identity(self, identity):
        """Be somebody else, before anything is connected. Steamworks: ``ResetIdentity``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        identity_to_steam("identity", identity, &who)
        self.api(section).ResetIdentity(&who)

    def init_authentication(self):
        """Begin to fetch what proves this server's identity, and how that stands.

        Otherwise it begins with the first connection. ``auth_status_changed`` tells when it is done.
        Steamworks: ``InitAuthentication``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return later_member("NetworkingAvailability", self.api(section).InitAuthentication())

    @property
    def authentication_status(self):
        """How that stands, as the event of ``auth_status_changed`` has it.

        Steamworks: ``GetAuthenticationStatus``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef AuthStatusChanged event = AuthStatusChanged.__new__(AuthStatusChanged)
        self.api(section).GetAuthenticationStatus(<AuthStatusStruct *>&event.data)
        return event

    def certificate_request(self):
        """What a certificate authority of the game's own signs. Steamworks: ``GetCertificateRequest``.

        :raises NetworkingError: Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef string blob
        cdef string why
        if not get_certificate_request(self.api(section), blob, why):
            raise NetworkingError("certificate_request", None, text_of(why))
        return <bytes>blob

    def set_certificate(self, certificate):
        """Use a certificate of such an authority. Steamworks: ``SetCertificate``.

        :param certificate: bytes.
        :raises NetworkingError: Steam refused it.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef string why
        if not isinstance(certificate, bytes):
            raise TypeError(f"certificate must be bytes, not {type(certificate).__name__}")
        cdef bytes data = certificate
        if len(data) > INT32_MAX:
            raise ValueError(f"certificate must be at most {INT32_MAX} bytes, not {len(data)}")
        if not set_certificate(self.api(section), PyBytes_AS_STRING(data), <int>len(data), why):
            raise NetworkingError("set_certificate", None, text_of(why))

    # In a data center of Valve's network.

    @property
    def hosted_port(self):
        """The port that the environment names (``SDR_LISTEN_PORT``); 0 for none.

        Steamworks: ``GetHostedDedicatedServerPort``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).GetHostedDedicatedServerPort()

    @property
    def hosted_data_center(self):
        """The data center that the environment names (``SDR_POPID``), such as ``"iad"``; "" for none.

        Steamworks: ``GetHostedDedicatedServerPOPID``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return data_center_name(self.api(section).GetHostedDedicatedServerPOPID())

    @property
    def hosted_address(self):
        """Where relays find this server, for whoever makes clients' tickets: bytes, not to be read.

        Steamworks: ``GetHostedDedicatedServerAddress``.

        :raises NetworkingError: this is no such host, or it is not known yet.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef string blob
        cdef int result = get_hosted_address(self.api(section), blob)
        if result != RESULT_OK:
            raise NetworkingError("hosted_address", Result(result))
        return <bytes>blob

    @property
    def unreleased_messages(self):
        """How many messages were in use (by a ``memoryview``) when servers closed: they stay in memory."""
        return self.stranded

    # What happens.

    @cython.final
    cdef Sockets *api(self, CriticalSection &section) except NULL:
        section.begin(<PyObject *>self.server)
        if self.steam != NULL:
            return self.steam
        cdef void *utils = optional_interface(self.server, kNetworkingUtilsInterface, section)
        cdef void *sockets = optional_interface(self.server, kNetworkingSocketsInterface, section)
        if self.server.native.interfaces().pointer(kNetworkingUtilsInterface) != utils:
            return self.api(section)  # the server was started again in between
        self.utils = <NetworkingUtilsApi *>utils
        self.newer = is_newer_sockets(
            self.server.native.interfaces().version(kNetworkingSocketsInterface)
        )
        self.steam = <Sockets *>sockets
        return self.steam

    @cython.final
    cdef int drop(self, Connection connection) except -1:
        """It was closed."""
        cdef PyObject *removed = self.table.get().remove(connection.handle)
        if removed != NULL:
            Py_DECREF(removed)
        return 0

    def __dealloc__(self):
        cdef PyObject *connection
        while self.table.get() != NULL:  # which it is where the arguments were wrong
            connection = self.table.get().take_any()
            if connection == NULL:
                break
            Py_DECREF(connection)
