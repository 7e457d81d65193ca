"""server.inventory: definitions, prices, promotions, and what a server may do with items."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
from conftest import MakeServer, Run
from steamgs import InventoryItem, ItemFlags, ItemPrice, Result
from steamgs.simulator import Simulator, User

ALICE = 76561197960287930
MOST = 999_999_999
SWORD, CHEST, KEY, PLAYTIME = 101, 102, 103, 104


@pytest.fixture
def defined(sim: Simulator) -> None:
    sim.define_item(
        SWORD,
        {"name": "Schwert — 剣", "type": "item", "tradable": "true", "exchange": "102,103x2;105"},
        price=199,
        base_price=299,
    )
    sim.define_item(CHEST, {"name": "Chest", "marketable": "1", "promo": "owns:440"})
    sim.define_item(KEY, {"promo": "manual", "description": "d" * 1000}, price=2**63 - 1)
    sim.define_item(PLAYTIME, {"type": "playtimegenerator", "bundle": "101,103x5"})
    sim.define_item(MOST)


def answered(server: steamgs.GameServer, call: steamgs.Call[Any]) -> Any:
    server.run_callbacks()
    return call.result(0)


# Definitions.


@pytest.mark.usefixtures("defined")
def test_definitions(online: steamgs.GameServer, sim: Simulator) -> None:
    inventory = online.inventory
    heard: list[Any] = []
    inventory.definitions_updated.connect(heard.append)
    with pytest.raises(steamgs.InventoryError, match=r"definition_ids: .* load_definitions"):
        inventory.definition_ids()
    with pytest.raises(steamgs.InventoryError, match="definition: Steam knows none of number 101"):
        inventory.definition(SWORD)
    updated = steamgs.ItemDefinitionsUpdated()
    assert answered(online, inventory.load_definitions()) == updated
    assert inventory.definition_ids() == (SWORD, CHEST, KEY, PLAYTIME, MOST)
    sword = inventory.definition(SWORD)
    assert (sword.definition, sword.name, sword.kind) == (SWORD, "Schwert — 剣", "item")
    assert (sword.tradable, sword.marketable, sword.description) == (True, False, "")
    assert sword.properties["exchange"] == "102,103x2;105"
    assert inventory.definition(CHEST).marketable
    assert inventory.definition(KEY).description == "d" * 1000
    assert inventory.definition(MOST) == steamgs.ItemDefinition(MOST, {})
    sim.define_item(1, {"name": "newer", "workshop-id": "5", "é.1": "2"})
    online.run_callbacks()
    assert heard == [updated] * 2
    assert inventory.definition(1).properties == {"name": "newer", "workshop-id": "5", "é.1": "2"}


def test_a_game_without_definitions(online: steamgs.GameServer) -> None:
    answered(online, online.inventory.load_definitions())
    with pytest.raises(steamgs.InventoryError, match=r"definition_ids: there are no definitions"):
        online.inventory.definition_ids()


def test_two_wait_for_the_same_definitions(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.set_latency("inventory", 1)
    calls = [online.inventory.load_definitions() for _ in range(2)]
    online.run_callbacks()
    assert not any(call.done() for call in calls)
    sim.advance(1)
    online.run_callbacks()
    assert all(call.done() for call in calls)
    late = online.inventory.load_definitions(timeout=0.0)
    online.run_callbacks()
    with pytest.raises(TimeoutError, match="load_definitions: Steam has not answered"):
        late.result(0)


@pytest.mark.usefixtures("defined")
def test_prices(online: steamgs.GameServer, sim: Simulator) -> None:
    inventory = online.inventory
    heard: list[Any] = []
    inventory.prices_received.connect(heard.append)
    assert inventory.prices() == ()
    assert inventory.price(SWORD) is None
    assert answered(online, inventory.request_prices()) == steamgs.PricesReceived(Result.OK, "USD")
    assert inventory.prices() == (
        ItemPrice(SWORD, 199, 299),
        ItemPrice(KEY, 2**63 - 1, 2**63 - 1),
    )
    assert inventory.price(SWORD) == ItemPrice(SWORD, 199, 299)
    assert inventory.price(CHEST) is None
    sim.set_currency("EUR")
    sim.define_item(SWORD)
    assert answered(online, inventory.request_prices()).currency == "EUR"
    assert inventory.price(SWORD) is None
    assert [event.currency for event in heard] == ["USD", "EUR"]


def test_promotions(online: steamgs.GameServer, sim: Simulator) -> None:
    inventory = online.inventory
    sim.add_user(ALICE).set_promo_items([1, MOST])
    with pytest.raises(steamgs.InventoryError, match=r"promo_items: call request_promo_items"):
        inventory.promo_items(ALICE)
    told = answered(online, inventory.request_promo_items(ALICE))
    assert told == steamgs.PromoItemsReceived(Result.OK, ALICE, 2, False)
    assert inventory.promo_items(ALICE) == (1, MOST)
    assert answered(online, inventory.request_promo_items(ALICE)).cached
    assert answered(online, inventory.request_promo_items(ALICE + 1)).count == 0
    assert inventory.promo_items(ALICE + 1) == ()


def test_answers_that_are_lost(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.fail_next_call(times=2)
    calls: list[steamgs.Call[Any]] = [
        online.inventory.request_prices(),
        online.inventory.request_promo_items(ALICE),
    ]
    online.run_callbacks()
    for call in calls:
        with pytest.raises(steamgs.CallFailedError) as caught:
            call.result(0)
        assert caught.value.io_failure


@pytest.mark.usefixtures("defined")
def test_awaited(run: Run, sim: Simulator) -> None:
    async def main(server: steamgs.asyncio.GameServer) -> None:
        await server.log_on_anonymous()
        await server.inventory.load_definitions(timeout=20)
        assert len(server.inventory.definition_ids()) == 5
        prices, promo = await asyncio.gather(
            server.inventory.request_prices(), server.inventory.request_promo_items(ALICE)
        )
        assert (prices.currency, promo.steam_id) == ("USD", ALICE)

    run(main)


# What a server may do with items.

CHANGES: dict[str, Callable[[steamgs.Inventory], steamgs.InventoryResult]] = {
    "all_items": lambda inventory: inventory.all_items(),
    "items_by_id": lambda inventory: inventory.items_by_id([1]),
    "generate": lambda inventory: inventory.generate({SWORD: 1}),
    "grant_promo_items": lambda inventory: inventory.grant_promo_items(),
    "add_promo_item": lambda inventory: inventory.add_promo_item(CHEST),
    "add_promo_items": lambda inventory: inventory.add_promo_items([CHEST, KEY]),
    "consume": lambda inventory: inventory.consume(1),
    "exchange": lambda inventory: inventory.exchange({SWORD: 1}, {1: 1}),
    "transfer": lambda inventory: inventory.transfer(1, 1),
    "drop": lambda inventory: inventory.drop(PLAYTIME),
}


@pytest.mark.parametrize("change", CHANGES)
def test_steam_refuses_it_to_servers(
    online: steamgs.GameServer, sim: Simulator, change: str
) -> None:
    with pytest.raises(steamgs.InventoryError, match=f"{change}: Steam refused it") as caught:
        CHANGES[change](online.inventory)
    assert (caught.value.action, caught.value.result) == (change, None)
    assert sim.server.inventory_results == 0


@pytest.fixture
def owner(online: steamgs.GameServer, sim: Simulator, defined: None) -> User:
    """The server as a player, whom Steam lets do all of it."""
    sim.set_behaviour("inventory_of_server")
    assert online.steam_id is not None
    return sim.add_user(online.steam_id)


def changed(
    server: steamgs.GameServer, result: steamgs.InventoryResult
) -> tuple[InventoryItem, ...]:
    with result:
        answer = answered(server, result.ready())
        if answer.result is not Result.OK:
            raise steamgs.InventoryError("changed", answer.result)
        return result.items(properties=True)


def test_a_server_with_items(online: steamgs.GameServer, owner: User) -> None:
    inventory = online.inventory
    full: list[Any] = []
    inventory.inventory_full_update.connect(full.append)
    owner.give_item(1, CHEST, 3, properties={"a": "b"}, tradable=False)
    (chest,) = changed(online, inventory.all_items())
    assert chest == InventoryItem(1, CHEST, 3, ItemFlags.NO_TRADE, {"a": "b"})
    assert len(full) == 1
    assert changed(online, inventory.items_by_id([1, 2, 2**64 - 2])) == (chest,)
    (less,) = changed(online, inventory.consume(1))
    assert (less.quantity, less.flags) == (2, ItemFlags.NO_TRADE | ItemFlags.CONSUMED)
    (gone,) = changed(online, inventory.consume(1, 2))
    assert (gone.quantity, bool(gone.flags & ItemFlags.REMOVED)) == (0, True)
    assert changed(online, inventory.all_items()) == ()
    made = changed(online, inventory.generate({SWORD: 1, MOST: 65535}))
    assert [item[1:3] for item in made] == [(SWORD, 1), (MOST, 65535)]
    assert {item.item_id for item in owner.items} == {item.item_id for item in made}
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, inventory.generate({7: 1}))
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, inventory.consume(made[0].item_id, 2))


def test_promotions_and_drops(online: steamgs.GameServer, owner: User) -> None:
    inventory = online.inventory
    assert [item.definition for item in changed(online, inventory.add_promo_item(CHEST))] == [CHEST]
    assert changed(online, inventory.add_promo_items([CHEST, SWORD])) == ()
    assert [item.definition for item in changed(online, inventory.grant_promo_items())] == [KEY]
    dropped = changed(online, inventory.drop(PLAYTIME))
    assert [item[1:3] for item in dropped] == [(SWORD, 1), (KEY, 5)]
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, inventory.drop(SWORD))


def test_exchanges_and_stacks(online: steamgs.GameServer, owner: User) -> None:
    inventory = online.inventory
    owner.give_item(1, CHEST)
    owner.give_item(2, KEY, 5)
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, inventory.exchange({SWORD: 1}, {1: 1}))
    with pytest.raises(steamgs.InventoryError, match="exchange: Steam refused"):
        inventory.exchange({SWORD: 2}, {1: 1, 2: 2})
    chest, keys, sword = changed(online, inventory.exchange({SWORD: 1}, {1: 1, 2: 2}))
    assert (chest.quantity, keys.quantity, sword.definition) == (0, 3, SWORD)
    new, old = changed(online, inventory.transfer(2, 1))
    assert (new.quantity, old.quantity) == (1, 2)
    both, emptied = changed(online, inventory.transfer(2, 2, to=new.item_id))
    assert (both.item_id, both.quantity, emptied.quantity) == (new.item_id, 3, 0)
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, inventory.transfer(sword.item_id, 1, to=both.item_id))


def test_a_result_is_serialized(online: steamgs.GameServer, owner: User) -> None:
    owner.give_item(1, SWORD, properties={"x": "y"})
    with online.inventory.all_items() as result:
        with pytest.raises(steamgs.InventoryError, match="serialize"):
            result.serialize()
        online.run_callbacks()
        proof = result.serialize()
    assert proof == owner.item_proof()
    verification = online.inventory.verify(proof, owner.steam_id)
    online.run_callbacks()
    assert verification.result(0).items == (InventoryItem(1, SWORD, 1, ItemFlags(0)),)


def test_properties_are_changed(online: steamgs.GameServer, owner: User) -> None:
    inventory = online.inventory
    owner.give_item(0, SWORD, properties={"gone": "1", "kept": "2"})
    with inventory.start_update() as update:
        update.set(0, "text", "né")
        update.set(0, "yes", True)
        update.set(0, "no", False)
        update.set(0, "low", -(2**63))
        update.set(0, "high", 2**63 - 1)
        update.set(0, "half", 0.5)
        update.remove(0, "gone")
        assert not update.closed
        (sword,) = changed(online, update.submit())
    assert sword.properties == {
        "text": "né",
        "yes": "true",
        "no": "false",
        "low": str(-(2**63)),
        "high": str(2**63 - 1),
        "half": "0.500000",
        "kept": "2",
    }
    assert update.closed
    for use in (
        update.submit,
        lambda: update.set(0, "a", "b"),
        lambda: update.remove(0, "a"),
    ):
        with pytest.raises(steamgs.ClosedHandleError, match="the update of properties is closed"):
            use()
    with inventory.start_update() as update:
        update.set(0, "never", "sent")
    assert update.closed
    with inventory.start_update() as update:
        update.set(5, "of", "nobody")
        with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
            changed(online, update.submit())
    kept = inventory.start_update()
    online.close()
    online.start()
    inventory.start_update()
    with pytest.raises(steamgs.ClosedHandleError):
        kept.submit()


def test_an_item_is_inspected(online: steamgs.GameServer, sim: Simulator) -> None:
    sim.add_user(ALICE).give_item(7, SWORD)
    with online.inventory.inspect(f"S{ALICE}A7") as result:
        online.run_callbacks()
        assert result.belongs_to(ALICE)
        assert result.items()[0].definition == SWORD
    with pytest.raises(steamgs.InventoryError, match="INVALID_PARAM"):
        changed(online, online.inventory.inspect("x"))


# Bad input.

Bad = list[tuple[Any, type[Exception], str]]
INT: Bad = [
    ("5", TypeError, "must be an int, not str"),
    (True, TypeError, "must be an int, not bool"),
    (-1, OverflowError, "must be from"),
]
DEFINITION: Bad = [
    *INT,
    (0, OverflowError, "must be from 1"),
    (10**9, OverflowError, "must be from 1"),
]
ITEM: Bad = [*INT, (2**64 - 1, OverflowError, f"must be from 0 to {2**64 - 2}")]
QUANTITY: Bad = [
    *INT,
    (0, OverflowError, "must be from 1"),
    (2**32, OverflowError, "must be from 1"),
]
PROPERTY: Bad = [
    (5, TypeError, "must be a str"),
    ("", ValueError, "must not be empty"),
    ("a,b", ValueError, "must be ASCII letters, digits and underscores, not 'a,b'"),
    ("é", ValueError, "must be ASCII letters"),
    ("x" * 256, ValueError, "must be at most 255 bytes"),
    ("a\0", ValueError, "must not contain a NUL"),
]
VALUE: Bad = [
    (None, TypeError, "must be a str, bool, int or float, not NoneType"),
    (2**63, OverflowError, "must be from"),
    (float("inf"), ValueError, "must be a finite 32-bit number"),
    ("x" * 65536, ValueError, "must be at most 65535 bytes"),
]
ITERABLE: Bad = [
    (5, TypeError, "must be an iterable of ints, not int"),
    ("5", TypeError, "must be an iterable of ints, not str"),
    ([], ValueError, "must be 1 to 1000, not 0"),
    (range(1, 1002), ValueError, "must be 1 to 1000, not 1001"),
]
MAPPING: Bad = [
    ([1], TypeError, "must be a mapping of ints to ints, not list"),
    ({}, ValueError, "must be 1 to 1000, not 0"),
]
GOOD: dict[str, dict[str, Any]] = {
    "items_by_id": {"item_ids": [1]},
    "generate": {"items": {1: 1}},
    "add_promo_item": {"definition": 1},
    "add_promo_items": {"definitions": [1]},
    "consume": {"item_id": 1, "quantity": 1},
    "exchange": {"new": {1: 1}, "given": {1: 1}},
    "transfer": {"item_id": 1, "quantity": 1, "to": 1},
    "drop": {"drop_list": 1},
    "inspect": {"token": "x"},
    "definition": {"definition": 1},
    "price": {"definition": 1},
    "request_promo_items": {"steam_id": 1, "timeout": None},
    "promo_items": {"steam_id": 1},
    "request_prices": {"timeout": None},
    "load_definitions": {"timeout": None},
}
STEAM_ID: Bad = [*INT, (0, OverflowError, "must be from 1")]
TIMEOUT: Bad = [("1", TypeError, "must be a number of seconds")]
BAD: dict[tuple[str, str], Bad] = {
    ("items_by_id", "item_ids"): ITERABLE,
    ("generate", "items"): MAPPING,
    ("add_promo_item", "definition"): DEFINITION,
    ("add_promo_items", "definitions"): ITERABLE,
    ("consume", "item_id"): ITEM,
    ("consume", "quantity"): QUANTITY,
    ("exchange", "new"): MAPPING,
    ("exchange", "given"): MAPPING,
    ("transfer", "item_id"): ITEM,
    ("transfer", "quantity"): QUANTITY,
    ("transfer", "to"): ITEM,
    ("drop", "drop_list"): DEFINITION,
    ("inspect", "token"): [
        (5, TypeError, "must be a str"),
        ("", ValueError, "must not be empty"),
        ("x" * 4096, ValueError, "must be at most 4095 bytes"),
    ],
    ("definition", "definition"): DEFINITION,
    ("price", "definition"): DEFINITION,
    ("request_promo_items", "steam_id"): STEAM_ID,
    ("request_promo_items", "timeout"): TIMEOUT,
    ("promo_items", "steam_id"): STEAM_ID,
    ("request_prices", "timeout"): TIMEOUT,
    ("load_definitions", "timeout"): TIMEOUT,
}
INSIDE: list[tuple[Callable[[steamgs.Inventory], object], type[Exception], str]] = [
    (lambda one: one.items_by_id([2**64 - 1]), OverflowError, "item_id must be from 0"),
    (lambda one: one.generate({0: 1}), OverflowError, "definition must be from 1"),
    (lambda one: one.generate({1: 0}), OverflowError, "quantity must be from 1"),
    (lambda one: one.add_promo_items([10**9]), OverflowError, "definition must be from 1"),
    (lambda one: one.exchange({1: 1}, {-1: 1}), OverflowError, "item_id must be from 0"),
    (lambda one: one.exchange({1: 1}, {1: 2**32}), OverflowError, "quantity must be from 1"),
]


@pytest.mark.parametrize(("method", "argument"), BAD)
def test_bad_arguments(
    online: steamgs.GameServer, sim: Simulator, method: str, argument: str
) -> None:
    before = sim.server
    for value, error, words in BAD[method, argument]:
        with pytest.raises(error) as caught:
            getattr(online.inventory, method)(**{**GOOD[method], argument: value})
        assert type(caught.value) is error
        assert str(caught.value).startswith(argument)
        assert words in str(caught.value)
    assert sim.server == before
    assert online.run_callbacks() == 0


def test_bad_arguments_inside(online: steamgs.GameServer) -> None:
    for use, error, words in INSIDE:
        with pytest.raises(error, match=words):
            use(online.inventory)
    update = online.inventory.start_update()
    for name, error, words in PROPERTY:
        with pytest.raises(error, match=words):
            update.set(1, name, "x")
        with pytest.raises(error, match=words):
            update.remove(1, name)
    for value, error, words in VALUE:
        with pytest.raises(error, match=words):
            update.set(1, "x", value)
    for item, error, words in ITEM:
        with pytest.raises(error, match=words):
            update.set(item, "x", "y")


@pytest.mark.parametrize("method", GOOD)
def test_only_while_the_server_runs(make_server: MakeServer, method: str) -> None:
    with pytest.raises(steamgs.NotRunningError):
        getattr(make_server().inventory, method)(**GOOD[method])
