"""Optional interfaces in whichever version is served, for the core (``core/served.h``) and Cython.

Versions of an interface differ in their slots, and sometimes in their structs. ``ServedUtils`` and
its like have every method that is bound, as the newest version has it, and call the right slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cpp
import emit_interfaces
import kinds
from emit_abi import class_with
from model import Argument, Interface, Method, Model, Version
from scope import Scope

SERVED = ("ISteamHTTP", "ISteamInventory", "ISteamUGC", "ISteamUtils")


def files(model: Model) -> dict[str, str]:
    scope = Scope(model)
    faces = [model.interfaces[name] for name in SERVED]
    header = [cpp.MADE, '#include "core/interfaces.h"']
    header += sorted({f'#include "steamgs/abi/{face.header}"' for face in faces})
    header += ['#include "steamgs/abi/newest.h"', "", "namespace steamgs::abi {"]
    declared = ["# Made by codegen/emit_served.py from abi/*.toml.", ""]
    declared += ['cdef extern from "core/served.h" namespace "steamgs::abi" nogil:']
    for face in faces:
        header += ["", *_class(scope, face)]
        declared += _declaration(scope, face)
    header += ["", "}  // namespace steamgs::abi", ""]
    return {
        "include/core/served.h": "\n".join(header),
        "steamgs/core/served.pxd": "\n".join([*declared, ""]),
    }


def _name(face: Interface) -> str:
    return "Served" + face.name.removeprefix("ISteam")


def _bound(face: Interface) -> Iterator[Method]:
    """Each method once; one of which versions take different arguments has to be called by hand."""
    seen: set[str] = set()
    for method in face.methods:
        if method.bound is None:
            continue
        if method.flat in seen:
            raise ValueError(f"{face.name}::{method.flat}: versions take different arguments")
        seen.add(method.flat)
        yield method


def _class(scope: Scope, face: Interface) -> Iterator[str]:
    name, kind = _name(face), emit_interfaces.kind(face)
    yield f"// {face.name} in the version that Steam serves; what that lacks does nothing, and"
    yield "// returns zeros."
    yield f"class {name} {{"
    yield "  public:"
    yield f"    {name}() noexcept = default;"
    yield f"    explicit {name}(const Interfaces& all) noexcept"
    yield f"        : steam_(all.pointer({kind})), version_(all.number({kind})) {{}}"
    yield "    explicit operator bool() const noexcept { return steam_ != nullptr; }"
    for method in _bound(face):
        yield ""
        yield from _method(scope, face, method)
    yield ""
    yield "  private:"
    yield "    void* steam_ = nullptr;"
    yield "    int version_ = -1;"
    yield "};"


def _method(scope: Scope, face: Interface, method: Method) -> Iterator[str]:
    parameters = [_Parameter.of(scope, one) for one in method.arguments]
    returns = _returned(scope, method)
    taken = ", ".join(cpp.declared(one.type, one.name) for one in parameters)
    yield f"    {cpp.declared(returns, method.flat)}({taken}) const {{"
    yield "        switch (version_) {"
    for number, version in enumerate(reversed(face.versions)):
        if method in (*face.slots(version), *face.appended(version)):
            yield f"            case {number}: {{"
            yield from _call(scope, face, version, method, parameters)
            yield "            }"
    yield "            default:"
    yield f"                return{'' if returns == 'void' else ' {}'};"
    yield "        }"
    yield "    }"


def _call(
    scope: Scope,
    face: Interface,
    version: Version,
    method: Method,
    parameters: Iterable[_Parameter],
) -> Iterator[str]:
    indent = " " * 16
    passed, after = [], []
    for one in parameters:
        older = scope.spelled(one.steams, version.since)
        if older == scope.spelled(one.steams, scope.newest):
            passed.append(one.passed)
            continue
        struct = older.removesuffix("*").strip()
        yield f"{indent}{struct} older_{one.name}{{}};"
        passed.append(f"&older_{one.name}")
        after.append(f"{indent}*{one.name} = newest(older_{one.name});")
    class_ = class_with(face, version, (method,))
    call = f"static_cast<{class_}*>(steam_)->{method.name}({', '.join(passed)})"
    returns = _returned(scope, method)
    result = f"static_cast<int>({call})" if returns == "int" else call
    if not after:
        yield f"{indent}return {result};"
        return
    yield f"{indent}const auto result = {result};"
    yield from after
    yield f"{indent}return result;"


@dataclass(frozen=True)
class _Parameter:
    """A parameter as callers see it: numbers have standard types, and enums are ints.

    :ivar steams: Steam's type.
    :ivar passed: what is passed on to Steam.
    """

    name: str
    type: str
    steams: str
    passed: str

    @classmethod
    def of(cls, scope: Scope, argument: Argument) -> _Parameter:
        name, type_ = argument.name, argument.type
        if not type_.endswith("*"):
            plain = _plain(scope.model, type_)
            # Of overloads, a standard type may fit several equally well.
            passed = name if plain == type_ else f"static_cast<{type_}>({name})"
            return cls(name, plain, type_, passed)
        pointed = type_.removesuffix("*").strip()
        plain = _plain(scope.model, pointed)
        if plain == pointed:
            return cls(name, scope.spelled(type_, scope.newest), type_, name)
        return cls(name, f"{plain} *", type_, f"reinterpret_cast<{pointed} *>({name})")


def _plain(model: Model, type_: str) -> str:
    """A number's type as the standard calls it; any other type as it is."""
    if type_.startswith("const "):
        return f"const {_plain(model, type_.removeprefix('const '))}"
    if type_ in model.enums:
        return "int"
    if type_ in ("char", "void", *model.structs):
        return type_
    kind = model.kind(type_, model.sdks[-1])
    number = kind.number if isinstance(kind, kinds.Handle) else kind
    if isinstance(number, kinds.Integer) and type_ != "char":
        return f"{'' if number.signed else 'u'}int{number.bits}_t"
    return type_


def _returned(scope: Scope, method: Method) -> str:
    assert method.returns is not None
    if method.returns == "void" or method.returns.endswith("*"):
        return method.returns
    return _plain(scope.model, method.returns)


def _declaration(scope: Scope, face: Interface) -> Iterator[str]:
    yield f"    cppclass {_name(face)}:"
    yield f"        {_name(face)}()"
    yield f"        {_name(face)}(const Interfaces &)"
    for method in _bound(face):
        types = [_Parameter.of(scope, one).type for one in method.arguments]
        returns = _cython(_returned(scope, method))
        yield f"        {returns} {method.flat}({', '.join(map(_cython, types))})"


def _cython(type_: str) -> str:
    return {"bool": "bint", "bool *": "cpp_bool *"}.get(type_, type_)
