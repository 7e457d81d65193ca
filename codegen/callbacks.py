"""What callbacks.toml says: the callbacks that steamgs listens to, and their events' fields."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "callbacks.toml"

# kind -> how Cython reads the member, how it takes an argument, and its type for annotations.
# An unknown kind is the name of an enum of steamgs.enums.
READ = {
    "steam_id": "read_id(self.data.{member})",
    "u64": "self.data.{member}",
    "i32": "self.data.{member}",
    "u32": "self.data.{member}",
    "u16": "self.data.{member}",
    "bool": "read_flag(self.data.{member})",
    "text": "text_from_steam(self.data.{member}, sizeof(self.data.{member}))",
}
WRITE = {
    "steam_id": 'write_id(self.data.{member}, integer_argument("{name}", {name}, 0, UINT64_MAX))',
    "u64": 'self.data.{member} = integer_argument("{name}", {name}, 0, UINT64_MAX)',
    "i32": 'self.data.{member} = <int32_t>signed_argument("{name}", {name})',
    "u32": 'self.data.{member} = <uint32_t>integer_argument("{name}", {name}, 0, UINT32_MAX)',
    "u16": 'self.data.{member} = <uint16_t>integer_argument("{name}", {name}, 0, UINT16_MAX)',
    "bool": 'self.data.{member} = flag_argument("{name}", {name})',
    "text": 'text_to_steam("{name}", {name}, self.data.{member}, sizeof(self.data.{member}))',
}
MEMBER_TYPE = {
    "steam_id": "SteamIdMember",
    "u64": "uint64_t",
    "i32": "int32_t",
    "u32": "uint32_t",
    "u16": "uint16_t",
    "bool": "bint",
    "text": "char",
}
ANNOTATION = {"bool": "bool", "text": "str"}
INTEGERS = frozenset({"steam_id", "u64", "i32", "u32", "u16"})
C_ENUM = {
    "Result": "EResult",
    "DenyReason": "EDenyReason",
    "AuthSessionResponse": "EAuthSessionResponse",
}
# attribute of a server -> the class of that interface's signals, and what it says of itself
INTERFACES = {
    "": ("GameServerSignals", "The signals of ISteamGameServer."),
    "stats": ("GameServerStatsSignals", "The signals of ISteamGameServerStats."),
}


@dataclass(frozen=True)
class Field:
    name: str
    member: str
    kind: str
    doc: str

    @property
    def declaration(self) -> str:
        suffix = "[128]" if self.kind == "text" else ""
        return f"{MEMBER_TYPE.get(self.kind, C_ENUM.get(self.kind))} {self.member}{suffix}"

    @property
    def read(self) -> str:
        enum = f"enum_member({self.kind}, {self.kind}_members, read_enum(self.data.{{member}}))"
        return READ.get(self.kind, enum).format(member=self.member)

    @property
    def write(self) -> str:
        enum = 'write_enum(self.data.{member}, <int>signed_argument("{name}", {name}))'
        return WRITE.get(self.kind, enum).format(member=self.member, name=self.name)

    @property
    def annotation(self) -> str:
        return "int" if self.kind in INTEGERS else ANNOTATION.get(self.kind, self.kind)

    @property
    def argument(self) -> str:
        return ANNOTATION.get(self.kind, "int")


@dataclass(frozen=True)
class Callback:
    struct: str
    id: int
    event: str
    signal: str
    doc: str
    trigger: tuple[str, ...]
    fields: tuple[Field, ...]
    kind: int  # of its records: its place in the table
    attribute: str  # of the server, whose interface it comes from; empty for ISteamGameServer's

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


@dataclass(frozen=True)
class Interface:
    """One of Steam's interfaces, as far as it has signals."""

    signals: str
    doc: str
    callbacks: tuple[Callback, ...]


def interfaces_of(callbacks: tuple[Callback, ...]) -> tuple[Interface, ...]:
    return tuple(
        Interface(signals, doc, tuple(row for row in callbacks if row.attribute == attribute))
        for attribute, (signals, doc) in INTERFACES.items()
    )


def read_table(path: Path = TABLE) -> tuple[Callback, ...]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["callback"]
    return tuple(
        Callback(
            **{key: row[key] for key in ("struct", "id", "event", "signal", "doc")},
            trigger=tuple(row["trigger"]),
            fields=tuple(Field(*field) for field in row["fields"]),
            kind=kind,
            attribute=row.get("attribute", ""),
        )
        for kind, row in enumerate(rows)
    )
