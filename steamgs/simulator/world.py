"""The simulated Steam itself."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterable
from ipaddress import IPv4Address
from types import TracebackType
from typing import Literal, Self

from steamgs.enums import DenyReason, Result
from steamgs.errors import SteamError
from steamgs.simulator import arguments
from steamgs.simulator.handle import WorldHandle
from steamgs.simulator.http import HttpCommands
from steamgs.simulator.inventory import InventoryCommands
from steamgs.simulator.library import control, text_of
from steamgs.simulator.server_state import ServerState, read_state
from steamgs.simulator.user import User
from steamgs.simulator.utilities import UtilityCommands
from steamgs.simulator.vocabulary import commands
from steamgs.simulator.workshop import WorkshopCommands

__all__ = ["Simulator"]

_CLOCKS = ("real", "manual")
_MAX_CALLBACK_BYTES = 32 * 1024


class Simulator(HttpCommands, InventoryCommands, WorkshopCommands, UtilityCommands):
    """A simulated Steam, for one game server at a time.

    Users, groups, bans and faults are kept when a server closes and another starts. With the manual
    clock, each seed gives the same run. Methods may be called from any thread, and in handlers.

    :param seed: the seed of all random values: latencies, anonymous ids, serials. 0 to 2**64-1.
    :param clock: ``"real"``, or ``"manual"``, where time passes only in :meth:`advance`.
    :param ticket_key: the key that signs tickets; a fixed public one by default.
    :param query_host: the IPv4 address of this machine at which servers with their own query port
        can be queried, ``"0.0.0.0"`` for all; None for no sockets at all. If it is not a loopback
        address, use the real clock: with the manual one the challenges of queries are derived from
        the seed, and anybody who knows the seed can have long answers sent to others.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        clock: Literal["real", "manual"] = "real",
        ticket_key: bytes | None = None,
        query_host: str | None = "127.0.0.1",
    ) -> None:
        number = arguments.integer("seed", seed, 0, (1 << 64) - 1)
        if clock not in _CLOCKS:
            raise ValueError(f"clock must be one of {', '.join(_CLOCKS)}, not {clock!r}")
        if ticket_key is not None and not isinstance(ticket_key, bytes):
            raise TypeError(f"ticket_key must be bytes, not {type(ticket_key).__name__}")
        self._clock = clock
        self._users: dict[int, User] = {}
        self._public_ip = IPv4Address("203.0.113.7")
        self._handle = WorldHandle(number, manual_clock=clock == "manual", ticket_key=ticket_key)
        self._query_host = None if query_host is None else str(IPv4Address(query_host))
        self.do("set_query_host", address=self._query_host, enabled=query_host is not None)

    @property
    def _world(self) -> int:
        return self._handle.number

    def close(self) -> None:
        """Free the simulated Steam. Does nothing if it is already closed.

        :raises SteamError: a game server is running on it.
        """
        if not self._handle.close():
            raise SteamError("a game server is running on this simulator: close it first")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"{len(self._users)} users" if self._handle.is_open else "closed"
        return f"<Simulator {self._clock} clock, {state}>"

    def arm(self) -> None:
        """Serve the game server that starts next; :class:`steamgs.GameServer` calls it.

        :raises SteamError: another simulator is in use in this process.
        """
        if not control().arm(self._world):
            raise SteamError("another simulator is in use in this process")

    def disarm(self) -> None:
        """Serve nobody; :class:`steamgs.GameServer` calls it. Harmless at any time."""
        if self._handle.is_open:
            control().disarm(self._world)

    def query_socket(self) -> tuple[int, int]:
        """The port of the server's query socket, 0 if there is none; and why not, or 0.

        The reason is the system's number, of the server that started last.
        """
        state = self.server
        return state.query_port if state.query_port_open else 0, state.query_port_error

    @property
    def query_host(self) -> str | None:
        """The address at which servers can be queried; None if they can't be."""
        return self._query_host

    @property
    def ticket_key(self) -> bytes | None:
        """The key that signs tickets; None for the public default."""
        return self._handle.ticket_key

    @property
    def now(self) -> float:
        """Seconds since the simulator was created, by its own clock."""
        return float(control().now(self._world))

    def advance(self, seconds: float) -> None:
        """Let time pass; everything that becomes due happens in order. Only with the manual clock.

        :raises SteamError: the clock is real.
        """
        if self._clock != "manual":
            raise SteamError("the clock is real: create the simulator with clock='manual'")
        control().advance(self._world, arguments.seconds("seconds", seconds))

    def jump_clock(self, seconds: float) -> None:
        """Make the time of day jump, so that tickets expire or become valid again.

        :param seconds: how far; backwards if negative.
        """
        self.do("jump_clock", seconds=seconds)

    def do(self, command: str, /, **fields: object) -> None:
        """Carry out a command, as an event of a scenario file does.

        The other methods do the same, with arguments that editors know. This one takes every
        command (see :func:`commands`).

        :param command: its name, such as ``"kick"``.
        :param fields: the values of its fields by name; None leaves a field out.
        :raises ValueError: there is no such command, or a value is not allowed.
        :raises TypeError: a value has the wrong type, a field is missing, or there is no field of
            that name.
        :raises OverflowError: an integer is out of its range.
        :raises KeyError: something that the command names, such as a user, does not exist.
        """
        self._handle.do(command, fields)

    def set_latency(self, kind: str, minimum: float, maximum: float | None = None) -> None:
        """Set how many seconds Steam takes, uniformly random between the two.

        :param kind: ``"logon"``, ``"retry"`` (of a failed logon), ``"auth"`` (of tickets),
            ``"group"``, ``"call"`` (call results), ``"relay"`` (the certificate, and reaching the
            relays), ``"fake_ip"`` (a FakeIP that was asked for), ``"status"`` (what the server is
            told about its connections), ``"workshop"`` (the beginning of a download),
            ``"inventory"`` (results and definitions of items), ``"connected"`` (from the logon to
            ``server_connected``) or ``"policy"`` (from there to ``policy_response``). If the
            connection is lost while one of the last two is pending, it never comes.
        :param minimum: the lowest latency.
        :param maximum: the highest latency; ``minimum`` if None.
        """
        kinds = commands()["set_latency"].names()
        if f"{kind}_max" not in kinds:
            known = ", ".join(name for name in kinds if f"{name}_max" in kinds)
            raise ValueError(f"kind must be one of {known}, not {kind!r}")
        low = arguments.seconds("minimum", minimum)
        high = low if maximum is None else arguments.seconds("maximum", maximum, low=low)
        self.do("set_latency", **{kind: low, f"{kind}_max": high})

    def set_behaviour(self, name: str, on: bool = True) -> None:
        """Make Steam behave as other implementations of steamclient do, and as Valve's may.

        The setting is kept from one server to the next. Everything is off at first.

        :param name: ``"logon_at_once"``: the server is logged on, or the logon has failed, when
            ``log_on`` returns, without the latency ``"logon"``.
            ``"no_id_before_logon"``: the server's Steam id is 0 until it is logged on.
            ``"policy_first"``: ``policy_response`` comes before ``server_connected``: the latency
            ``"policy"`` runs from the logon, ``"connected"`` from the policy response.
            ``"policy_once"``: ``policy_response`` comes only once for each start of a server.
            ``"late_verdicts"``: a pending verdict comes although its session has ended.
            ``"accept_duplicates"``: a player with a verdict may begin a second session before the
            first has ended, and gets a verdict on it. Ending it ends both.
            ``"double_stats"``: ``stats_received`` and ``stats_stored`` are also posted as a
            callback after the call result; with ``"stats_callback_first"`` as well, before it.
            ``"double_calls"`` and ``"calls_callback_first"``: the same for the other calls.
            ``"double_changes"``: the server is told twice of each change of a connection's state.
            ``"ticket_callback"``: ``GetAuthSessionTicketResponse_t`` (163) follows
            ``get_auth_session_ticket``, after the latency ``"auth"``.
            ``"workshop_unnoticed"``: ``state()`` of a workshop item doesn't say that there is a
            newer version. A download brings it nevertheless.
            ``"workshop_childless"``: what workshop items need or collect can't be read.
            ``"workshop_short"``: queries of workshop items are answered without their first item.
            ``"workshop_outside"``: workshop items are said to be where the server's folder is not.
            ``"http_doubled"``: the headers and the pieces of a response are told of twice.
            ``"http_late"``: pieces of a response are told of though the request was released.
            ``"inventory_of_server"``: a server may own items, and do what only users may.
            ``"inventory_at_once"``: results of the inventory are ready, and said to be, before the
            call that asks for them returns.
            ``"inventory_silent"``: ``inventory_result_ready`` never comes.
            ``"inventory_doubled"``: it comes twice.
            ``"inventory_reused"``: a new result gets the number of one that was destroyed.
            ``"inventory_unreadable"``: Steam does not tell the items of a result that is ready.
        :raises ValueError: there is no such behaviour.
        """
        if not isinstance(name, str):
            raise TypeError(f"name must be a str, not {type(name).__name__}")
        known = commands()["set_behaviour"].names()
        if name not in known:
            raise ValueError(f"name must be one of {', '.join(known)}, not {name!r}")
        self.do("set_behaviour", **{name: on})

    def withhold_interface(self, version: str, withheld: bool = True) -> None:
        """Serve a version of an interface no more, or again, as an older or a newer Steam.

        The server has to start anew to notice. Two are always served while it starts, as
        libsteam_api needs them: those that it asks for itself, of ISteamGameServer and ISteamUtils.

        :param version: what games ask for, such as ``"SteamUtils011"``.
        :raises ValueError: there is no such version in any SDK that steamgs knows.
        """
        self.do("withhold_interface", version=version, withheld=withheld)

    def add_user(
        self,
        steam_id: int,
        *,
        owner_id: int | None = None,
        licenses: Iterable[int] = (480,),
        member_of: Iterable[int] = (),
        officer_of: Iterable[int] = (),
        online: bool = True,
        vac_banned: bool = False,
        publisher_banned: bool = False,
    ) -> User:
        """Add a user whom Steam knows.

        :param owner_id: the owner of the licence; the user's own id by default.
        :param licenses: the app ids that the user may play.
        :param member_of: the groups that the user is in; they become known groups.
        :param officer_of: the groups that the user is an officer of; they become known groups too.
        """
        self.do(
            "add_user",
            steam_id=steam_id,
            owner_id=owner_id,
            licenses=licenses,
            member_of=member_of,
            officer_of=officer_of,
            online=online,
            vac_banned=vac_banned,
            publisher_banned=publisher_banned,
        )
        number = int(steam_id)
        user = User(self._handle, number, number if owner_id is None else int(owner_id))
        self._users[number] = user
        return user

    @property
    def users(self) -> tuple[User, ...]:
        """The users that Steam knows, in the order in which they were added."""
        return tuple(self._users.copy().values())  # a copy in one step, as threads may add some

    def add_group(self, group_id: int) -> None:
        """Add a group or clan that Steam knows."""
        self.do("add_group", group_id=group_id)

    def set_member(
        self, user: User, group_id: int, role: Literal["member", "officer"] | None
    ) -> None:
        """Set a user's role in a group; None removes the user from it."""
        self.do("set_member", user=user.steam_id, group_id=group_id, role=role or "none")

    def define_stat(
        self,
        name: str,
        kind: Literal["int", "float", "average_rate", "achievement"] = "int",
        *,
        default: float = 0,
        minimum: float = -math.inf,
        maximum: float = math.inf,
        max_change: float = math.inf,
        increment_only: bool = False,
    ) -> None:
        """Define a statistic of the game, as on the Steamworks site.

        :param max_change: the most by which a value may change between two stores.
        :param increment_only: whether the value may only increase.
        """
        self.do(
            "define_stat",
            name=name,
            kind=kind,
            default=default,
            minimum=None if minimum == -math.inf else minimum,
            maximum=None if maximum == math.inf else maximum,
            max_change=None if max_change == math.inf else max_change,
            increment_only=increment_only,
        )

    def define_achievement(self, name: str) -> None:
        """Define an achievement of the game, as on the Steamworks site."""
        self.define_stat(name, "achievement")

    def fail_next_logon(self, result: Result, *, retrying: bool = False, times: int = 1) -> None:
        """Let the next logons fail (``server_connect_failure``).

        :param retrying: whether Steam then tries again by itself, after the latency ``"retry"``.
        """
        self.do("fail_next_logon", result=result, retrying=retrying, times=times)

    def disconnect(self, result: Result = Result.NO_CONNECTION) -> None:
        """Lose the connection to Steam (``server_disconnected``); answers wait."""
        self.do("disconnect", result=result)

    def reconnect(self) -> None:
        """Restore the connection (``server_connected``); answers that waited arrive."""
        self.do("reconnect")

    def kick_everyone(self, reason: DenyReason = DenyReason.GENERIC) -> None:
        """Have Steam ask the server to drop every player at once (``client_kick``)."""
        self.do("kick_everyone", reason=reason)

    def duplicate_next_verdict(self, times: int = 1) -> None:
        """Deliver the next verdicts on tickets twice."""
        self.do("duplicate_next_verdict", times=times)

    def request_restart(self) -> None:
        """Have Steam request a restart of the server (``was_restart_requested``)."""
        self.do("request_restart")

    def set_vac(self, granted: bool) -> None:
        """Set whether Steam grants VAC to servers that ask for it; at first it does."""
        self.do("set_vac", granted=granted)

    def set_certificate(self, availability: str, text: str = "") -> None:
        """Set how Steam's certificate for the server turns out, now and later.

        The server gets one at first. Networking tells it of every change (``InitAuthentication``,
        ``SteamNetAuthenticationStatus_t``).

        :param availability: ``"cannot_try"``, ``"failed"``, ``"previously"``, ``"retrying"``,
            ``"attempting"`` or ``"current"``.
        :param text: Steam's own words about it, of up to 255 bytes.
        """
        self.do("set_certificate", availability=availability, text=text)

    def set_relays(self, availability: str, text: str = "") -> None:
        """Set how reaching Steam's relays turns out, now and later; at first they are reached.

        :param availability: as for :meth:`set_certificate`.
        :param text: Steam's own words about it, of up to 255 bytes.
        """
        self.do("set_relays", availability=availability, text=text)

    def open_exchange(self, address: str = "127.0.0.1", port: int = 0) -> tuple[str, int]:
        """Open a TCP port at which players in other processes find this Steam.

        All listen sockets of the server are found through it. A client names it:
        ``Client("127.0.0.1:27500", steam_id)``, or the functions of
        ``include/steamgs/simulator_client.h``. It stays until the simulator is closed, or another
        one is opened.

        :param port: 0 for a free one.
        :returns: the address and the port.
        :raises KeyError: the port can't be had.
        """
        self.do("open_exchange", address=address, port=port)
        return address, self.server.exchange_port

    def use_networking_library(self, library: str | os.PathLike[str] | None) -> None:
        """Have a libGameNetworkingSockets of your own carry the messages of connections.

        Servers that start later get its ISteamNetworkingSockets and ISteamNetworkingUtils: real
        sockets of this machine, encrypted, by the real clock, with the limits and the timing of
        Valve's own code. Simulated players can't connect to them; other programs that use the
        library can, and servers of other processes that name it here. Everything else stays
        simulated, also messages without connections.

        :param library: its path; None for the simulated network.
        :raises KeyError: it can't be loaded, or does not start; or a server is running.
        """
        self.do("use_networking_library", library="" if library is None else os.fspath(library))

    def set_data_center(self, pop: str, port: int = 27015) -> None:
        """Put the machine into a data center that Steam's relays reach; it is in none at first.

        :param pop: its code, such as ``"iad"``.
        :param port: the port that relays reach; 0 for no data center.
        """
        self.do("set_data_center", pop=pop, port=port)

    def fail_next_fake_ip(self, result: Result = Result.FAIL) -> None:
        """Let Steam have no FakeIP for the next server that asks for one."""
        self.do("fail_next_fake_ip", result=result)

    def limit_messages(self, messages: int) -> None:
        """Exhaust the memory for messages when the server holds so many."""
        self.do("limit_messages", messages=messages)

    def set_link(
        self,
        *,
        latency: float = 0.0,
        jitter: float = 0.0,
        loss: float = 0.0,
        duplicates: float = 0.0,
        reordering: float = 0.0,
        bandwidth: float = 0.0,
        nagle: bool = False,
    ) -> None:
        """Set what everybody's links do to messages: see :meth:`User.set_link`."""
        self.do(
            "set_link",
            latency=latency,
            jitter=jitter,
            loss=loss,
            duplicates=duplicates,
            reordering=reordering,
            bandwidth=bandwidth,
            nagle=nagle,
        )

    @property
    def public_ip(self) -> IPv4Address:
        """The address at which Steam sees the server. It can be set."""
        return self._public_ip

    @public_ip.setter
    def public_ip(self, value: str | IPv4Address) -> None:
        self._public_ip = IPv4Address(value)
        self.do("set_public_ip", address=self._public_ip)

    def post(self, callback_id: int, data: bytes = b"\0", count: int = 1) -> None:
        """Make Steam post any callback, with its struct as bytes.

        :param data: at most 32 KiB. If it is shorter than the struct of this id, it is padded with
            zeros, because listeners are not told a size; if it is longer, the rest is not read.
        :param count: how many times to post it, for load tests.
        """
        number = arguments.integer("callback_id", callback_id, 1, 0xFFFE)
        if not isinstance(data, bytes):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        if len(data) > _MAX_CALLBACK_BYTES:
            raise ValueError(f"data must be at most {_MAX_CALLBACK_BYTES} bytes, not {len(data)}")
        times = arguments.integer("count", count, 0, 1 << 40)
        control().post(self._world, number, data, len(data), times)

    def warn(self, text: str, *, severity: int = 1) -> None:
        """Make Steam warn the game (``ISteamUtils::SetWarningMessageHook``)."""
        number = arguments.integer("severity", severity, 0, 1)
        control().warn(self._world, number, text.encode("utf-8", "surrogateescape"))

    @property
    def server(self) -> ServerState:
        """What Steam knows about the game server now."""
        return read_state(text_of(functools.partial(control().describe, self._world)))
