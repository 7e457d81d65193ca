"""Reads ``abi/*.toml`` into a :class:`model.Model`, and refuses what it doesn't understand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from kinds import PACKINGS
from model import (
    ABI,
    Argument,
    Callback,
    Constant,
    Enum,
    Event,
    Field,
    Interface,
    Lifetime,
    Method,
    Model,
    Numbers,
    PythonEnum,
    Struct,
    Typedef,
    Value,
    Version,
)

Row = dict[str, Any]
Tables = Mapping[str, Row]  # the files, by their names without .toml
Named = TypeVar("Named", Callback, Constant, Enum, Interface, Struct, Typedef)

# What a row must have, and what it may have.
_FILE = ("", "sdks opaque interface object struct callback enum constants typedefs")
_INTERFACE = (
    "class header accessor user version_macro versions methods",
    "inline deprecated left_out attribute",
)
_OBJECT = ("class header methods", "left_out")
_VERSION = ("string since", "")
_METHOD = (
    "name",
    "flat returns args signature answer since gone private deprecated bound left_out",
)
_STRUCT = ("name size fields", "header pack")
_CALLBACK = ("struct id size fields", "header pack event signal doc trigger left_out")
_EVENT = ("event signal doc", "trigger")
_FIELD = ("", "since gone members steam_id name doc flag parts enum")
_VALUE = ("value", "since gone name doc left_out")
_PYTHON = ("class prefix doc", "told later flags")
_CONSTANT = ("value", "type since gone")
_TYPEDEF = ("type", "invalid since gone")


class TableError(ValueError):
    """A table contains something invalid; the message names the place."""


def load(folder: Path = ABI) -> Model:
    """Read all tables of a folder.

    :raises TableError: something is unknown, missing or said twice.
    """
    files = {
        path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))
    }
    for name, file in files.items():
        _checked(file, f"{name}.toml", _FILE)
    sdks = files["common"]["sdks"]
    reader = _Reader(first=sdks["headers"][0])
    return Model(
        headers=tuple(sdks["headers"]),
        libraries=tuple(sdks["libraries"]),
        interfaces=_named(reader.interfaces(files)),
        structs=_named(reader.structs(files)),
        callbacks=_named(reader.callbacks(files)),
        enums=_named(reader.enums(files)),
        constants=_named(reader.constants(files)),
        typedefs=_named(reader.typedefs(files)),
        opaque=frozenset(word for file in files.values() for word in file.get("opaque", ())),
    )


def arguments(text: str) -> tuple[Argument, ...]:
    """Split ``const char *pchName, int32 *pData``."""
    result = []
    for part in filter(None, text.split(", ")):
        match = re.fullmatch(r"(.*[ *&])(\w+)", part)
        if match is None:
            raise TableError(f"{part!r} is not a type and a name")
        result.append(Argument(match[1].strip(), match[2]))
    return tuple(result)


def _named(rows: Iterable[Named]) -> dict[str, Named]:
    result: dict[str, Named] = {}
    for row in rows:
        if row.name in result:
            raise TableError(f"{row.name} is declared twice")
        result[row.name] = row
    return result


def _checked(row: Row, where: str, keys: tuple[str, str]) -> Row:
    required, allowed = ({*part.split()} for part in keys)
    if missing := required - row.keys():
        raise TableError(f"{where}: {', '.join(sorted(missing))} missing")
    if unknown := row.keys() - required - allowed:
        raise TableError(f"{where}: unknown {', '.join(sorted(unknown))}")
    return row


def _words(keys: tuple[str, str]) -> set[str]:
    return {*" ".join(keys).split()}


def _pair(value: int | list[int]) -> dict[int, int]:
    """A number for each packing, of one for both or of two."""
    numbers = value if isinstance(value, list) else [value] * len(PACKINGS)
    return dict(zip(PACKINGS, numbers, strict=True))


class _Reader:
    """Reads rows; without ``since``, a thing exists since the first SDK."""

    def __init__(self, first: str) -> None:
        self._first = first

    def _lifetime(self, row: Row) -> Lifetime:
        return Lifetime(row.get("since", self._first), row.get("gone"))

    def interfaces(self, files: Tables) -> Iterator[Interface]:
        for name, file in files.items():
            if "interface" in file:
                yield self._interface(_checked(file["interface"], f"{name}.toml", _INTERFACE))
            for row in file.get("object", ()):
                yield self._interface(_checked(row, f"{name}.toml", _OBJECT))

    def _interface(self, row: Row) -> Interface:
        return Interface(
            name=row["class"],
            header=row["header"],
            accessor=row.get("accessor"),
            user=row.get("user"),
            version_macro=row.get("version_macro"),
            versions=tuple(
                Version(**_checked(one, row["class"], _VERSION)) for one in row.get("versions", ())
            ),
            methods=tuple(self._method(one, row["class"]) for one in row["methods"]),
            inline=frozenset(row.get("inline", ())),
            deprecated=row.get("deprecated", False),
            left_out=row.get("left_out"),
            attribute=row.get("attribute"),
        )

    def _method(self, row: Row, class_: str) -> Method:
        where = f"{class_}::{_checked(row, class_, _METHOD)['name']}"
        says = row.keys() & {"returns", "args", "signature"}
        if says not in ({"returns", "args"}, {"signature"}):
            raise TableError(f"{where}: either returns and args, or an unknown signature")
        if row.get("signature", "unknown") != "unknown":
            raise TableError(f"{where}: a signature is unknown, or said by returns and args")
        return Method(
            name=row["name"],
            flat=row.get("flat") or row["name"],
            returns=row.get("returns"),
            arguments=arguments(row.get("args", "")),
            answer=row.get("answer"),
            lifetime=self._lifetime(row),
            private=row.get("private", False),
            deprecated=row.get("deprecated", False),
            bound=row.get("bound"),
            left_out=row.get("left_out"),
        )

    def structs(self, files: Tables) -> Iterator[Struct]:
        for name, file in files.items():
            for row in file.get("struct", ()):
                _checked(row, f"{name}.toml: {row.get('name')}", _STRUCT)
                yield Struct(row["name"], **self._body(row, file))

    def callbacks(self, files: Tables) -> Iterator[Callback]:
        for name, file in files.items():
            for row in file.get("callback", ()):
                _checked(row, f"{name}.toml: {row.get('struct')}", _CALLBACK)
                yield Callback(
                    row["struct"],
                    **self._body(row, file),
                    id=row["id"],
                    interface=file["interface"]["class"],
                    event=self._event(row),
                    left_out=row.get("left_out"),
                )

    def _event(self, row: Row) -> Event | None:
        more = {key: row[key] for key in _words(_EVENT) & row.keys()}
        if not more:
            return None
        _checked(more, row["struct"], _EVENT)
        return Event(more["event"], more["signal"], more["doc"], tuple(more.get("trigger", ())))

    def _body(self, row: Row, file: Row) -> Row:
        return {
            "header": row.get("header") or file["interface"]["header"],
            "pack": str(row.get("pack", "callback")),
            "sizes": self._numbers(row["size"]),
            "fields": tuple(self._field(one) for one in row["fields"]),
        }

    def _numbers(self, value: int | list[int] | Row) -> Numbers:
        """One number, one for each packing, or either by SDK."""
        by_sdk = value if isinstance(value, dict) else {self._first: value}
        return {since: _pair(one) for since, one in by_sdk.items()}

    def _field(self, row: list[Any]) -> Field:
        name, type_, offset, *rest = row
        more = _checked(rest[0] if rest else {}, name, _FIELD)
        members = more.get("members", ())
        if (type_ == "union") != bool(members):
            raise TableError(f"{name}: a union has members, and nothing else has")
        return Field(
            name=name,
            type=type_,
            offsets=self._numbers(offset),
            lifetime=self._lifetime(more),
            members=tuple(self._field([one[0], one[1], offset, *one[2:]]) for one in members),
            steam_id=more.get("steam_id", False),
            attribute=more.get("name"),
            doc=more.get("doc", ""),
            flag=more.get("flag", False),
            enum=more.get("enum"),
            parts=tuple(self._field([one[0], "", 0, one[1]]) for one in more.get("parts", ())),
        )

    def enums(self, files: Tables) -> Iterator[Enum]:
        for file in files.values():
            for name, table in file.get("enum", {}).items():
                rows = dict(table)
                python = self._python(name, rows.pop("python", None))
                values = (
                    self._value(one, row)
                    for one, listed in rows.items()
                    # A list where the value changed.
                    for row in (listed if isinstance(listed, list) else [listed])
                )
                yield Enum(name, tuple(values), python)

    def _python(self, name: str, row: Row | None) -> PythonEnum | None:
        if row is None:
            return None
        _checked(row, name, _PYTHON)
        return PythonEnum(
            row["class"],
            row["prefix"],
            row["doc"],
            told=row.get("told", False),
            later=row.get("later", False),
            flags=row.get("flags", False),
        )

    def _value(self, name: str, row: int | Row) -> Value:
        more = _checked(row if isinstance(row, dict) else {"value": row}, name, _VALUE)
        return Value(
            name,
            more["value"],
            self._lifetime(more),
            member=more.get("name"),
            doc=more.get("doc", ""),
            left_out=more.get("left_out"),
        )

    def constants(self, files: Tables) -> Iterator[Constant]:
        for file in files.values():
            for name, row in file.get("constants", {}).items():
                _checked(row, name, _CONSTANT)
                yield Constant(name, row.get("type"), row["value"], self._lifetime(row))

    def typedefs(self, files: Tables) -> Iterator[Typedef]:
        for file in files.values():
            for name, row in file.get("typedefs", {}).items():
                more = _checked(row if isinstance(row, dict) else {"type": row}, name, _TYPEDEF)
                yield Typedef(name, more["type"], more.get("invalid"), self._lifetime(more))
