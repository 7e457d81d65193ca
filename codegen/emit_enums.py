"""Steam's enums for Python, ``steamgs/enums.py``."""

from __future__ import annotations

from collections.abc import Iterator

from model import Enum, Model, PythonEnum

_HEAD = '''"""Steam's enumerations as :class:`enum.IntEnum`.

Members carry the SDK's names in UPPER_SNAKE_CASE (``k_EResultServiceUnavailable`` is
``Result.SERVICE_UNAVAILABLE``; "ElseWhere" is spelt ``ELSEWHERE`` throughout). A value that the SDK
did not have when this module was made becomes a member named ``UNKNOWN_<value>``, so that a
newer Steam never turns an event into an exception.
"""

# Made by codegen/emit_enums.py from abi/*.toml.

from __future__ import annotations

from steamgs.steam_enum import SteamEnum, ToldEnum

# The names in steamgs.later_enums, which `steamgs` offers without loading that module.
LATER = {later}
'''
_LATER_HEAD = '''"""Enumerations of Steam that few programs use: loaded when one is used."""

# Made by codegen/emit_enums.py from abi/*.toml.

from __future__ import annotations

from enum import IntFlag

from steamgs.steam_enum import SteamEnum, ToldEnum
'''
_TOLD = """

    Steam is told one and never reports one, so any other value raises ValueError.
    """


def files(model: Model) -> dict[str, str]:
    pairs = [(one, one.python) for one in model.enums.values() if one.python is not None]
    at_once = [pair for pair in pairs if not pair[1].later]
    later = [pair for pair in pairs if pair[1].later]
    names = "".join(f'    "{name}",\n' for name in sorted(python.name for _, python in later))
    return {
        "steamgs/enums.py": _module(
            [_HEAD.replace("{later}", f"(\n{names})")], ["SteamEnum"], at_once
        ),
        "steamgs/later_enums.py": _module([_LATER_HEAD], [], later),
    }


def _module(head: list[str], more: list[str], pairs: list[tuple[Enum, PythonEnum]]) -> str:
    names = sorted([python.name for _, python in pairs] + more)
    lines = [*head, "__all__ = [", *(f'    "{name}",' for name in names), "]"]
    for enum, python in pairs:
        lines += ["", "", *_class(enum, python)]
    return "\n".join([*lines, ""])


def _class(enum: Enum, python: PythonEnum) -> Iterator[str]:
    base = "IntFlag" if python.flags else "ToldEnum" if python.told else "SteamEnum"
    yield f"class {python.name}({base}):"
    doc = f'    """{python.doc} Steamworks: ``{enum.name}``.'
    yield doc + (_TOLD if python.told else "") + '"""'
    yield ""
    for name, value in enum.members.items():
        yield f"    {name} = {value.value}"
        if python.flags and value.doc:
            yield f'    """{value.doc}"""'
    documented = {name: one.doc for name, one in enum.members.items() if one.doc}
    if documented and not python.flags:
        yield ""
        yield "    __descriptions__ = {"
        for name, text in documented.items():
            yield f"        {name}: {text!r},"
        yield "    }"
