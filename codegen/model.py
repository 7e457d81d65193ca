"""The table of Steamworks facts, ``abi/*.toml``, as typed objects: see docs/internals/abi.md.

Everything that was added or removed has a lifetime, in SDK versions. So a question about the table
is always about one SDK, and takes its version as a string: ``"1.58a"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import kinds
from kinds import PACKINGS, Kind, Layout

ABI = Path(__file__).resolve().parent.parent / "abi"

BUILTIN: Mapping[str, Kind] = {
    "bool": kinds.Bool(),
    "char": kinds.Integer(8, True),
    "int": kinds.Integer(32, True),
    "float": kinds.Float(32),
    "double": kinds.Float(64),
    "size_t": kinds.Integer(64, False),
    "intptr_t": kinds.Integer(64, True),
    "CSteamID": kinds.SteamId(),
    **{f"int{bits}": kinds.Integer(bits, True) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": kinds.Integer(bits, False) for bits in (8, 16, 32, 64)},
    **{f"int{bits}_t": kinds.Integer(bits, True) for bits in (32, 64)},
}


@cache
def order(sdk: str) -> tuple[int, int, str]:
    """What SDK versions are sorted by: 1.58, 1.58a, 1.59."""
    match = re.fullmatch(r"(\d+)\.(\d+)([a-z]?)", sdk)
    if match is None:
        raise ValueError(f"{sdk!r} is not a version of the SDK")
    return int(match[1]), int(match[2]), match[3]


def upper_snake_case(name: str) -> str:
    """``IPNotFound`` is ``IP_NOT_FOUND``."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).upper()


@dataclass(frozen=True)
class Lifetime:
    """From which SDK on something is there, and from which it is gone."""

    since: str
    gone: str | None = None

    def covers(self, sdk: str) -> bool:
        return order(self.since) <= order(sdk) and (
            self.gone is None or order(sdk) < order(self.gone)
        )


@dataclass(frozen=True)
class Argument:
    """One parameter of a method; the type is spelled as in C++."""

    type: str
    name: str


@dataclass(frozen=True)
class Method:
    """One virtual function.

    :ivar flat: the last part of its flat function's name; differs from ``name`` in overloads.
    :ivar returns: None where the signature is not known, only the slot.
    :ivar answer: the struct that answers, for methods that hand out a SteamAPICall_t.
    :ivar private: headers hide it, and there is no flat function.
    :ivar bound: the Python attribute that calls it.
    :ivar left_out: why there is none.
    """

    name: str
    flat: str
    returns: str | None
    arguments: tuple[Argument, ...]
    answer: str | None
    lifetime: Lifetime
    private: bool
    deprecated: bool
    bound: str | None = None
    left_out: str | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """Types of its arguments."""
        return tuple(argument.type for argument in self.arguments)


@dataclass(frozen=True)
class Version:
    """A version string of an interface; ``since`` is the first SDK whose headers ask for it."""

    string: str
    since: str


@dataclass(frozen=True)
class Interface:
    """A class of virtual functions; in the table their order is that of their slots.

    :ivar accessor: the headers' function that gives a game server its instance; None for classes
        that other methods return.
    :ivar user: whose instance that is: ``server`` (the server's HSteamUser), ``zero`` (user 0),
        or ``global`` (the client's if there is one, otherwise the server's).
    :ivar inline: functions that only call others: not virtual, but there are flat ones.
    :ivar left_out: why none of its methods is bound.
    :ivar attribute: of a Python server, which has the interface; None for the server itself.
    """

    name: str
    header: str
    accessor: str | None
    user: str | None
    version_macro: str | None
    versions: tuple[Version, ...]
    methods: tuple[Method, ...]
    inline: frozenset[str]
    deprecated: bool
    left_out: str | None = None
    attribute: str | None = None

    def version_of(self, sdk: str) -> Version:
        """The version that an SDK's headers ask for."""
        return [one for one in self.versions if order(one.since) <= order(sdk)][-1]

    def version(self, string: str) -> Version:
        return next(one for one in self.versions if one.string == string)

    def methods_of(self, sdk: str) -> tuple[Method, ...]:
        """The methods as one SDK's headers have them, in slot order."""
        return tuple(one for one in self.methods if one.lifetime.covers(sdk))

    def slots(self, version: Version) -> tuple[Method, ...]:
        """The methods that any steamclient has that knows this version."""
        return self.methods_of(version.since)

    def appended(self, version: Version) -> tuple[Method, ...]:
        """Methods that came later, behind the others, without a new version string.

        Call one only if the loaded libsteam_api exports its flat function.
        """
        return tuple(
            method
            for method in self.methods
            if order(method.lifetime.since) > order(version.since)
            and self.version_of(method.lifetime.since) == version
        )

    def overloads(self, methods: Iterable[Method]) -> tuple[tuple[Method, ...], ...]:
        """Groups of methods that share a name, in order of declaration."""
        groups: dict[str, list[Method]] = {}
        for method in methods:
            groups.setdefault(method.name, []).append(method)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    def microsoft_order(self, methods: Iterable[Method]) -> tuple[Method, ...]:
        """Slots as Microsoft's compiler has them: overloads of one name in reverse."""
        ordered = list(methods)
        for group in self.overloads(tuple(ordered)):
            first = ordered.index(group[0])
            ordered[first : first + len(group)] = reversed(group)
        return tuple(ordered)


Numbers = Mapping[str, Mapping[int, int]]  # from which SDK on, for each packing


def number_of(numbers: Numbers, sdk: str, packing: int) -> int:
    """A size or an offset, as the table says it for one SDK."""
    return [by for since, by in numbers.items() if order(since) <= order(sdk)][-1][packing]


@dataclass(frozen=True)
class Field:
    """A member of a struct.

    :ivar name: empty for an anonymous union, whose members count as the struct's own.
    :ivar offsets: what the table says of its place.
    :ivar members: those of a union.
    :ivar steam_id: a uint64 that holds a Steam id.
    :ivar attribute: the event's attribute that has it in Python; None if there is none.
    :ivar flag: a number that is only ever 0 or 1: a bool in Python.
    :ivar enum: whose values an int has, where Steam's struct does not say it.
    :ivar parts: what the event has of a struct in it; only names, attributes and docs are set.
    """

    name: str
    type: str
    offsets: Numbers
    lifetime: Lifetime
    members: tuple[Field, ...] = ()
    steam_id: bool = False
    attribute: str | None = None
    doc: str = ""
    flag: bool = False
    enum: str | None = None
    parts: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Struct:
    """A struct that passes between us and Steam.

    :ivar pack: ``callback`` (4 on Linux and macOS, 8 on Windows), ``natural``, or ``1``.
    :ivar sizes: what the table says of its size.
    """

    name: str
    header: str
    pack: str
    sizes: Numbers
    fields: tuple[Field, ...]

    def limit(self, packing: int) -> int | None:
        """What ``#pragma pack`` limits alignment to."""
        return {"callback": packing, "natural": None, "1": 1}[self.pack]

    def fields_of(self, sdk: str) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.lifetime.covers(sdk))


@dataclass(frozen=True)
class Event:
    """What Python makes of a callback: a class, and a signal that tells when one has come.

    :ivar trigger: the Python functions that it answers.
    """

    name: str
    signal: str
    doc: str
    trigger: tuple[str, ...]


@dataclass(frozen=True)
class Callback(Struct):
    """What Steam sends: a plain callback, or the answer of the methods that name it so.

    :ivar interface: the class whose table declares it.
    :ivar event: None if steamgs doesn't listen to it.
    :ivar left_out: why it doesn't, where that follows from nothing else.
    """

    id: int = 0
    interface: str = ""
    event: Event | None = None
    left_out: str | None = None


@dataclass(frozen=True)
class Value:
    """A member of an enum.

    :ivar member: its name in Python, where that is not the one which follows from ``name``.
    :ivar doc: a sentence for a person.
    :ivar left_out: why Python's enum has no such member.
    """

    name: str
    value: int
    lifetime: Lifetime
    member: str | None = None
    doc: str = ""
    left_out: str | None = None


@dataclass(frozen=True)
class PythonEnum:
    """What Python makes of an enum: a class in ``steamgs.enums``, or in ``steamgs.later_enums``.

    :ivar prefix: what Steam's names begin with and Python's don't.
    :ivar told: Steam is only ever told a member, and reports none: other values are refused.
    :ivar later: it is large and few need it, so it is loaded when it is used.
    :ivar flags: its members are bits, which are combined; such a class is loaded later as well.
    """

    name: str
    prefix: str
    doc: str
    told: bool
    later: bool
    flags: bool


@dataclass(frozen=True)
class Enum:
    """An enum; it is there as long as one of its members is.

    :ivar python: None if Python has no use for it.
    """

    name: str
    values: tuple[Value, ...]
    python: PythonEnum | None = None

    @property
    def members(self) -> dict[str, Value]:
        """The members of Python's class, by their names there.

        How many there are (a name that ends with ``Max``) is no member, unless it is named.
        """
        if self.python is None:
            return {}
        length = len(self.python.prefix)
        return {
            one.member or upper_snake_case(one.name[length:]): one
            for one in self.values
            if one.left_out is None and (one.member or not one.name.endswith("Max"))
        }

    def values_of(self, sdk: str) -> dict[str, int]:
        return {one.name: one.value for one in self.values if one.lifetime.covers(sdk)}


@dataclass(frozen=True)
class Constant:
    """A named number; one without a type is a macro."""

    name: str
    type: str | None
    value: int
    lifetime: Lifetime


@dataclass(frozen=True)
class Typedef:
    """Another name for a type; a handle if it has a constant for an invalid value."""

    name: str
    type: str
    invalid: str | None
    lifetime: Lifetime


@dataclass(frozen=True)
class Model:
    """All tables. Everything is found by its C++ name."""

    headers: tuple[str, ...]  # SDKs whose headers hold the table
    libraries: tuple[str, ...]  # SDKs of which we only had the library
    interfaces: Mapping[str, Interface]
    structs: Mapping[str, Struct]
    callbacks: Mapping[str, Callback]
    enums: Mapping[str, Enum]
    constants: Mapping[str, Constant]
    typedefs: Mapping[str, Typedef]
    opaque: frozenset[str]
    _layouts: dict[tuple[str, str, int], Layout] = field(default_factory=dict, compare=False)

    @property
    def sdks(self) -> tuple[str, ...]:
        return tuple(sorted((*self.headers, *self.libraries), key=order))

    def struct(self, name: str) -> Struct:
        return self.structs.get(name) or self.callbacks[name]

    def returns_class(self, method: Method) -> bool:
        """Whether the result is a class by value.

        Microsoft's compiler passes a hidden pointer for it behind ``this``, as it does for no
        function that is not a member: in a slot, only a member function will do.
        """
        return method.returns == "CSteamID" or method.returns in self.structs

    @property
    def events(self) -> tuple[tuple[Callback, Event], ...]:
        """What steamgs listens to, in the order of the kinds of its records."""
        return tuple((one, one.event) for one in self.callbacks.values() if one.event)

    def shown(self, callback: Callback) -> Iterator[Field]:
        """The fields that an event has; the name of one in a nested struct is a path."""
        for one in callback.fields:
            if one.attribute is not None:
                yield one
            if one.parts:
                inner = {part.name: part for part in self.struct(one.type).fields}
                for part in one.parts:
                    type_ = inner[part.name].type
                    yield replace(part, name=f"{one.name}.{part.name}", type=type_)

    def answered_by(self, callback: Callback) -> tuple[tuple[Interface, Method], ...]:
        """The methods that it answers; none if it is a plain callback only."""
        return tuple(
            (interface, method)
            for interface in self.interfaces.values()
            for method in interface.methods
            if method.answer == callback.name
        )

    def why_left_out(self, callback: Callback) -> str | None:
        """Why steamgs doesn't listen to a callback; None if nobody has said so."""
        answered = self.answered_by(callback)
        if callback.left_out or self.interfaces[callback.interface].left_out:
            return callback.left_out or self.interfaces[callback.interface].left_out
        if answered and not any(method.bound for _, method in answered):
            return f"as `{answered[0][1].flat}`, which it answers"
        return None

    def kind(self, type_: str, sdk: str) -> Kind:
        """The kind of a C++ type; KeyError if the table doesn't know it."""
        if type_.endswith("*") or "(*)" in type_:
            return kinds.Pointer(type_)
        if array := re.fullmatch(r"(.+)\[(\d+)\]", type_):
            length = int(array[2])
            if array[1] == "char":
                return kinds.Text(length)
            return kinds.Array(self.kind(array[1], sdk), length)
        if type_ in BUILTIN:
            return BUILTIN[type_]
        if type_ in self.enums:
            return kinds.EnumKind(type_)
        if typedef := self.typedefs.get(type_):
            kind = self.kind(typedef.type, sdk)
            if typedef.invalid and isinstance(kind, kinds.Integer):
                return kinds.Handle(type_, kind, typedef.invalid)
            return kind
        struct = self.struct(type_)
        return kinds.Nested(type_, {one: self.layout(struct, sdk, one) for one in PACKINGS})

    def field_kind(self, struct: Struct, one: Field, sdk: str, packing: int) -> Kind:
        if one.members:
            members = [member for member in one.members if member.lifetime.covers(sdk)]
            return kinds.Union(
                tuple(self.kind(member.type, sdk) for member in members), struct.limit(packing)
            )
        if one.steam_id:
            return kinds.SteamId(is_class=False)
        return self.kind(one.type, sdk)

    def layout(self, struct: Struct, sdk: str, packing: int) -> Layout:
        """The layout that follows from the fields' kinds; what the table says is checked by it."""
        key = (struct.name, sdk, packing)
        if key not in self._layouts:
            row = [self.field_kind(struct, one, sdk, packing) for one in struct.fields_of(sdk)]
            self._layouts[key] = kinds.lay_out(row, packing, struct.limit(packing))
        return self._layouts[key]

    def types(self) -> Iterator[tuple[str, str]]:
        """Every type that the table mentions, and where."""
        for interface in self.interfaces.values():
            for method in interface.methods:
                where = f"{interface.name}::{method.flat}"
                if method.returns is not None:
                    yield method.returns, where
                for type_ in method.types:
                    yield type_, where
        for struct in (*self.structs.values(), *self.callbacks.values()):
            for one in struct.fields:
                for member in one.members or (one,):
                    yield member.type, f"{struct.name}::{member.name}"
        for typedef in self.typedefs.values():
            yield typedef.type, typedef.name
        for constant in self.constants.values():
            if constant.type is not None:
                yield constant.type, constant.name

    def knows(self, type_: str) -> bool:
        """Whether every name in a C++ type is one that the table has."""
        words = re.findall(r"[A-Za-z_][\w:]*", type_)
        return all(
            word in ("const", "void")
            or word in BUILTIN
            or word in self.opaque
            or word in self.enums
            or word in self.typedefs
            or word in self.structs
            or word in self.callbacks
            or word in self.interfaces
            for word in words
        )
