"""The interfaces that a server may ask steamclient for, and what not every version of them has.

They are two tables for C++, with rows of macros that the including file defines. Versions are
described in ``steamgs/abi/`` (see ``emit_abi``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from model import Interface, Method, Model


def files(model: Model) -> dict[str, str]:
    asked = [one for one in model.interfaces.values() if one.accessor and one.versions]
    made = "// Made by codegen/generate.py from abi/."
    interfaces = [_interface(one) for one in asked]
    includes = sorted({f'#include "steamgs/abi/{one.header}"' for one in asked})
    methods = [row for one in asked for row in _methods(one)]
    return {
        "include/core/interface_headers.inc": "\n".join([made, *includes, ""]),
        "include/core/interface_table.inc": "\n".join([made, *interfaces, ""]),
        "include/core/method_table.inc": "\n".join([made, *methods, ""]),
    }


def name(interface: Interface) -> str:
    """What an interface is called in Python: ``networking_sockets``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", interface.name.removeprefix("ISteam"))
    return "_".join(words).lower()


def kind(interface: Interface) -> str:
    """What C++ calls it among all interfaces."""
    return "k" + name(interface).title().replace("_", "") + "Interface"


def _interface(interface: Interface) -> str:
    return f'STEAMGS_INTERFACE({kind(interface)}, "{name(interface)}", {interface.name})'


def _methods(interface: Interface) -> Iterator[str]:
    """Methods that some version lacks: one row for each version that has it, or may have it."""
    everywhere = set.intersection(
        *[set(map(_flat, interface.slots(v))) for v in interface.versions]
    )
    for version in interface.versions:
        for method in interface.slots(version):
            if method.flat not in everywhere:
                yield _method(interface, version.string, method, "nullptr")
        for method in interface.appended(version):
            proof = f'"SteamAPI_{interface.name}_{method.flat}"'
            yield _method(interface, version.string, method, proof)


def _method(interface: Interface, version: str, method: Method, proof: str) -> str:
    return (
        f'STEAMGS_METHOD({kind(interface)}, "{method.flat}", "{version}", '
        f'"{method.lifetime.since}", {proof})'
    )


def _flat(method: Method) -> str:
    return method.flat
