"""An ordered record of calls to Steam and of its callbacks, which may be shown to anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Any, ParamSpec, TypeVar

from steamgs.steamid import SteamID
from steamgs.tokens import without_tokens

__all__ = ["Step", "Trace"]

P = ParamSpec("P")
T = TypeVar("T")

# Below this, a number is no Steam id: its universe is above the lower 56 bits.
_FIRST_STEAM_ID = 1 << 56


_MARKS = {"call": "->", "returned": "  ", "raised": "!!", "event": "<-"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace."""

    seconds: float
    """Since the trace began."""
    kind: str
    """``call``, ``returned``, ``raised`` or ``event``."""
    name: str
    detail: str
    """What was passed, returned or said, without what should stay private."""

    def __str__(self) -> str:
        match self.kind:
            case "call":
                words = f"{self.name}({self.detail})"
            case "returned":
                words = f"{self.name}: {self.detail}"
            case _:
                words = f"{self.name}: {self.detail}" if self.detail else self.name
        return f"{self.seconds:9.3f} s  {_MARKS[self.kind]} {words}"


class Trace:
    """Steps in the order in which they happened; see :class:`Step`.

    :param secrets: texts that must not appear in it, and what stands there instead.
    :param on_step: is given each step at once; it must not raise.
    """

    def __init__(
        self, secrets: dict[str, str], on_step: Callable[[Step], object] | None = None
    ) -> None:
        self.steps: list[Step] = []
        self._on_step = on_step
        # Also as repr() shows them, and without the spaces around them, which are nobody's secret.
        self._secrets = {
            form: shown
            for text, shown in secrets.items()
            for form in (text, repr(text)[1:-1], text.strip())
            if form
        }
        self._ids: dict[int, int] = {}
        self._start = time.monotonic()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it, and note that, and what it returned or raised."""
        name = getattr(function, "__name__", str(function))
        shown = [self.show(value) for value in args]
        shown += [f"{key}={self.show(value)}" for key, value in kwargs.items()]
        self._note("call", name, ", ".join(shown))
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            self._note("raised", name, f"{type(error).__name__}: {self.redact(str(error))}")
            raise
        if isinstance(result, (int, str)):  # not a Call, nor the server itself
            self.returned(name, result)
        return result

    def returned(self, name: str, result: object) -> None:
        """Note a result."""
        self._note("returned", name, self.show(result))

    def says(self, name: str, words: str) -> None:
        """Note what we found out, in words."""
        self._note("returned", name, self.redact(words))

    def event(self, name: str, fields: dict[str, Any]) -> None:
        """Note a callback."""
        shown = []
        for key, value in fields.items():
            # Some callbacks have an address as a number.
            private = key.endswith("_ip") and value != 0
            shown.append(f"{key}={'<an address>' if private else self.show(value)}")
        self._note("event", name, ", ".join(shown))

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        for secret, shown in self._secrets.items():
            text = text.replace(secret, shown)
        return without_tokens(text)

    def show(self, value: object) -> str:
        """A value as it may be shown: of ids and addresses, only what kind they are."""
        if isinstance(value, int) and type(value) is not bool and value >= _FIRST_STEAM_ID:
            return self._steam_id(int(value))
        if isinstance(value, (IPv4Address, IPv6Address)):
            return _address(value)
        if isinstance(value, IntEnum):
            return f"{type(value).__name__}.{value.name}"
        return self.redact(repr(value))

    def _steam_id(self, value: int) -> str:
        number = self._ids.setdefault(value, len(self._ids) + 1)
        kind = SteamID(value).account_type.name.lower().replace("_", " ")
        return f"<Steam id {number}, {kind}>"

    def _note(self, kind: str, name: str, detail: str) -> None:
        step = Step(time.monotonic() - self._start, kind, name, detail)
        self.steps.append(step)
        if self._on_step is not None:
            self._on_step(step)


def _address(address: IPv4Address | IPv6Address) -> str:
    if address.is_unspecified or address.is_loopback:
        return str(address)
    return f"<a {'public' if address.is_global else 'private'} IPv{address.version} address>"
