"""Events for the emitters: the fields of a callback as Cython and Python have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import kinds
from kinds import Kind
from model import Callback, Event, Field, Model

PACKING = kinds.PACKINGS[0]  # no field's kind depends on it


@dataclass(frozen=True)
class EventField:
    """A field of an event.

    :ivar member: of Steam's struct.
    :ivar declaration: the member's for Cython.
    :ivar read: what makes a Python object of it.
    :ivar write: what an argument of the event's class is put there with.
    :ivar annotation: the attribute's type.
    :ivar argument: the type of the argument.
    """

    name: str
    member: str
    doc: str
    declaration: str
    read: str
    write: str
    annotation: str
    argument: str
    enum: str | None = None


@dataclass(frozen=True)
class EventRow:
    """An event: its class, its signal and its callback.

    :ivar kind: of its records: its place in the table.
    :ivar attribute: of a server, which has the interface; None for the server itself.
    """

    kind: int
    struct: str
    id: int
    event: str
    signal: str
    doc: str
    trigger: tuple[str, ...]
    fields: tuple[EventField, ...]
    interface: str
    attribute: str | None

    @property
    def path(self) -> str:
        """Where the signal is, seen from a server."""
        return f"{self.attribute}.{self.signal}" if self.attribute else self.signal

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def docstring(self) -> str:
        answers = ", ".join(f"``{name}``" for name in self.trigger)
        lines = [f"{self.doc} Steamworks: ``{self.struct}`` ({self.id})."]
        lines += [f"Answers {answers}."] if answers else []
        lines += [f":ivar {field.name}: {field.doc}" for field in self.fields]
        return "\n\n    ".join(lines)


def rows(model: Model) -> tuple[EventRow, ...]:
    """All events, in the order of the table."""
    return tuple(
        _row(model, kind, callback, event) for kind, (callback, event) in enumerate(model.events)
    )


@dataclass(frozen=True)
class InterfaceRow:
    """One of Steam's interfaces, as far as it has signals.

    :ivar signals: the class that has them.
    """

    signals: str
    doc: str
    callbacks: tuple[EventRow, ...]


def interfaces(model: Model) -> tuple[InterfaceRow, ...]:
    """The interfaces that have signals."""
    by_interface: dict[str, list[EventRow]] = {}
    for row in rows(model):
        by_interface.setdefault(row.interface, []).append(row)
    return tuple(
        InterfaceRow(
            f"{name.removeprefix('ISteam')}Signals", f"The signals of {name}.", tuple(found)
        )
        for name, found in by_interface.items()
    )


def enums(found: Iterable[EventRow]) -> dict[str, str]:
    """The enums that are types of fields: Python class -> name in C++."""
    fields = [field for row in found for field in row.fields]
    pairs = {one.annotation: one.enum for one in fields if one.enum is not None}
    return dict(sorted(pairs.items()))


def _row(model: Model, kind: int, callback: Callback, event: Event) -> EventRow:
    return EventRow(
        kind=kind,
        struct=callback.name,
        id=callback.id,
        event=event.name,
        signal=event.signal,
        doc=event.doc,
        trigger=event.trigger,
        interface=callback.interface,
        attribute=model.interfaces[callback.interface].attribute,
        fields=tuple(
            _field(model, callback, one) for one in callback.fields if one.attribute is not None
        ),
    )


def _field(model: Model, callback: Callback, one: Field) -> EventField:
    kind = model.field_kind(callback, one, model.sdks[-1], PACKING)
    where = f"self.data.{one.name}"
    name = one.attribute or ""
    enum = kind.enum if isinstance(kind, kinds.EnumKind) else None
    declared, read, write, annotation, argument = _python_of(model, kind, one, name, where)
    return EventField(name, one.name, one.doc, declared, read, write, annotation, argument, enum)


def _python_of(
    model: Model, kind: Kind, one: Field, name: str, where: str
) -> tuple[str, str, str, str, str]:
    """Declaration, reading, writing, and both types of a field of some kind."""
    match kind:
        case kinds.SteamId():
            number = f'integer_argument("{name}", {name}, 0, UINT64_MAX)'
            write = f"write_id({where}, {number})"
            return f"SteamIdMember {one.name}", f"read_id({where})", write, "int", "int"
        case kinds.Bool() | kinds.Integer() if one.flag or isinstance(kind, kinds.Bool):
            write = f'{where} = flag_argument("{name}", {name})'
            return f"bint {one.name}", f"read_flag({where})", write, "bool", "bool"
        case kinds.Integer(bits, signed):
            return _number(kinds.Integer(bits, signed), one, name, where)
        case kinds.Handle():
            return _number(kind.number, one, name, where)
        case kinds.Text(length):
            size = f"sizeof({where})"
            read = f"text_from_steam({where}, {size})"
            write = f'text_to_steam("{name}", {name}, {where}, {size})'
            return f"char {one.name}[{length}]", read, write, "str", "str"
        case kinds.EnumKind(enum):
            python = model.enums[enum].python
            if python is not None:
                read = f"enum_member({python.name}, {python.name}_members, read_enum({where}))"
                write = f'write_enum({where}, <int>signed_argument("{name}", {name}))'
                return f"{enum} {one.name}", read, write, python.name, "int"
    raise ValueError(f"no event can have {one.name} yet: {kind}")


def _number(
    kind: kinds.Integer, one: Field, name: str, where: str
) -> tuple[str, str, str, str, str]:
    type_ = f"{'int' if kind.signed else 'uint'}{kind.bits}_t"
    if kind.signed and kind.bits != 32:
        raise ValueError(f"no event can have {one.name} yet: {kind}")
    if kind.signed:
        taken = f'signed_argument("{name}", {name})'
    else:
        taken = f'integer_argument("{name}", {name}, 0, UINT{kind.bits}_MAX)'
    cast = "" if kind.bits == 64 else f"<{type_}>"
    return f"{type_} {one.name}", where, f"{where} = {cast}{taken}", "int", "int"
