"""Makes everything that follows from callbacks.toml.

``build`` writes what only a build needs (never committed); ``check`` compares, and ``write``
renews, the parts of committed files between ``generated`` marks: type stubs, tables of documents.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from stubs import stubs

import emit_abi
from validate import checked_model

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "codegen" / "callbacks.toml"

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


def read_table(path: Path = TABLE) -> tuple[Callback, ...]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["callback"]
    return tuple(
        Callback(
            **{key: row[key] for key in ("struct", "id", "event", "signal", "doc")},
            trigger=tuple(row["trigger"]),
            fields=tuple(Field(*field) for field in row["fields"]),
        )
        for row in rows
    )


def callback_table(callbacks: tuple[Callback, ...]) -> str:
    rows = [f"STEAMGS_CALLBACK(k{row.event}, {row.struct}, {row.id})" for row in callbacks]
    return "\n".join(["// Made by codegen/generate.py from callbacks.toml.", *rows, ""])


def cython_events(callbacks: tuple[Callback, ...]) -> str:
    return from_template("events.pxi.in", callbacks)


def cython_event_declarations(callbacks: tuple[Callback, ...]) -> str:
    return from_template("events.pxd.in", callbacks)


def from_template(name: str, callbacks: tuple[Callback, ...]) -> str:
    from Cython import Tempita  # type: ignore[attr-defined, unused-ignore]

    template = ROOT / "steamgs" / "core" / name
    return str(
        Tempita.Template(template.read_text(encoding="utf-8")).substitute(callbacks=callbacks)
    )


def stub_events(callbacks: tuple[Callback, ...]) -> str:
    lines: list[str] = []
    for row in callbacks:
        lines += [
            "@final",
            f"class {row.event}(Event):",
            f'    """{row.docstring}',
            '    """',
            "",
        ]
        lines.append(f"    __match_args__ = {row.names}".replace("'", '"'))
        arguments = "".join(f", {field.name}: {field.argument}" for field in row.fields)
        lines.append(f"    def __init__(self{arguments}) -> None: ...")
        for field in row.fields:
            lines += ["    @property", f"    def {field.name}(self) -> {field.annotation}:"]
            lines += [f'        """{field.doc}"""']
        lines.append("")
    lines += [
        "@disjoint_base",
        "class Signals:",
        '    """The signals of a game server, one for each callback."""',
        "",
    ]
    for row in callbacks:
        lines += ["    @property", f"    def {row.signal}(self) -> Signal[{row.event}]:"]
        lines += [f'        """{row.doc}"""']
    lines += [
        "    @property",
        "    def signals(self) -> tuple[Signal[Any], ...]:",
        '        """All signals, in the order of the table of callbacks."""',
        "    def _on_close(self, listener: Callable[[], object]) -> None:",
        '        """Have ``listener()`` called when the server closes, once."""',
        "    def _forget_on_close(self, listener: Callable[[], object]) -> None:",
        '        """Undo :meth:`_on_close`; harmless if it was called already."""',
    ]
    return "\n".join(lines)


def signal_rows(callbacks: tuple[Callback, ...]) -> str:
    lines = ["| signal | event | Steam callback | fields |", "|---|---|---|---|"]
    for row in callbacks:
        fields = ", ".join(f"`{name}`" for name in row.names) or "none"
        lines.append(f"| `{row.signal}` | `{row.event}` | `{row.struct}` ({row.id}) | {fields} |")
    return "\n".join(lines)


def signal_reference(callbacks: tuple[Callback, ...]) -> str:
    return "\n".join(signal_entry(row) for row in sorted(callbacks, key=lambda row: row.signal))


def signal_entry(row: Callback) -> str:
    lines = ["", f"## {row.signal}", "", row.doc, ""]
    if row.trigger:
        lines += ["Answers " + ", ".join(f"`{name}()`" for name in row.trigger) + ".", ""]
    lines += [f"Event: `steamgs.{row.event}`. Steamworks: `{row.struct}` ({row.id}).", ""]
    if row.fields:
        lines += ["| field | type | |", "|---|---|---|"]
        lines += [f"| `{one.name}` | `{one.annotation}` | {one.doc} |" for one in row.fields]
    else:
        lines.append("No fields.")
    return "\n".join(lines)


def exported_names(callbacks: tuple[Callback, ...]) -> str:
    return "\n".join(f"    {row.event}," for row in sorted(callbacks, key=lambda row: row.event))


def quoted_names(callbacks: tuple[Callback, ...]) -> str:
    return "\n".join(f'    "{row.event}",' for row in sorted(callbacks, key=lambda row: row.event))


BUILT = {
    "src/common/callback_table.inc": callback_table,
    "steamgs/core/events.pxi": cython_events,
    "steamgs/core/events.pxd": cython_event_declarations,
}
# Copied as they are: what a user is shown, the package needs too.
COPIED = {"steamgs/demo/arena.py": "examples/arena.py"}
# file -> what stands between each pair of marks
COMMITTED = {
    "steamgs/_core.pyi": {"events": stub_events, "classes": lambda _: stubs()},
    "steamgs/__init__.py": {"imports": exported_names, "names": quoted_names},
    "README.md": {"signals": signal_rows},
    "docs/reference/signals.md": {"signals": signal_reference},
}


def build() -> None:
    """Write the files that a build needs, leaving those alone that would not change."""
    callbacks = read_table()
    made = {name: make(callbacks) for name, make in BUILT.items()}
    made |= {name: (ROOT / of).read_text(encoding="utf-8") for name, of in COPIED.items()}
    made |= {
        f"build/generated/{name}": text for name, text in emit_abi.files(checked_model()).items()
    }
    for name, text in made.items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def renewed(path: Path, parts: dict[str, object], callbacks: tuple[Callback, ...]) -> str:
    text = path.read_text(encoding="utf-8")
    for mark, make in parts.items():
        pattern = re.compile(
            rf"(^[^\n]*<generated {mark}>[^\n]*\n).*?(^[^\n]*</generated>)",
            re.DOTALL | re.MULTILINE,
        )
        if not pattern.search(text):
            raise SystemExit(f"{path.name} has no <generated {mark}> marks")
        body = make(callbacks)  # type: ignore[operator]
        text = pattern.sub(lambda match, body=body: f"{match[1]}{body}\n{match[2]}", text)  # type: ignore[misc]
    return text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("build", "write", "check"))
    verb = parser.parse_args(arguments).verb
    if verb == "build":
        build()
        return 0
    callbacks, stale = read_table(), []
    for name, parts in COMMITTED.items():
        path = ROOT / name
        text = renewed(path, dict(parts), callbacks)
        if text != path.read_text(encoding="utf-8"):
            stale.append(name)
            if verb == "write":
                path.write_text(text, encoding="utf-8")
    if stale and verb == "check":
        print("out of date, run `make generate`:", ", ".join(stale), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
