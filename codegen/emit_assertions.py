"""``steamgs/abi/facts.inc``: the table as assertions about the headers that a build uses.

They check what the headers of that SDK declare, genuine or bundled; ``STEAMGS_SDK_NUMBER`` says
which SDK it is. They are compiled on every platform, so they also check the bundled headers on
platforms on which no genuine SDK was measured.
"""

from __future__ import annotations

from collections.abc import Iterator

import emit_abi
from facts import HELPERS, Fact, layout_facts, other_facts
from kinds import PACKINGS
from model import Model, number_of, order
from scope import Scope


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    lines = [
        "// Made by codegen/generate.py from abi/. Changes belong there.",
        "#ifdef STEAMGS_BUNDLED_HEADERS",
        f"#define STEAMGS_SDK_NUMBER {number(model.headers[-1])}",
        "#endif",
        HELPERS,
        *_by_sdk(model, {sdk: list(_other_facts(model, sdk)) for sdk in model.sdks}),
    ]
    for packing, condition in zip(PACKINGS, ("#ifndef", "#ifdef"), strict=True):
        layouts = {sdk: list(layout_facts(model, sdk, packing)) for sdk in model.sdks}
        lines += [f"{condition} VALVE_CALLBACK_PACK_LARGE"]
        lines += _by_sdk(model, layouts)
        lines += _our_shapes(model, packing)
        lines += ["#endif"]
    return {f"{emit_abi.FOLDER}/facts.inc": "\n".join([*lines, ""])}


def number(sdk: str) -> int:
    """An SDK's version as the preprocessor compares it: 1.58a is 15801."""
    major, minor, letter = order(sdk)
    return major * 10000 + minor * 100 + (ord(letter) - ord("a") + 1 if letter else 0)


def _other_facts(model: Model, sdk: str) -> Iterator[Fact]:
    """All but layouts, and without methods that headers hide."""
    private = {
        f"{face.name}::{method.flat}"
        for face in model.interfaces.values()
        for method in face.methods
        if method.private
    }
    return (fact for fact in other_facts(model, sdk) if fact.name not in private)


def _by_sdk(model: Model, facts: dict[str, list[Fact]]) -> Iterator[str]:
    """Each fact once, among those that hold in the same SDKs."""
    holds: dict[Fact, list[str]] = {}
    for sdk in model.sdks:
        for fact in facts[sdk]:
            holds.setdefault(fact, []).append(sdk)
    groups: dict[tuple[str, ...], list[Fact]] = {}
    for fact, sdks in holds.items():
        groups.setdefault(tuple(sdks), []).append(fact)
    for group, members in groups.items():
        yield "#if " + " || ".join(f"STEAMGS_SDK_NUMBER == {number(sdk)}" for sdk in group)
        yield from (f'static_assert({one.code}, "{_said(one)}");' for one in members)
        yield "#endif"


def _said(fact: Fact) -> str:
    return f"not what abi/ says: {fact.name}"


def _our_shapes(model: Model, packing: int) -> Iterator[str]:
    """The sizes of the structs that are declared in our own namespace."""
    scope = Scope(model)
    for one in scope.structs():
        for name, since in scope.variants(one):
            size = number_of(one.sizes, since, packing)
            yield f'static_assert(sizeof(steamgs::abi::{name}) == {size}, "{name}");'
