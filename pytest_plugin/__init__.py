"""Fixtures for the tests of your own game server, without Steam. pytest finds them by itself.

::

    def test_cheaters_are_thrown_out(game_server, steam_player, steam_wait):
        mallory = steam_player()
        game_server.begin_auth_session(mallory.auth_session_ticket(), mallory.steam_id)
        steam_wait(game_server.validate_auth_ticket_response)
        mallory.vac_ban()
        event = steam_wait(game_server.validate_auth_ticket_response)
        assert event.response is steamgs.AuthSessionResponse.VAC_BANNED

With ``--steamgs-library`` the tests run under Valve's own libsteam_api, above the simulated
steamclient. ``@pytest.mark.game_server(app_id=480, mode=...)`` sets the server's arguments. Unless
you set its ports, they are free ones, so that tests can run in several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    # Only then, so that pytest starts as fast as ever where nobody uses the fixtures.
    import steamgs
    import steamgs.asyncio
    from steamgs.fleet.fake import FakeSidecar
    from steamgs.simulator import ClientConnection, SentHttpRequest, Simulator, User

__all__ = [
    "agones_sidecar",
    "async_game_server",
    "game_server",
    "steam_connection",
    "steam_http_answer",
    "steam_inventory_item",
    "steam_item_definition",
    "steam_link",
    "steam_outage",
    "steam_player",
    "steam_simulator",
    "steam_text_filter",
    "steam_wait",
    "steam_workshop_item",
]

_FIRST_PLAYER = 76561197960287930
# How far the simulator's clock moves between two looks for an event.
_STEP_SECONDS = 0.1
# How long a loop runs between two looks; of the real clock.
_TURN_SECONDS = 0.001


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--steamgs-library``."""
    group = parser.getgroup("steamgs")
    group.addoption(
        "--steamgs-library",
        metavar="PATH",
        default="simulator",
        help="test game servers under this libsteam_api of Valve's, above the simulated Steam",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers", "game_server(app_id=480, **options): the arguments of the server under test"
    )


def _arguments(request: pytest.FixtureRequest, simulator: Simulator) -> dict[str, Any]:
    library = request.config.getoption("--steamgs-library")
    # Free ports, so that tests can run in several processes at once.
    arguments: dict[str, Any] = {
        "app_id": 480,
        "game_port": 0,
        "query_port": 0,
        "library": library,
        "steamclient": simulator,
    }
    for marker in reversed(list(request.node.iter_markers("game_server"))):
        if marker.args:
            arguments["app_id"] = marker.args[0]
        arguments |= marker.kwargs
    return arguments


@pytest.fixture
def steam_simulator() -> Iterator[Simulator]:
    """A simulated Steam for this test, with a clock that the test moves."""
    from steamgs.simulator import Simulator  # noqa: PLC0415

    with Simulator(seed=1, clock="manual") as simulator:
        yield simulator


@pytest.fixture
def game_server(
    request: pytest.FixtureRequest, steam_simulator: Simulator
) -> Iterator[steamgs.GameServer]:
    """A :class:`steamgs.GameServer` that is started and logged on. It is closed afterwards."""
    import steamgs  # noqa: PLC0415

    with steamgs.GameServer(**_arguments(request, steam_simulator)) as server:
        server.log_on_anonymous()
        server.run_callbacks()
        yield server


@pytest.fixture
def async_game_server(
    request: pytest.FixtureRequest, steam_simulator: Simulator
) -> Iterator[steamgs.asyncio.GameServer]:
    """A :class:`steamgs.asyncio.GameServer`; start it with ``async with async_game_server:``."""
    import steamgs.asyncio  # noqa: PLC0415

    arguments = {"tick_interval": 0.001, **_arguments(request, steam_simulator)}
    server = steamgs.asyncio.GameServer(**arguments)
    yield server
    server.close()


@pytest.fixture
def steam_player(steam_simulator: Simulator) -> Callable[..., User]:
    """Makes players: ``steam_player(licenses={480}, member_of=...)``, like ``Simulator.add_user``.

    Each player gets a different Steam id, unless you pass one.
    """
    ids = count(_FIRST_PLAYER)

    def make(steam_id: int | None = None, **options: Any) -> User:
        return steam_simulator.add_user(next(ids) if steam_id is None else steam_id, **options)

    return make


@pytest.fixture
def steam_workshop_item(steam_simulator: Simulator) -> Callable[..., int]:
    """Makes workshop items: ``steam_workshop_item(text=..., children=...)`` returns the item's id.

    The arguments are those of ``Simulator.add_workshop_item``. Each item gets a different id,
    unless you pass one.
    """
    ids = count(1)

    def make(item: int | None = None, **options: Any) -> int:
        item_id = next(ids) if item is None else item
        steam_simulator.add_workshop_item(item_id, **options)
        return item_id

    return make


@pytest.fixture
def steam_item_definition(steam_simulator: Simulator) -> Callable[..., int]:
    """Makes kinds of items: ``steam_item_definition({"name": "Sword"})`` returns one's number.

    The arguments are those of ``Simulator.define_item``, such as ``price=499``. Each kind gets a
    different number, unless you pass one as ``definition``.
    """
    numbers = count(1)

    def make(
        properties: Mapping[str, str] | None = None,
        *,
        definition: int | None = None,
        **options: Any,
    ) -> int:
        number = next(numbers) if definition is None else definition
        steam_simulator.define_item(number, properties or {}, **options)
        return number

    return make


@pytest.fixture
def steam_inventory_item() -> Callable[..., int]:
    """Gives items: ``steam_inventory_item(player, definition, quantity=1)`` returns the item's id.

    The arguments after the player are those of ``User.give_item``. Each item gets a different id,
    unless you pass one as ``item``. What the player's client then sends for
    ``server.inventory.verify`` is ``player.item_proof()``.
    """
    ids = count(1)

    def make(
        player: User, definition: int, quantity: int = 1, *, item: int | None = None, **options: Any
    ) -> int:
        item_id = next(ids) if item is None else item
        player.give_item(item_id, definition, quantity, **options)
        return item_id

    return make


@pytest.fixture
def steam_http_answer(
    steam_simulator: Simulator,
) -> Callable[..., Callable[[], list[SentHttpRequest]]]:
    """Answers the server's requests of HTTP: ``asked = steam_http_answer(url, body="hello")``.

    The arguments are those of ``Simulator.set_http_answer``. ``asked()`` returns the requests that
    the server has sent to this address, as far as they are among its last 100.
    """

    def answer(url: str, **options: Any) -> Callable[[], list[SentHttpRequest]]:
        steam_simulator.set_http_answer(url, **options)
        return lambda: [sent for sent in steam_simulator.server.http_sent if sent.url == url]

    return answer


@pytest.fixture
def steam_text_filter(steam_simulator: Simulator) -> Callable[..., None]:
    """Sets the words that Steam's text filter turns into stars: ``steam_text_filter("darn")``.

    The arguments after the words are those of ``Simulator.set_text_filter``: words that are
    ``always`` filtered, or ``available=False`` for a game without a filter.
    """

    def set_words(*words: str, **options: Any) -> None:
        steam_simulator.set_text_filter(words, **options)

    return set_words


@pytest.fixture
def steam_wait(
    game_server: steamgs.GameServer, steam_simulator: Simulator
) -> Callable[..., steamgs.Event]:
    """Lets time pass until an event comes: ``steam_wait(signal, predicate=None, seconds=60)``.

    The seconds are those of the simulator's clock and pass at once. The test fails if no such event
    comes.
    """

    def wait(
        signal: steamgs.Signal[Any],
        predicate: Callable[[Any], object] | None = None,
        seconds: float = 60.0,
    ) -> steamgs.Event:
        found: list[steamgs.Event] = []

        def handler(event: Any) -> None:
            if predicate is None or predicate(event):
                found.append(event)

        deadline = steam_simulator.now + seconds
        signal.connect(handler)
        try:
            while True:
                game_server.run_callbacks()
                if found:
                    return found[0]
                if steam_simulator.now >= deadline:
                    pytest.fail(f"no {signal.event_type.__name__} came in {seconds:g} seconds")
                steam_simulator.advance(_STEP_SECONDS)
        finally:
            signal.disconnect(handler)

    return wait


@pytest.fixture
def steam_outage(
    steam_simulator: Simulator,
) -> Callable[[], AbstractContextManager[None]]:
    """Makes Steam unreachable in ``with steam_outage():``; afterwards, waiting answers arrive."""

    @contextmanager
    def outage() -> Iterator[None]:
        steam_simulator.disconnect()
        try:
            yield
        finally:
            steam_simulator.reconnect()

    return outage


@pytest.fixture
def agones_sidecar(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSidecar]:
    """An Agones sidecar that the test plays; ``AGONES_SDK_HTTP_PORT`` leads to it.

    It has a counter and a list ``players`` of 64 places. It needs ``steamgs[fleet]``.
    """
    from steamgs.fleet.fake import FakeSidecar  # noqa: PLC0415

    with FakeSidecar(counters={"players": 64}, lists={"players": 64}) as sidecar:
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(sidecar.port))
        yield sidecar


@pytest.fixture
def steam_connection(
    request: pytest.FixtureRequest, steam_simulator: Simulator
) -> Callable[..., Any]:
    """Connects players: ``steam_connection(player, "127.0.0.1:27015", seconds=20)``.

    The arguments after the player are those of ``User.connect``. Time passes, and the server runs,
    until the connection is connected; your server has to accept it. The test fails if it does not,
    or if the connection ends instead.

    In a test of ``async_game_server`` it is awaited: ``await steam_connection(player, ...)``.
    """

    def arrived(player: User, connection: ClientConnection, deadline: float) -> bool:
        status = connection.status()
        if status is not None and status.state == "connected":
            return True
        waiting = status is not None and status.state in ("connecting", "finding_route")
        if not waiting or steam_simulator.now >= deadline:
            pytest.fail(f"{player} is not connected: {status}")
        steam_simulator.advance(_STEP_SECONDS)
        return False

    # There can be one server in a process, so the test has not asked for the other one.
    if "async_game_server" in request.fixturenames:
        async_server: steamgs.asyncio.GameServer = request.getfixturevalue("async_game_server")

        async def connect_in_loop(
            player: User, *place: Any, seconds: float = 20.0, **options: Any
        ) -> ClientConnection:
            import asyncio  # noqa: PLC0415

            connection = player.connect(*place, **options)
            deadline = steam_simulator.now + seconds
            while True:
                async_server.run_callbacks()
                # Time for the tasks that accept.
                await asyncio.sleep(_TURN_SECONDS)
                if arrived(player, connection, deadline):
                    return connection

        return connect_in_loop

    server: steamgs.GameServer = request.getfixturevalue("game_server")

    def connect(
        player: User, *place: Any, seconds: float = 20.0, **options: Any
    ) -> ClientConnection:
        connection = player.connect(*place, **options)
        deadline = steam_simulator.now + seconds
        while True:
            server.run_callbacks()
            if arrived(player, connection, deadline):
                return connection

    return connect


@pytest.fixture
def steam_link() -> Callable[..., AbstractContextManager[None]]:
    """Gives a player a link with faults in ``with steam_link(player, loss=0.1, latency=0.2):``.

    The arguments are those of ``User.set_link``; or ``cut=True`` for a link that carries nothing.
    Afterwards it is what it was before.
    """

    @contextmanager
    def link(player: User, *, cut: bool = False, **conditions: Any) -> Iterator[None]:
        with player.keeping_link():
            player.set_link(**conditions)
            if cut:
                player.cut_link()
            yield

    return link
