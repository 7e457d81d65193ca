"""The shapes of a callback whose struct grew: which version of its interface sends which.

A plain callback does not say how large it is, so no more of it may be read than the version that
was negotiated has. Whatever comes is brought into the newest shape, and all others know that alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import cpp
import events
import kinds
from emit_abi import FOLDER
from model import Field, Model, Struct
from scope import Scope

_ANY = """
namespace steamgs::abi {

// The newest shape of what Steam sends; most structs never had another.
template <class Struct>
const Struct& newest(const Struct& same) noexcept {
    return same;
}
"""


def files(model: Model) -> dict[str, str]:
    scope = Scope(model)
    rows = [line for row in events.rows(model) for line in _rows(model, row)]
    header = [cpp.MADE, "#include <cstring>", "", '#include "types.h"', _ANY]
    for struct in cpp.ordered(scope.structs()):
        header += _conversions(scope, struct)
    header += ["}  // namespace steamgs::abi", ""]
    return {
        "include/common/shape_table.inc": "\n".join(["// Made by codegen/generate.py.", *rows, ""]),
        f"{FOLDER}/newest.h": "\n".join(header),
    }


def _rows(model: Model, row: events.EventRow) -> Iterator[str]:
    """A row for each version of the interface, or one for all of them."""
    if not row.shapes:
        yield f"STEAMGS_SHAPE(k{row.event}, nullptr, {row.qualified})"
    for version, shape in row.shapes:
        yield f'STEAMGS_SHAPE(k{row.event}, "{version}", {events.OURS}::{shape})'


def _conversions(scope: Scope, struct: Struct) -> Iterator[str]:
    *older, (newest, sdk) = scope.variants(struct)
    fields = struct.fields_of(sdk)
    for name, since in older:
        had = {one.name for one in struct.fields_of(since)}
        yield f"inline {newest} newest(const {name}& from) noexcept {{"
        yield f"    {newest} to{{}};"
        for field in fields:
            yield from _field(scope, field, since, field.name in had)
        yield "    return to;"
        yield "}"
        yield ""


def _field(scope: Scope, field: Field, since: str, had: bool) -> Iterator[str]:
    if field.members:
        raise ValueError(f"a union in a struct that grew: {field.name}")
    if had and scope.spelled(field.type, since) != scope.spelled(field.type, scope.newest):
        yield f"    to.{field.name} = newest(from.{field.name});"
    elif had:
        # As bytes: whatever Steam put there need not be a value of the type.
        yield f"    std::memcpy(&to.{field.name}, &from.{field.name}, sizeof(to.{field.name}));"
    elif isinstance(kind := scope.model.kind(field.type, scope.newest), kinds.Handle):
        yield f"    to.{field.name} = {kind.invalid};"
