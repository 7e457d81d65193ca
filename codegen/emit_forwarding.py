"""``steamgs/forwarding.h``: a version of an interface whose calls go to an object of another one.

Methods that the other version has with other arguments are left to those who derive from the class.
"""

from __future__ import annotations

from collections.abc import Iterator

import cpp
from model import Interface, Method, Model, Version
from scope import Scope

PATH = "include/steamgs/forwarding.h"
_NAMESPACE = "namespace steamgs::simulator::forwarding {"
_END = "}  // namespace steamgs::simulator::forwarding"
# By interface: the version that is served, and the one that is there.
_FORWARDED = {"ISteamNetworkingSockets": ("SteamNetworkingSockets012", "SteamNetworkingSockets013")}


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    scope = Scope(model)
    faces = [model.interfaces[name] for name in _FORWARDED]
    lines = [cpp.MADE, *(f"#include <steamgs/abi/{face.header}>" for face in faces), ""]
    lines += [_NAMESPACE, "", "using namespace abi;", ""]
    for face in faces:
        lines += _class(scope, face, *(_version(face, string) for string in _FORWARDED[face.name]))
    return {PATH: "\n".join([*lines, _END, ""])}


def _version(face: Interface, string: str) -> Version:
    return next(version for version in face.versions if version.string == string)


def _class(scope: Scope, face: Interface, served: Version, there: Version) -> Iterator[str]:
    name, other = (cpp.version_class(face, version.string) for version in (served, there))
    known = {(method.name, method.types) for method in face.slots(there)}
    yield f"class {name} : public abi::{name} {{"
    yield "  public:"
    for method in face.slots(served):
        if (method.name, method.types) in known:
            yield _function(scope, method, served)
    yield from ("", f"{cpp.INDENT}abi::{other} *there = nullptr;", "};", "")


def _function(scope: Scope, method: Method, version: Version) -> str:
    returns = scope.spelled(method.returns or cpp.UNKNOWN, version.since)
    types = [scope.spelled(one, version.since) for one in method.types]
    names = [f"a{number}" for number in range(len(types))]
    arguments = ", ".join(map(cpp.declared, types, names))
    call = f"return there->{method.name}({', '.join(names)});"
    return f"{cpp.INDENT}{cpp.declared(returns, method.name)}({arguments}) override {{ {call} }}"
