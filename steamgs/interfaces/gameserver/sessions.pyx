# Who may play: tickets, sessions, the older connect flow, licences.

cdef enum:
    TICKET_LIMIT = 1024

cdef int BeginAuthSessionResult_DUPLICATE_REQUEST = BeginAuthSessionResult.DUPLICATE_REQUEST

# How an open session has begun, in the table of players.
cdef enum:
    OPEN_BY_TICKET = 1
    OPEN_BY_CONNECT = 2
    OPEN_FOR_BOT = 3

cdef tuple SESSION_KINDS = (None, SessionKind.TICKET, SessionKind.CONNECT, SessionKind.BOT)

cdef str WANTED_OF_PLAYERS = "players must be an iterable of (steam_id, name, score)"

cdef struct PlayerUpdate:
    CSteamID player
    const char *name
    uint32_t score


cdef class SessionMethods(GameServerCore):
    """ISteamGameServer's functions about players and their sessions."""

    @property
    def sessions(self) -> Mapping[int, Session]:
        """The open sessions by Steam id, a live view. All are ended when the server closes."""
        return OpenSessions(self)

    def _session_kinds(self) -> dict[int, SessionKind]:
        """How the open sessions have begun, by Steam id, in the order in which they have."""
        cdef CriticalSection section
        cdef size_t index
        cdef Player *player
        kinds = {}
        section.begin(<PyObject *>self)
        for index in range(self.players.table.end()):
            player = self.players.table.at(index)
            if player != NULL and player.open != 0:
                kinds[player.steam_id] = SESSION_KINDS[player.open]
        return kinds

    def _session_kind(self, steam_id: object) -> SessionKind | None:
        """How the player's session has begun; None if none is open."""
        cdef CriticalSection section
        cdef Player *player
        if not isinstance(steam_id, int) or not 0 <= steam_id <= UINT64_MAX:
            return None
        section.begin(<PyObject *>self)
        player = self.players.table.find(steam_id)
        return None if player == NULL or player.open == 0 else SESSION_KINDS[player.open]

    def _players_in(self) -> list[int]:
        """Who has an open session that Steam has not refused or still to judge; no bots.

        Only where verdicts are followed is it known what Steam has still to judge.
        """
        cdef CriticalSection section
        cdef size_t index
        cdef Player *player
        section.begin(<PyObject *>self)
        players = []
        for index in range(self.players.table.end()):
            player = self.players.table.at(index)
            if player != NULL and player.open != 0 and player.open != OPEN_FOR_BOT:
                if not player.unjudged:
                    players.append(player.steam_id)
        return players

    def _sessions_of_players(self) -> int:
        """How many sessions are open, judged or not; those of bots don't count."""
        cdef CriticalSection section
        cdef size_t index, count = 0
        cdef Player *player
        section.begin(<PyObject *>self)
        for index in range(self.players.table.end()):
            player = self.players.table.at(index)
            if player != NULL and player.open != 0 and player.open != OPEN_FOR_BOT:
                count += 1
        return count

    def _set_gate(self, gate: Callable[[int | None], object] | None) -> None:
        """Have it called before Steam is asked about a player: what it raises refuses them.

        It gets the Steam id that the player claims to have; None in the older flow, which has none.
        """
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.gate = gate

    def _turn_away(self) -> None:
        """Fail the sessions of ``authenticate()`` that Steam has not judged, by a DrainingError."""
        self.players.turn_away()

    def _follow_verdicts(self) -> None:
        """Keep account of whose session Steam has not judged yet, as ``authenticate()`` needs it."""
        self.players.follows_verdicts = True

    def _players_known(self) -> int:
        """Of how many players anything is known."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        return self.players.table.count()

    def player(self, steam_id: int) -> PlayerSignal[Any]:
        """All events of one player, as :meth:`Signal.of` gives those of one kind.

        :param steam_id: the player, 1 to 2**64-1.
        """
        return new_player_signal(self, ANY_KIND, steam_id)

    def begin_auth_session(self, ticket: bytes, steam_id: int) -> Session:
        """Let Steam validate a player's ticket; ``validate_auth_ticket_response`` follows.

        Let the player in only when that says OK. It may come again later, when the player cancels
        the ticket, goes offline or is banned. Steamworks: ``BeginAuthSession``.

        :param ticket: the ticket from the player's ``ISteamUser::GetAuthSessionTicket``, 1 to 1024
            bytes.
        :param steam_id: the Steam id that the player claims to have.
        :raises AuthSessionError: the ticket is refused at once; ``result`` says why. If the player
            already has an open session, it is ``DUPLICATE_REQUEST`` and Steam is not asked; end that
            session first.
        :raises AdmissionError: the server itself refuses the player, before Steam is asked.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef uint64_t number = integer_argument("steam_id", steam_id, 1, UINT64_MAX)
        cdef bytes data = bytes_argument("ticket", ticket, TICKET_LIMIT)
        pass_gate(self, number)
        begin_ticket_session(self, self.api(section), data, number)
        return new_session(number, OPEN_BY_TICKET)

    def end_auth_session(self, steam_id: int) -> None:
        """End the session of a player who has left. Does nothing if there is none.

        With asyncio, a session of ``authenticate()`` has ended too: its ``revoked`` is None, or
        where it waits for Steam's verdict it raises a ``SteamError``. Steamworks:
        ``EndAuthSession``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef uint64_t number = integer_argument("steam_id", steam_id, 1, UINT64_MAX)
        end_ticket_session(self, self.api(section), number)

    def send_user_connect_and_authenticate(self, ip: str | IPv4Address, blob: bytes) -> int:
        """Admit a player by the older flow; ``client_approved`` or ``client_denied`` follows.

        Steamworks: ``SendUserConnectAndAuthenticate``, which Valve has deprecated in favour of
        :meth:`begin_auth_session`.

        :param ip: the player's IPv4 address.
        :param blob: the blob from the player's ``InitiateGameConnection``, 1 to 1024 bytes.
        :returns: the player's Steam id.
        :raises AuthSessionError: the blob is malformed or not for this game; or the player has an
            open session, which stays as it is (``DUPLICATE_REQUEST``).
        :raises AdmissionError: the server itself refuses the player, before Steam is asked.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef uint32_t address = ipv4_argument("ip", ip)
        cdef bytes data = bytes_argument("blob", blob, TICKET_LIMIT)
        pass_gate(self, None)
        return begin_connection(self, self.api(section), address, data)

    def send_user_disconnect(self, steam_id: int) -> None:
        """End the connection of a player of the older way; see :meth:`end_auth_session`.

        Steamworks: ``SendUserDisconnect``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef uint64_t number = integer_argument("steam_id", steam_id, 1, UINT64_MAX)
        end_connection(self, self.api(section), number)

    def create_unauthenticated_user_connection(self) -> int:
        """Create a player without Steam, such as a bot; end it with :meth:`end_auth_session`.

        Steamworks: ``CreateUnauthenticatedUserConnection``.

        :returns: the Steam id by which it is listed.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef ISteamGameServer *steam = self.api(section)
        cdef uint64_t steam_id = steam.CreateUnauthenticatedUserConnection().ConvertToUint64()
        if is_open(self, steam_id):
            raise AuthSessionError(BeginAuthSessionResult.DUPLICATE_REQUEST)
        self.players.begun(steam_id, OPEN_FOR_BOT)
        return steam_id

    def get_auth_session_ticket(
        self, *, identity: int | str | NetworkingIdentity | None = None
    ) -> AuthTicket:
        """Return a ticket that proves this server's own identity to a peer.

        Where Steam has to be told of it first, the signal ``get_auth_session_ticket_response`` tells
        when the peer can use it. Steamworks: ``GetAuthSessionTicket``.

        :param identity: the peer, who alone can use the ticket then: a Steam id, a text such as
            ``"ip:192.0.2.1:27015"``, or a NetworkingIdentity. None for anybody.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef char[TICKET_LIMIT] buffer
        cdef uint32_t size = 0
        cdef IdentityStruct peer
        cdef const SteamNetworkingIdentity *given = NULL
        if identity is not None:
            identity_to_steam("identity", identity, &peer)
            given = <const SteamNetworkingIdentity *>&peer
        cdef CriticalSection section
        cdef HAuthTicket handle = self.logged_on_api(section).GetAuthSessionTicket(
            buffer, TICKET_LIMIT, &size, given
        )
        if handle == 0 or size == 0 or size > TICKET_LIMIT:
            raise SteamError("Steam returned no ticket")
        return AuthTicket(handle, buffer[:size])

    def cancel_auth_ticket(self, ticket: AuthTicket | int) -> None:
        """Cancel a ticket of :meth:`get_auth_session_ticket`. Steamworks: ``CancelAuthTicket``.

        :param ticket: the ticket or its handle.
        :raises NotRunningError: the server is not running.
        """
        handle = ticket.handle if isinstance(ticket, AuthTicket) else ticket
        cdef HAuthTicket number = <HAuthTicket>integer_argument("ticket", handle, 1, UINT32_MAX)
        cdef CriticalSection section
        self.api(section).CancelAuthTicket(number)

    def user_has_license_for_app(self, steam_id: int, app_id: int) -> UserHasLicenseForAppResult:
        """Whether an authenticated player owns an app, such as downloadable content.

        Steamworks: ``UserHasLicenseForApp``.

        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef uint32_t app = <uint32_t>integer_argument("app_id", app_id, 1, UINT32_MAX)
        cdef CriticalSection section
        cdef int result = <int>self.api(section).UserHasLicenseForApp(player, app)
        return UserHasLicenseForAppResult(result)

    def update_user_data(self, steam_id: int, name: str, score: int) -> bool:
        """Set what the server browser shows about a player. Steamworks: ``BUpdateUserData``.

        :param score: 0 to 2**32-1.
        :returns: whether Steam knows the player as playing here.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = text_argument("name", name)
        cdef uint32_t points = <uint32_t>integer_argument("score", score, 0, UINT32_MAX)
        cdef CriticalSection section
        return self.api(section).BUpdateUserData(player, text, points)

    def update_users(self, players: Iterable[tuple[int, str, int]]) -> int:
        """Call :meth:`update_user_data` for many players, each ``(steam_id, name, score)``.

        All of them are checked before Steam is told about the first one.

        :returns: how many of them Steam knows as playing here.
        :raises NotRunningError: the server is not running.
        """
        cdef vector[PlayerUpdate] updates
        cdef PlayerUpdate update
        cdef list names = []  # what the updates point into
        cdef tuple player
        for row in rows_of_players(players):
            player = player_argument(row)
            update.name = text_kept("name", player[1], names)
            update.player = steam_id_argument("steam_id", player[0])
            update.score = <uint32_t>integer_argument("score", player[2], 0, UINT32_MAX)
            updates.push_back(update)
        cdef CriticalSection section
        cdef ISteamGameServer *steam = self.api(section)
        cdef size_t known = 0
        for update in updates:
            known += steam.BUpdateUserData(update.player, update.name, update.score)
        return known


cdef bint is_open(GameServerCore server, uint64_t steam_id) noexcept:
    cdef Player *player = server.players.table.find(steam_id)
    return player != NULL and player.open != 0


cdef int pass_gate(GameServerCore server, object steam_id) except -1:
    """Ask the program's gate, if there is one: it raises to refuse the player."""
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    gate = server.gate
    section.end()
    if gate is not None:
        server.require_running()
        gate(steam_id)
    return 0


# From Steam's function to the table nothing may let another thread in, which could close the server: this
# is done in a critical section.

cdef int begin_ticket_session(
    GameServerCore server, ISteamGameServer *steam, bytes ticket, uint64_t steam_id
) except -1:
    cdef int result = BeginAuthSessionResult_DUPLICATE_REQUEST
    cdef Meter *meter = server.native.meter()
    cdef bint asks = not is_open(server, steam_id)
    if asks and meter != NULL:
        meter.asks(steam_id)  # before the verdict may come
    if asks:
        result = <int>steam.BeginAuthSession(
            <const char *>ticket, <int>len(ticket), CSteamID(<uint64>steam_id)
        )
    if meter != NULL:
        note_request(meter, steam_id, result, asks)
    if result != 0:
        raise AuthSessionError(BeginAuthSessionResult(result))
    return server.players.begun(steam_id, OPEN_BY_TICKET)


cdef void note_request(Meter *meter, uint64_t steam_id, int result, bint asked) noexcept:
    meter.requests.add(result)
    if asked and result != 0:
        meter.forgets(steam_id)


cdef int end_ticket_session(
    GameServerCore server, ISteamGameServer *steam, uint64_t steam_id
) except -1:
    cdef Meter *meter = server.native.meter()
    if meter != NULL:
        meter.forgets(steam_id)
    steam.EndAuthSession(CSteamID(<uint64>steam_id))
    return server.players.ended(steam_id)


cdef uint64_t begin_connection(
    GameServerCore server, ISteamGameServer *steam, uint32_t ip, bytes blob
) except 0:
    cdef CSteamID player
    cdef Meter *meter = server.native.meter()
    cdef uint64_t began = 0 if meter == NULL else meter.now()
    cdef uint64_t judged = 0 if meter == NULL else meter.connections_judged()
    if not steam.SendUserConnectAndAuthenticate_DEPRECATED(
        ip, <const char *>blob, <uint32_t>len(blob), &player
    ):
        raise AuthSessionError(BeginAuthSessionResult.INVALID_TICKET)
    if is_open(server, player.ConvertToUint64()):
        raise AuthSessionError(BeginAuthSessionResult.DUPLICATE_REQUEST)
    if meter != NULL:
        meter.has_asked(player.ConvertToUint64(), began, judged)
    server.players.begun(player.ConvertToUint64(), OPEN_BY_CONNECT)
    return player.ConvertToUint64()


cdef int end_connection(
    GameServerCore server, ISteamGameServer *steam, uint64_t steam_id
) except -1:
    cdef Meter *meter = server.native.meter()
    if meter != NULL:
        meter.forgets(steam_id)
    steam.SendUserDisconnect_DEPRECATED(CSteamID(<uint64>steam_id))
    return server.players.ended(steam_id)


cdef object new_session(uint64_t steam_id, int kind):
    """A ``Session`` without a call of its class, which is a tuple."""
    cdef PyObject *session = PyType_GenericAlloc(<PyTypeObject *><PyObject *>Session, 2)
    if session == NULL:
        raise MemoryError
    cdef object number = steam_id
    member = SESSION_KINDS[kind]
    Py_INCREF(<PyObject *>number)
    Py_INCREF(<PyObject *>member)
    PyTuple_SET_ITEM(session, 0, <PyObject *>number)
    PyTuple_SET_ITEM(session, 1, <PyObject *>member)
    result = <object>session
    Py_DECREF(session)
    return result


cdef void end_sessions(GameServerCore server, ISteamGameServer *steam) noexcept:
    """End every open session, each in its own way."""
    cdef size_t index
    cdef Player *player
    for index in range(server.players.table.end()):
        player = server.players.table.at(index)
        if player != NULL and player.open != 0:
            if player.open == OPEN_BY_CONNECT:
                steam.SendUserDisconnect_DEPRECATED(CSteamID(<uint64>player.steam_id))
            else:
                steam.EndAuthSession(CSteamID(<uint64>player.steam_id))
            player.open = 0


# What `update_users` takes; its argument is named where it is something else.

cdef object rows_of_players(object players):
    try:
        return iter(players)
    except TypeError:
        raise TypeError(f"{WANTED_OF_PLAYERS}, not {type(players).__name__}") from None


cdef inline tuple player_argument(object row):
    if type(row) is tuple and len(<tuple>row) == 3:
        return row
    return checked_player(row)


cdef tuple checked_player(object row):
    if not isinstance(row, (tuple, list)):
        raise TypeError(f"{WANTED_OF_PLAYERS}, but has a {type(row).__name__} in it")
    if len(row) != 3:
        raise ValueError(f"{WANTED_OF_PLAYERS}, but has one of {len(row)} in it")
    steam_id, name, score = row
    return steam_id, name, score
