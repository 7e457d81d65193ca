"""Declarations of Steam's headers for Cython: enums, handles, structs of callbacks, interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

import events
import kinds
from cpp import words
from model import Interface, Method, Model
from scope import REQUIRED, Scope

_CTYPES = {
    **{f"int{bits}": f"int{bits}_t" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"uint{bits}_t" for bits in (8, 16, 32, 64)},
    "bool": "cpp_bool",
}


def files(model: Model) -> dict[str, str]:
    # Classes of the others' versions are our own, in another namespace.
    interfaces = [
        one for one in model.interfaces.values() if one.left_out is None and one.name in REQUIRED
    ]
    lines = ["# Made by codegen/emit_externs.py from abi/*.toml.", ""]
    scope, rows = Scope(model), events.rows(model)
    enums = [one.name for one in model.enums.values() if one.python]
    fields = [one for row in rows if row.ours for one in row.fields]
    our_enums = {one.enum for one in fields if one.enum is not None and scope.ours(one.enum)}
    ours = [f"    ctypedef int {name}" for name in sorted(our_enums)]
    ours += [line for row in rows if row.ours for line in _struct(row)]
    lines += ['cdef extern from "common/steam.h" nogil:']
    lines += [f"    ctypedef int {name}" for name in enums if name not in our_enums]
    if ours:
        lines += [f'cdef extern from "common/callbacks.h" namespace "{events.OURS}" nogil:', *ours]
    lines += ['cdef extern from "common/steam.h" nogil:']
    lines += _typedefs(model, interfaces)
    lines += [line for row in rows if not row.ours for line in _struct(row)]
    for interface in interfaces:
        lines += [f"    cppclass {interface.name}:"]
        lines += [f"        {_declaration(one)}" for one in _callable(interface)]
    return {"steamgs/core/externs.pxd": "\n".join([*lines, ""])}


def _typedefs(model: Model, interfaces: list[Interface]) -> Iterator[str]:
    """The numbers that have a name of their own in the interfaces' methods."""
    types = [one for face in interfaces for method in _callable(face) for one in _types(method)]
    for name in sorted({word for type_ in types for word in words(type_)} & model.typedefs.keys()):
        kind = model.kind(name, model.sdks[-1])
        number = kind.number if isinstance(kind, kinds.Handle) else kind
        if isinstance(number, kinds.Integer):
            yield f"    ctypedef {'' if number.signed else 'u'}int{number.bits}_t {name}"


def _struct(row: events.EventRow) -> Iterator[str]:
    yield f"    ctypedef struct {row.shape}:"
    yield from (f"        {one.declaration}" for one in row.fields)
    if not row.fields:
        yield "        pass"


def _callable(interface: Interface) -> Iterator[Method]:
    for method in interface.slots(interface.versions[-1]):
        if method.returns is not None and not method.private:
            yield method


def _types(method: Method) -> tuple[str, ...]:
    return (method.returns or "void", *method.types)


def _declaration(method: Method) -> str:
    returns, *arguments = map(_spelled, _types(method))
    return f"{returns} {method.name}({', '.join(arguments)})"


def _spelled(type_: str) -> str:
    """A C++ type in Cython."""
    if type_ == "bool":
        return "bint"
    return re.sub(r"\w+", lambda word: _CTYPES.get(word[0], word[0]), type_)
