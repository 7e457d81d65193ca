"""Checks the table of facts without an SDK: it must not contradict itself."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from kinds import PACKINGS
from model import Callback, Interface, Lifetime, Model, Struct, number_of, order
from tables import load

_VALUE_LIMITS = (-(2**31), 2**32 - 1)
CALL = "SteamAPICall_t"


def problems(model: Model) -> list[str]:
    """Every contradiction, one per line; empty if there is none."""
    return [
        *_lifetimes(model),
        *_references(model),
        *_ids(model),
        *(problem for one in model.interfaces.values() for problem in _slots(one)),
        *_answers(model),
        *(problem for one in model.structs.values() for problem in _layout(model, one)),
        *(problem for one in model.callbacks.values() for problem in _layout(model, one)),
        *_enums(model),
        *_bound(model),
        *_events(model),
    ]


def checked_model() -> Model:
    """The table; exits with a list of all problems if there are any."""
    model = load()
    if found := problems(model):
        raise SystemExit("abi/ contradicts itself:\n" + "\n".join(found))
    return model


def _all_lifetimes(model: Model) -> Iterator[tuple[str, Lifetime]]:
    for interface in model.interfaces.values():
        for method in interface.methods:
            yield f"{interface.name}::{method.flat}", method.lifetime
        for version in interface.versions:
            yield version.string, Lifetime(version.since)
    for struct in (*model.structs.values(), *model.callbacks.values()):
        for since in (*struct.sizes, *(one for field in struct.fields for one in field.offsets)):
            yield struct.name, Lifetime(since)
        for field in struct.fields:
            for member in (field, *field.members):
                yield f"{struct.name}::{member.name}", member.lifetime
    for enum in model.enums.values():
        for value in enum.values:
            yield value.name, value.lifetime
    for constant in model.constants.values():
        yield constant.name, constant.lifetime
    for typedef in model.typedefs.values():
        yield typedef.name, typedef.lifetime


def _lifetimes(model: Model) -> Iterator[str]:
    for name, lifetime in _all_lifetimes(model):
        for sdk in (lifetime.since, lifetime.gone):
            if sdk is not None and sdk not in model.sdks:
                yield f"{name}: SDK {sdk} was never measured"
        if lifetime.gone is not None and order(lifetime.gone) <= order(lifetime.since):
            yield f"{name}: gone before it came"


def _references(model: Model) -> Iterator[str]:
    for type_, where in model.types():
        if not model.knows(type_):
            yield f"{where}: unknown type {type_}"
    for typedef in model.typedefs.values():
        if typedef.invalid is not None and typedef.invalid not in model.constants:
            yield f"{typedef.name}: unknown constant {typedef.invalid}"


def _ids(model: Model) -> Iterator[str]:
    for number, count in Counter(one.id for one in model.callbacks.values()).items():
        if count > 1:
            yield f"id {number} is {count} callbacks'"
    for name in model.structs.keys() & model.callbacks.keys():
        yield f"{name} is a struct and a callback"


def _slots(interface: Interface) -> Iterator[str]:
    for version in interface.versions:
        slots, appended = interface.slots(version), interface.appended(version)
        present = [one for one in interface.methods if one in slots or one in appended]
        if present != [*slots, *appended]:
            yield f"{version.string}: a method came without a new version, but not behind the last"
        if list(appended) != sorted(appended, key=lambda one: order(one.lifetime.since)):
            yield f"{version.string}: what was appended is not in the order in which it came"
        flat = Counter(one.flat for one in (*slots, *appended))
        yield from (f"{version.string}: {one} has two slots" for one in flat if flat[one] > 1)
        for group in interface.overloads((*slots, *appended)):
            first = present.index(group[0])
            if tuple(present[first : first + len(group)]) != group:
                yield f"{version.string}: overloads of {group[0].name} are not side by side"
    starts = {version.since for version in interface.versions}
    for method in interface.methods:
        # A method that is removed during the life of a version would leave a hole in its slots.
        if interface.versions and method.lifetime.gone and method.lifetime.gone not in starts:
            yield f"{interface.name}::{method.flat} goes, but the version stays"
    since = [order(version.since) for version in interface.versions]
    if since != sorted(set(since)):
        yield f"{interface.name}: versions are not in the order in which they came"


def _answers(model: Model) -> Iterator[str]:
    for interface in model.interfaces.values():
        for method in interface.methods:
            where = f"{interface.name}::{method.flat}"
            hands_out = method.returns == CALL or f"{CALL} *" in method.types
            if method.answer is not None and method.answer not in model.callbacks:
                yield f"{where}: no callback {method.answer}"
            if (method.answer is not None) != hands_out:
                yield f"{where}: what hands out a call has an answer, and nothing else has"


def _layout(model: Model, struct: Struct | Callback) -> Iterator[str]:
    starts = {one.since for face in model.interfaces.values() for one in face.versions}
    for since in list(struct.sizes)[1:]:
        # What was negotiated is a version; no size could follow from it.
        if since not in starts:
            yield f"{struct.name}: its size changes in {since}, but no version of an interface does"
    for sdk in model.sdks:
        for packing in PACKINGS:
            layout = model.layout(struct, sdk, packing)
            where = f"{struct.name} in {sdk}, packed to {packing}"
            if layout.size != (size := number_of(struct.sizes, sdk, packing)):
                yield f"{where}: size {size}, but its fields take {layout.size}"
            for field, found in zip(struct.fields_of(sdk), layout.offsets, strict=True):
                if found != (offset := number_of(field.offsets, sdk, packing)):
                    yield f"{where}: {field.name} at {offset}, but it falls to {found}"


def _enums(model: Model) -> Iterator[str]:
    for enum in model.enums.values():
        for value in enum.values:
            if not _VALUE_LIMITS[0] <= value.value <= _VALUE_LIMITS[1]:
                yield f"{value.name}: {value.value} is not an int's"
        if enum.python is None:
            continue
        if enum.python.flags and not enum.python.later:
            yield f"{enum.name}: a class of flags is loaded later"
        for value in enum.values:
            # Not by case: one of EResult's begins with a capital.
            if value.left_out is None and not value.name.lower().startswith(
                enum.python.prefix.lower()
            ):
                yield f"{value.name} doesn't begin with {enum.python.prefix}"
        for name in enum.members:
            if not name.isidentifier() or name != name.upper():
                yield f"{enum.name}: {name!r} is no name of a member"
    classes = Counter(one.python.name for one in model.enums.values() if one.python)
    yield from (f"two enums are {name} in Python" for name in classes if classes[name] > 1)


def _bound(model: Model) -> Iterator[str]:
    for interface in model.interfaces.values():
        for method in interface.methods:
            reason = method.left_out or interface.left_out
            if (method.bound is None) == (reason is None):
                where = f"{interface.name}::{method.flat}"
                yield f"{where}: either bound, or left out for a reason"


def _events(model: Model) -> Iterator[str]:
    for names in (
        [event.name for _, event in model.events],
        [f"{callback.interface}'s {event.signal}" for callback, event in model.events],
    ):
        yield from (f"{name} is two callbacks'" for name, n in Counter(names).items() if n > 1)
    for callback in model.callbacks.values():
        if (callback.event is None) == (model.why_left_out(callback) is None):
            yield f"{callback.name}: either an event, or left out for a reason"
        for one in callback.fields:
            inner = {part.name for part in model.struct(one.type).fields} if one.parts else set()
            for part in one.parts:
                if part.name not in inner:
                    yield f"{callback.name}::{one.name} has no {part.name}"
        for field in (*callback.fields, *(one for own in callback.fields for one in own.parts)):
            where = f"{callback.name}::{field.name}"
            if (field.attribute is None) != (not field.doc):
                yield f"{where}: a field of an event has a name and a doc"
            if field.attribute is not None and callback.event is None:
                yield f"{where}: a field of no event"
            if field.attribute is not None and field.lifetime.gone is not None:
                yield f"{where}: a field of an event may come, but not go"
            if field.flag and field.type not in ("uint8", "int8"):
                yield f"{where}: a flag is a byte"


def main() -> int:
    model = checked_model()
    methods = sum(len(one.methods) for one in model.interfaces.values())
    print(
        f"{len(model.interfaces)} interfaces, {methods} methods, {len(model.callbacks)} callbacks,"
    )
    print(f"{len(model.structs)} structs, {len(model.enums)} enums: no contradictions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
