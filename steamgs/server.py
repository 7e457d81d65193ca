"""The game server: its parts, and how it starts and ends."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from steamgs import _core, ports
from steamgs.app_id import AppIdEnvironment, conflicting_file
from steamgs.backend import Backend, warn_of_simulator
from steamgs.enums import InitResult, ServerMode
from steamgs.errors import SteamInitError
from steamgs.log import logger
from steamgs.ports import QUERY_PORT_SHARED
from steamgs.simulated import SimulatedSteam
from steamgs.stop_methods import StopMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from ipaddress import IPv4Address
    from typing import Any, NoReturn, Self

    from steamgs.columns import ColumnBatch
    from steamgs.config import Config
    from steamgs.findings import Finding
    from steamgs.http import Http
    from steamgs.inventory import Inventory
    from steamgs.simulator import Simulator
    from steamgs.workshop import Workshop

__all__ = ["QUERY_PORT_SHARED", "GameServer"]


class GameServer(
    StopMethods,
    _core.LifecycleMethods,
    _core.PumpMethods,
    _core.ColumnMethods,
    _core.LogonMethods,
    _core.BrowserMethods,
    _core.SessionMethods,
    _core.CommunityMethods,
    _core.InterfaceMethods,
    _core.MetricMethods,
):
    """A Steam dedicated game server.

    ::

        server = steamgs.GameServer(480, game_port=27015, query_port=27016)

        @server.client_approved.connect
        def on_approved(event: steamgs.ClientApproved) -> None:
            print(event.steam_id)

        with server:
            server.set_product("mygame")
            server.log_on_anonymous()
            while playing:
                server.run_callbacks()

    Creating the object does not start the server, so you can connect signals first. One server can
    run per process at a time; it may be closed and started again. Methods may be called from any
    thread.

    :param app_id: the game's Steam app id, 1 to 2**32-1.
    :param ip: the IPv4 address to bind to, ``"0.0.0.0"`` for all.
    :param game_port: the port of the game's own socket, which you open. On a simulator, 0 chooses
        a port that is free at the start; :attr:`game_port` then has it. It is not reserved.
    :param query_port: the port on which Steam answers the server browser, or
        :data:`QUERY_PORT_SHARED`. On a simulator, 0 chooses a free port; :attr:`query_port` then
        has it.
    :param mode: how to authenticate players and whether to use VAC.
    :param version: the game's version, in the form ``1.0.0.0``.
    :param library: path of Valve's libsteam_api, ``"simulator"`` or a
        :class:`steamgs.simulator.Simulator`. By default the library is searched for: first at
        ``STEAMGS_LIBRARY``, which must be an absolute path, then in the folder of the program, and
        last by the system's loader. If ``-m`` runs a package, the package's folder and its parent
        are the folders of the program. The working directory is not searched. If you pass a
        relative path, it is relative to the working directory; a name without a folder is looked
        up by the system's loader.
    :param steamclient: a :class:`~steamgs.simulator.Simulator` to run under Valve's library, or
        under ``"simulator"``.
    :param allow_simulator: whether the environment may put the server on the simulator, which
        authenticates nobody. It does so with ``STEAMGS_LIBRARY=simulator``, or with
        ``STEAMGS_SIMULATOR`` if Valve's library finds the simulated steamclient. If False, that is
        an error of :meth:`start`. A simulator that is named in code needs no further consent.
    :param require_genuine: whether to refuse the simulator, whoever names it. If the code names
        it, ValueError is raised; if the environment does, or a simulated steamclient is found,
        :meth:`start` raises SteamLibraryError. It can't tell other emulators of Steam from the
        real one.
    :raises TypeError: an argument has the wrong type; the message names it.
    :raises ValueError: an argument has a wrong value.
    :raises OverflowError: a number is out of range.
    """

    def __init__(
        self,
        app_id: int,
        *,
        ip: str | IPv4Address = "0.0.0.0",
        game_port: int = 27015,
        query_port: int = 27016,
        mode: ServerMode = ServerMode.AUTHENTICATION_AND_SECURE,
        version: str = "1.0.0.0",
        library: str | os.PathLike[str] | Simulator | None = None,
        steamclient: Simulator | None = None,
        allow_simulator: bool = False,
        require_genuine: bool = False,
    ) -> None:
        self._app_id = _integer("app_id", app_id, 1, 0xFFFFFFFF)
        self._ip = _ipv4("ip", ip)
        self._game_port = _integer("game_port", game_port, 0, 0xFFFF)
        self._query_port = _integer("query_port", query_port, 0, 0xFFFF)
        self._ports = (self._game_port, self._query_port)
        self._mode = _mode(mode)
        self._version = _version(version)
        self._backend = Backend(
            library, steamclient, allow_simulator=allow_simulator, require_genuine=require_genuine
        )
        self._environment = AppIdEnvironment(self._app_id)
        self._simulated = False
        self._held_port: socket.socket | None = None
        self._path: str | None = None
        self._workshop: Workshop | None = None
        self._http: Http | None = None
        self._inventory: Inventory | None = None
        self._making_interfaces = threading.Lock()
        self._make_stoppable()

    @classmethod
    def from_config(cls, config: Config, **options: Any) -> Self:
        """Make a server with the settings that its host has chosen.

        :param options: other arguments of the constructor; they come before those of the
            configuration.
        :raises ConfigError: the app id is not set.
        """
        return cls(**{**config.arguments(), **options})

    @property
    def workshop(self) -> Workshop:
        """Items of Steam's workshop that the server downloads: ISteamUGC."""
        from steamgs.workshop import Workshop  # noqa: PLC0415 - only few hosts want it

        if self._workshop is None:
            with self._making_interfaces:
                self._workshop = self._workshop or Workshop(self)
        return self._workshop

    @property
    def http(self) -> Http:
        """Requests of HTTP that Steam makes: ISteamHTTP."""
        from steamgs.http import Http  # noqa: PLC0415 - only few hosts want it

        if self._http is None:
            with self._making_interfaces:
                self._http = self._http or Http(self)
        return self._http

    @property
    def inventory(self) -> Inventory:
        """Items that players own, and their proofs of them: ISteamInventory."""
        from steamgs.inventory import Inventory  # noqa: PLC0415 - only few hosts want it

        if self._inventory is None:
            with self._making_interfaces:
                self._inventory = self._inventory or Inventory(self)
        return self._inventory

    @property
    def app_id(self) -> int:
        """The game's Steam app id."""
        return self._app_id

    @property
    def game_port(self) -> int:
        """The port of the game's own socket; if you passed 0, the one found by the last start."""
        return self._ports[0]

    @property
    def query_port(self) -> int:
        """The port of server queries, or :data:`QUERY_PORT_SHARED`.

        If you passed 0, it is the port that the simulator opened at the last start.
        """
        return self._ports[1]

    @property
    def mode(self) -> ServerMode:
        """How the server authenticates."""
        return self._mode

    @property
    def version(self) -> str:
        """The game's version."""
        return self._version

    @property
    def library(self) -> str | None:
        """The path of the libsteam_api that was loaded last; None before the first start."""
        return self._path

    @property
    def simulated(self) -> bool:
        """Whether the server is running on the simulator, and so authenticates nobody."""
        return self._simulated and self.running

    @property
    def _simulator(self) -> SimulatedSteam | None:
        return self._backend.simulator

    # The Python parts of start() and close(); see _core.LifecycleMethods.

    def _prepare(self) -> tuple[int, int, int, int, bytes]:
        if problem := conflicting_file(self._app_id):
            words = "%s; the app id passed to GameServer takes precedence"
            logger().warning(words, problem, extra={"app_id": self._app_id})
        self._environment.set()
        self._path = self._backend.load()
        self._forget_listing()
        self._forget_pulse()
        ports.require(self._game_port, self._query_port, self._simulator)
        if self._simulator is None:
            ports.probe(self._ip, self._query_port)
        # A port that the system chose is kept open until Steam has one for its queries.
        game_port, self._held_port = ports.game_port_for(self._game_port, self._query_port)
        self._ports = (game_port, self._query_port)
        return (
            int(self._ip),
            game_port,
            self._query_port,
            int(self._mode),
            self._version.encode(),
        )

    def _refused(self, result: int, message: str) -> NoReturn:
        # If it is a simulator that the program has not agreed to, that is the better explanation.
        self._backend.check_started(self._path)
        refusal = ports.refused_by(self._simulator, self._query_port)
        raise SteamInitError(InitResult(result), refusal or message or "no reason given")

    def _has_started(self) -> None:
        self._let_port_go()
        self._simulated = self._backend.check_started(self._path)
        self._ports = (self._ports[0], ports.opened_by(self._simulator, self._query_port))
        if self._simulated:
            warn_of_simulator()

    def _let_port_go(self) -> None:
        if self._held_port is not None:
            self._held_port.close()
            self._held_port = None

    def _release(self) -> None:
        self._let_port_go()
        self._backend.release()
        self._environment.restore()

    def check_listing(self) -> tuple[Finding, ...]:
        """Return the reasons why this server would not show up in the server browser.

        Faults keep it out, and warnings keep some players from finding it. It checks product,
        description, dedicated flag, the form of the version, settings that were made too late,
        logon, advertising, ticks, name, map, player limit, password and VAC. It can't see what lies
        outside the server, such as the firewall or the game's settings on Steam;
        ``steamgs doctor`` checks the host.

        :returns: the findings; empty if no reason is known.
        """
        from steamgs import listing  # noqa: PLC0415 - only asked for when something is wrong

        if not self.running:
            return listing.check(None)
        settings, late, logon_asked = self._listing_state()
        return listing.check(
            listing.State(
                mode=self._mode,
                version=self._version,
                shares_port=self.query_port == QUERY_PORT_SHARED,
                settings=settings,
                late=late,
                logon_asked=logon_asked,
                logged_on=self.logged_on,
                secure=self.secure,
                ticks=self.counters().ticks,
            )
        )

    def poll_columns(self) -> ColumnBatch:
        """Like :meth:`poll`, but return the events as arrays, for hosts that get thousands at once.

        ::

            batch = server.poll_columns()
            kicked = numpy.asarray(batch.client_kick.steam_id)

        For each kind of event there is one array per field, and NumPy takes each without copying
        it. An event that has no handlers becomes no Python object. Everything else is as in
        :meth:`poll`: handlers and streams get the events too, sessions and calls go on, and if
        handlers raise exceptions, the events come with the next :meth:`poll_columns`. While another
        thread, or a handler further up the stack, is delivering, it returns an empty batch at once.

        :raises NotRunningError: the server is not running.
        :raises ExceptionGroup: handlers raised exceptions.
        """
        from steamgs.columns import ColumnBatch  # noqa: PLC0415 - only few hosts want it

        return self._gather_columns(ColumnBatch)

    def run_forever(
        self, interval: float = 0.01, *, stop: threading.Event | Callable[[], bool] | None = None
    ) -> None:
        """Deliver events until told to stop: a complete loop for servers that need no other.

        It returns if ``stop`` says so, or if :meth:`request_stop` was called. It ticks Steam every
        ``interval`` seconds, or waits for the pump if that is running.

        :param stop: an event, or a function that says whether to stop; checked after each tick.
        :raises NotRunningError: the server is not running. Closing it in a handler ends the loop.
        :raises ExceptionGroup: handlers raised exceptions, and :attr:`on_handler_error` is not set.
        """
        stopped = stop.is_set if isinstance(stop, threading.Event) else stop
        pause = stop.wait if isinstance(stop, threading.Event) else time.sleep
        self.run_callbacks()
        while self.running and self.stop_requested is None and not (stopped and stopped()):
            if self.pump_interval is None:
                pause(interval)
            else:
                self.wait_for_events(interval)
            if self.running:
                self.run_callbacks()

    def run_parallel(
        self,
        interval: float = 0.01,
        *,
        threads: int,
        max_waiting: int = 4096,
        stop: threading.Event | Callable[[], bool] | None = None,
    ) -> None:
        """Like :meth:`run_forever`, on several threads at once, for a Python without the GIL.

        This thread ticks Steam, and hands events that name a player to ``threads`` others. Those
        call the handlers: for one player in order and one at a time, for different players in
        parallel. An event that names no player, or answers a call, is delivered by this thread,
        when everything before it is done and before anything after it is begun. What handlers
        share needs locks.

        It returns when everything that was handed out is delivered. If a handler raises an
        exception and :attr:`on_handler_error` is not set, it ends likewise. If the server is
        closed, what no thread has begun to deliver is dropped. Meanwhile :meth:`run_callbacks`,
        :meth:`poll` and :meth:`poll_columns` deliver nothing in any thread.

        :param interval: seconds between ticks, unless the pump is running.
        :param threads: how many threads deliver, 1 to 1024.
        :param max_waiting: how many events may be handed out that are not delivered yet, 1 to
            1,000,000. Beyond that, this thread waits.
        :param stop: an event, or a function that says whether to stop; checked after each tick.
        :raises RuntimeError: the interpreter runs with the GIL; or another thread, or a handler
            further up the stack, is delivering.
        :raises NotRunningError: the server is not running. Closing it in a handler ends the loop.
        :raises ExceptionGroup: handlers raised exceptions, and :attr:`on_handler_error` is not set.
        """
        from steamgs import parallel  # noqa: PLC0415 - only few hosts want it

        parallel.run(
            self,
            lambda: self.stop_requested is not None,
            interval,
            _integer("threads", threads, 1, parallel.MOST_THREADS),
            _integer("max_waiting", max_waiting, 1, parallel.MOST_WAITING),
            stop,
        )

    def __repr__(self) -> str:
        state = "closed" if not self.running else "simulated" if self.simulated else "running"
        if self.logged_on:
            state += f", logged on as {self.steam_id}"
        return f"<GameServer app {self._app_id}, port {self.game_port}, {state}>"


def _integer(name: str, value: int, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if not low <= value <= high:
        raise OverflowError(f"{name} must be from {low} to {high}, not {value}")
    return int(value)


def _ipv4(name: str, value: str | IPv4Address) -> IPv4Address:
    from ipaddress import IPv4Address, IPv6Address, ip_address  # noqa: PLC0415 - slow to import

    if not isinstance(value, (str, IPv4Address, IPv6Address)):
        raise TypeError(
            f"{name} must be a str or an ipaddress.IPv4Address, not {type(value).__name__}"
        )
    try:
        address = ip_address(value)
    except ValueError:
        raise ValueError(f"{name} must be an IPv4 address, not {value!r}") from None
    if not isinstance(address, IPv4Address):
        raise ValueError(f"{name} must be an IPv4 address, not the IPv6 address {address}")
    return address


def _mode(value: ServerMode) -> ServerMode:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"mode must be a steamgs.ServerMode, not {type(value).__name__}")
    try:
        return ServerMode(value)
    except ValueError:
        names = ", ".join(mode.name for mode in ServerMode)
        raise ValueError(f"mode must be a steamgs.ServerMode ({names}), not {value}") from None


def _version(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"version must be a str, not {type(value).__name__}")
    if not value or "\0" in value:
        raise ValueError(f"version must be of the form 1.0.0.0, not {value!r}")
    return value
