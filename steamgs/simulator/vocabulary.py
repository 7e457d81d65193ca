"""The commands of the simulated Steam, with the names used in scenario files, Python and C.

They are declared in the simulator itself. Python asks for the declarations and checks arguments
against them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from types import MappingProxyType
from typing import Any

from steamgs.simulator import arguments
from steamgs.simulator.library import control, text_of

__all__ = ["Command", "CommandField", "commands", "fields_as_toml"]


@dataclass(frozen=True, slots=True)
class CommandField:
    """A field of a command."""

    name: str
    type: str
    """``"integer"``, ``"number"``, ``"boolean"``, ``"string"``, ``"address"`` or ``"choice"``."""
    what: str
    """What a value is, with its unit, such as ``"a number of seconds"``."""
    list: bool
    """Whether it takes several."""
    low: float | None
    """The least that a value may be; of a string the fewest bytes."""
    high: float | None
    """The most that a value may be; of a string the most bytes."""
    choices: tuple[str, ...]
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done to the simulated Steam."""

    name: str
    """What an event of a scenario file says as its ``do``, and ``Simulator.do`` takes."""
    doc: str
    table: str | None
    """The table of a scenario file that gives the command at the start, if there is one."""
    repeated: bool
    """Whether a file may have several such tables: ``[[table]]``."""
    fields: tuple[CommandField, ...]

    def field(self, name: str) -> CommandField:
        """The field of that name.

        :raises TypeError: the command has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise TypeError(f"{self.name} takes no {name!r}")

    def names(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(field.name for field in self.fields)


_commands: Mapping[str, Command] | None = None


def commands() -> Mapping[str, Command]:
    """All commands of the simulator, by name. The first call loads the simulated steamclient."""
    global _commands  # noqa: PLW0603 - what the library declares is read once per process
    if _commands is None:
        read: list[dict[str, Any]] = json.loads(text_of(control().commands))
        _commands = MappingProxyType({entry["name"]: _command(entry) for entry in read})
    return _commands


def _command(entry: dict[str, Any]) -> Command:
    fields = [
        CommandField(**{**field, "choices": tuple(field["choices"])}) for field in entry["fields"]
    ]
    return Command(**{**entry, "fields": tuple(fields)})


def fields_as_toml(command: Command, values: dict[str, object]) -> bytes:
    """The values of a command's fields as written in a scenario file; None leaves a field out.

    :raises TypeError: a value has the wrong type, a required field is missing, or there is no such
        field.
    :raises OverflowError: an integer is out of its range.
    :raises ValueError: any other value is not allowed.
    """
    given = {name: value for name, value in values.items() if value is not None}
    missing = [field.name for field in command.fields if field.required and field.name not in given]
    if missing:
        raise TypeError(f"{command.name} needs {missing[0]!r}")
    lines = [f"{name} = {_written(command.field(name), value)}" for name, value in given.items()]
    return "\n".join(lines).encode()


def _written(field: CommandField, value: Any) -> str:
    if not field.list:
        return _WRITERS[field.type](field, value)
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)):
        raise TypeError(f"{field.name} must be an iterable, not {type(value).__name__}")
    return "[" + ", ".join(_WRITERS[field.type](field, item) for item in value) + "]"


def _integer(field: CommandField, value: Any) -> str:
    assert field.low is not None
    assert field.high is not None
    return str(arguments.integer(field.name, value, int(field.low), int(field.high)))


def _number(field: CommandField, value: Any) -> str:
    number = arguments.number(field.name, value)
    assert field.low is not None
    assert field.high is not None
    if not field.low <= number <= field.high:
        raise ValueError(
            f"{field.name} must be {field.what} from {field.low:g} to {field.high:g}, not {value}"
        )
    # An integer stays one, as some numbers have to be; beyond 64 bits there is none in TOML.
    return str(int(value)) if isinstance(value, int) and abs(value) < 1 << 63 else repr(number)


def _boolean(field: CommandField, value: Any) -> str:
    return "true" if value else "false"


def _string(field: CommandField, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{field.name} must be a str, not {type(value).__name__}")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise ValueError(f"{field.name} must be text without surrogates, not {value!r}") from None
    assert field.low is not None
    assert field.high is not None
    if not field.low <= size <= field.high or "\0" in value:
        raise ValueError(f"{field.name} must be {field.what}, not {value!r}")
    # JSON's strings are TOML's, but for what lies beyond 16 bits and DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _address(field: CommandField, value: Any) -> str:
    try:
        return f'"{IPv4Address(value)}"'
    except AddressValueError as error:
        raise ValueError(f"{field.name} must be {field.what}: {error}") from None


def _choice(field: CommandField, value: Any) -> str:
    if value not in field.choices:
        raise ValueError(f"{field.name} must be one of {', '.join(field.choices)}, not {value!r}")
    return f'"{value}"'


_WRITERS = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": _string,
    "address": _address,
    "choice": _choice,
}
