"""``steamgs/abi/``: interfaces by version, in our own namespace, with any SDK or none.

Steam's headers declare one version of each interface, the newest that their SDK knows. To ask
steamclient for several versions, we need a class for each. The types that these classes use are
declared beside them, except those that ISteamGameServer and ISteamGameServerStats use too, which
are Steam's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cpp
from model import BUILTIN, Interface, Method, Model, Version
from scope import Scope

FOLDER = "include/steamgs/abi"
_DESCRIBED = """
// What steamclient is asked for, and the first SDK whose headers ask for it.
struct Version {
    const char* string;
    const char* since;
};

// Whose instance of an interface a game server gets: its own, user 0's, that of a client which may
// run in the same process, or nobody's.
enum class User { server, zero, global, none };

struct Interface {
    const char* name;
    User user;
    const Version* versions;  // newest first
    int count;
};
"""


def files(model: Model) -> dict[str, str]:
    """Paths below build/generated, and what they hold."""
    scope = Scope(model)
    made = {f"{FOLDER}/types.h": _text(_types(scope))}
    headers = sorted({one.header for one in model.interfaces.values()})
    for header in headers:
        faces = [one for one in model.interfaces.values() if one.header == header]
        lines = ['#include "types.h"', "", "namespace steamgs::abi {", ""]
        for face in faces:
            lines += _interface(scope, face)
        lines += ["}  // namespace steamgs::abi"]
        made[f"{FOLDER}/{header}"] = _text(lines)
    return made


def _text(lines: Iterable[str]) -> str:
    return "\n".join([cpp.MADE, *lines, ""])


def _types(scope: Scope) -> Iterator[str]:
    model, sdk = scope.model, scope.newest
    yield from (
        "#if !defined(STEAM_API_NODLL) && !defined(STEAM_API_EXPORTS)",
        "#define STEAM_API_NODLL",
        "#endif",
        "#include <steam/steam_gameserver.h>",
        "",
        "#include <cstddef>",
        "#include <cstdint>",
        "",
        "namespace steamgs::abi {",
        _DESCRIBED,
    )
    structs = scope.structs()
    names = [name for one in structs for name, _ in scope.variants(one)]
    yield from sorted(map(cpp.forward, {*names, *model.opaque, *model.interfaces}))
    yield ""
    for enum in model.enums.values():
        values = enum.values_of(sdk)
        if scope.ours(enum.name) and values:
            yield from cpp.enum(enum.name, values)
    yield ""
    for typedef in model.typedefs.values():
        if scope.ours(typedef.name) and typedef.lifetime.covers(sdk):
            yield cpp.typedef(typedef)
    yield ""
    yield from _constants(scope)
    for one in cpp.ordered(structs):
        for name, since in scope.variants(one):
            yield ""
            yield from cpp.struct(
                model,
                one,
                since,
                name,
                lambda type_, since=since: scope.spelled(type_, since),  # type: ignore[misc]
            )
    yield ""
    yield "}  // namespace steamgs::abi"


def _constants(scope: Scope) -> Iterator[str]:
    for one in scope.model.constants.values():
        if "::" in one.name or not one.lifetime.covers(scope.newest):
            continue
        if one.type is None:
            # A macro knows no namespace: Steam's header may have it as well.
            yield from (f"#ifndef {one.name}", cpp.constant(one), "#endif")
        elif one.type in BUILTIN or scope.ours(one.type):
            yield cpp.constant(one)


def _interface(scope: Scope, face: Interface) -> Iterator[str]:
    if not face.versions:
        yield from cpp.interface(
            scope.model,
            face.name,
            face.methods_of(scope.newest),
            lambda type_: scope.spelled(type_, scope.newest),
        )
        yield ""
        return
    for version in face.versions:
        yield from _version(scope, face, version)
    name, newest_first = face.name, tuple(reversed(face.versions))
    yield f"inline constexpr Version k{name}Versions[] = {{"
    for version in newest_first:
        yield f'    {{"{version.string}", "{version.since}"}},'
    yield "};"
    yield (
        f'inline constexpr Interface k{name}{{"{name}", User::{face.user or "global"}, '
        f"k{name}Versions, {len(newest_first)}}};"
    )
    yield ""


def _version(scope: Scope, face: Interface, version: Version) -> Iterator[str]:
    def spelling(type_: str) -> str:
        return scope.spelled(type_, version.since)

    name = cpp.version_class(face, version.string)
    yield f"class {name} {{"
    yield "  public:"
    yield f'    static constexpr const char* kVersion = "{version.string}";'
    yield ""
    yield from cpp.virtuals(scope.model, face.slots(version), spelling)
    yield from ("", "  protected:", f"    ~{name}() = default;", "};", "")
    base = name
    for since, methods in _appended(face, version):
        derived = _derived(name, since)
        proof = f"SteamAPI_{face.name}_{methods[-1].flat}"
        yield f"// With what SDK {since} appended to {version.string}. A steamclient of that"
        yield "// version may be older: call these if libsteam_api exports the function kProof."
        yield f"class {derived} : public {base} {{"
        yield "  public:"
        yield f'    static constexpr const char* kProof = "{proof}";'
        yield ""
        yield from cpp.virtuals(scope.model, methods, spelling)
        yield from ("", "  protected:", f"    ~{derived}() = default;", "};", "")
        base = derived


def class_with(face: Interface, version: Version, methods: Iterable[Method]) -> str:
    """The class of a version that has these methods, appended ones perhaps among them."""
    wanted = set(methods)
    name = cpp.version_class(face, version.string)
    since = [one for one, appended in _appended(face, version) if wanted.intersection(appended)]
    return _derived(name, since[-1]) if since else name


def _derived(name: str, since: str) -> str:
    return f"{name}Since{since.replace('.', '_')}"


def _appended(face: Interface, version: Version) -> Iterator[tuple[str, tuple[Method, ...]]]:
    """What was appended to a version, by the SDK that did so."""
    appended = face.appended(version)
    for since in dict.fromkeys(one.lifetime.since for one in appended):
        yield since, tuple(one for one in appended if one.lifetime.since == since)
