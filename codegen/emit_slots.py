"""``steamgs/slots/``: each version of each interface, as it is before anything of it is simulated.

Every slot says that it is not simulated, also those of methods that were appended. What is written
by hand derives from these classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cpp
from emit_abi import class_with
from model import Interface, Method, Model, Version
from scope import Scope

FOLDER = "include/steamgs/slots"
_NAMESPACE = "namespace steamgs::simulator::slots {"
_END = "}  // namespace steamgs::simulator::slots"


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    scope = Scope(model)
    faces = [one for one in model.interfaces.values() if one.versions]
    headers = sorted({one.header for one in faces})
    made = {f"{FOLDER}/{header}": _text(_header(scope, header, faces)) for header in headers}
    made[f"{FOLDER}/every.h"] = _text(_every(headers, faces))
    made[f"{FOLDER}/versions.h"] = _text(_versions(faces))
    return made


def _text(lines: Iterable[str]) -> str:
    return "\n".join([cpp.MADE, *lines, ""])


def _header(scope: Scope, header: str, faces: Iterable[Interface]) -> Iterator[str]:
    yield from (f"#include <steamgs/abi/{header}>", "", '#include "interfaces/slots.h"', "")
    yield from (_NAMESPACE, "", "using namespace abi;", "")
    for face in faces:
        if face.header == header:
            for version in face.versions:
                yield from _class(scope, face, version)
            yield f"using Every{face.name} = Versions<{', '.join(_names(face))}>;"
            yield ""
    yield _END


def _names(face: Interface) -> list[str]:
    return [cpp.version_class(face, version.string) for version in face.versions]


def _class(scope: Scope, face: Interface, version: Version) -> Iterator[str]:
    methods = (*face.slots(version), *face.appended(version))
    name = cpp.version_class(face, version.string)
    yield f"class {name} : public abi::{class_with(face, version, methods)} {{"
    yield "  public:"
    for method in methods:
        yield from _function(scope, face, version, method)
    yield from ("};", "")


def _function(scope: Scope, face: Interface, version: Version, method: Method) -> Iterator[str]:
    types = [scope.spelled(one, version.since) for one in method.types]
    returns = scope.spelled(method.returns or cpp.UNKNOWN, version.since)
    if _finds_an_interface(method):
        types[-1] = cpp.declared(types[-1], "version")
        body = f"return static_cast<{returns}>(find_interface(version));"
    else:
        body = f'not_simulated("{face.name}::{method.flat}");'
        body += "" if returns == "void" else " return {};"
    function = f"{cpp.declared(returns, method.name)}({', '.join(types)})"
    usual = f"{cpp.INDENT}{function} override {{ {body} }}"
    if not scope.model.returns_class(method):
        yield usual
        return
    # What is written by hand overrides the function of that name, whatever the slot looks like.
    slot = cpp.returned(returns, method, "")
    call = f"*returned = {method.name}(); return returned;"
    yield from cpp.by_layout(
        [
            f"{cpp.INDENT}{slot} final {{ {call} }}",
            f"{cpp.INDENT}virtual {function} {{ {body} }}",
        ],
        [usual],
    )


def _finds_an_interface(method: Method) -> bool:
    """Whether it is one of ISteamClient's, which hand out interfaces by their versions."""
    return bool(method.arguments) and method.arguments[-1].name == "pchVersion"


def _every(headers: Iterable[str], faces: Iterable[Interface]) -> Iterator[str]:
    yield from (f"#include <steamgs/slots/{header}>" for header in headers)
    yield from ("", _NAMESPACE, "", "using Every = Versions<")
    yield ",\n".join(f"{cpp.INDENT}{name}" for face in faces for name in _names(face)) + ">;"
    yield from ("", _END)


def _versions(faces: Iterable[Interface]) -> Iterator[str]:
    yield from (
        _NAMESPACE,
        "",
        "// What games may ask for.",
        "inline constexpr const char* kVersions[] = {",
    )
    for face in faces:
        yield from (f'{cpp.INDENT}"{version.string}",' for version in face.versions)
    yield from ("};", "", _END)
