"""Events for the emitters: the fields of a callback as Cython and Python have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import kinds
from kinds import Kind
from model import Callback, Event, Field, Model, PythonEnum, order
from scope import Scope

PACKING = kinds.PACKINGS[0]  # no field's kind depends on it
# Where what Steam's own headers may lack, or have in another shape, is declared.
OURS = "steamgs::abi"


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
    :ivar struct: what Steam calls it.
    :ivar shape: the C++ struct that records bear: the newest shape, if its size differs by version.
    :ivar ours: whether that is declared in our namespace.
    :ivar shapes: the C++ struct that each version of the interface sends, if its size differs.
    :ivar attribute: of a server, which has the interface; None for the server itself.
    """

    kind: int
    struct: str
    shape: str
    ours: bool
    shapes: tuple[tuple[str, str], ...]
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
    def qualified(self) -> str:
        """The struct of its records, seen from any namespace."""
        return f"{OURS}::{self.shape}" if self.ours else self.shape

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
    scope = Scope(model)
    return tuple(
        _row(scope, kind, callback, event) for kind, (callback, event) in enumerate(model.events)
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


def enums(model: Model, found: Iterable[EventRow], *, later: bool) -> list[str]:
    """Python's classes that are types of fields: those that are loaded later, or the others."""
    fields = [field for row in found for field in row.fields]
    classes = [model.enums[one.enum].python for one in fields if one.enum is not None]
    return sorted({one.name for one in classes if one is not None and one.later is later})


def _row(scope: Scope, kind: int, callback: Callback, event: Event) -> EventRow:
    model = scope.model
    return EventRow(
        kind=kind,
        struct=callback.name,
        shape=scope.variants(callback)[-1][0],
        ours=scope.declares(callback),
        shapes=_shapes(scope, callback),
        id=callback.id,
        event=event.name,
        signal=event.signal,
        doc=event.doc,
        trigger=event.trigger,
        interface=callback.interface,
        attribute=model.interfaces[callback.interface].attribute,
        fields=tuple(_field(scope, callback, one) for one in model.shown(callback)),
    )


def _shapes(scope: Scope, callback: Callback) -> tuple[tuple[str, str], ...]:
    if len(callback.sizes) == 1:
        return ()
    versions = scope.face(callback).versions
    return tuple((one.string, scope.spelled(callback.name, one.since)) for one in versions)


def _field(scope: Scope, callback: Callback, one: Field) -> EventField:
    model = scope.model
    kind = model.field_kind(callback, one, model.sdks[-1], PACKING)
    where = f"self.data.{_identifier(one)}"
    name = one.attribute or ""
    enum = one.enum
    if isinstance(kind, kinds.EnumKind) and model.enums[kind.enum].python is not None:
        enum = kind.enum
    declared, read, write, annotation, argument = _python_of(model, kind, one, name, where)
    doc = one.doc + _absence(scope, callback, one, kind)
    return EventField(name, one.name, doc, declared, read, write, annotation, argument, enum)


def _absence(scope: Scope, callback: Callback, one: Field, kind: Kind) -> str:
    """What a field is where the interface is served in a version that lacks it."""
    if order(one.lifetime.since) <= order(scope.model.sdks[0]):
        return ""
    face = scope.face(callback)
    version = face.version_of(one.lifetime.since).string
    value = f"``{kind.invalid}``" if isinstance(kind, kinds.Handle) else "0"
    return f" It is {value} if Steam serves a version of {face.name} before ``{version}``."


def _python_of(
    model: Model, kind: Kind, one: Field, name: str, where: str
) -> tuple[str, str, str, str, str]:
    """Declaration, reading, writing, and both types of a field of some kind."""
    declared = (
        _identifier(one) if one.name == _identifier(one) else f'{_identifier(one)} "{one.name}"'
    )
    match kind:
        case kinds.Nested("SteamNetworkingIdentity"):
            write = f'identity_to_steam("{name}", {name}, &{where})'
            read = f"identity_from_steam(&{where})"
            return (
                f"IdentityStruct {declared}",
                read,
                write,
                "NetworkingIdentity",
                "NetworkingIdentity",
            )
        case kinds.Array(kinds.Integer(16, False), length):
            write = f'ports_to_steam("{name}", {name}, {where}, {length})'
            read = f"ports_from_steam({where}, {length})"
            return (
                f"uint16_t {declared}[{length}]",
                read,
                write,
                "tuple[int, ...]",
                "tuple[int, ...]",
            )
        case kinds.Array(kinds.Handle(number=kinds.Integer(32, False)), length):
            write = f'app_ids_to_steam("{name}", {name}, {where}, {length})'
            read = f"app_ids_from_steam({where}, {length})"
            return (
                f"uint32_t {declared}[{length}]",
                read,
                write,
                "tuple[int, ...]",
                "tuple[int, ...]",
            )
        case kinds.Integer(32, True) if one.enum is not None:
            python = model.enums[one.enum].python
            assert python is not None
            read = _member(python, where)
            write = f'{where} = <int>signed_argument("{name}", {name})'
            return f"int {declared}", read, write, python.name, "int"
        case kinds.SteamId():
            number = f'integer_argument("{name}", {name}, 0, UINT64_MAX)'
            write = f"write_id({where}, {number})"
            return f"SteamIdMember {declared}", f"read_id({where})", write, "int", "int"
        case kinds.Bool() | kinds.Integer() if one.flag or isinstance(kind, kinds.Bool):
            write = f'{where} = flag_argument("{name}", {name})'
            return f"bint {declared}", f"read_flag({where})", write, "bool", "bool"
        case kinds.Integer(bits, signed):
            return _number(kinds.Integer(bits, signed), one, declared, name, where)
        case kinds.Handle():
            return _number(kind.number, one, declared, name, where)
        case kinds.Text(length):
            size = f"sizeof({where})"
            read = f"text_from_steam({where}, {size})"
            write = f'text_to_steam("{name}", {name}, {where}, {size})'
            return f"char {declared}[{length}]", read, write, "str", "str"
        case kinds.EnumKind(enum):
            python = model.enums[enum].python
            if python is not None:
                read = _member(python, f"read_enum({where})")
                write = f'write_enum({where}, <int>signed_argument("{name}", {name}))'
                return f"{enum} {declared}", read, write, python.name, "int"
            write = f'write_enum({where}, <int>signed_argument("{name}", {name}))'
            return f"int {declared}", f"read_enum({where})", write, "int", "int"
    raise ValueError(f"no event can have {one.name} yet: {kind}")


def _member(python: PythonEnum, value: str) -> str:
    """Reads a member; a class that is loaded later is looked up by its name."""
    if python.later:
        return f'later_member("{python.name}", {value})'
    return f"enum_member({python.name}, {python.name}_members, {value})"


def _identifier(one: Field) -> str:
    """What a member is called in Cython; in a nested struct C++ calls it by a path."""
    return one.name.replace(".", "_")


def _number(
    kind: kinds.Integer, one: Field, declared: str, name: str, where: str
) -> tuple[str, str, str, str, str]:
    type_ = f"{'int' if kind.signed else 'uint'}{kind.bits}_t"
    if kind.signed and kind.bits == 64:
        taken = f'signed_64_argument("{name}", {name})'
        return f"int64_t {declared}", where, f"{where} = {taken}", "int", "int"
    if kind.signed and kind.bits != 32:
        raise ValueError(f"no event can have {one.name} yet: {kind}")
    if kind.signed:
        taken = f'signed_argument("{name}", {name})'
    else:
        taken = f'integer_argument("{name}", {name}, 0, UINT{kind.bits}_MAX)'
    cast = "" if kind.bits == 64 else f"<{type_}>"
    return f"{type_} {declared}", where, f"{where} = {cast}{taken}", "int", "int"
