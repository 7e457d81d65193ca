"""The extension: Steam's callbacks as typed events, and Steam's interfaces.

The marked parts are made by ``make generate`` from abi/ and the ``.pyx`` files.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address
from logging import Logger
from types import GenericAlias, TracebackType
from typing import Any, Generic, NoReturn, Self, TypeAlias, TypeVar, final

from typing_extensions import Buffer, disjoint_base

from steamgs.asyncio.waiting import EventStream
from steamgs.counters import Counters
from steamgs.enums import AuthSessionResponse, DenyReason, Result, UserHasLicenseForAppResult
from steamgs.sessions import AuthTicket, Session

_E = TypeVar("_E", bound=Event)
_H = TypeVar("_H", bound=Callable[..., object])
STEAM_LOG: Logger
STREAM_LIMIT: int
EVENT_TYPES: tuple[type[Event], ...]
_Handler: TypeAlias = Callable[[Any], object]

@disjoint_base
class Event:
    """One thing that Steam said: immutable and typed, with the Steam callback's fields in order.

    Events unpack (``steam_id, owner_id = event``), match (``case ClientApproved(steam_id=s)``),
    compare, hash, pickle and print. Fields are converted when they are read.
    """

    def __iter__(self) -> Iterator[Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def as_dict(self) -> dict[str, Any]:
        """The fields by name, in order."""

@final
class Signal(Generic[_E]):
    """Calls its handlers with each event of one kind, in the order in which they were connected.

    Handlers are held strongly and called with one positional argument, the event, in the thread
    that delivers. Connecting and disconnecting works from any thread and inside handlers: a
    delivery under way goes on with the handlers it began with, except those of :meth:`once`.
    """

    @property
    def name(self) -> str: ...
    @property
    def event_type(self) -> type[_E]: ...
    @property
    def handlers(self) -> tuple[Callable[[_E], object], ...]:
        """The connected handlers, in the order in which they were connected."""
    def connect(self, handler: _H, /) -> _H:
        """Call ``handler(event)`` for every event from now on. Works as a decorator, too.

        :raises TypeError: ``handler`` is not callable.
        :raises ValueError: it is connected already.
        """
    def once(self, handler: _H, /) -> _H:
        """Like :meth:`connect`, for the next event only."""
    def disconnect(self, handler: Callable[[_E], object], /) -> None:
        """Stop calling ``handler``.

        :raises ValueError: it is not connected.
        """
    def _discard(self, handler: Callable[[_E], object], /) -> None:
        """Like :meth:`disconnect`; harmless if it is not connected."""
    def __contains__(self, handler: object, /) -> bool: ...
    @property
    def server(self) -> GameServerCore: ...
    def wait(
        self, predicate: Callable[[_E], object] | None = None, timeout: float | None = None
    ) -> Coroutine[Any, Any, _E]:
        """Await the next event that ``predicate`` accepts, in an asyncio task.

        :param predicate: called with each event; None accepts any. Its exceptions are raised here.
        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: no such event came in time.
        :raises NotRunningError: the server was closed meanwhile.
        """
    def __aiter__(self) -> EventStream[_E]:
        """All events from now on, in an asyncio task, until the server closes; see :meth:`stream`."""
    def stream(self, maxsize: int | None = 65536) -> EventStream[_E]:
        """All events from now on, for ``async for`` in one asyncio task, until the server closes.

        :param maxsize: how many events may wait for the task. When more arrive, the oldest are dropped; they
            are counted (``stream.dropped``, and ``stream_dropped`` in ``server.counters()``) and a
            warning is logged. None for no limit.
        """
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

# <generated events>
@final
class ServerConnected(Event):
    """The server is connected to the Steam back-end. Steamworks: ``SteamServersConnected_t`` (101).

    Answers ``log_on``, ``log_on_anonymous``.
    """

    __match_args__ = ()
    def __init__(self) -> None: ...

@final
class ServerConnectFailure(Event):
    """Logging on to Steam failed. Steamworks: ``SteamServerConnectFailure_t`` (102).

    Answers ``log_on``, ``log_on_anonymous``, ``log_off``.

    :ivar result: Why the logon failed.

    :ivar retrying: Whether Steam keeps trying by itself.
    """

    __match_args__ = ("result", "retrying")
    def __init__(self, result: int, retrying: bool) -> None: ...
    @property
    def result(self) -> Result:
        """Why the logon failed."""
    @property
    def retrying(self) -> bool:
        """Whether Steam keeps trying by itself."""

@final
class ServerDisconnected(Event):
    """The connection to Steam is gone; a `server_connected` follows when it is back. Steamworks: ``SteamServersDisconnected_t`` (103).

    Answers ``log_on``, ``log_on_anonymous``, ``log_off``.

    :ivar result: Why the connection was lost.
    """

    __match_args__ = ("result",)
    def __init__(self, result: int) -> None: ...
    @property
    def result(self) -> Result:
        """Why the connection was lost."""

@final
class PolicyResponse(Event):
    """Steam says whether the server runs as VAC secure. Steamworks: ``GSPolicyResponse_t`` (115).

    Answers ``log_on``, ``log_on_anonymous``.

    :ivar secure: Whether the server is VAC secured.
    """

    __match_args__ = ("secure",)
    def __init__(self, secure: bool) -> None: ...
    @property
    def secure(self) -> bool:
        """Whether the server is VAC secured."""

@final
class ValidateAuthTicketResponse(Event):
    """Steam's verdict on a session begun with a ticket, and later any change of it. Steamworks: ``ValidateAuthTicketResponse_t`` (143).

    Answers ``begin_auth_session``.

    :ivar steam_id: The player whose ticket it was.

    :ivar response: Steam's verdict.

    :ivar owner_id: Who owns the licence; differs if it is borrowed.
    """

    __match_args__ = ("steam_id", "response", "owner_id")
    def __init__(self, steam_id: int, response: int, owner_id: int) -> None: ...
    @property
    def steam_id(self) -> int:
        """The player whose ticket it was."""
    @property
    def response(self) -> AuthSessionResponse:
        """Steam's verdict."""
    @property
    def owner_id(self) -> int:
        """Who owns the licence; differs if it is borrowed."""

@final
class ClientApproved(Event):
    """Steam admits a client of the older flow. Steamworks: ``GSClientApprove_t`` (201).

    Answers ``send_user_connect_and_authenticate``.

    :ivar steam_id: The approved player.

    :ivar owner_id: Who owns the licence; differs if it is borrowed.
    """

    __match_args__ = ("steam_id", "owner_id")
    def __init__(self, steam_id: int, owner_id: int) -> None: ...
    @property
    def steam_id(self) -> int:
        """The approved player."""
    @property
    def owner_id(self) -> int:
        """Who owns the licence; differs if it is borrowed."""

@final
class ClientDenied(Event):
    """Steam refuses a client of the older flow. Steamworks: ``GSClientDeny_t`` (202).

    Answers ``send_user_connect_and_authenticate``.

    :ivar steam_id: The denied player.

    :ivar reason: The reason.

    :ivar optional_text: Steam's own words, often empty.
    """

    __match_args__ = ("steam_id", "reason", "optional_text")
    def __init__(self, steam_id: int, reason: int, optional_text: str) -> None: ...
    @property
    def steam_id(self) -> int:
        """The denied player."""
    @property
    def reason(self) -> DenyReason:
        """The reason."""
    @property
    def optional_text(self) -> str:
        """Steam's own words, often empty."""

@final
class ClientKick(Event):
    """Steam asks the server to drop a player. Steamworks: ``GSClientKick_t`` (203).

    Answers ``send_user_connect_and_authenticate``.

    :ivar steam_id: The player to drop.

    :ivar reason: The reason.
    """

    __match_args__ = ("steam_id", "reason")
    def __init__(self, steam_id: int, reason: int) -> None: ...
    @property
    def steam_id(self) -> int:
        """The player to drop."""
    @property
    def reason(self) -> DenyReason:
        """The reason."""

@final
class ClientAchievementStatus(Event):
    """Steam reports the state of a player's achievement. Steamworks: ``GSClientAchievementStatus_t`` (206).

    :ivar steam_id: The player.

    :ivar achievement: The achievement's API name.

    :ivar unlocked: Whether the player has it.
    """

    __match_args__ = ("steam_id", "achievement", "unlocked")
    def __init__(self, steam_id: int, achievement: str, unlocked: bool) -> None: ...
    @property
    def steam_id(self) -> int:
        """The player."""
    @property
    def achievement(self) -> str:
        """The achievement's API name."""
    @property
    def unlocked(self) -> bool:
        """Whether the player has it."""

@final
class GameplayStats(Event):
    """The server's own ranking, according to Steam. Steamworks: ``GSGameplayStats_t`` (207).

    Answers ``get_gameplay_stats``.

    :ivar result: Whether the numbers are valid.

    :ivar rank: Rank among all servers, from 0.

    :ivar total_connects: Clients that ever connected.

    :ivar total_minutes_played: Minutes ever played here.
    """

    __match_args__ = ("result", "rank", "total_connects", "total_minutes_played")
    def __init__(self, result: int, rank: int, total_connects: int, total_minutes_played: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether the numbers are valid."""
    @property
    def rank(self) -> int:
        """Rank among all servers, from 0."""
    @property
    def total_connects(self) -> int:
        """Clients that ever connected."""
    @property
    def total_minutes_played(self) -> int:
        """Minutes ever played here."""

@final
class ClientGroupStatus(Event):
    """Whether a player belongs to a group. Steamworks: ``GSClientGroupStatus_t`` (208).

    Answers ``request_user_group_status``.

    :ivar steam_id: The player.

    :ivar group_id: The group.

    :ivar member: Whether the player is a member.

    :ivar officer: Whether the player is an officer.
    """

    __match_args__ = ("steam_id", "group_id", "member", "officer")
    def __init__(self, steam_id: int, group_id: int, member: bool, officer: bool) -> None: ...
    @property
    def steam_id(self) -> int:
        """The player."""
    @property
    def group_id(self) -> int:
        """The group."""
    @property
    def member(self) -> bool:
        """Whether the player is a member."""
    @property
    def officer(self) -> bool:
        """Whether the player is an officer."""

@final
class ServerReputation(Event):
    """The server's reputation and any ban of its address. Steamworks: ``GSReputation_t`` (209).

    Answers ``get_server_reputation``.

    :ivar result: Whether the other fields are valid.

    :ivar score: The reputation.

    :ivar banned: Whether the address is banned; else the rest is 0.

    :ivar banned_ip: The banned IPv4 address as a number, host order.

    :ivar banned_port: The banned port.

    :ivar banned_game_id: The game that the banned server serves.

    :ivar ban_expires: Seconds since 1970-01-01 UTC.
    """

    __match_args__ = ("result", "score", "banned", "banned_ip", "banned_port", "banned_game_id", "ban_expires")
    def __init__(self, result: int, score: int, banned: bool, banned_ip: int, banned_port: int, banned_game_id: int, ban_expires: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether the other fields are valid."""
    @property
    def score(self) -> int:
        """The reputation."""
    @property
    def banned(self) -> bool:
        """Whether the address is banned; else the rest is 0."""
    @property
    def banned_ip(self) -> int:
        """The banned IPv4 address as a number, host order."""
    @property
    def banned_port(self) -> int:
        """The banned port."""
    @property
    def banned_game_id(self) -> int:
        """The game that the banned server serves."""
    @property
    def ban_expires(self) -> int:
        """Seconds since 1970-01-01 UTC."""

@final
class AssociateClan(Event):
    """The answer to a clan association. Steamworks: ``AssociateWithClanResult_t`` (210).

    Answers ``associate_with_clan``.

    :ivar result: Whether the server now belongs to the clan.
    """

    __match_args__ = ("result",)
    def __init__(self, result: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether the server now belongs to the clan."""

@final
class PlayerCompat(Event):
    """How well a candidate gets on with the players on this server. Steamworks: ``ComputeNewPlayerCompatibilityResult_t`` (211).

    Answers ``compute_new_player_compatibility``.

    :ivar result: Whether the numbers are valid.

    :ivar players_dont_like_candidate: How many players blocked the candidate.

    :ivar players_candidate_doesnt_like: How many players the candidate blocked.

    :ivar clan_players_dont_like_candidate: How many clan members here blocked the candidate.

    :ivar steam_id: The candidate.
    """

    __match_args__ = ("result", "players_dont_like_candidate", "players_candidate_doesnt_like", "clan_players_dont_like_candidate", "steam_id")
    def __init__(self, result: int, players_dont_like_candidate: int, players_candidate_doesnt_like: int, clan_players_dont_like_candidate: int, steam_id: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether the numbers are valid."""
    @property
    def players_dont_like_candidate(self) -> int:
        """How many players blocked the candidate."""
    @property
    def players_candidate_doesnt_like(self) -> int:
        """How many players the candidate blocked."""
    @property
    def clan_players_dont_like_candidate(self) -> int:
        """How many clan members here blocked the candidate."""
    @property
    def steam_id(self) -> int:
        """The candidate."""

@final
class StatsUnloaded(Event):
    """Steam has unloaded a user's stats; request them again before use. Steamworks: ``GSStatsUnloaded_t`` (1108).

    :ivar steam_id: The user.
    """

    __match_args__ = ("steam_id",)
    def __init__(self, steam_id: int) -> None: ...
    @property
    def steam_id(self) -> int:
        """The user."""

@final
class StatsReceived(Event):
    """A user's stats have been loaded. Steamworks: ``GSStatsReceived_t`` (1800).

    :ivar result: Whether they could be loaded.

    :ivar steam_id: The user.
    """

    __match_args__ = ("result", "steam_id")
    def __init__(self, result: int, steam_id: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether they could be loaded."""
    @property
    def steam_id(self) -> int:
        """The user."""

@final
class StatsStored(Event):
    """A user's stats were stored. Steamworks: ``GSStatsStored_t`` (1801).

    :ivar result: Whether they were stored.

    :ivar steam_id: The user.
    """

    __match_args__ = ("result", "steam_id")
    def __init__(self, result: int, steam_id: int) -> None: ...
    @property
    def result(self) -> Result:
        """Whether they were stored."""
    @property
    def steam_id(self) -> int:
        """The user."""

@disjoint_base
class GameServerSignals:
    """The signals of ISteamGameServer."""

    @property
    def server_connected(self) -> Signal[ServerConnected]:
        """The server is connected to the Steam back-end."""
    @property
    def server_connect_failure(self) -> Signal[ServerConnectFailure]:
        """Logging on to Steam failed."""
    @property
    def server_disconnected(self) -> Signal[ServerDisconnected]:
        """The connection to Steam is gone; a `server_connected` follows when it is back."""
    @property
    def policy_response(self) -> Signal[PolicyResponse]:
        """Steam says whether the server runs as VAC secure."""
    @property
    def validate_auth_ticket_response(self) -> Signal[ValidateAuthTicketResponse]:
        """Steam's verdict on a session begun with a ticket, and later any change of it."""
    @property
    def client_approved(self) -> Signal[ClientApproved]:
        """Steam admits a client of the older flow."""
    @property
    def client_denied(self) -> Signal[ClientDenied]:
        """Steam refuses a client of the older flow."""
    @property
    def client_kick(self) -> Signal[ClientKick]:
        """Steam asks the server to drop a player."""
    @property
    def client_achievement_status(self) -> Signal[ClientAchievementStatus]:
        """Steam reports the state of a player's achievement."""
    @property
    def gameplay_stats(self) -> Signal[GameplayStats]:
        """The server's own ranking, according to Steam."""
    @property
    def client_group_status(self) -> Signal[ClientGroupStatus]:
        """Whether a player belongs to a group."""
    @property
    def server_reputation(self) -> Signal[ServerReputation]:
        """The server's reputation and any ban of its address."""
    @property
    def associate_clan(self) -> Signal[AssociateClan]:
        """The answer to a clan association."""
    @property
    def player_compat(self) -> Signal[PlayerCompat]:
        """How well a candidate gets on with the players on this server."""
@disjoint_base
class GameServerStatsSignals:
    """The signals of ISteamGameServerStats."""

    @property
    def stats_unloaded(self) -> Signal[StatsUnloaded]:
        """Steam has unloaded a user's stats; request them again before use."""
    @property
    def stats_received(self) -> Signal[StatsReceived]:
        """A user's stats have been loaded."""
    @property
    def stats_stored(self) -> Signal[StatsStored]:
        """A user's stats were stored."""
# </generated>

# <generated classes>
def load_library(path: str) -> tuple[str, str]:
    """Load the library at ``path`` and make it the one in use: ``(status, detail)``.

    ``status`` is ``"ok"``, ``"not_loadable"`` (the loader's words in ``detail``),
    ``"missing_symbol"`` or ``"too_old"`` (the symbol's name). No server may be running.
    """
def is_simulated_steamclient_loaded() -> bool:
    """Whether Valve's library would find the simulated steamclient in this process."""
def build_info() -> dict[str, str | int]:
    """Which Steamworks headers this build was made from.

    Keys: ``headers`` ("bundled" or "genuine"), ``sdk_version``, ``callback_packing`` (bytes) and the
    interface versions ``game_server``, ``game_server_stats`` and ``utils``.
    """
@disjoint_base
class GameServerCore(GameServerSignals):
    """All that a server consists of; it ticks Steam and delivers its events.

    ``steamgs.GameServer`` puts the method groups on top of it: ``LogonMethods`` and the like.
    """
    @property
    def signals(self) -> tuple[Signal[Any], ...]:
        """All signals, those of :attr:`stats` among them, in the order of the table of callbacks."""
    @property
    def stats(self) -> GameServerStats:
        """Statistics and achievements of players: ISteamGameServerStats."""
    def _on_close(self, listener: Callable[[], object]) -> None:
        """Have ``listener()`` called when the server closes, once."""
    def _forget_on_close(self, listener: Callable[[], object]) -> None:
        """Undo :meth:`_on_close`; harmless if it was called already."""
    @property
    def running(self) -> bool:
        """Whether the server is started and not closed."""
    @property
    def on_handler_error(self) -> Callable[[Exception, Event, _Handler], object] | None:
        """Called as ``(error, event, handler)`` for each exception of a handler; or None.

        While it is None, :meth:`run_callbacks` raises an ``ExceptionGroup`` of them at its end.
        """
    @on_handler_error.setter
    def on_handler_error(self, handler: Callable[[Exception, Event, _Handler], object] | None) -> None:
        ...
    def _set_result_handler(self, handler: Callable[[object, Event, _Handler], object] | None) -> None:
        """Have what handlers return, if not None, handed to ``handler(result, event, handler)``."""
    def _runs_coroutines(self) -> bool:
        """Whether handlers may be coroutine functions."""
    def run_callbacks(self) -> int:
        """Tick Steam once, deliver what it said, and return the number of events.

        Call it in every iteration of the game loop, at least ten times a second
        (``SteamGameServer_RunCallbacks``). Handlers run in this thread, after Steam's dispatcher
        has returned, so they may call anything, :meth:`close` included. While another thread, or
        a handler further up the stack, is delivering, it returns 0 at once. While the pump runs,
        Steam has been ticked already, and this only delivers.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised; all others were called first. ``KeyboardInterrupt``
            and its like are raised once all handlers of the event have been called; the events
            after it wait for the next call.
        """
    def poll(self) -> list[Event]:
        """Like :meth:`run_callbacks`, but return the events, for a ``match`` in your own loop.

        Connected handlers are called too. If one of them raised, the events come with the next
        :meth:`poll`. While another thread, or a handler further up the stack, is delivering, it
        returns an empty list at once.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised.
        """
    def _add_stream(self, stream: EventStream[Any]) -> None:
        """Count what waits in it."""
    def _stream_has_dropped(self) -> None:
        """An event of a stream went unread."""
    def counters(self) -> Counters:
        """Counts of what has passed through this server object since it was created."""
class PumpMethods(GameServerCore):
    """Ticking Steam on a thread of its own, where the program's loop does not."""
    def start_pump(self, interval: float = 0.01, *, on_events: Callable[[], object] | None = None) -> None:
        """Let a native thread tick Steam; :meth:`run_callbacks` then only delivers.

        The thread never touches Python while there are no events. Events are delivered where
        :meth:`run_callbacks`, :meth:`poll` or :meth:`run_forever` is called, never on the thread.
        Starting a running pump changes it. It stops when the server closes. May be called from any
        thread, and in ``on_events``.

        :param interval: seconds between ticks, 0.0001 to 60.
        :param on_events: called on the pump's thread when events have come, once until they are
            taken: a place to wake whoever delivers. What it raises goes to
            ``sys.unraisablehook``.
        :raises NotRunningError: the server is not running.
        """
    def stop_pump(self) -> None:
        """Stop the pump, if it runs; events that it has fetched are delivered by the next tick."""
    @property
    def pump_interval(self) -> float | None:
        """Seconds between the pump's ticks; can be set while it runs. None while it does not."""
    @pump_interval.setter
    def pump_interval(self, interval: float) -> None:
        ...
    def wait_for_events(self, timeout: float | None = None) -> bool:
        """Sleep without the GIL until the pump has events; return whether it has.

        :param timeout: seconds; None waits for as long as the pump runs.
        :raises SteamError: the pump is not running.
        """
class LifecycleMethods(GameServerCore):
    """What becomes of a server from :meth:`start` to :meth:`close`, and in forked children."""
    def start(self) -> Self:
        """Load the library and start the server; log on next (``SteamGameServer_InitEx``).

        If it raises, nothing is left behind.

        :raises SteamLibraryError: no usable library; each attempt is listed.
        :raises SteamInitError: Steam refused; its message says why. Or the query port can't be
            opened: the message names it and its address.
        :raises ValueError: a port is 0, and there is no simulator to choose one.
        :raises SteamError: a server is running in this process already; or this process was forked
            from one that has used the real Steam, whose steamclient can't be started here again:
            use ``multiprocessing``'s method ``"spawn"``.
        """
    def close(self) -> None:
        """End all sessions, log off and shut Steam down (``SteamGameServer_Shutdown``).

        Futures of calls without an answer are cancelled. Handlers stay connected for another
        :meth:`start`. Does nothing when not running. Works from any thread, inside handlers and in the
        pump's ``on_events``, and runs by itself when the interpreter exits. Whatever interrupts it
        is raised when everything is closed.

        :raises SteamError: called by a native listener, inside Steam's dispatcher.
        """
    def __enter__(self) -> Self:
        ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        ...
    def _prepare(self) -> tuple[int, int, int, int, bytes]:
        """Make ready to start; ``(ip, game port, query port, mode, version)``. May raise."""
    def _refused(self, result: int, message: str) -> NoReturn:
        """Raise what ``ESteamAPIInitResult`` and Steam's message come to."""
    def _has_started(self) -> None:
        """The server runs. If this raises, it is closed again."""
    def _has_closed(self) -> None:
        """Tell those who wait that the server is gone. Called again if it is interrupted."""
    def _release(self) -> None:
        """Undo :meth:`_prepare`, as far as it came. Called again if it is interrupted."""
    def _abandoned(self) -> None:
        """This is a forked child, and the server is the parent's. Called again if interrupted."""
def _before_fork() -> None:
    """Wait until nobody is in Steam's library."""
def _after_fork_in_parent() -> None:
    """Go on."""
def _after_fork_in_child() -> None:
    """There is no game server here."""
def _close_at_exit() -> None:
    """Close what still runs."""
class LogonMethods(GameServerCore):
    """ISteamGameServer's logon and status functions."""
    def log_on(self, token: str) -> None:
        """Log on with a game server account; ``server_connected`` or a failure follows.

        Steamworks: ``LogOn``.

        :param token: the account's login token, not empty, made on Steam's page of game server accounts.
        :raises NotRunningError: the server is not running.
        """
    def log_on_anonymous(self) -> None:
        """Log on without an account; ``server_connected`` or a failure follows.

        Steamworks: ``LogOnAnonymous``.

        :raises NotRunningError: the server is not running.
        """
    def log_off(self) -> None:
        """Start logging off; ``server_disconnected`` follows. Steamworks: ``LogOff``.

        :raises NotRunningError: the server is not running.
        """
    @property
    def logged_on(self) -> bool:
        """Whether the server is connected to Steam (``BLoggedOn``); False when not running."""
    @property
    def secure(self) -> bool:
        """Whether the server runs as VAC secure (``BSecure``); False when not running."""
    @property
    def steam_id(self) -> int | None:
        """The server's Steam id (``GetSteamID``); None until it is connected to Steam."""
    @property
    def public_ip(self) -> IPv4Address | IPv6Address | None:
        """The address that Steam sees (``GetPublicIP``); None while it is not known."""
    def was_restart_requested(self) -> bool:
        """Whether Steam's master server requests a restart, for example after an update.

        True once for each request. Steamworks: ``WasRestartRequested``.

        :raises NotRunningError: the server is not running.
        """
    def release_current_thread_memory(self) -> None:
        """Free what Steam keeps for the calling thread.

        Only for threads that call Steam but never :meth:`run_callbacks`.
        Steamworks: ``SteamGameServer_ReleaseCurrentThreadMemory``.

        :raises NotRunningError: the server is not running.
        """
class BrowserMethods(GameServerCore):
    """ISteamGameServer's settings for the server browser and the shared query port."""
    def _listing_state(self) -> tuple[dict[str, object], frozenset[str], bool]:
        """The settings since the start, those that came after a logon, whether one was asked."""
    def _forget_listing(self) -> None:
        """Steam's server starts with none of this."""
    def set_product(self, product: str) -> None:
        """The game's product name, by which Steam checks versions. Set it before logging on.

        Required for a server to be listed. Steamworks: ``SetProduct``.

        :param product: not empty.
        :raises NotRunningError: the server is not running.
        """
    def set_game_description(self, description: str) -> None:
        """The game's name as the server browser shows it. Set it before logging on.

        Required for a server to be listed. Steamworks: ``SetGameDescription``.

        :param description: 1 to 63 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_mod_dir(self, mod_dir: str) -> None:
        """The directory that identifies a mod, empty for the game. Set it before logging on.

        Steamworks: ``SetModDir``.

        :param mod_dir: at most 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_dedicated_server(self, dedicated: bool) -> None:
        """Whether this is a dedicated server. Set it before logging on.

        Steamworks: ``SetDedicatedServer``.

        :raises NotRunningError: the server is not running.
        """
    def set_max_player_count(self, count: int) -> None:
        """The maximum number of players. Steamworks: ``SetMaxPlayerCount``.

        :param count: 0 to 2**31-1; the protocol of server queries shows at most 255.
        :raises NotRunningError: the server is not running.
        """
    def set_bot_player_count(self, count: int) -> None:
        """How many of the players are bots. Steamworks: ``SetBotPlayerCount``.

        :raises NotRunningError: the server is not running.
        """
    def set_server_name(self, name: str) -> None:
        """The server's name as the server browser shows it. Steamworks: ``SetServerName``.

        :param name: 1 to 63 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_map_name(self, name: str) -> None:
        """The map that is played. Steamworks: ``SetMapName``.

        :param name: 1 to 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_password_protected(self, protected: bool) -> None:
        """Whether players need a password. Steamworks: ``SetPasswordProtected``.

        :raises NotRunningError: the server is not running.
        """
    def set_spectator_port(self, port: int) -> None:
        """The port for spectators, 0 for none. Steamworks: ``SetSpectatorPort``.

        :raises NotRunningError: the server is not running.
        """
    def set_spectator_server_name(self, name: str) -> None:
        """The spectator server's name. Steamworks: ``SetSpectatorServerName``.

        :param name: at most 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def clear_all_key_values(self) -> None:
        """Remove all rules. Steamworks: ``ClearAllKeyValues``.

        :raises NotRunningError: the server is not running.
        """
    def set_key_value(self, key: str, value: str) -> None:
        """Add or change a rule that server queries show. Steamworks: ``SetKeyValue``.

        :param key: not empty.
        :raises NotRunningError: the server is not running.
        """
    def set_game_tags(self, tags: str) -> None:
        """Tags by which the server browser filters. Steamworks: ``SetGameTags``.

        :param tags: at most 127 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_game_data(self, data: str) -> None:
        """Data by which the server browser filters. Steamworks: ``SetGameData``.

        :param data: at most 2047 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
    def set_region(self, region: str) -> None:
        """The region's name, empty for the whole world. Steamworks: ``SetRegion``.

        :raises NotRunningError: the server is not running.
        """
    def set_advertise_server_active(self, active: bool) -> None:
        """Whether to be listed and to answer queries; off until you turn it on.

        Steamworks: ``SetAdvertiseServerActive``.

        :raises NotRunningError: the server is not running.
        """
    def handle_incoming_packet(self, data: Buffer, host: str | IPv4Address, port: int) -> bool:
        """Hand a packet of the game's own socket to Steam, if it begins with ``FF FF FF FF``.

        For servers with ``query_port=steamgs.QUERY_PORT_SHARED``. Follow with
        :meth:`outgoing_packets`. Steamworks: ``HandleIncomingPacket``.

        :param data: the packet, 1 to 65535 bytes.
        :param host: the sender's IPv4 address.
        :param port: the sender's port, 1 to 65535. A forged packet may come from port 0: drop it,
            it raises OverflowError here.
        :returns: whether it was a packet for Steam.
        :raises NotRunningError: the server is not running.
        """
    def outgoing_packets(self) -> list[tuple[bytes, tuple[str, int]]]:
        """The packets that Steam wants sent from the game's socket, as ``(data, (host, port))``.

        They are ready for ``sock.sendto(*packet)``. Call it after the incoming packets, and in
        every iteration of the loop. Steamworks: ``GetNextOutgoingPacket``.

        :raises NotRunningError: the server is not running.
        """
class SessionMethods(GameServerCore):
    """ISteamGameServer's functions about players and their sessions."""
    @property
    def sessions(self) -> Mapping[int, Session]:
        """The open sessions by Steam id, a live view. All are ended when the server closes."""
    def begin_auth_session(self, ticket: bytes, steam_id: int) -> Session:
        """Have Steam validate a player's ticket; ``validate_auth_ticket_response`` follows.

        Let the player in only when that says OK. It may come again later, when the player cancels
        the ticket, goes offline or is banned. Steamworks: ``BeginAuthSession``.

        :param ticket: what the player's ``ISteamUser::GetAuthSessionTicket`` gave, 1 to 1024 bytes.
        :param steam_id: who the player claims to be.
        :raises AuthSessionError: the ticket is refused at once; ``result`` says why. A player who has
            an open session is a ``DUPLICATE_REQUEST``, and Steam is not asked: end that one first.
        :raises NotRunningError: the server is not running.
        """
    def end_auth_session(self, steam_id: int) -> None:
        """End the session of a player who has left. Does nothing if there is none.

        Steamworks: ``EndAuthSession``.

        :raises NotRunningError: the server is not running.
        """
    def send_user_connect_and_authenticate(self, ip: str | IPv4Address, blob: bytes) -> int:
        """Admit a player the older way; ``client_approved`` or ``client_denied`` follows.

        Steamworks: ``SendUserConnectAndAuthenticate``, deprecated by Valve for
        :meth:`begin_auth_session`.

        :param ip: the player's IPv4 address.
        :param blob: what the player's ``InitiateGameConnection`` gave, 1 to 1024 bytes.
        :returns: the player's Steam id.
        :raises AuthSessionError: the blob is malformed or not for this game; or the player has an
            open session, which stays as it is (``DUPLICATE_REQUEST``).
        :raises NotRunningError: the server is not running.
        """
    def send_user_disconnect(self, steam_id: int) -> None:
        """End the connection of a player of the older way. Steamworks: ``SendUserDisconnect``.

        :raises NotRunningError: the server is not running.
        """
    def create_unauthenticated_user_connection(self) -> int:
        """Create a player without Steam, such as a bot; end it with :meth:`end_auth_session`.

        Steamworks: ``CreateUnauthenticatedUserConnection``.

        :returns: the Steam id by which it is listed.
        :raises NotRunningError: the server is not running.
        """
    def get_auth_session_ticket(self) -> AuthTicket:
        """Return a ticket that proves this server's own identity to a peer.

        Steamworks: ``GetAuthSessionTicket``.

        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def cancel_auth_ticket(self, ticket: AuthTicket | int) -> None:
        """Withdraw a ticket of :meth:`get_auth_session_ticket`. Steamworks: ``CancelAuthTicket``.

        :param ticket: the ticket or its handle.
        :raises NotRunningError: the server is not running.
        """
    def user_has_license_for_app(self, steam_id: int, app_id: int) -> UserHasLicenseForAppResult:
        """Whether an authenticated player owns an app, such as downloadable content.

        Steamworks: ``UserHasLicenseForApp``.

        :raises NotRunningError: the server is not running.
        """
    def update_user_data(self, steam_id: int, name: str, score: int) -> bool:
        """Set what the server browser shows about a player. Steamworks: ``BUpdateUserData``.

        :param score: 0 to 2**32-1.
        :returns: whether Steam knows the player as playing here.
        :raises NotRunningError: the server is not running.
        """
    def update_users(self, players: Iterable[tuple[int, str, int]]) -> int:
        """:meth:`update_user_data` for many players: ``(steam_id, name, score)`` each.

        All of them are checked before Steam is told about the first.

        :returns: how many of them Steam knows as playing here.
        :raises NotRunningError: the server is not running.
        """
class CommunityMethods(GameServerCore):
    """ISteamGameServer's functions about groups, clans and reputation."""
    def request_user_group_status(self, steam_id: int, group_id: int) -> None:
        """Ask whether a player belongs to a group; ``client_group_status`` follows.

        Steamworks: ``RequestUserGroupStatus``.

        :raises NotLoggedOnError: the server is not logged on.
        :raises CallFailedError: Steam refused the call.
        :raises NotRunningError: the server is not running.
        """
    def associate_with_clan(self, clan_id: int) -> Future[AssociateClan]:
        """Make this a clan's server, for :meth:`compute_new_player_compatibility`.

        Steamworks: ``AssociateWithClan``.

        :returns: a future of ``AssociateClan``; the signal ``associate_clan`` is emitted as well.
            It raises ``CallFailedError`` if the answer is lost, and is cancelled on close.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def compute_new_player_compatibility(self, steam_id: int) -> Future[PlayerCompat]:
        """Ask how well a candidate gets on with the players on this server.

        Steamworks: ``ComputeNewPlayerCompatibility``.

        :returns: a future of ``PlayerCompat``; the signal ``player_compat`` is emitted as well.
            It raises ``CallFailedError`` if the answer is lost, and is cancelled on close.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def get_server_reputation(self) -> Future[ServerReputation]:
        """Ask for this server's reputation. Steamworks: ``GetServerReputation``, deprecated.

        :returns: a future of ``ServerReputation``; the signal is emitted as well.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def get_gameplay_stats(self) -> None:
        """Ask for this server's rank; ``gameplay_stats`` follows.

        Steamworks: ``GetGameplayStats``, deprecated.

        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
@disjoint_base
class GameServerStats(GameServerStatsSignals):
    """``server.stats``: statistics and achievements of players, as the server may read and write them.

    The values of a player are loaded by :meth:`request_user_stats`, read and changed at once, and
    kept by :meth:`store_user_stats`. It lives as long as the server, and works while that runs.
    """
    def request_user_stats(self, steam_id: int) -> Future[StatsReceived]:
        """Load a player's statistics and achievements from Steam.

        The future's event, which the signal ``stats_received`` emits too, has the result ``OK``;
        or ``FAIL`` if Steam has no statistics of that user for this game. Steam may drop them
        later (``stats_unloaded``): then request them again. Steamworks: ``RequestUserStats``.

        :raises CallFailedError: Steam refused the call; from the future: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def store_user_stats(self, steam_id: int) -> Future[StatsStored]:
        """Send the changed values to Steam, which stores them.

        The future's event, which the signal ``stats_stored`` emits too, has the result ``OK``; or
        ``INVALID_PARAM`` if values broke the constraints that the game has set for them: those are
        back at what Steam has. Steamworks: ``StoreUserStats``.

        :raises CallFailedError: Steam refused the call; from the future: the answer was lost.
        :raises NotLoggedOnError: the server is not logged on.
        :raises NotRunningError: the server is not running.
        """
    def get_user_stat_int(self, steam_id: int, name: str) -> int:
        """A player's statistic of type INT. Steamworks: ``GetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
    def get_user_stat_float(self, steam_id: int, name: str) -> float:
        """A player's statistic of type FLOAT or AVGRATE. Steamworks: ``GetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
    def set_user_stat_int(self, steam_id: int, name: str, value: int) -> None:
        """Change a player's statistic of type INT. Steamworks: ``SetUserStat``.

        :param value: -2**31 to 2**31-1.
        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
    def set_user_stat_float(self, steam_id: int, name: str, value: float) -> None:
        """Change a player's statistic of type FLOAT. Steamworks: ``SetUserStat``.

        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
    def update_user_avg_rate_stat(self, steam_id: int, name: str, count_this_session: float, session_length: float) -> None:
        """Add a session to a player's statistic of type AVGRATE, such as kills per hour.

        Steamworks: ``UpdateUserAvgRateStat``.

        :param count_this_session: how much there was of it since the last update.
        :param session_length: the time since the last update, in the unit of the rate; not negative.
        :raises StatsError: the player's values are not loaded, or there is no such statistic.
        :raises NotRunningError: the server is not running.
        """
    def get_user_achievement(self, steam_id: int, name: str) -> bool:
        """Whether a player has an achievement. Steamworks: ``GetUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
    def set_user_achievement(self, steam_id: int, name: str) -> None:
        """Unlock an achievement; kept by :meth:`store_user_stats`.

        Steamworks: ``SetUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
    def clear_user_achievement(self, steam_id: int, name: str) -> None:
        """Lock an achievement again; kept by :meth:`store_user_stats`.

        Steamworks: ``ClearUserAchievement``.

        :raises StatsError: the player's values are not loaded, or there is no such achievement.
        :raises NotRunningError: the server is not running.
        """
# </generated>
