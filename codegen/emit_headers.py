"""``steam/``: the headers that a build without a genuine SDK uses, and that users get.

They declare what the newest SDK declares whose headers were checked against the table. Code (Steam
ids, callback templates, accessors, entry points) is written by hand, in ``include/steam``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cpp
from model import Interface, Model, Struct

FOLDER = "include/steam"
# What headers include besides those of the structs that theirs contain.
BASE = "steam_api_common.h"
BY_HAND = {
    "steamclientpublic.h": ("steam_id.h",),
    BASE: ("steamclientpublic.h", "callbacks.h", "accessors.h"),
}


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    sdk = model.headers[-1]
    structs = (*model.structs.values(), *model.callbacks.values())
    faces = model.interfaces.values()
    headers = sorted({*(one.header for one in structs), *(face.header for face in faces)})
    made = {f"{FOLDER}/values.h": _text(_values(model, sdk))}
    for header in headers:
        made[f"{FOLDER}/{header}"] = _text(_header(model, sdk, header))
    made[f"{FOLDER}/interfaces.h"] = _text(f'#include "steam/{header}"' for header in headers)
    return made


def _text(lines: Iterable[str]) -> str:
    return "\n".join([cpp.MADE, *lines, ""])


def _values(model: Model, sdk: str) -> Iterator[str]:
    """Everything that is neither a struct nor an interface, as those mention each other's."""
    yield from (
        '#include "steam/steamtypes.h"',
        "",
        f'#define STEAMGS_BUNDLED_SDK_VERSION "{sdk}"',
        "",
    )
    names = {*model.structs, *model.callbacks, *model.interfaces, *model.opaque}
    yield from sorted(cpp.forward(name) for name in names if "::" not in name)
    yield "class CSteamID;"
    for enum in model.enums.values():
        if values := enum.values_of(sdk):
            yield ""
            yield from cpp.enum(enum.name, values)
    yield ""
    for typedef in model.typedefs.values():
        if typedef.lifetime.covers(sdk):
            yield cpp.typedef(typedef)
    yield ""
    for constant in model.constants.values():
        if constant.lifetime.covers(sdk) and "::" not in constant.name:
            yield cpp.constant(constant)


def _header(model: Model, sdk: str, header: str) -> Iterator[str]:
    structs = [
        one for one in (*model.structs.values(), *model.callbacks.values()) if one.header == header
    ]
    faces = [one for one in model.interfaces.values() if one.header == header]
    needed = {model.struct(name).header for name in _contained(model, structs)} - {header, BASE}
    for include in (*BY_HAND.get(header, (BASE,)), *sorted(needed)):
        yield f'#include "steam/{include}"'
    for one in cpp.ordered(structs):
        yield ""
        yield from cpp.struct(model, one, sdk, one.name, _as_it_is)
    for face in faces:
        yield ""
        yield from cpp.interface(model, face.name, face.methods_of(sdk), _as_it_is)
        yield from _accessor(face, sdk)


def _as_it_is(type_: str) -> str:
    return type_


def _contained(model: Model, structs: Iterable[Struct]) -> Iterator[str]:
    for one in structs:
        for type_ in cpp.contained(one):
            for word in cpp.words(type_):
                if word in model.structs or word in model.callbacks:
                    yield word


def _accessor(face: Interface, sdk: str) -> Iterator[str]:
    if face.versions and face.user:
        version = face.version_macro
        yield from ("", f'#define {version} "{face.version_of(sdk).string}"')
        user = f"STEAMGS_OF_{face.user.upper()}({version})"
        yield f"STEAMGS_INTERFACE_ACCESSOR({face.name}, {face.accessor}, {user})"
