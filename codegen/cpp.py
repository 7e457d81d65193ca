"""C++ text of what the table declares, as the emitters for headers write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from model import Constant, Field, Interface, Method, Model, Struct, Typedef

MADE = "// Made by codegen/generate.py from abi/. Changes belong there.\n#pragma once\n"
INDENT = "    "
PACKED_AS_CALLBACKS = """#ifdef VALVE_CALLBACK_PACK_LARGE
#pragma pack(push, 8)
#else
#pragma pack(push, 4)
#endif"""
# What methods return of whose signature nothing is known: as much as comes back in a register.
UNKNOWN = "uint64"
_LARGEST_SIGNED = 2**63 - 1

Spelling = Callable[[str], str]  # how a type of the table is to be written in this place


def words(type_: str) -> list[str]:
    """The names in a C++ type, ``const`` and ``void`` among them."""
    return re.findall(r"[A-Za-z_][\w:]*", type_)


def by_value(type_: str) -> bool:
    """Whether the compiler must have seen the whole type where it is used."""
    return not re.search(r"[*&]", type_)


def declared(type_: str, name: str) -> str:
    """Declare a name, which is in the middle of arrays and pointers to functions."""
    if array := re.fullmatch(r"(.+?)(\[\d+\])", type_):
        return f"{array[1]} {name}{array[2]}"
    if "(*)" in type_:
        return type_.replace("(*)", f"(*{name})", 1)
    return f"{type_}{'' if type_[-1] in '*&' else ' '}{name}"


def literal(value: int) -> str:
    """A number as C++ takes it; those of 64 bits say so."""
    if value > _LARGEST_SIGNED:
        return f"{value}ULL"
    return str(value) if -(2**31) <= value < 2**31 else f"{value}LL"


def enum(name: str, values: Mapping[str, int]) -> Iterator[str]:
    """An enum of a fixed type, unlike Valve's: Steam may send values that no header lists."""
    yield f"enum {name} : int {{"
    for value, number in values.items():
        yield f"{INDENT}{value} = {literal(number)},"
    yield "};"


def constant(one: Constant) -> str:
    if one.type is None:
        return f"#define {one.name} {literal(one.value)}"
    number = literal(one.value)
    # A mask of 32 bits does not fit an int.
    return f"constexpr {one.type} {one.name} = static_cast<{one.type}>({number});"


def typedef(one: Typedef) -> str:
    return f"using {one.name} = {one.type};"


def forward(name: str) -> str:
    """A declaration of a class that others only point to."""
    return f"{'class' if name.startswith('ISteam') else 'struct'} {name};"


def virtual(model: Model, method: Method, spelling: Spelling) -> Iterator[str]:
    """A pure virtual function; one whose signature is not known only takes its slot."""
    if method.returns is None:
        yield f"{INDENT}virtual {UNKNOWN} {method.name}() = 0;"
        return
    arguments = ", ".join(declared(spelling(one.type), one.name) for one in method.arguments)
    returns = spelling(method.returns)
    usual = f"{INDENT}virtual {declared(returns, method.name)}({arguments}) = 0;"
    if model.returns_class(method):
        names = ["&returned", *(one.name for one in method.arguments)]
        yield from by_layout(
            [
                f"{INDENT}virtual {returned(returns, method, arguments)} = 0;",
                f"{INDENT}{declared(returns, method.name)}({arguments}) {{",
                f"{INDENT * 2}{returns} returned;",
                f"{INDENT * 2}return *{method.name}_returned({', '.join(names)});",
                f"{INDENT}}}",
            ],
            [usual],
        )
    else:
        yield usual


def returned(returns: str, method: Method, arguments: str) -> str:
    """A function as Microsoft's compiler has it where the result is a class."""
    more = f", {arguments}" if arguments else ""
    return f"{returns}* {method.name}_returned({returns}* returned{more})"


def by_layout(microsofts: Iterable[str], usual: Iterable[str]) -> Iterator[str]:
    """Lines for a compiler that must be told Microsoft's layout, and for all others.

    Valve's libraries for Windows have that layout, and other compilers for Windows don't.
    """
    yield from ("#ifdef STEAMGS_MICROSOFT_LAYOUT", *microsofts, "#else", *usual, "#endif")


def virtuals(model: Model, methods: Sequence[Method], spelling: Spelling) -> Iterator[str]:
    """The functions of a class, in the order of its slots.

    Overloads are in reverse where Microsoft's compiler made the library.
    """
    public = True
    for group in _by_name(methods):
        if (group[0].returns is not None) != public:
            public = not public
            yield "  public:" if public else "  private:  // their signatures are not known"
        lines = [list(virtual(model, method, spelling)) for method in group]
        if len(group) > 1:
            yield from by_layout(chain(*reversed(lines)), chain(*lines))
        else:
            yield from lines[0]
    if not public:
        yield "  public:"


def _by_name(methods: Sequence[Method]) -> Iterator[tuple[Method, ...]]:
    """Overloads of one name together: they stand beside each other."""
    for _, group in groupby(methods, lambda one: one.name):
        yield tuple(group)


def interface(
    model: Model, name: str, methods: Sequence[Method], spelling: Spelling
) -> Iterator[str]:
    """A class of virtual functions, whose instances others create and destroy."""
    yield f"class {name} {{"
    yield "  public:"
    yield from virtuals(model, methods, spelling)
    yield ""
    yield "  protected:"
    yield f"{INDENT}~{name}() = default;"
    yield "};"


def struct(model: Model, one: Struct, sdk: str, name: str, spelling: Spelling) -> Iterator[str]:
    """A struct as one SDK has it."""
    if one.pack != "natural":
        yield PACKED_AS_CALLBACKS if one.pack == "callback" else "#pragma pack(push, 1)"
    yield f"struct {name} {{"
    yield from _members(model, one, sdk, spelling)
    yield "};"
    if one.pack != "natural":
        yield "#pragma pack(pop)"


def _members(model: Model, one: Struct, sdk: str, spelling: Spelling) -> Iterator[str]:
    if number := getattr(one, "id", 0):
        yield f"{INDENT}enum {{ k_iCallback = {number} }};"
    prefix = f"{one.name}::"
    for constant_ in model.constants.values():
        if constant_.name.startswith(prefix):
            name = constant_.name.removeprefix(prefix)
            yield f"{INDENT}enum {{ {name} = {literal(constant_.value)} }};"
    for nested in model.structs.values():
        if nested.name.startswith(prefix):
            yield f"{INDENT}struct {nested.name.removeprefix(prefix)} {{"
            for field in nested.fields_of(sdk):
                yield from _field(field, sdk, spelling, INDENT * 2)
            yield f"{INDENT}}};"
    for field in one.fields_of(sdk):
        yield from _field(field, sdk, spelling, INDENT)


def _field(field: Field, sdk: str, spelling: Spelling, indent: str) -> Iterator[str]:
    if not field.members:
        yield f"{indent}{declared(spelling(field.type), field.name)};"
        return
    yield f"{indent}union {{"
    for member in field.members:
        if member.lifetime.covers(sdk):
            yield from _field(member, sdk, spelling, indent + INDENT)
    yield f"{indent}}}{' ' * bool(field.name)}{field.name};"


def ordered(structs: Iterable[Struct]) -> list[Struct]:
    """Structs in an order in which each comes after those it contains; nested ones are left out."""
    waiting = {one.name: one for one in structs if "::" not in one.name}
    done: list[Struct] = []

    def take(one: Struct) -> None:
        del waiting[one.name]
        for type_ in contained(one):
            for word in words(type_):
                if word in waiting:
                    take(waiting[word])
        done.append(one)

    while waiting:
        take(next(iter(waiting.values())))
    return done


def contained(one: Struct) -> Iterator[str]:
    """Types of fields whose whole layout is part of the struct's."""
    for field in one.fields:
        for member in field.members or (field,):
            if by_value(member.type):
                yield member.type


def version_class(face: Interface, string: str) -> str:
    """The class of one version: the interface's name and the version's number."""
    digits = re.search(r"\d+$", string)
    return face.name + (digits[0] if digits else "")
