"""What arguments may be: the lowest and the highest of each, and what lies just outside."""

from __future__ import annotations

import ast
import enum
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import steamgs
from steamgs.released import Released

UINT16, UINT32, UINT64 = 2**16 - 1, 2**32 - 1, 2**64 - 1
INT32, INT64 = 2**31 - 1, 2**63 - 1
FLOAT32 = (2 - 2**-23) * 2.0**127


class Bad(NamedTuple):
    value: Any
    error: type[Exception]
    words: str
    """What the message says after the argument's name."""
    name: str | None = None
    """How it calls the argument, if not as the method does."""


class Limits(NamedTuple):
    good: tuple[Any, ...]
    """What is accepted, at the limits; the first of it stands where another argument is tried."""
    bad: tuple[Bad, ...]

    def __or__(self, other: Limits) -> Limits:
        return Limits(self.good + other.good, self.bad + other.bad)

    def within(self, wrap: Callable[[Any], Any], name: str | None = None) -> Limits:
        """Of something inside the argument."""
        bad = tuple(one._replace(value=wrap(one.value), name=name) for one in self.bad)
        return Limits(tuple(map(wrap, self.good)), bad)

    def called(self, name: str) -> Limits:
        """By messages."""
        return self.within(lambda value: value, name)

    def but(self, *bad: Bad) -> Limits:
        """With more that is refused."""
        return Limits(self.good, self.bad + bad)

    def optional(self) -> Limits:
        return Limits((*self.good, None), self.bad)

    def without(self, *errors: type[Exception]) -> Limits:
        """Of what is refused, not these, as the argument may be of another kind too."""
        return Limits(self.good, tuple(one for one in self.bad if one.error not in errors))


def any_of(*values: Any) -> Limits:
    """What has no limits."""
    return Limits(values, ())


def integer(low: int, high: int) -> Limits:
    words = f"must be from {low} to {high}, not "
    return Limits(
        (low, high),
        (
            Bad(low - 1, OverflowError, f"{words}{low - 1}"),
            Bad(high + 1, OverflowError, f"{words}{high + 1}"),
            Bad(str(low), TypeError, "must be an int, not str"),
            Bad(float(low), TypeError, "must be an int, not float"),
            Bad(True, TypeError, "must be an int, not bool"),
        ),
    )


def number() -> Limits:
    """A 32-bit one."""
    words = "must be a finite 32-bit number, not "
    too_large = FLOAT32 * (1 + 2.0**-50)
    return Limits(
        (0, -FLOAT32, FLOAT32, 2.0**-149),
        (
            Bad(too_large, ValueError, f"{words}{too_large}"),
            Bad(-too_large, ValueError, f"{words}{-too_large}"),
            Bad(float("nan"), ValueError, f"{words}nan"),
            Bad("1", TypeError, "must be a number, not str"),
            Bad(True, TypeError, "must be a number, not bool"),
        ),
    )


def text(most: int | None, *, empty: bool = True, letter: str = "é") -> Limits:
    """In bytes of UTF-8; None where only Steam has a limit."""
    width = len(letter.encode())
    length = 5000 if most is None else most
    longest = letter * (length // width) + "x" * (length % width)
    bad = [
        Bad("a\0b", ValueError, "must not contain a NUL character"),
        Bad(b"x", TypeError, "must be a str, not bytes"),
    ]
    if most is not None:
        words = f"must be at most {most} bytes of UTF-8, not {most + 1}"
        bad.append(Bad("x" + longest, ValueError, words))
    if not empty:
        bad.append(Bad("", ValueError, "must not be empty"))
    good = ("x", longest, "x" * length, *([""] if empty else []))
    return Limits(good, tuple(bad))


def sized(low: int, high: int) -> Limits:
    """Bytes."""
    words = f"must be {low} to {high} bytes, not "
    return Limits(
        (bytes(low), bytes(high)),
        (
            Bad(bytes(low - 1), ValueError, f"{words}{low - 1}"),
            Bad(bytes(high + 1), ValueError, f"{words}{high + 1}"),
            Bad("x", TypeError, "must be bytes, not str"),
        ),
    )


def counted(low: int, high: int, make: Callable[[Iterable[int]], Any], words: str = "") -> Limits:
    """So many numbers, from 1; ``words`` follow the limits."""
    said = f"must be {low} to {high}{words}, not "
    bad = [Bad(make(range(1, high + 2)), ValueError, f"{said}{high + 1}")]
    if low:
        bad.append(Bad(make(range(1, low)), ValueError, f"{said}{low - 1}"))
    return Limits((make(range(1, low + 1)), make(range(1, high + 1))), tuple(bad))


def member(kind: type[enum.IntEnum]) -> Limits:
    members = list(kind)
    words = f"must be a steamgs.{kind.__name__}"
    return Limits(
        (members[0], members[-1]),
        (
            Bad(min(members) - 1, ValueError, words),
            Bad(max(members) + 1, ValueError, words),
            Bad(members[0].name, TypeError, f"{words}, not str"),
        ),
    )


FLAG = Limits(
    (False, True),
    (
        Bad(0, TypeError, "must be a bool, not int"),
        Bad(None, TypeError, "must be a bool, not NoneType"),
    ),
)
# True, False or nothing said.
SWITCH = Limits((None, False, True), FLAG.bad[:1])
STEAM_ID = integer(1, UINT64)
TIMEOUT = Limits(
    (None, 0, -(10**400), 10**400, float("inf")),
    (
        Bad("1", TypeError, "must be a number of seconds or None, not str"),
        Bad(True, TypeError, "must be a number of seconds or None, not bool"),
        Bad(float("nan"), ValueError, "must be a number of seconds or None, not nan"),
    ),
)


Rows = dict[str, dict[str, Limits]]


def check(
    arguments: dict[str, Limits],
    make: Callable[[], Any],
    use: Callable[[Any, dict[str, Any]], object],
    told: Callable[[], object],
) -> None:
    """Call a method with each argument at its limits and beyond, while the others are ordinary.

    Steam itself may refuse what is within the limits.

    :param make: makes what has the method, as a call may close it.
    :param told: what Steam knows, which what is refused does not change.
    """
    ordinary = {name: limits.good[0] for name, limits in arguments.items()}
    for name, limits in arguments.items():
        for value in limits.good:
            with _ended(make()) as target:
                try:
                    use(target, {**ordinary, name: value})
                except steamgs.SteamError as error:
                    assert not isinstance(error, OUR_ERRORS), error
        for bad in limits.bad:
            with _ended(make()) as target:
                before = told()
                with pytest.raises(bad.error) as caught:
                    use(target, {**ordinary, name: bad.value})
                assert type(caught.value) is bad.error
                said = str(caught.value)
                assert said.startswith(name if bad.name is None else bad.name), said
                assert bad.words in said, said
                assert told() == before, f"Steam was told of {name}={bad.value!r:.50}"


# With these Steam was not asked.
OUR_ERRORS = (steamgs.NotRunningError, steamgs.ClosedHandleError, steamgs.MessageTooBigError)


@contextmanager
def _ended(target: Any) -> Iterator[Any]:
    yield target
    if isinstance(target, Released):
        target.release()
    elif isinstance(target, steamgs.FakeUDPPort):
        target.close()


def arguments_of(kinds: Collection[type]) -> dict[str, set[str]]:
    """The arguments of all public methods and of properties that can be set, by ``Class.name``."""
    found = {
        f"{kind.__name__}.{name}": set(inspect.signature(method).parameters) - {"self"}
        for kind in kinds
        for name, method in inspect.getmembers(kind, callable)
        if not name.startswith("_")
    }
    stub = ast.parse(Path(steamgs.__file__).with_name("_core.pyi").read_text("utf-8"))
    names = {kind.__name__ for kind in kinds}
    for home in stub.body:
        if isinstance(home, ast.ClassDef) and home.name in names:
            for one in home.body:
                if isinstance(one, ast.FunctionDef) and ".setter" in ast.unparse(one):
                    found[f"{home.name}.{one.name}"] = {one.name}
    return {name: arguments for name, arguments in found.items() if arguments}
