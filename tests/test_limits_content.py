"""Every argument of the workshop, of items, of utilities and of HTTP: at its limits, and beyond."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steamgs
from limits import (
    FLAG,
    INT64,
    STEAM_ID,
    SWITCH,
    TIMEOUT,
    UINT32,
    UINT64,
    Bad,
    Limits,
    Rows,
    any_of,
    arguments_of,
    check,
    counted,
    integer,
    member,
    number,
    sized,
    text,
)
from steamgs import (
    HttpMethod,
    IPv6ConnectivityProtocol,
    TextFilteringContext,
    WorkshopMatch,
    WorkshopRanking,
)
from steamgs.simulator import Simulator

URL = "https://example.org/"
ALICE = 76561197960287930
TOKEN = f"S{ALICE}A7"
HERE = Path(__file__)
KINDS = (
    steamgs.Workshop,
    steamgs.Query,
    steamgs.Search,
    steamgs.Inventory,
    steamgs.InventoryResult,
    steamgs.PropertyUpdate,
    steamgs.Utils,
    steamgs.Http,
    steamgs.HttpRequest,
    steamgs.CookieContainer,
)

COUNT = integer(0, UINT32)
ITEM = integer(1, UINT64)
TAG = text(255, empty=False)
# Of a query and a search.
DETAILS = {
    "children": SWITCH,
    "key_values": SWITCH,
    "long_description": SWITCH,
    "metadata": SWITCH,
    "previews": SWITCH,
    "playtime_days": COUNT.optional(),
    "language": TAG.optional(),
    "max_age": COUNT.optional(),
}
NOT_INTS = Bad("1", TypeError, "must be an iterable of ints, not str")
NO_TIMES = Bad(5, TypeError, "must be a tuple of two ints or None, not int")
TIMES = COUNT.within(lambda one: (one, UINT32)) | Limits(
    (None, (UINT32, UINT32)),
    (
        Bad((5, 4), OverflowError, f"must be from 5 to {UINT32}, not 4"),
        Bad((0, UINT32 + 1), OverflowError, f"must be from 0 to {UINT32}, not {UINT32 + 1}"),
        NO_TIMES,
    ),
)


def items(low: int, high: int, words: str) -> Limits:
    several = counted(low, high, list, words).but(NOT_INTS)
    return several | ITEM.within(lambda one: [one], "item_id")


def one_text(one: Any) -> list[Any]:
    return [one]


TAGS = (any_of(()) | TAG.within(one_text)).but(Bad("x", TypeError, "must be an iterable, not str"))

# Of an inventory.
DEFINITION = integer(1, 999_999_999)
INSTANCE = integer(0, UINT64 - 1)
QUANTITY = integer(1, UINT32)
PROPERTY = text(255, empty=False, letter="z").but(
    Bad("a,b", ValueError, "must be ASCII letters, digits and underscores, not 'a,b'"),
    Bad("é", ValueError, "must be ASCII letters, digits and underscores, not 'é'"),
)


def several(kind: Limits, name: str) -> Limits:
    return counted(1, 1000, list).but(NOT_INTS) | kind.within(lambda one: [one], name)


def quantities(kind: Limits, name: str) -> Limits:
    return (
        counted(1, 1000, lambda numbers: dict.fromkeys(numbers, 1))
        .but(Bad([1], TypeError, "must be a mapping of ints to ints, not list"))
        .__or__(kind.within(lambda one: {one: 1}, name))
        .__or__(QUANTITY.within(lambda one: {1: one}, "quantity"))
    )


# Of a request.
LINE = text(65535, empty=False).but(
    Bad("a\nb", ValueError, "must not contain a line break"),
    Bad("a\rb", ValueError, "must not contain a line break"),
)
PAIRS = Limits((None, {}), (Bad([("a", "b")], TypeError, "must be a mapping of texts, not list"),))
SECONDS = integer(1, UINT32).optional()

TABLE: Rows = {
    "Workshop.init": {
        "folder": Limits(
            (str(HERE.parent), HERE.parent),
            (
                Bad("", ValueError, "must be a directory, not ''"),
                Bad("a\0", ValueError, "must be a directory"),
                Bad(HERE, ValueError, "must be a directory"),
                Bad(b"/", TypeError, "must be a str or an os.PathLike of it, not bytes"),
            ),
        ),
        "depot_id": integer(1, UINT32).optional(),
    },
    "Workshop.download": {"item_id": ITEM, "high_priority": FLAG, "timeout": TIMEOUT},
    "Workshop.state": {"item_id": ITEM},
    "Workshop.install_info": {"item_id": ITEM},
    "Workshop.download_info": {"item_id": ITEM},
    "Workshop.suspend_downloads": {"suspended": FLAG},
    "Workshop.mark_unused": {"item_id": ITEM},
    "Workshop.app_dependencies": {"item_id": ITEM, "timeout": TIMEOUT},
    "Workshop.query": {"item_ids": items(1, 50, " items"), **DETAILS},
    "Workshop.details": {
        "item_ids": Limits(([1], [], range(1, 5001)), (NOT_INTS,))
        | ITEM.within(lambda one: [one], "item_id"),
        "long_description": SWITCH,
        "metadata": SWITCH,
        "language": TAG.optional(),
        "timeout": TIMEOUT,
    },
    "Workshop.search": {
        "ranking": member(WorkshopRanking),
        "kind": member(WorkshopMatch),
        "text": text(65535, empty=False).optional(),
        "required_tags": TAGS,
        "excluded_tags": TAGS,
        "tag_groups": (any_of(()) | TAG.within(lambda one: [[one]])).but(
            Bad([()], ValueError, "must have a tag each"),
            Bad(["x"], TypeError, "must be an iterable, not str"),
            Bad("x", TypeError, "must be an iterable, not str"),
        ),
        "match_any_tag": SWITCH,
        "required_key_values": any_of({})
        | TAG.within(lambda one: {one: "v"})
        | text(255).within(lambda one: {"k": one}),
        "trend_days": integer(1, UINT32).optional(),
        "created": TIMES,
        "updated": TIMES,
        "creator_app_id": COUNT.optional(),
        "consumer_app_id": COUNT.optional(),
        "only_ids": SWITCH,
        "timeout": TIMEOUT,
        **DETAILS,
    },
    "Query.send": {"timeout": TIMEOUT},
    "Search.query": {
        "page": integer(1, UINT32).without(TypeError) | text(255, empty=False).without(TypeError)
    },
    "Search.count": {"timeout": TIMEOUT},
    "Inventory.verify": {
        "proof": sized(1, 1 << 20),
        "steam_id": STEAM_ID,
        "max_age": Limits(
            (None, 0, 5e-324, 10**400, float("inf")),
            (
                Bad(-5e-324, ValueError, "must be at least 0 seconds, not -5e-324"),
                Bad(float("nan"), ValueError, "must be at least 0 seconds, not nan"),
                Bad("1", TypeError, "must be a number of seconds or None, not str"),
            ),
        ),
        "allow_expired": FLAG,
        "properties": FLAG,
        "timeout": TIMEOUT,
    },
    "Inventory.deserialize": {"proof": sized(1, 1 << 20)},
    "Inventory.inspect": {"token": text(4095, empty=False)},
    "Inventory.items_by_id": {"item_ids": several(INSTANCE, "item_id")},
    "Inventory.generate": {"items": quantities(DEFINITION, "definition")},
    "Inventory.add_promo_item": {"definition": DEFINITION},
    "Inventory.add_promo_items": {"definitions": several(DEFINITION, "definition")},
    "Inventory.consume": {"item_id": INSTANCE, "quantity": QUANTITY},
    "Inventory.exchange": {
        "new": quantities(DEFINITION, "definition"),
        "given": quantities(INSTANCE, "item_id"),
    },
    "Inventory.transfer": {
        "item_id": INSTANCE,
        "quantity": QUANTITY,
        "to": INSTANCE.optional(),
    },
    "Inventory.drop": {"drop_list": DEFINITION},
    "Inventory.load_definitions": {"timeout": TIMEOUT},
    "Inventory.definition": {"definition": DEFINITION},
    "Inventory.request_promo_items": {"steam_id": STEAM_ID, "timeout": TIMEOUT},
    "Inventory.promo_items": {"steam_id": STEAM_ID},
    "Inventory.request_prices": {"timeout": TIMEOUT},
    "Inventory.price": {"definition": DEFINITION},
    "InventoryResult.ready": {"timeout": TIMEOUT},
    "InventoryResult.belongs_to": {"steam_id": STEAM_ID},
    "InventoryResult.items": {"properties": FLAG},
    "InventoryResult.properties": {"index": COUNT},
    "PropertyUpdate.set": {
        "item_id": INSTANCE,
        "name": PROPERTY,
        "value": any_of(False, True)
        | text(65535).without(TypeError)
        | integer(-INT64 - 1, INT64).without(TypeError)
        | number().without(TypeError),
    },
    "PropertyUpdate.remove": {"item_id": INSTANCE, "name": PROPERTY},
    "Utils.ipv6_state": {"protocol": member(IPv6ConnectivityProtocol)},
    "Utils.filter_text": {
        "text": text(65535),
        "context": member(TextFilteringContext),
        "steam_id": STEAM_ID.optional(),
    },
    "Utils.check_file_signature": {
        "path": text(None, empty=False)
        .without(TypeError)
        .but(Bad(b"x", TypeError, "must be a str or an os.PathLike of it, not bytes")),
        "timeout": TIMEOUT,
    },
    "Http.request": {
        "method": any_of(HttpMethod.POST) | member(HttpMethod),
        "url": text(65535 - len(URL))
        .without(ValueError, TypeError)
        .within(URL.__add__)
        .but(
            Bad(URL + "x" * (65536 - len(URL)), ValueError, "must be at most 65535 bytes of UTF-8"),
            Bad(URL + "\0", ValueError, "must not contain a NUL character"),
            Bad(URL + "\n", ValueError, "must not contain a line break"),
            Bad("ftp://x", ValueError, "must be an absolute address that begins with http://"),
            Bad("", ValueError, "must be an absolute address"),
            Bad(b"x", TypeError, "must be a str, not bytes"),
        ),
        "headers": PAIRS
        | LINE.within(lambda one: {one: "v"})
        | text(65535).within(lambda one: {"k": one}),
        "parameters": PAIRS
        | text(None, empty=False).within(lambda one: {one: "v"})
        | text(None).within(lambda one: {"k": one}),
        "body": Limits((b"", None, bytes(1 << 24)), (Bad("x", TypeError, "must be bytes"),)),
        "content_type": LINE,
        "user_agent": LINE.optional(),
        "cookies": Limits((None,), (Bad(1, TypeError, "must be a CookieContainer, not int"),)),
        "network_timeout": SECONDS,
        "absolute_timeout_ms": SECONDS,
        "verify_certificate": FLAG,
    },
    "Http.cookies": {"from_responses": FLAG},
    "HttpRequest.send": {"timeout": TIMEOUT},
    "HttpRequest.stream": {"timeout": TIMEOUT},
    "HttpRequest.header": {"name": LINE},
    "CookieContainer.set": {"host": LINE, "url": LINE, "cookie": LINE},
}
# What is made of the methods above, and tested beside what it does.
ELSEWHERE = {
    "Workshop.install",
    "Workshop.install_and_wait",
    "Workshop.keep_current",
    "Workshop.follow",
    "CookieContainer.give_to",
}


def test_every_argument_is_in_the_table() -> None:
    found = arguments_of(KINDS)
    assert found.keys() - ELSEWHERE == TABLE.keys()
    for name, arguments in TABLE.items():
        assert arguments.keys() == found[name], name


def ready_result(server: steamgs.GameServer) -> steamgs.InventoryResult:
    result = server.inventory.inspect(TOKEN)
    server.run_callbacks()
    return result


MAKE: dict[str, Callable[[Any], Any]] = {
    "Workshop": lambda server: server.workshop,
    "Query": lambda server: server.workshop.query([1]),
    "Search": lambda server: server.workshop.search(WorkshopRanking(0)),
    "Inventory": lambda server: server.inventory,
    "InventoryResult": ready_result,
    "PropertyUpdate": lambda server: server.inventory.start_update(),
    "Utils": lambda server: server.utils,
    "Http": lambda server: server.http,
    "HttpRequest": lambda server: server.http.request(HttpMethod.GET, URL),
    "CookieContainer": lambda server: server.http.cookies(),
}


@pytest.mark.parametrize("method", TABLE)
def test_limits(online: steamgs.GameServer, sim: Simulator, method: str) -> None:
    owner, _, name = method.partition(".")
    sim.add_user(ALICE).give_item(7, 101)

    def use(target: Any, arguments: dict[str, Any]) -> None:
        made = getattr(target, name)(**arguments)
        if method == "Workshop.search":
            made = made.query()  # whose arguments are checked when Steam is asked
        if hasattr(made, "release"):
            made.release()
        online.run_callbacks()

    check(TABLE[method], lambda: MAKE[owner](online), use, lambda: sim.server)
