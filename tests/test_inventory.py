"""server.inventory: proofs of items that players send."""

from __future__ import annotations

import asyncio
import hmac
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from conftest import MakeServer, Run
from fronts import library_of
from item_owners import ALICE, COINS, SWORD, add_alice, verified
from payloads import MAX_ID, payload
from steamgs import InventoryItem, ItemFlags, Result
from steamgs.simulator import SimulatedItem, Simulator, User, make_item_proof

BOB = ALICE + 1
NOW = 1_700_000_000
VERSION = "STEAMINVENTORY_INTERFACE_V003"


@pytest.fixture
def alice(sim: Simulator) -> User:
    return add_alice(sim)


def test_a_proof_is_verified(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    heard: list[Any] = []
    online.inventory.inventory_result_ready.connect(heard.append)
    proof = alice.item_proof()
    sim.advance(60)
    verification = online.inventory.verify(proof, ALICE)
    assert verification.steam_id == ALICE
    assert repr(verification) == f"<Verification of player {ALICE}, waiting>"
    assert not verification.done()
    assert sim.server.inventory_results == 1
    online.run_callbacks()
    assert verification.done()
    told = verification.result(0)
    assert told == steamgs.VerifiedItems(
        ALICE,
        (
            InventoryItem(SWORD, 101, 1, ItemFlags.NO_TRADE),
            InventoryItem(COINS, 999_999_999, 65535, ItemFlags(0)),
        ),
        NOW,
        60,
        False,
    )
    assert verification.result() is told
    assert sim.server.inventory_results == 0
    assert [event.result for event in heard] == [Result.OK]
    assert online.interfaces()["inventory"] == VERSION
    assert repr(verification) == f"<Verification of player {ALICE}, ended>"


def test_some_items_with_properties(online: steamgs.GameServer, alice: User) -> None:
    told = verified(online, alice.item_proof([SWORD]), properties=True)
    assert [item.properties for item in told.items] == [{"kills": "7", "owner": "älice"}]
    assert verified(online, alice.item_proof([])).items == ()


def test_a_proof_from_another_process(online: steamgs.GameServer, sim: Simulator) -> None:
    owned = SimulatedItem(1, 5, 2, 0, {"a": "\udcff"})
    proof = make_item_proof(BOB, [owned])
    sim.add_user(BOB).give_item(1, 5, 2)
    told = verified(online, proof, steam_id=BOB, properties=True)
    assert told.items[0].properties == {"a": "\udcff"}


def tampered(proof: bytes) -> bytes:
    return proof[:40] + bytes([proof[40] ^ 1]) + proof[41:]


BAD_PROOFS: dict[str, tuple[Callable[[User], bytes], Result]] = {
    "no proof": (lambda user: b"\0", Result.INVALID_PARAM),
    "of a megabyte": (lambda user: b"x" * (1 << 20), Result.INVALID_PARAM),
    "cut short": (lambda user: user.item_proof()[:-1], Result.FAIL),
    "with more behind it": (lambda user: user.item_proof() + b"x", Result.FAIL),
    "tampered with": (lambda user: tampered(user.item_proof()), Result.FAIL),
    "of another game": (lambda user: user.item_proof(app_id=481), Result.INVALID_PARAM),
    "signed by another": (
        lambda user: make_item_proof(ALICE, user.items, key=b"another"),
        Result.FAIL,
    ),
}


@pytest.mark.parametrize("kind", BAD_PROOFS)
def test_what_is_no_proof(
    online: steamgs.GameServer, sim: Simulator, alice: User, kind: str
) -> None:
    make, result = BAD_PROOFS[kind]
    with pytest.raises(steamgs.InvalidProofError, match=f"verify: {result.name}") as caught:
        verified(online, make(alice))
    error = caught.value
    assert (error.steam_id, error.result, error.action) == (ALICE, result, "verify")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert sim.server.inventory_results == 0


def test_what_is_malformed_behind_a_good_signature(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    """Nothing is read behind the end, wherever that is and whatever is said to follow."""
    key = b"steamgs simulator: tickets for tests, worthless to Steam"
    body = alice.item_proof()[:-32]
    wrong = [body[:end] for end in range(len(body))] + [body + b"x"]
    # After the title: how many items, how many properties, how long the first text is.
    for place, size in ((39, 4), (59, 2), (61, 2)):
        wrong.append(body[:place] + b"\xff" * size + body[place + size :])
    for number, data in enumerate(wrong):
        proof = data + hmac.digest(key, data, "sha256")
        with pytest.raises(steamgs.InvalidProofError, match="INVALID_PARAM"):
            verified(online, proof)
        assert sim.server.inventory_results == 0, number
    assert len(verified(online, body + hmac.digest(key, body, "sha256")).items) == 2


def test_a_proof_of_another_player(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    verification = online.inventory.verify(alice.item_proof(), BOB, allow_expired=True)
    online.run_callbacks()
    for _ in range(2):
        with pytest.raises(steamgs.WrongOwnerError, match=f"not of player {BOB}") as caught:
            verification.result(0)
    assert (caught.value.steam_id, caught.value.result) == (BOB, None)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert sim.server.inventory_results == 0


def test_how_old_a_proof_may_be(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    proof = alice.item_proof(age=600)
    assert verified(online, proof, max_age=600).age == 600
    sim.advance(1)
    with pytest.raises(steamgs.ExpiredProofError, match="601 seconds old, and 600 are") as caught:
        verified(online, proof, max_age=600)
    assert (caught.value.result, caught.value.age) == (None, 601)
    assert verified(online, alice.item_proof(age=3600)).age == 3600
    old = alice.item_proof(age=3601)
    with pytest.raises(steamgs.ExpiredProofError, match="verify: EXPIRED") as caught:
        verified(online, old)
    assert (caught.value.result, caught.value.age) == (Result.EXPIRED, 3601)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    told = verified(online, old, allow_expired=True, max_age=4000.5)
    assert (told.expired, told.age, len(told.items)) == (True, 3601, 2)
    with pytest.raises(steamgs.ExpiredProofError, match="4000 are allowed"):
        verified(online, alice.item_proof(age=4001), allow_expired=True, max_age=4000)
    assert verified(online, alice.item_proof(age=-60)).age == 0  # clocks differ a little


def test_items_that_have_gone_since(online: steamgs.GameServer, alice: User) -> None:
    proof = alice.item_proof()
    alice.give_item(COINS, 999_999_999, 65534)
    with pytest.raises(steamgs.ExpiredProofError):
        verified(online, proof)
    assert not verified(online, alice.item_proof([SWORD])).expired
    proof = alice.item_proof([SWORD])
    alice.take_item(SWORD)
    with pytest.raises(steamgs.ExpiredProofError):
        verified(online, proof)
    with pytest.raises(KeyError):
        alice.item_proof([SWORD])


@pytest.mark.parametrize("result", [Result.SERVICE_UNAVAILABLE, Result.LIMIT_EXCEEDED, Result.BUSY])
def test_steam_can_not_say(
    online: steamgs.GameServer, sim: Simulator, alice: User, result: Result
) -> None:
    sim.fail_next_inventory(result)
    with pytest.raises(steamgs.InventoryError, match=f"verify: {result.name}") as caught:
        verified(online, alice.item_proof())
    assert type(caught.value) is steamgs.InventoryError
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    sim.disconnect()
    with pytest.raises(steamgs.InventoryError, match="verify: SERVICE_UNAVAILABLE"):
        verified(online, alice.item_proof())


def test_steam_does_not_tell_the_items(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    """Which is not the same as that there are none."""
    sim.set_behaviour("inventory_unreadable")
    with pytest.raises(steamgs.InventoryError, match="items: Steam says that there are some"):
        verified(online, alice.item_proof())
    with online.inventory.deserialize(alice.item_proof()) as result:
        online.run_callbacks()
        with pytest.raises(steamgs.InventoryError, match="items: Steam says that there are some"):
            result.items()
    assert sim.server.inventory_results == 0


def test_items_that_are_gone_are_not_owned(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    gone = ItemFlags.REMOVED | ItemFlags.CONSUMED
    items = [SimulatedItem(COINS, 999_999_999, 0, int(gone)), alice.items[0]]
    proof = make_item_proof(ALICE, items)
    told = verified(online, proof, allow_expired=True)
    assert [item.item_id for item in told.items] == [SWORD]
    with online.inventory.deserialize(proof) as result:
        online.run_callbacks()
        assert [item.flags for item in result.items()] == [gone, ItemFlags.NO_TRADE]


# When it is ready, in the ways that Steam may tell.


@pytest.mark.parametrize(
    "behaviour", ["inventory_at_once", "inventory_doubled", "inventory_silent", "inventory_reused"]
)
def test_however_steam_tells(
    online: steamgs.GameServer, sim: Simulator, alice: User, behaviour: str
) -> None:
    sim.set_behaviour(behaviour)
    for _ in range(3):
        verification = online.inventory.verify(alice.item_proof(), ALICE, timeout=0.0)
        online.run_callbacks()
        if behaviour == "inventory_silent":
            online.run_callbacks()
        assert len(verification.result(0).items) == 2
    assert sim.server.inventory_results == 0


def test_what_is_ready_is_ready_at_once(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    heard: list[Any] = []
    online.inventory.inventory_result_ready.connect(heard.append)
    with online.inventory.deserialize(alice.item_proof()) as result:
        first, second = result.ready(), result.ready()
        assert result.status is Result.PENDING
        with pytest.raises(steamgs.InventoryError, match="items: PENDING"):
            result.items()
        online.run_callbacks()
        ready = steamgs.InventoryResultReady(result.handle, Result.OK)
        assert first.result(0) == second.result(0) == ready
        assert result.ready().result(0) == ready
        assert heard == [ready]
    with pytest.raises(steamgs.ClosedHandleError):
        result.ready()


def test_a_number_that_another_result_had(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    """What Steam tells of a result that was destroyed is not taken for its successor's."""
    sim.set_behaviour("inventory_reused")
    sim.set_latency("inventory", 1)
    first = online.inventory.deserialize(alice.item_proof())
    sim.advance(1)
    first.release()
    verification = online.inventory.verify(alice.item_proof([SWORD]), ALICE)
    online.run_callbacks()
    with pytest.raises(TimeoutError):
        verification.result(0)
    sim.advance(1)
    online.run_callbacks()
    assert len(verification.result(0).items) == 1
    assert sim.server.inventory_results == 0


def test_whoever_does_not_wait_is_called(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    told: list[steamgs.Verification] = []
    sim.set_latency("inventory", 1)
    good = online.inventory.verify(alice.item_proof(), ALICE)
    bad = online.inventory.verify(b"none", ALICE)
    for verification in (good, bad):
        verification.add_done_callback(told.append)
    online.run_callbacks()
    assert told == []
    sim.advance(1)
    online.run_callbacks()
    assert told == [good, bad]
    assert sim.server.inventory_results == 0
    good.add_done_callback(told.append)
    assert told[2:] == [good]
    assert len(good.result(0).items) == 2
    with pytest.raises(steamgs.InvalidProofError):
        bad.result(0)
    assert good.exception(0) is None
    assert isinstance(bad.exception(), steamgs.InvalidProofError)
    assert not good.cancelled()
    # A number that another result had: not before its own time.
    sim.set_behaviour("inventory_reused")
    first = online.inventory.deserialize(alice.item_proof())
    sim.advance(1)
    first.release()
    online.inventory.verify(alice.item_proof([SWORD]), ALICE).add_done_callback(told.append)
    online.run_callbacks()
    assert len(told) == 3
    sim.advance(1)
    online.run_callbacks()
    assert len(told[3].result(0).items) == 1


def test_time_is_up(front: str) -> None:
    with Simulator() as sim:
        alice = sim.add_user(ALICE)
        options = {"library": library_of(front), "steamclient": sim, "query_port": 0}
        with steamgs.GameServer(480, **options) as server:  # type: ignore[arg-type]
            server.log_on_anonymous().result(10)
            sim.set_latency("inventory", 1000)
            verification = server.inventory.verify(alice.item_proof(), ALICE)
            with pytest.raises(TimeoutError):
                verification.result(0.05)
            assert sim.server.inventory_results == 1  # it goes on
            limited = server.inventory.verify(alice.item_proof(), ALICE, timeout=0.05)
            with pytest.raises(TimeoutError, match="ready: Steam has not answered in time"):
                limited.result()
            assert sim.server.inventory_results == 1
            with pytest.raises(TimeoutError):
                verification.exception(0.01)
            assert verification.cancel()
            assert not verification.cancel()
            assert verification.cancelled()
            assert isinstance(verification.exception(), steamgs.CallCancelledError)
            with pytest.raises(steamgs.CallCancelledError):
                verification.result()
            assert sim.server.inventory_results == 0


def test_it_is_too_late_to_cancel(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    """Steam has said it, and nobody has read that yet."""
    verification = online.inventory.verify(alice.item_proof(), ALICE)
    online.run_callbacks()
    assert verification.done()
    assert not verification.cancel()
    assert len(verification.result(0).items) == 2
    assert not verification.cancelled()
    bad = online.inventory.verify(b"none", ALICE)
    online.run_callbacks()
    assert not bad.cancel()
    with pytest.raises(steamgs.InvalidProofError):
        bad.result(0)
    # What Steam has told of was another one: this one waits, so it can be cancelled.
    sim.set_behaviour("inventory_reused")
    sim.set_latency("inventory", 1)
    first = online.inventory.deserialize(alice.item_proof())
    sim.advance(1)
    first.release()
    waiting = online.inventory.verify(alice.item_proof(), ALICE)
    online.run_callbacks()
    assert waiting.cancel()
    with pytest.raises(steamgs.CallCancelledError):
        waiting.result(0)
    assert sim.server.inventory_results == 0


# With asyncio.


def test_a_proof_is_awaited(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        told = await server.inventory.verify(alice.item_proof(), ALICE, timeout=20)
        assert len(told.items) == 2
        with pytest.raises(steamgs.WrongOwnerError):
            await server.inventory.verify(alice.item_proof(), BOB)
        with server.inventory.deserialize(alice.item_proof()) as result:
            assert (await result.ready()).result is Result.OK
            assert len(result.items()) == 2
        sim.set_latency("inventory", 1000)
        task = asyncio.create_task(wait(server.inventory.verify(alice.item_proof(), ALICE)))
        await asyncio.sleep(0)
        assert sim.server.inventory_results == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert sim.server.inventory_results == 0
        with pytest.raises(TimeoutError):
            await server.inventory.verify(alice.item_proof(), ALICE, timeout=0.01)
        verification = server.inventory.verify(alice.item_proof(), ALICE)
        tasks = [asyncio.create_task(wait(verification)) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        with pytest.raises(steamgs.CallCancelledError):
            await tasks[1]
        assert sim.server.inventory_results == 0

    async def wait(verification: steamgs.Verification) -> steamgs.VerifiedItems:
        return await verification

    run(main)


def test_a_task_is_cancelled_as_the_answer_comes(run: Run, sim: Simulator, alice: User) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        sim.set_latency("inventory", 1)
        verification = server.inventory.verify(alice.item_proof(), ALICE)

        async def wait() -> int:
            return len((await verification).items)

        tasks = [asyncio.create_task(wait()) for _ in range(2)]
        await asyncio.sleep(0)
        sim.advance(1)
        while not verification.done():
            await asyncio.sleep(0)
            if verification.done():
                tasks[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        assert await tasks[1] == 2
        assert sim.server.inventory_results == 0

    run(main)


# Bad input.

BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"proof": "text"}, TypeError, "proof must be bytes, not str"),
    ({"proof": bytearray(b"x")}, TypeError, "proof must be bytes, not bytearray"),
    ({"proof": b""}, ValueError, "proof must be 1 to 1048576 bytes, not 0"),
    ({"proof": b"x" * 1048577}, ValueError, "proof must be 1 to 1048576 bytes, not 1048577"),
    ({"steam_id": 0}, OverflowError, "steam_id must be from 1 to"),
    ({"steam_id": MAX_ID + 1}, OverflowError, "steam_id must be from 1 to"),
    ({"steam_id": "5"}, TypeError, "steam_id must be an int, not str"),
    ({"max_age": -1}, ValueError, "max_age must be at least 0 seconds, not -1"),
    ({"max_age": float("nan")}, ValueError, "max_age must be at least 0 seconds, not nan"),
    ({"max_age": "1"}, TypeError, "max_age must be a number of seconds or None, not str"),
    ({"max_age": True}, TypeError, "max_age must be a number of seconds or None, not bool"),
    ({"allow_expired": 1}, TypeError, "allow_expired must be a bool, not int"),
    ({"properties": None}, TypeError, "properties must be a bool, not NoneType"),
    ({"timeout": "1"}, TypeError, "timeout must be a number of seconds or None, not str"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(online: steamgs.GameServer, sim: Simulator, number: int) -> None:
    arguments, error, words = BAD[number]
    with pytest.raises(error) as caught:
        online.inventory.verify(**{"proof": b"x", "steam_id": ALICE, **arguments})
    assert str(caught.value).startswith(words)
    assert sim.server.inventory_results == 0
    assert online.run_callbacks() == 0


def test_a_number_beyond_all_is_no_limit(online: steamgs.GameServer, alice: User) -> None:
    for most in (10**400, float("inf")):
        assert len(verified(online, alice.item_proof(age=600), max_age=most).items) == 2


async def coroutine(_: object) -> None:
    raise AssertionError("nobody awaits it")


@pytest.mark.parametrize("function", [None, 5, coroutine])
def test_what_can_not_be_called_back(
    online: steamgs.GameServer, alice: User, function: Any
) -> None:
    verification = online.inventory.verify(alice.item_proof(), ALICE)
    with pytest.raises(TypeError, match=r"function must be callable|is a coroutine function"):
        verification.add_done_callback(function)
    online.run_callbacks()
    assert len(verification.result(0).items) == 2


def test_bad_indices(online: steamgs.GameServer, alice: User) -> None:
    result = online.inventory.deserialize(alice.item_proof())
    online.run_callbacks()
    with pytest.raises(OverflowError, match="index must be from 0 to"):
        result.properties(-1)
    with pytest.raises(TypeError, match="index must be an int"):
        result.properties("0")  # type: ignore[arg-type]
    with pytest.raises(OverflowError, match="steam_id must be from 1"):
        result.belongs_to(0)
    with pytest.raises(TypeError, match="timeout must be a number"):
        result.ready(timeout="1")  # type: ignore[arg-type]


def test_only_while_the_server_runs(make_server: MakeServer) -> None:
    server = make_server()
    for _ in range(2):
        with pytest.raises(steamgs.NotRunningError):
            server.inventory.verify(b"x", ALICE)
        with server:
            assert server.inventory is server.inventory


def test_a_steamclient_without_it(make_server: MakeServer, sim: Simulator) -> None:
    sim.withhold_interface(VERSION)
    server = make_server().start()
    with pytest.raises(steamgs.UnsupportedError, match="ISteamInventory"):
        server.inventory.verify(b"x", ALICE)
    assert server.interfaces()["inventory"] is None


def test_what_steam_tells_of_nobody_s_result(online: steamgs.GameServer, sim: Simulator) -> None:
    """Callbacks of results that nobody knows are delivered, and end no call."""
    heard: list[Any] = []
    online.inventory.inventory_result_ready.connect(heard.append)
    online.inventory.deserialize(b"x").release()
    for handle in (0, -1, 2**31 - 1):
        sim.post(4700, payload("inventory_result_ready", handle, 1))
    assert online.run_callbacks() >= 3
    assert [event.handle for event in heard[-3:]] == [0, -1, 2**31 - 1]
