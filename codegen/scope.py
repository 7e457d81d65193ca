"""Which types are declared in ``steamgs::abi``, and what they are called there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cpp
from model import Interface, Model, Struct, Version, order

# What a start asks for: their types are those of Steam's headers.
REQUIRED = ("ISteamClient", "ISteamGameServer", "ISteamGameServerStats")
REQUIRED_HEADERS = ("isteamgameserver.h", "isteamgameserverstats.h", "isteamuser.h")
_OF_STEAM_IDS = ("EUniverse", "EAccountType", "EResult")


class Scope:
    """Which types are declared in our namespace, and how they are called there."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.newest = model.sdks[-1]
        self._steams = frozenset(_types_of_required(model))

    def ours(self, name: str) -> bool:
        return name not in self._steams and "::" not in name

    def declares(self, struct: Struct) -> bool:
        """Whether a struct is declared in our namespace."""
        return self.ours(struct.name) and struct.header not in REQUIRED_HEADERS

    def structs(self) -> list[Struct]:
        """The structs that are declared in our namespace."""
        found = (*self.model.structs.values(), *self.model.callbacks.values())
        return [one for one in found if self.declares(one)]

    def variants(self, struct: Struct) -> tuple[tuple[str, str], ...]:
        """The name and the first SDK of each shape of a struct; most have one.

        Which one is meant follows from the version of the interface, whose number is in the name.
        """
        if len(struct.sizes) == 1:
            return ((struct.name, self.newest),)
        face = self.face(struct)
        return tuple(
            (struct.name.removesuffix("_t") + _digits(face.version_of(since)) + "_t", since)
            for since in struct.sizes
        )

    def face(self, struct: Struct) -> Interface:
        """The interface whose version the shape of a struct follows from."""
        faces = self.model.interfaces.values()
        return next(one for one in faces if one.versions and one.header == struct.header)

    def spelled(self, type_: str, sdk: str) -> str:
        """A type as it is called in our namespace, seen from one SDK."""

        def name(match: re.Match[str]) -> str:
            if match[0] in self.model.structs or match[0] in self.model.callbacks:
                shapes = self.variants(self.model.struct(match[0]))
                if len(shapes) > 1:
                    return [of for of, since in shapes if order(since) <= order(sdk)][-1]
            return match[0]

        return re.sub(r"[A-Za-z_][\w:]*", name, type_)


def _digits(version: Version) -> str:
    return str(re.findall(r"\d+$", version.string)[0])


def _types_of_required(model: Model) -> Iterator[str]:
    """Names that Steam's headers of any SDK declare as the required interfaces need them."""
    seen: set[str] = set(_OF_STEAM_IDS)
    types = [
        type_
        for name in REQUIRED
        if name in model.interfaces
        for method in model.interfaces[name].methods
        for type_ in (method.returns or "void", *method.types)
    ]
    for callback in model.callbacks.values():
        if callback.header in REQUIRED_HEADERS:
            seen.add(callback.name)
            types += cpp.contained(callback)
    while types:
        type_ = types.pop()
        for word in cpp.words(type_):
            if word in seen:
                continue
            if word in model.enums:
                seen.add(word)
            elif word in model.typedefs:
                seen.add(word)
                types.append(model.typedefs[word].type)
            elif word in model.structs and cpp.by_value(type_):
                seen.add(word)
                types += cpp.contained(model.structs[word])
    yield from seen
