"""Other modules' listeners, in C++ and Cython: built here, as a user builds them."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

import native_builds
import steamgs
from conftest import ROOT, MakeServer
from payloads import payload
from steamgs.simulator import Simulator

BUILD = """
import os, sys
from Cython.Build import cythonize
from setuptools import Extension, setup
import steamgs
sdk = os.environ.get("STEAMWORKS_SDK_PATH")
include = [steamgs.get_include()]
setup(ext_modules=cythonize([Extension(
    "kicks", ["kicks.pyx"], include_dirs=[sdk + "/public", *include] if sdk else include,
    extra_compile_args=[] if sys.platform == "win32" else ["-std=c++17", "-Wall", "-Wextra"],
    language="c++")]))
"""


@pytest.fixture(scope="session")
def verdicts(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The example, built by its own setup.py."""
    return native_builds.example("native_listener", "verdicts", tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def kicks(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("kicks")
    shutil.copy(ROOT / "tests" / "native" / "kicks.pyx", folder)
    (folder / "setup.py").write_text(BUILD)
    return native_builds.build(folder, "kicks")


def kick(sim: Simulator, *steam_ids: int) -> None:
    for steam_id in steam_ids:
        sim.post(203, payload("client_kick", steam_id, 0))


def test_the_example_counts_verdicts(
    verdicts: Any, make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server()
    counted = verdicts.Verdicts(server)
    server.start()
    for steam_id, response, owner in ((1, 0, 1), (2, 0, 1), (3, 3, 3), (4, 0, 4)):
        sim.post(143, payload("validate_auth_ticket_response", steam_id, response, owner))
    assert server.run_callbacks() == 4
    assert (counted.admitted, counted.refused, counted.borrowed) == (3, 1, 1)
    counted.stop()
    sim.post(143, payload("validate_auth_ticket_response", 1, 0, 1))
    assert server.run_callbacks() == 1
    assert counted.admitted == 3


def test_the_page_shows_the_example_and_what_it_says(
    verdicts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "guide" / "native.md").read_text("utf-8")
    for name in ("verdicts.pyx", "setup.py"):
        (shown,) = re.findall(rf'```\w+ title="{name}"\n(.*?)```\n', page, re.DOTALL)
        assert shown == (ROOT / "examples" / "native_listener" / name).read_text("utf-8")
    monkeypatch.setitem(sys.modules, "verdicts", verdicts)
    session = doctest.DocTestParser().get_doctest(page, {}, "native.md", None, None)
    assert session.examples
    said: list[str] = []
    assert doctest.DocTestRunner().run(session, out=said.append).failed == 0, said


def test_native_listeners_hear_first_and_python_hears_too(
    kicks: Any, server: steamgs.GameServer, sim: Simulator
) -> None:
    listener = kicks.Kicks()
    listener.listen(server)
    heard: list[tuple[int, list[int]]] = []
    server.client_kick.connect(lambda event: heard.append((event.steam_id, list(listener.seen))))
    kick(sim, 1, 2, 3)
    assert server.run_callbacks() == 3
    assert heard == [(number, [1, 2, 3]) for number in (1, 2, 3)]


def test_they_stay_when_the_server_starts_again(
    kicks: Any, make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server()
    count = kicks.Count()
    count.listen(server)
    for run in range(1, 4):
        with server:
            kick(sim, 7)
            server.run_callbacks()
        assert count.value == run
    count.stop()
    with server:
        kick(sim, 7)
        server.run_callbacks()
    assert count.value == 3


def test_one_may_take_a_callback_over(kicks: Any, make_server: MakeServer, sim: Simulator) -> None:
    server = make_server()
    beside, first, second = kicks.Count(), kicks.Count(), kicks.Count()
    heard: list[int] = []
    server.client_kick.connect(lambda event: heard.append(event.steam_id))

    def one_kick(steam_id: int) -> None:
        kick(sim, steam_id)
        sim.post(101, b"\0")  # another callback, which nobody takes
        assert server.run_callbacks() == (2 if steam_id in heard else 1)

    beside.listen(server)
    first.take_over(server)
    with server:
        one_kick(1)
        second.take_over(server)
        one_kick(2)
        first.stop()
        one_kick(3)
        assert server.counters().events["client_kick"] == 0
        second.stop()
        one_kick(4)
        first.take_over(server)
    with server:
        one_kick(5)
        first.listen(server)
        one_kick(6)
    assert heard == [4, 6]
    assert (beside.value, first.value, second.value) == (6, 4, 2)


def test_several_on_one_callback_and_listening_anew(
    kicks: Any, server: steamgs.GameServer, sim: Simulator
) -> None:
    listeners = [kicks.Kicks() for _ in range(3)]
    for listener in listeners:
        listener.listen(server)
    kick(sim, 1)
    server.run_callbacks()
    listeners[1].stop()
    listeners[1].stop()
    kick(sim, 2)
    server.run_callbacks()
    listeners[1].listen(server)
    listeners[2].listen(server)
    kick(sim, 3)
    server.run_callbacks()
    assert [listener.seen for listener in listeners] == [[1, 2, 3], [1, 3], [1, 2, 3]]


def test_a_listener_may_stop_itself(kicks: Any, server: steamgs.GameServer, sim: Simulator) -> None:
    listener, other = kicks.Kicks(), kicks.Kicks()
    listener.listen(server)
    other.listen(server)
    listener.stop_at_next = True
    kick(sim, 1, 2)
    server.run_callbacks()
    assert listener.seen == [1]
    assert not listener.listening
    assert other.seen == [1, 2]


def test_a_listener_may_call_steamgs_but_not_close(
    kicks: Any, online: steamgs.GameServer, sim: Simulator
) -> None:
    futures: list[Any] = []

    def call() -> None:
        online.set_map_name("inside")
        assert online.run_callbacks() == 0
        futures.append(online.associate_with_clan(103582791429521408))
        online.close()

    listener = kicks.Kicks(call)
    listener.listen(online)
    kick(sim, 1)
    online.run_callbacks()
    assert listener.seen == [1]
    (error,) = listener.errors
    assert isinstance(error, steamgs.SteamError)
    assert str(error) == "a native listener can't close the server that has called it"
    sim.advance(10)
    online.run_callbacks()
    assert futures[0].done()
    assert online.running


def test_a_tick_inside_the_dispatcher_of_the_pump_does_nothing(
    kicks: Any, server: steamgs.GameServer, sim: Simulator
) -> None:
    ticked: list[int] = []
    done = threading.Event()

    def tick() -> None:
        server.stop_pump()
        ticked.append(server.run_callbacks())
        done.set()

    listener = kicks.Kicks(tick)
    listener.listen(server)
    server.start_pump(0.001)
    kick(sim, 1)
    assert done.wait(20)
    assert ticked == [0]
    server.stop_pump()  # waits for the pump's thread, which must have come out
    assert listener.errors == []
    assert server.run_callbacks() == 1
    kick(sim, 2)
    assert server.run_callbacks() == 1


@pytest.mark.parametrize("stop_first", [True, False])
def test_lifetimes_in_either_order(
    kicks: Any, make_server: MakeServer, sim: Simulator, stop_first: bool
) -> None:
    server: Any = steamgs.GameServer(480, library=sim, query_port=0)
    listener = kicks.Count()
    listener.listen(server)
    if stop_first:
        del server
        listener.stop()
        del listener
    else:
        server.listener = listener  # freed with the server's own dictionary
        del listener
        del server
    other = make_server().start()
    kick(sim, 1)
    assert other.run_callbacks() == 1


def test_a_freed_listener_hears_no_more(
    kicks: Any, server: steamgs.GameServer, sim: Simulator
) -> None:
    for _ in range(100):
        listener = kicks.Count()
        listener.listen(server)
        kick(sim, 1)
        server.run_callbacks()
        assert listener.value == 1
        del listener
    kick(sim, 1)
    assert server.run_callbacks() == 1


@pytest.mark.parametrize("stop", ["stop", "stop_without_gil"])
def test_listening_and_stopping_while_a_pump_dispatches(
    kicks: Any, server: steamgs.GameServer, sim: Simulator, stop: str
) -> None:
    server.start_pump(0.0001)
    steady = kicks.Kicks()  # takes the GIL, which whoever stops must not keep meanwhile
    steady.listen(server)
    total = 0

    def come_and_go() -> None:
        for _ in range(200):
            count = kicks.Count()
            count.listen(server)
            getattr(count, stop)()
            before = count.value
            assert count.value == before

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        kick(sim, total)
        total += 1
        server.run_callbacks()
        time.sleep(0.001)  # Steam serves what comes meanwhile in the same tick: let it end
    for thread in threads:
        thread.join()
    server.stop_pump()
    while server.run_callbacks():
        pass
    steady.stop()
    assert steady.seen == list(range(total))


@pytest.mark.parametrize("wrong", [None, 3, "server", steamgs.GameServer])
def test_only_servers_can_be_listened_to(kicks: Any, wrong: object) -> None:
    listener = kicks.Kicks()
    name = type(wrong).__name__
    with pytest.raises(TypeError, match=rf"^server must be a steamgs\.GameServer, not {name}$"):
        listener.listen(wrong)
    assert not listener.listening
    listener.stop()


if hasattr(os, "fork"):

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_a_forked_child_can_drop_its_listeners(kicks: Any, server: steamgs.GameServer) -> None:
        blocked = threading.Event()
        release = threading.Event()

        def block() -> None:
            blocked.set()
            release.wait(20)

        listener = kicks.Kicks(block)
        listener.listen(server)
        server.start_pump(0.001)
        sim: Any = server._simulator
        kick(sim, 1)
        assert blocked.wait(20)
        # While the pump's thread is inside Steam's dispatcher: the fork waits for it.
        threading.Timer(0.05, release.set).start()
        child = os.fork()
        if child == 0:
            listener.stop()
            os._exit(0 if not listener.listening else 1)
        assert release.is_set()
        listener.stop()
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0


def test_a_listener_that_waits_for_the_gil_holds_nobody_up(
    kicks: Any, server: steamgs.GameServer, sim: Simulator
) -> None:
    """Whoever starts or stops a listener waits for the tick, which may wait for the GIL."""
    slow = kicks.Kicks(lambda: threading.Event().wait(0.001))
    slow.listen(server)
    server.start_pump(0.0001)
    actions: list[Callable[[], object]] = [
        lambda: kick(sim, 1),
        lambda: kicks.Count().listen(server),
        server.run_callbacks,
        slow.stop,
        lambda: slow.listen(server),
    ]
    for _ in range(200):
        for action in actions:
            action()
    slow.stop()  # before it goes: its function may be waiting for the GIL to use it
    assert slow.errors == []


CALLS: dict[str, Callable[[steamgs.GameServer], object]] = {
    "associate_with_clan": lambda server: server.associate_with_clan(103582791429521408),
    "compute_new_player_compatibility": lambda server: server.compute_new_player_compatibility(1),
    "get_server_reputation": lambda server: server.get_server_reputation(),
    "request_user_stats": lambda server: server.stats.request_user_stats(1),
    "store_user_stats": lambda server: server.stats.store_user_stats(1),
    "check_file_signature": lambda server: server.utils.check_file_signature("x"),
    "http": lambda server: server.http.request(steamgs.HttpMethod.GET, "http://localhost").send(),
    "request_prices": lambda server: server.inventory.request_prices(),
    "request_promo_items": lambda server: server.inventory.request_promo_items(1),
    "load_definitions": lambda server: server.inventory.load_definitions(),
    "verify": lambda server: server.inventory.verify(b"none", 1),
    "workshop_query": lambda server: server.workshop.query([1]).send(),
    "app_dependencies": lambda server: server.workshop.app_dependencies(1),
    "start_pump": lambda server: server.start_pump(0.0001),
    "stop_pump": lambda server: server.stop_pump(),
    "pump_interval": lambda server: setattr(server, "pump_interval", 0.0002),
    "wait_for_events": lambda server: server.wait_for_events(0.001),
    "run_callbacks": lambda server: server.run_callbacks(),
    "poll": lambda server: server.poll(),
    "close": lambda server: server.close(),
}


@pytest.mark.parametrize("pumped", [False, True])
@pytest.mark.parametrize("call", CALLS)
def test_no_call_waits_for_steam_with_the_gil(
    kicks: Any, online: steamgs.GameServer, sim: Simulator, call: str, pumped: bool
) -> None:
    """A listener waits for the GIL inside Steam's dispatcher, while this thread makes the call."""
    inside, done = threading.Event(), threading.Event()

    def listen() -> None:
        inside.set()
        time.sleep(0.02)  # gives the GIL away, and wants it back

    def tick() -> None:
        with suppress(steamgs.NotRunningError):
            while not done.is_set():
                online.run_callbacks()

    listener = kicks.Kicks(listen)
    listener.listen(online)
    thread = threading.Thread(target=tick)
    if pumped or "pump" in call or call == "wait_for_events":
        online.start_pump(0.0001)
    else:
        thread.start()
    kick(sim, 1)
    assert inside.wait(20)
    CALLS[call](online)
    done.set()
    if thread.ident is not None:
        thread.join()
    listener.stop()
    assert listener.errors == []
