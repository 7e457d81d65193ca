"""Events as columns: what C++ fills, and the classes of ``steamgs/columns.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import events
import kinds
from events import EventRow
from kinds import Kind
from model import Callback, Model

MADE = "// Made by codegen/emit_columns.py from abi/*.toml."
TEMPLATE = Path(__file__).resolve().parent.parent / "steamgs" / "columns.py.in"
# What all classes of columns have.
TAKEN = {"as_dict", "event", "names", "sequence", "signal"}
_INTEGERS = {8: "b", 16: "h", 32: "i", 64: "q"}


@dataclass(frozen=True)
class Column:
    """A field of all events of a kind.

    :ivar member: of Steam's struct.
    :ivar format: of an item, as Python's module ``struct`` has it.
    :ivar size: of an item, in bytes.
    :ivar put: what writes an item: a function of ``src/core/columns.h``.
    :ivar annotation: the attribute's type.
    """

    name: str
    doc: str
    member: str
    format: str
    size: int
    put: str
    annotation: str


@dataclass(frozen=True)
class ColumnsRow:
    """A kind of event, and the columns of such events."""

    event: EventRow
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def files(model: Model) -> dict[str, str]:
    from Cython import Tempita  # type: ignore[attr-defined, unused-ignore]

    found = rows(model)
    template = Tempita.Template(TEMPLATE.read_text(encoding="utf-8"))
    # The columns' own, and that of the sequence.
    most = max(len(row.columns) for row in found) + 1
    return {
        "include/core/column_limits.inc": f"{MADE}\nconstexpr size_t kMostColumns = {most};\n",
        "include/core/column_table.inc": "\n".join([MADE, *map(_specialisation, found), ""]),
        "steamgs/columns.py": str(template.substitute(rows=found)),
    }


def rows(model: Model) -> tuple[ColumnsRow, ...]:
    """All kinds of events, in the order of the table."""
    return tuple(
        ColumnsRow(row, tuple(_columns(model, callback, row)))
        for (callback, _), row in zip(model.events, events.rows(model), strict=True)
    )


def _columns(model: Model, callback: Callback, row: EventRow) -> Iterator[Column]:
    for one, field in zip(model.shown(callback), row.fields, strict=True):
        if field.name in TAKEN:
            raise ValueError(f"{callback.name}: a column can't be called {field.name}")
        kind = model.field_kind(callback, one, model.sdks[-1], events.PACKING)
        if isinstance(kind, kinds.Nested | kinds.Array):
            continue  # no number and no text: those who need it take the events themselves
        yield Column(field.name, field.doc, one.name, *_representation(kind, one.flag))


def _representation(kind: Kind, flag: bool) -> tuple[str, int, str, str]:
    """Format, size, what writes it, and the attribute's type."""
    match kind:
        case kinds.SteamId():
            return "Q", 8, "put_id", "memoryview[int]"
        case kinds.Bool() | kinds.Integer() if flag or isinstance(kind, kinds.Bool):
            return "?", 1, "put_flag", "memoryview[bool]"
        case kinds.Integer(bits, signed):
            letter = _INTEGERS[bits]
            return letter if signed else letter.upper(), bits // 8, "put_number", "memoryview[int]"
        case kinds.Handle():
            return _representation(kind.number, False)
        case kinds.EnumKind():
            return "i", 4, "put_enum", "memoryview[int]"
        case kinds.Text(length):
            return f"{length}s", length, "put_text", "TextColumn"
    raise ValueError(f"no column can have this yet: {kind}")


def _specialisation(row: ColumnsRow) -> str:
    columns = ['{"Q", 8, false}', *map(_initializer, row.columns)]
    lines = [
        "template <>",
        f"struct ColumnsOf<k{row.event.event}> {{",
        f"    static constexpr Column all[] = {{{', '.join(columns)}}};",
        "    static void put(void* const* columns, size_t row, const void* payload) noexcept {",
        f"        const auto& event = *static_cast<const {row.event.qualified}*>(payload);",
    ]
    lines += [
        f"        {one.put}(columns[{number}], row, event.{one.member});"
        for number, one in enumerate(row.columns, 1)
    ]
    if not row.columns:
        lines += ["        static_cast<void>(columns), static_cast<void>(row);"]
        lines += ["        static_cast<void>(event);"]
    return "\n".join([*lines, "    }", "};"])


def _initializer(column: Column) -> str:
    text = "true" if column.put == "put_text" else "false"
    return f'{{"{column.format}", {column.size}, {text}}}'
