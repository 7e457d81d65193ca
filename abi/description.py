"""Checks the table of facts against ``steam_api.json``, the SDK's own description of itself.

It shows what a compiler can't see: names of parameters, which struct answers a call, and that an
enum or a struct has no more members than the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model import Interface, Method, Model
from probe import Report

# Steam's own description calls size_t a uint32, though headers and libraries don't.
_NOT_DESCRIBED = "size_t"
# SDK 1.59 forgot to describe one; its headers and its library have it.
_FORGOTTEN = ("1.59", "ISteamClient::GetISteamVideo")


def compare(report: Report, model: Model, path: Path) -> None:
    """Add what the description says to the report; harmless if there is none."""
    if not path.is_file():
        return
    described = json.loads(path.read_text("utf-8"))
    for kind, name, expected, found in _pairs(model, report.sdk, described):
        if expected == found:
            report.verified[f"described {kind}"] += 1
        else:
            report.differences.append(f"described {kind}: {name}: {expected}, but {found}")


def _pairs(
    model: Model, sdk: str, described: dict[str, Any]
) -> Iterator[tuple[str, str, object, object]]:
    """Kind, name, what the table says, what the description says."""
    places = [described, *described["structs"], *described["callback_structs"]]
    enums = {enum["enumname"]: enum for place in places for enum in place.get("enums", ())}
    for enum in model.enums.values():
        if (values := enum.values_of(sdk)) and enum.name in enums:
            rows = enums[enum.name]["values"]
            yield "enums", enum.name, values, {row["name"]: int(row["value"], 0) for row in rows}
    bodies = {row["struct"]: row for row in (*described["structs"], *described["callback_structs"])}
    for struct in (*model.structs.values(), *model.callbacks.values()):
        if struct.name in bodies and not any(field.members for field in struct.fields):
            fields = [(field.name, tight(field.type)) for field in struct.fields_of(sdk)]
            rows = bodies[struct.name]["fields"]
            found = [(row["fieldname"], tight(row["fieldtype"])) for row in rows]
            yield "fields", struct.name, fields, found
    for row in described["callback_structs"]:
        if callback := model.callbacks.get(row["struct"]):
            yield "ids", callback.name, callback.id, row["callback_id"]
    classes = {row["classname"]: row for row in described["interfaces"]}
    for interface in model.interfaces.values():
        if interface.name in classes:
            rows = {_flat(interface, row): row for row in classes[interface.name]["methods"]}
            yield from _methods(interface, sdk, rows)


def _flat(interface: Interface, row: dict[str, Any]) -> str:
    return str(row["methodname_flat"]).removeprefix(f"SteamAPI_{interface.name}_")


def _methods(
    interface: Interface, sdk: str, rows: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, str, object, object]]:
    for method in interface.methods_of(sdk):
        name = f"{interface.name}::{method.flat}"
        if (sdk, name) != _FORGOTTEN:
            yield "flat functions", name, not method.private, method.flat in rows
        if method.flat in rows and method.returns is not None:
            row = rows[method.flat]
            yield "methods", name, _signature(method), _described_signature(row, method)
            if method.returns == "SteamAPICall_t":
                yield "answers", name, method.answer, row.get("callresult")


def _signature(method: Method) -> list[tuple[str, str]]:
    types = [method.returns or "", *method.types]
    names = [method.name, *(one.name for one in method.arguments)]
    return [(tight(type_), name) for type_, name in zip(types, names, strict=True)]


def _described_signature(row: dict[str, Any], method: Method) -> list[tuple[str, str]]:
    pairs = [(row["returntype"], row["methodname"])]
    pairs += [(one["paramtype"], one["paramname"]) for one in row["params"]]
    sizes = {one.name: one.type for one in method.arguments if _NOT_DESCRIBED in one.type}
    return [(tight(sizes.get(name, type_)), name) for type_, name in pairs]


def tight(type_: str) -> str:
    """A type without unnecessary spaces."""
    return re.sub(r"\s*([*&\[\](),])\s*", r"\1", type_)
