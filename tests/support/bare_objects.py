"""Makes an object of every class of the extension by ``__new__`` alone, and tries all that it has.

A program of its own, as a mistake ends the process. The last line says what was tried last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from steamgs import _core

OPERATORS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "len": len,
    "bool": bool,
    "hash": hash,
    "iter": iter,
    "next": next,
    "bytes": bytes,
    "memoryview": memoryview,
    "call": lambda value: value(),
    "item": lambda value: value[0],
    "in": lambda value: 0 in value,
    "equal": lambda value: value == value,  # noqa: PLR0124
    "less": lambda value: value < value,  # noqa: PLR0124
    "await": lambda value: value.__await__().send(None),
    "next of await": lambda value: next(value.__await__()),
    "aiter": aiter,
    "anext": lambda value: anext(value).send(None),
}
# Of every type; a type of Python takes them with more than the object.
NOT_THE_OBJECTS = {"__class__", "__init_subclass__", "__subclasshook__"}


def use(name: str, value: Any) -> None:
    attribute = getattr(value, name)
    if callable(attribute):
        attribute()


def bare(kind: Any) -> object:
    return kind.__new__(kind)


def attempts(kind: type) -> Iterator[tuple[str, Callable[[Any], object]]]:
    yield from OPERATORS.items()
    for name in set(dir(kind)) - NOT_THE_OBJECTS:
        yield name, partial(use, name)


def main() -> None:
    for name, kind in sorted(vars(_core).items()):
        if not isinstance(kind, type) or kind.__module__ != _core.__name__:
            continue
        try:
            bare(kind)
        except (TypeError, NotImplementedError):  # the latter where a system has no such thing
            print("refused", name, flush=True)
            continue
        for what, attempt in attempts(kind):
            print("tries", name, what, flush=True)
            with contextlib.suppress(Exception):
                attempt(bare(kind))
    print("done")


if __name__ == "__main__":
    main()
