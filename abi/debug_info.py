"""Checks the table of facts against the debugging information of a program.

It contains what the compiler found in the SDK's headers: enums, structs, typedefs, and the flat
functions that the program calls. So the table can be checked against headers that we do not have,
as far as that program used them. Needs pyelftools, from the test extra.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

from description import tight
from kinds import PACKINGS
from model import Interface, Method, Model, Struct, number_of
from probe import Report

Die = Any  # an entry of debugging information; pyelftools has no types
_LINUX = PACKINGS[0]
_STRUCTS = ("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type")
# What flat functions take and return in the place of a CSteamID.
_FLAT_STEAM_ID = "uint64_steamid"


def compare(report: Report, model: Model, program: Path) -> None:
    """Add to the report what a Linux program's debugging information says of an SDK."""
    with program.open("rb") as file:
        entries = {
            (die.tag, _text(die)): die
            for unit in ELFFile(file).get_dwarf_info().iter_CUs()
            for die in unit.get_top_DIE().iter_children()
            if "DW_AT_name" in die.attributes
            and ("DW_AT_declaration" not in die.attributes or die.tag == "DW_TAG_subprogram")
        }
        for kind, name, expected, found in _pairs(model, report.sdk, entries):
            if expected == found:
                report.verified[f"compiled {kind}"] += 1
            else:
                report.differences.append(f"compiled {kind}: {name}: {expected}, but {found}")


def _pairs(
    model: Model, sdk: str, entries: dict[tuple[str, str], Die]
) -> Iterator[tuple[str, str, object, object]]:
    """Kind, name, what the table says, what the compiler saw."""
    for enum in model.enums.values():
        if die := entries.get(("DW_TAG_enumeration_type", enum.name)):
            yield "enums", enum.name, enum.values_of(sdk), _values(die)
    for typedef in model.typedefs.values():
        if die := entries.get(("DW_TAG_typedef", typedef.name)):
            yield "typedefs", typedef.name, tight(typedef.type), _type(die)
    for struct in (*model.structs.values(), *model.callbacks.values()):
        for tag in _STRUCTS:
            if die := entries.get((tag, struct.name)):
                yield "structs", struct.name, _fields(struct, sdk), _members(die)
    for interface in model.interfaces.values():
        for method in interface.methods_of(sdk):
            name = f"SteamAPI_{interface.name}_{method.flat}"
            die = entries.get(("DW_TAG_subprogram", name))
            if die and method.returns is not None:
                yield "signatures", name, _signature(interface, method), _parameters(die)


def _values(die: Die) -> dict[str, int]:
    found = {
        _text(one): int(one.attributes["DW_AT_const_value"].value) for one in die.iter_children()
    }
    # An int may be written down as if it had no sign.
    return {name: value - 2**32 if value >= 2**31 else value for name, value in found.items()}


def _fields(struct: Struct, sdk: str) -> list[object]:
    fields: list[object] = [number_of(struct.sizes, sdk, _LINUX)]
    for one in struct.fields_of(sdk):
        # Unions whose type has no name can't be spelled.
        type_ = None if one.members else tight(one.type)
        fields.append((one.name, type_, number_of(one.offsets, sdk, _LINUX)))
    return fields


def _members(die: Die) -> list[object]:
    members: list[object] = [die.attributes["DW_AT_byte_size"].value]
    for one in die.iter_children():
        if one.tag == "DW_TAG_member":
            type_ = one.get_DIE_from_attribute("DW_AT_type")
            unnamed = type_.tag == "DW_TAG_union_type" and "DW_AT_name" not in type_.attributes
            place = one.attributes.get("DW_AT_data_member_location")
            members.append(
                (_text(one), None if unnamed else _spelled(type_), place.value if place else 0)
            )
    return members


def _signature(interface: Interface, method: Method) -> list[str]:
    types = [method.returns or "", f"{interface.name}*", *method.types]
    return [tight(_FLAT_STEAM_ID if type_ == "CSteamID" else type_) for type_ in types]


def _parameters(die: Die) -> list[str]:
    parameters = [one for one in die.iter_children() if one.tag == "DW_TAG_formal_parameter"]
    return [_type(die), *map(_type, parameters)]


def _type(die: Die) -> str:
    """The type that an entry has, without spaces that can be left out."""
    if "DW_AT_type" not in die.attributes:
        return "void"
    return _spelled(die.get_DIE_from_attribute("DW_AT_type"))


def _spelled(die: Die) -> str:
    match die.tag:
        case "DW_TAG_pointer_type":
            target = _type(die)
            return target if "(*)" in target else f"{target}*"
        case "DW_TAG_reference_type":
            return f"{_type(die)}&"
        case "DW_TAG_const_type":
            target = _type(die)
            return f"{target}const" if target.endswith("*") else f"const {target}"
        case "DW_TAG_array_type":
            lengths = [one.attributes["DW_AT_upper_bound"].value + 1 for one in die.iter_children()]
            return _type(die) + "".join(f"[{length}]" for length in lengths)
        case "DW_TAG_subroutine_type":
            return f"{_type(die)}(*)({','.join(map(_type, die.iter_children()))})"
    return _text(die)


def _text(die: Die) -> str:
    name = die.attributes.get("DW_AT_name")
    return name.value.decode("ascii", "replace") if name else ""
