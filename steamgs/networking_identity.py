"""Who is on the other side of a connection of Steam's networking interfaces."""

from __future__ import annotations

from steamgs.enums import NetworkingIdentityType
from steamgs.networking_address import NetworkingAddress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

__all__ = ["NetworkingIdentity"]

_GENERIC_LIMIT = 32
_XBOX_LIMIT = 33
_UNKNOWN_LIMIT = 128
_TEXT_LIMITS = {
    NetworkingIdentityType.GENERIC_STRING: _GENERIC_LIMIT,
    NetworkingIdentityType.XBOX_PAIRWISE_ID: _XBOX_LIMIT,
    NetworkingIdentityType.UNKNOWN_TYPE: _UNKNOWN_LIMIT,
}
_PREFIXES = {
    "str": NetworkingIdentityType.GENERIC_STRING,
    "xbox": NetworkingIdentityType.XBOX_PAIRWISE_ID,
}
_NUMBERS = {
    "steamid": NetworkingIdentityType.STEAM_ID,
    "psn": NetworkingIdentityType.SONY_PSN,
}
_SPELLED = {
    NetworkingIdentityType.IP_ADDRESS: "ip",
    NetworkingIdentityType.GENERIC_BYTES: "gen",
    **{kind: prefix for prefix, kind in (*_PREFIXES.items(), *_NUMBERS.items())},
}


class NetworkingIdentity:
    """Who somebody is (``SteamNetworkingIdentity``): immutable, hashable and comparable.

    Most are Steam ids. :class:`str` of one and :meth:`parse` are as Steam's: ``steamid:7656...``,
    ``ip:192.0.2.1:27015``, ``str:name``, ``gen:0f3c`` (bytes), ``xbox:...``, ``psn:...`` and
    ``invalid``.

    :ivar type: what it is made of.
    :ivar value: a Steam id or another number, a text, bytes, a :class:`NetworkingAddress`, or None.
    """

    __slots__ = ("type", "value")

    type: NetworkingIdentityType
    value: int | str | bytes | NetworkingAddress | None

    def __init__(
        self,
        type: NetworkingIdentityType,
        value: int | str | bytes | NetworkingAddress | None = None,
    ) -> None:
        object.__setattr__(self, "type", NetworkingIdentityType(type))
        object.__setattr__(self, "value", _checked(self.type, value))

    @classmethod
    def from_steam_id(cls, steam_id: int) -> Self:
        """The identity of a Steam id, from 1 to 2**64-1.

        :raises TypeError: ``steam_id`` is no int.
        :raises OverflowError: it is out of range.
        """
        return cls(NetworkingIdentityType.STEAM_ID, steam_id)

    @classmethod
    def from_address(cls, address: str | tuple[str, int] | NetworkingAddress) -> Self:
        """The identity of somebody of whom only an address is known."""
        return cls(NetworkingIdentityType.IP_ADDRESS, NetworkingAddress.of(address))

    @classmethod
    def of(cls, identity: int | str | NetworkingIdentity) -> NetworkingIdentity:
        """The identity that a Steam id, a text such as ``steamid:...``, or one itself means."""
        if isinstance(identity, NetworkingIdentity):
            return identity
        if isinstance(identity, str):
            return cls.parse(identity)
        if isinstance(identity, int) and not isinstance(identity, bool):
            return cls.from_steam_id(identity)
        raise TypeError(
            "identity must be a Steam id, a str or a NetworkingIdentity, "
            f"not {identity.__class__.__name__}"
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what :class:`str` of an identity gives.

        :raises ValueError: it is no identity.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {text.__class__.__name__}")
        if text == "invalid":
            return cls(NetworkingIdentityType.INVALID)
        prefix, colon, rest = text.partition(":")
        try:
            if prefix in _NUMBERS and rest.isascii() and rest.isdigit():
                return cls(_NUMBERS[prefix], int(rest))
            if prefix in _PREFIXES and colon:
                return cls(_PREFIXES[prefix], rest)
            if prefix == "gen":
                return cls(NetworkingIdentityType.GENERIC_BYTES, bytes.fromhex(rest))
            if prefix == "ip":
                return cls(NetworkingIdentityType.IP_ADDRESS, NetworkingAddress.parse(rest))
        except (OverflowError, ValueError) as error:
            raise ValueError(f"{text!r} is not an identity: {error}") from None
        raise ValueError(f"{text!r} is not an identity")

    @property
    def steam_id(self) -> int:
        """The Steam id; 0 if it is an identity of another type."""
        is_steams = self.type is NetworkingIdentityType.STEAM_ID
        return self.value if is_steams and isinstance(self.value, int) else 0

    @property
    def address(self) -> NetworkingAddress | None:
        """The address; None if it is an identity of another type."""
        return self.value if isinstance(self.value, NetworkingAddress) else None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__class__.__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NetworkingIdentity):
            return NotImplemented
        return (self.type, self.value) == (other.type, other.value)

    def __hash__(self) -> int:
        return hash((self.type, self.value))

    def __str__(self) -> str:
        value = self.value.hex() if isinstance(self.value, bytes) else self.value
        if self.type in _SPELLED:
            return f"{_SPELLED[self.type]}:{value}"
        if self.type is NetworkingIdentityType.UNKNOWN_TYPE:
            return str(value)
        known = self.type is NetworkingIdentityType.INVALID
        return "invalid" if known else f"bad_type:{int(self.type)}"

    def __repr__(self) -> str:
        return f"<NetworkingIdentity {self}>"

    def __reduce__(self) -> tuple[object, ...]:
        return self.__class__, (self.type, self.value)


def _checked(
    type_: NetworkingIdentityType, value: int | str | bytes | NetworkingAddress | None
) -> int | str | bytes | NetworkingAddress | None:
    if type_ in (NetworkingIdentityType.STEAM_ID, NetworkingIdentityType.SONY_PSN):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"value must be an int, not {value.__class__.__name__}")
        if not 1 <= value < 1 << 64:
            raise OverflowError(f"value must be from 1 to {(1 << 64) - 1}, not {value}")
        return int(value)
    if type_ in _TEXT_LIMITS:
        if not isinstance(value, str):
            raise TypeError(f"value must be a str, not {value.__class__.__name__}")
        size, limit = len(value.encode("utf-8", "surrogateescape")), _TEXT_LIMITS[type_]
        if not 1 <= size < limit or "\0" in value:
            raise ValueError(
                f"value must be 1 to {limit - 1} bytes of UTF-8, not {size}, without NUL"
            )
        return value
    if type_ is NetworkingIdentityType.GENERIC_BYTES:
        if not isinstance(value, bytes):
            raise TypeError(f"value must be bytes, not {value.__class__.__name__}")
        if not 1 <= len(value) <= _GENERIC_LIMIT:
            raise ValueError(f"value must be 1 to {_GENERIC_LIMIT} bytes, not {len(value)}")
        return value
    if type_ is NetworkingIdentityType.IP_ADDRESS:
        if not isinstance(value, NetworkingAddress):
            raise TypeError(f"value must be a NetworkingAddress, not {value.__class__.__name__}")
        return value
    if value is not None:
        raise ValueError(f"an identity of the type {type_.name} has no value")
    return None
