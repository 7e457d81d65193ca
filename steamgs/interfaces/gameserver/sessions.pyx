# Who may play: tickets, sessions, the older connect flow, licences.

cdef enum:
    TICKET_LIMIT = 1024

cdef int BeginAuthSessionResult_DUPLICATE_REQUEST = BeginAuthSessionResult.DUPLICATE_REQUEST
cdef object KIND_CONNECT = SessionKind.CONNECT

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
        return MappingProxyType(self.open_sessions)

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
        :raises NotRunningError: the server is not running.
        """
        cdef bytes data = ticket_argument("ticket", ticket)
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        # Made first: from here on nothing may let another thread in, which could close the server.
        session = Session(player.ConvertToUint64(), SessionKind.TICKET)
        number = session.steam_id
        cdef ISteamGameServer *steam = self.api()
        cdef int result = <int>BeginAuthSessionResult_DUPLICATE_REQUEST
        if number not in self.open_sessions:
            result = <int>steam.BeginAuthSession(<const char *>data, <int>len(data), player)
        if result != 0:
            raise AuthSessionError(BeginAuthSessionResult(result))
        self.open_sessions[number] = session
        return session

    def end_auth_session(self, steam_id: int) -> None:
        """End the session of a player who has left. Does nothing if there is none.

        Steamworks: ``EndAuthSession``.

        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        self.api().EndAuthSession(player)
        self.open_sessions.pop(player.ConvertToUint64(), None)

    def send_user_connect_and_authenticate(self, ip: str | IPv4Address, blob: bytes) -> int:
        """Admit a player by the older flow; ``client_approved`` or ``client_denied`` follows.

        Steamworks: ``SendUserConnectAndAuthenticate``, which Valve has deprecated in favour of
        :meth:`begin_auth_session`.

        :param ip: the player's IPv4 address.
        :param blob: the blob from the player's ``InitiateGameConnection``, 1 to 1024 bytes.
        :returns: the player's Steam id.
        :raises AuthSessionError: the blob is malformed or not for this game; or the player has an
            open session, which stays as it is (``DUPLICATE_REQUEST``).
        :raises NotRunningError: the server is not running.
        """
        cdef uint32_t address = ipv4_argument("ip", ip)
        cdef bytes data = ticket_argument("blob", blob)
        cdef CSteamID player
        cdef uint64_t run = self.run
        if not self.api().SendUserConnectAndAuthenticate_DEPRECATED(
            address, <const char *>data, <uint32_t>len(data), &player
        ):
            raise AuthSessionError(BeginAuthSessionResult.INVALID_TICKET)
        return open_session(self, player.ConvertToUint64(), SessionKind.CONNECT, run).steam_id

    def send_user_disconnect(self, steam_id: int) -> None:
        """End the connection of a player of the older flow. Steamworks: ``SendUserDisconnect``.

        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        self.api().SendUserDisconnect_DEPRECATED(player)
        self.open_sessions.pop(player.ConvertToUint64(), None)

    def create_unauthenticated_user_connection(self) -> int:
        """Create a player without Steam, such as a bot; end it with :meth:`end_auth_session`.

        Steamworks: ``CreateUnauthenticatedUserConnection``.

        :returns: the Steam id by which it is listed.
        :raises NotRunningError: the server is not running.
        """
        cdef uint64_t run = self.run
        cdef uint64_t steam_id = self.api().CreateUnauthenticatedUserConnection().ConvertToUint64()
        return open_session(self, steam_id, SessionKind.BOT, run).steam_id

    def get_auth_session_ticket(self) -> AuthTicket:
        """Return a ticket that proves this server's own identity to a peer.

        Steamworks: ``GetAuthSessionTicket``.

        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
        cdef char[TICKET_LIMIT] buffer
        cdef uint32_t size = 0
        cdef HAuthTicket handle = self.logged_on_api().GetAuthSessionTicket(
            buffer, TICKET_LIMIT, &size, NULL
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
        self.api().CancelAuthTicket(number)

    def user_has_license_for_app(self, steam_id: int, app_id: int) -> UserHasLicenseForAppResult:
        """Whether an authenticated player owns an app, such as downloadable content.

        Steamworks: ``UserHasLicenseForApp``.

        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef uint32_t app = <uint32_t>integer_argument("app_id", app_id, 1, UINT32_MAX)
        return UserHasLicenseForAppResult(<int>self.api().UserHasLicenseForApp(player, app))

    def update_user_data(self, steam_id: int, name: str, score: int) -> bool:
        """Set what the server browser shows about a player. Steamworks: ``BUpdateUserData``.

        :param score: 0 to 2**32-1.
        :returns: whether Steam knows the player as playing here.
        :raises NotRunningError: the server is not running.
        """
        cdef CSteamID player = steam_id_argument("steam_id", steam_id)
        cdef bytes text = text_argument("name", name)
        cdef uint32_t points = <uint32_t>integer_argument("score", score, 0, UINT32_MAX)
        return self.api().BUpdateUserData(player, text, points)

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
        cdef ISteamGameServer *steam = self.api()
        cdef size_t known = 0
        for update in updates:
            known += steam.BUpdateUserData(update.player, update.name, update.score)
        return known


cdef object open_session(GameServerCore server, uint64_t steam_id, kind, uint64_t run):
    """Enter a session that Steam has begun in this run of the server."""
    session = Session(steam_id, kind)
    if server.run != run or server.steam == NULL:
        raise NotRunningError("the game server was closed")
    if session.steam_id in server.open_sessions:
        raise AuthSessionError(BeginAuthSessionResult.DUPLICATE_REQUEST)
    server.open_sessions[session.steam_id] = session
    return session


cdef void end_sessions(GameServerCore server, ISteamGameServer *steam):
    """End every open session, each in its own way."""
    for steam_id, kind in server.open_sessions.values():
        if kind is KIND_CONNECT:
            steam.SendUserDisconnect_DEPRECATED(CSteamID(<uint64>steam_id))
        else:
            steam.EndAuthSession(CSteamID(<uint64>steam_id))
    server.open_sessions.clear()
    server.run += 1


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
