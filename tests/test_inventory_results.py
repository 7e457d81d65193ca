"""Results of server.inventory, step by step: what they say, and that each is freed once."""

from __future__ import annotations

import gc

import pytest

import steamgs
from handles import MANY
from item_owners import ALICE, add_alice, verified
from steamgs import ItemFlags, Result
from steamgs.simulator import SimulatedItem, Simulator, User, make_item_proof

BOB = ALICE + 1
NOW = 1_700_000_000


@pytest.fixture
def alice(sim: Simulator) -> User:
    return add_alice(sim)


def test_a_result(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    with online.inventory.deserialize(alice.item_proof(age=5)) as result:
        assert result.timestamp == 0
        assert not result.belongs_to(ALICE)
        online.run_callbacks()
        assert result.ready().result(0).result is Result.OK
        assert result.status is Result.OK
        assert result.timestamp == NOW - 5
        assert result.belongs_to(ALICE)
        assert not result.belongs_to(BOB)
        sword, coins = result.items(properties=True)
        assert sword.properties == {"kills": "7", "owner": "älice"}
        assert (coins.properties, coins.quantity) == ({}, 65535)
        assert result.properties(2) == {}
        assert repr(result) == f"<InventoryResult {result.handle}>"
        with pytest.raises(steamgs.InventoryError, match=r"serialize: .* game servers"):
            result.serialize()
    assert result.closed
    assert repr(result) == f"<InventoryResult {result.handle}, closed>"
    result.release()
    for use in (
        lambda: result.status,
        lambda: result.timestamp,
        lambda: result.belongs_to(ALICE),
        result.items,
        lambda: result.properties(0),
        result.serialize,
    ):
        with pytest.raises(steamgs.ClosedHandleError, match="the inventory result is closed"):
            use()
    assert sim.server.inventory_results == 0


@pytest.mark.parametrize(("count", "length"), [(1, 65_000), (200, 40), (0, 0)])
def test_properties_at_their_limits(
    online: steamgs.GameServer, sim: Simulator, count: int, length: int
) -> None:
    properties = {f"p{number}": "é" * (length // 2) for number in range(count)}
    flags = 65535 & ~int(ItemFlags.REMOVED)
    proof = make_item_proof(ALICE, [SimulatedItem(2**63, 1, 1, flags, properties)], key=None)
    told = verified(online, proof, properties=True, allow_expired=True)
    assert told.items[0].item_id == 2**63
    assert told.items[0].flags == flags
    assert told.items[0].properties == properties


def test_names_and_lists_of_any_length(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    properties = {f"{number:03}_{'n' * 250}": "é" for number in range(300)}
    assert len(",".join(properties)) > 2**16
    proof = make_item_proof(ALICE, [SimulatedItem(1, 1, 1, 0, properties)])
    told = verified(online, proof, properties=True, allow_expired=True)
    assert told.items[0].properties == properties


def test_many_items(online: steamgs.GameServer, sim: Simulator) -> None:
    owned = [SimulatedItem(number, number, 1) for number in range(1, 5001)]
    told = verified(online, make_item_proof(ALICE, owned), allow_expired=True)
    assert [item[:3] for item in told.items] == [item[:3] for item in owned]


def test_closing_ends_the_wait(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    result = online.inventory.deserialize(alice.item_proof())
    call = result.ready()
    result.release()
    with pytest.raises(steamgs.ClosedHandleError):
        call.result(0)
    result = online.inventory.deserialize(alice.item_proof())
    call = result.ready()
    verification = online.inventory.verify(alice.item_proof(), ALICE)
    online.close()
    for ended in (call, verification):
        with pytest.raises(steamgs.NotRunningError):
            ended.result(0)
    assert result.closed
    result.release()
    with pytest.raises(steamgs.NotRunningError):
        result.items()
    assert sim.server.inventory_results == 0


def test_a_result_of_another_run(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    kept = online.inventory.deserialize(alice.item_proof())
    online.close()
    online.start()
    online.log_on_anonymous()
    online.run_callbacks()
    with online.inventory.deserialize(alice.item_proof()) as again:
        call = again.ready()
        kept.release()  # it must not take the new one's number
        with pytest.raises(steamgs.ClosedHandleError):
            kept.items()
        assert sim.server.inventory_results == 1
        online.run_callbacks()
        assert call.result(0).result is Result.OK


def test_a_call_keeps_its_result(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    call = online.inventory.deserialize(alice.item_proof()).ready()
    gc.collect()
    assert sim.server.inventory_results == 1
    online.run_callbacks()
    assert call.result(0).result is Result.OK
    gc.collect()
    assert sim.server.inventory_results == 0


def test_it_is_freed_when_a_handler_raises(
    online: steamgs.GameServer, sim: Simulator, alice: User
) -> None:
    def fail(event: object) -> None:
        raise RuntimeError("on purpose")

    online.inventory.inventory_result_ready.connect(fail)
    verification = online.inventory.verify(alice.item_proof(), ALICE)
    with pytest.raises(ExceptionGroup, match="handlers of Steam events"):
        online.run_callbacks()
    assert len(verification.result(0).items) == 2
    with (
        pytest.raises(RuntimeError, match="on purpose"),
        online.inventory.deserialize(alice.item_proof()),
    ):
        raise RuntimeError("on purpose")
    assert sim.server.inventory_results == 0


def test_handles_leak_nowhere(online: steamgs.GameServer, sim: Simulator, alice: User) -> None:
    inventory, proof = online.inventory, alice.item_proof()
    for number in range(MANY):
        match number % 4:
            case 0:
                inventory.deserialize(proof).release()
            case 1:
                inventory.deserialize(proof)
            case 2:
                inventory.verify(proof, ALICE)
            case _:
                inventory.verify(proof, ALICE).cancel()
        if number % 100 == 99:
            online.run_callbacks()
    online.run_callbacks()
    gc.collect()
    assert sim.server.inventory_results == 0
