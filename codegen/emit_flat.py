"""``steamgs/flat_functions.h``: the functions that libsteam_api exports for programs without C++.

There is one for each public method, and one for each interface that gives a game server its
instance. They are those of the newest SDK whose headers held the table: what the simulator's front
is the libsteam_api of.
"""

from __future__ import annotations

from collections.abc import Iterator

import cpp
from emit_abi import class_with
from model import Interface, Method, Model
from scope import Scope

FILE = "include/steamgs/flat_functions.h"


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    scope, sdk = Scope(model), model.headers[-1]
    faces = model.interfaces.values()
    lines = [f"#include <steamgs/abi/{header}>" for header in sorted({one.header for one in faces})]
    lines += ["", "namespace steamgs::abi {", ""]
    for face in faces:
        lines += _of(scope, face, sdk)
    lines += ["}  // namespace steamgs::abi"]
    return {FILE: "\n".join([cpp.MADE, *lines, ""])}


def _of(scope: Scope, face: Interface, sdk: str) -> Iterator[str]:
    methods = face.methods_of(sdk)
    class_ = face.name
    if face.versions:
        class_ = class_with(face, face.version_of(sdk), methods)
    if face.user in ("server", "zero", "global"):
        yield from _accessor(face, class_, sdk)
    for method in methods:
        if method.returns is not None and not method.private:
            yield _function(scope, face, class_, method, sdk)
    yield ""


def _accessor(face: Interface, class_: str, sdk: str) -> Iterator[str]:
    number = cpp.version_class(face, face.version_of(sdk).string).removeprefix(face.name)
    yield f"S_API {class_} *SteamAPI_{face.accessor}_v{number}() {{"
    yield f"{cpp.INDENT}return static_cast<{class_} *>(interface_of_server({class_}::kVersion));"
    yield "}"


def _function(scope: Scope, face: Interface, class_: str, method: Method, sdk: str) -> str:
    """A Steam id is a number to programs without C++."""
    parameters = [f"{class_} *self"]
    values = []
    for argument in method.arguments:
        is_id = argument.type == "CSteamID"
        type_ = "uint64" if is_id else scope.spelled(argument.type, sdk)
        parameters.append(cpp.declared(type_, argument.name))
        values.append(f"CSteamID({argument.name})" if is_id else argument.name)
    returns = scope.spelled(method.returns or "", sdk)
    call = f"self->{method.name}({', '.join(values)})"
    if returns == "CSteamID":
        returns, call = "uint64", f"{call}.ConvertToUint64()"
    name = cpp.declared(returns, f"SteamAPI_{face.name}_{method.flat}")
    return f"S_API {name}({', '.join(parameters)}) {{ return {call}; }}"
