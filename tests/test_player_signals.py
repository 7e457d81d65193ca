"""One player's events: of one kind, or of all, however many others there are."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import steamgs
import steamgs.asyncio
from conftest import MakeServer, Run
from payloads import payload
from steamgs.simulator import Simulator

ALICE, BOB = 76561197960287930, 76561197960287931
LAST = 2**64 - 1
KICK, ACHIEVEMENT = 203, 206


def kick(sim: Simulator, *players: int) -> None:
    for steam_id in players:
        sim.post(KICK, payload("client_kick", steam_id, 0))


def test_only_the_players_own_events_come(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = online.client_kick.of(ALICE)
    everybody: list[int] = []
    hers: list[int] = []
    online.client_kick.connect(lambda event: everybody.append(event.steam_id))
    alice.connect(lambda event: hers.append(event.steam_id))
    kick(sim, ALICE, BOB, ALICE)
    assert online.run_callbacks() == 3
    assert (everybody, hers) == ([ALICE, BOB, ALICE], [ALICE, ALICE])


def test_the_signals_handlers_come_first(online: steamgs.GameServer, sim: Simulator) -> None:
    order: list[str] = []
    online.player(ALICE).connect(lambda _: order.append("all of the player's"))
    online.client_kick.of(ALICE).connect(lambda _: order.append("the player's kicks"))
    online.client_kick.connect(lambda _: order.append("all kicks"))
    kick(sim, ALICE)
    assert online.poll() == [steamgs.ClientKick(ALICE, steamgs.DenyReason.INVALID)]
    assert order == ["all kicks", "the player's kicks", "all of the player's"]


def test_all_kinds_of_one_player(online: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    online.player(ALICE).connect(seen.append)
    sim.add_user(ALICE)
    online.begin_auth_session(sim.add_user(BOB).auth_session_ticket(), BOB)
    kick(sim, ALICE, BOB)
    answer = online.compute_new_player_compatibility(ALICE)
    online.run_callbacks()
    online.run_callbacks()
    assert seen == [steamgs.ClientKick(ALICE, steamgs.DenyReason.INVALID), answer.result(0)]


@pytest.mark.parametrize("steam_id", [1, LAST])
def test_the_smallest_and_the_largest_id(
    online: steamgs.GameServer, sim: Simulator, steam_id: int
) -> None:
    seen: list[Any] = []
    online.client_kick.of(steam_id).connect(seen.append)
    kick(sim, 0, steam_id, LAST - 1)
    online.run_callbacks()
    assert [event.steam_id for event in seen] == [steam_id]


def test_as_a_signal_has_it(online: steamgs.GameServer, sim: Simulator) -> None:
    alice = online.client_kick.of(ALICE)
    assert alice == online.client_kick.of(ALICE) != online.client_kick.of(BOB)
    assert hash(alice) == hash(online.client_kick.of(ALICE))
    assert alice != online.client_denied.of(ALICE)
    assert (alice.handlers, alice.steam_id, alice.name) == ((), ALICE, f"client_kick.of({ALICE})")
    assert repr(alice) == f"<PlayerSignal client_kick.of({ALICE}) with 0 handlers>"
    assert repr(online.player(5)) == "<PlayerSignal player(5) with 0 handlers>"
    seen: list[Any] = []
    once: list[Any] = []
    alice.connect(seen.append)
    online.client_kick.of(ALICE).once(once.append)
    assert alice.handlers == (seen.append, once.append)
    assert seen.append in alice
    with pytest.raises(ValueError, match=rf"is already connected to client_kick.of\({ALICE}\)"):
        alice.connect(seen.append)
    kick(sim, ALICE, ALICE)
    online.run_callbacks()
    assert (len(seen), len(once)) == (2, 1)
    alice.disconnect(seen.append)
    with pytest.raises(ValueError, match="is not connected to"):
        alice.disconnect(seen.append)
    assert online._players_known() == 0
    kick(sim, ALICE)
    online.run_callbacks()
    assert len(seen) == 2


def test_signals_without_a_player_have_none(online: steamgs.GameServer) -> None:
    with pytest.raises(TypeError, match=r"^events of policy_response name no player$"):
        online.policy_response.of(ALICE)


@pytest.mark.parametrize(
    ("steam_id", "error"), [(0, OverflowError), (2**64, OverflowError), ("5", TypeError)]
)
def test_bad_players(online: steamgs.GameServer, steam_id: Any, error: type[Exception]) -> None:
    for of in (online.client_kick.of, online.player):
        with pytest.raises(error, match="steam_id must be"):
            of(steam_id)


def test_handlers_stay_when_the_server_closes(make_server: MakeServer, sim: Simulator) -> None:
    seen: list[Any] = []
    with make_server() as server:
        server.client_kick.of(ALICE).connect(seen.append)
    with server:
        kick(sim, ALICE)
        server.run_callbacks()
    assert len(seen) == 1


def test_what_a_players_handler_raises_is_a_handlers_error(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    def bad(_: object) -> None:
        raise ValueError("bad")

    seen: list[Any] = []
    online.client_kick.of(ALICE).connect(bad)
    online.player(ALICE).connect(seen.append)
    kick(sim, ALICE)
    with pytest.raises(ExceptionGroup) as caught:
        online.run_callbacks()
    assert str(caught.value.exceptions[0]) == "bad"
    assert len(seen) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["connect", "disconnect", "kick"]), st.integers(1, 40)),
        max_size=300,
    ),
    st.integers(0, 2**40),
)
def test_as_a_dict_of_lists_would(steps: list[tuple[str, int]], spread: int) -> None:
    """The table of players against a model: adding, removing, finding, in any order."""
    with (
        Simulator(seed=1) as sim,
        steamgs.GameServer(480, library=sim, query_port=0) as server,
    ):
        handlers: dict[int, Any] = {}
        expected: list[int] = []
        seen: list[int] = []
        for step, number in steps:
            player = (number * (2 * spread + 1)) % 2**64 or 1
            if step == "kick":
                kick(sim, player)
                server.run_callbacks()
                expected += [player] if player in handlers else []
            elif step == "connect" and player not in handlers:
                handlers[player] = lambda event: seen.append(event.steam_id)
                server.client_kick.of(player).connect(handlers[player])
            elif step == "disconnect" and player in handlers:
                server.client_kick.of(player).disconnect(handlers.pop(player))
        assert seen == expected
        assert server._players_known() == len(handlers)


@pytest.mark.usefixtures("eager_switches")
def test_connecting_from_other_threads_during_a_batch(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    stop = threading.Event()
    inside = threading.Event()
    changed_inside = 0

    def churn(first: int) -> None:
        nonlocal changed_inside

        def handler(event: Any) -> None:
            pass

        while not stop.is_set():
            for number in range(first, first + 50):
                online.client_kick.of(number).connect(handler)
                changed_inside += inside.is_set()
            for number in range(first, first + 50):
                online.client_kick.of(number).disconnect(handler)
                changed_inside += inside.is_set()

    mine: list[int] = []
    online.client_kick.of(ALICE).connect(lambda event: mine.append(event.steam_id))
    online.client_kick.of(BOB).connect(lambda event: inside.set())
    threads = [threading.Thread(target=churn, args=(1 + 100 * n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 20
    batches = 0
    try:
        # Batches with changes in their middle, and enough of them.
        while changed_inside < 1000:
            assert time.monotonic() < end
            kick(sim, BOB, *(list(range(1, 50)) * 20), ALICE)
            online.run_callbacks()
            inside.clear()
            batches += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert mine == [ALICE] * batches
    assert online._players_known() == 2


def test_waiting_for_one_player(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        signal = server.client_kick
        tasks = [asyncio.create_task(signal.of(n).wait()) for n in range(1, 1001)]
        thousand = [asyncio.create_task(signal.of(ALICE).wait()) for _ in range(1000)]
        stream = server.player(ALICE).stream()
        await asyncio.sleep(0)
        kick(sim, 500, BOB, ALICE)
        assert (await tasks[499]).steam_id == 500
        assert {event.steam_id for event in await asyncio.gather(*thousand)} == {ALICE}
        assert (await anext(stream)).steam_id == ALICE
        assert sum(task.done() for task in tasks) == 1
        with pytest.raises(TimeoutError):
            await signal.of(BOB).wait(timeout=0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stream.aclose()
        assert server._players_known() == 0

    run(main)


class Host:
    """Has handlers that are made anew at each look, and equal."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def note(self, event: Any) -> None:
        self.seen.append(event)


class Unhashable(Host):
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, event: Any) -> None:
        self.seen.append(event)


def test_the_only_handler_is_as_any_other(online: steamgs.GameServer, sim: Simulator) -> None:
    alice, host = online.client_kick.of(ALICE), Host()
    alice.connect(host.note)
    with pytest.raises(ValueError, match="already connected"):
        alice.connect(host.note)
    assert alice.handlers == (host.note,)
    assert host.note in alice
    kick(sim, ALICE, BOB)
    online.run_callbacks()
    alice.disconnect(host.note)
    with pytest.raises(ValueError, match="not connected"):
        alice.disconnect(host.note)
    kick(sim, ALICE)
    online.run_callbacks()
    assert len(host.seen) == 1
    assert not alice.handlers


def test_the_only_handler_and_those_that_join_it(
    online: steamgs.GameServer, sim: Simulator
) -> None:
    first, once, other = Unhashable(), Unhashable(), Unhashable()
    alice, anything = online.client_kick.of(ALICE), online.player(ALICE)
    alice.connect(first)
    with pytest.raises(ValueError, match="not connected"):
        anything.disconnect(first)
    anything.once(once)
    alice.connect(other)
    for _ in range(2):
        kick(sim, ALICE)
        online.run_callbacks()
    assert [len(each.seen) for each in (first, once, other)] == [2, 1, 2]
    alice.disconnect(first)
    alice.disconnect(other)
    assert alice.handlers == anything.handlers == ()
    anything.connect(first)
    kick(sim, ALICE)
    online.run_callbacks()
    assert len(first.seen) == 3
