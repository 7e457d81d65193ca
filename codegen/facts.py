"""Each fact of the table as a condition that a C++ compiler can check in Steam's headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model import Constant, Interface, Method, Model, Struct, number_of

_LARGEST_SIGNED = 2**63 - 1
# What the conditions need besides the headers.
INCLUDES = ("cstddef", "string_view", "type_traits", "utility")
HELPERS = "template <class A, class B> constexpr bool same = std::is_same<A, B>::value;\n"


@dataclass(frozen=True)
class Fact:
    """One condition: what it is about, and what it says."""

    kind: str
    name: str
    code: str


def other_facts(model: Model, sdk: str) -> Iterator[Fact]:
    """All but layouts and slots."""
    for enum in model.enums.values():
        values = enum.values_of(sdk)
        if values:
            yield Fact("enums", enum.name, f"sizeof({enum.name}) == 4")
        for name, value in values.items():
            code = (
                f"same<decltype({name}), {enum.name}> && static_cast<long long>({name}) == {value}"
            )
            yield Fact("values of enums", name, code)
    for constant in model.constants.values():
        if constant.lifetime.covers(sdk):
            yield Fact("constants", constant.name, _constant(constant))
    for typedef in model.typedefs.values():
        if typedef.lifetime.covers(sdk):
            yield Fact("typedefs", typedef.name, f"same<{typedef.name}, {typedef.type}>")
    for callback in model.callbacks.values():
        yield Fact(
            "ids of callbacks", callback.name, f"{callback.name}::k_iCallback == {callback.id}"
        )
    for interface in model.interfaces.values():
        yield from _interface_facts(interface, sdk)


def _constant(constant: Constant) -> str:
    number = f"{constant.value}{'ULL' if constant.value > _LARGEST_SIGNED else 'LL'}"
    if constant.type is None:
        return f"{constant.name} == {number}"
    return (
        f"same<decltype({constant.name}), const {constant.type}>"
        f" && {constant.name} == static_cast<{constant.type}>({number})"
    )


def _interface_facts(interface: Interface, sdk: str) -> Iterator[Fact]:
    name = interface.name
    if interface.versions:
        version = interface.version_of(sdk).string
        code = f'std::string_view({interface.version_macro}) == "{version}"'
        yield Fact("version strings", name, code)
        yield Fact("accessors", name, f"same<decltype(&{interface.accessor}), {name} *(*)()>")
    for method in interface.methods_of(sdk):
        if method.returns is not None:
            # Not compared with nullptr: a virtual function's address is no constant to clang.
            code = f"same<decltype({pointer(interface, method)}), {_type(interface, method)}>"
            yield Fact("signatures", f"{name}::{method.flat}", code)


def pointer(interface: Interface, method: Method) -> str:
    """The address of a method; compiles only if its signature is the table's."""
    return f"static_cast<{_type(interface, method)}>(&{interface.name}::{method.name})"


def _type(interface: Interface, method: Method) -> str:
    return f"{method.returns} ({interface.name}::*)({', '.join(method.types)})"


def layout_facts(model: Model, sdk: str, packing: int) -> Iterator[Fact]:
    """Sizes, and the places and types of fields."""
    for struct in (*model.structs.values(), *model.callbacks.values()):
        size = number_of(struct.sizes, sdk, packing)
        yield Fact("sizes of structs", struct.name, f"sizeof({struct.name}) == {size}")
        yield from _field_facts(struct, sdk, packing)


def _field_facts(struct: Struct, sdk: str, packing: int) -> Iterator[Fact]:
    for one in struct.fields_of(sdk):
        prefix = f"{one.name}." if one.name and one.members else ""
        for member in one.members or (one,):
            if member.lifetime.covers(sdk):
                path = prefix + member.name
                offset = number_of(one.offsets, sdk, packing)
                code = (
                    f"offsetof({struct.name}, {path}) == {offset}"
                    f" && same<decltype(std::declval<{struct.name} &>().{path}), {member.type}>"
                )
                yield Fact("fields", f"{struct.name}::{path}", code)
