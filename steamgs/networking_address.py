"""Addresses on the network as Steam's networking interfaces have them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from typing import Self

__all__ = ["NetworkingAddress"]

_MAPPED = bytes(10) + b"\xff\xff"


class NetworkingAddress:
    """An IP address and a port (``SteamNetworkingIPAddr``): immutable, hashable and comparable.

    It prints as Steam prints it, ``192.0.2.1:27015`` or ``[2001:db8::1]:27015``, and without a port
    if that is 0.

    :param ip: the address, a text or one of :mod:`ipaddress`. ``"::"`` is any address.
    :param port: 0 to 65535; 0 for none, or for any.
    :raises TypeError: ``ip`` or ``port`` is something else.
    :raises ValueError: ``ip`` is no IP address.
    :raises OverflowError: ``port`` is out of range.
    """

    __slots__ = ("_packed", "_port")

    _packed: bytes
    _port: int

    def __init__(self, ip: str | IPv4Address | IPv6Address, port: int = 0) -> None:
        if not isinstance(port, int) or isinstance(port, bool):
            raise TypeError(f"port must be an int, not {type(port).__name__}")
        if not 0 <= port <= 65535:
            raise OverflowError(f"port must be from 0 to 65535, not {port}")
        packed = _packed_ip(ip)
        object.__setattr__(self, "_packed", packed)
        object.__setattr__(self, "_port", int(port))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what :class:`str` of one gives: ``192.0.2.1:27015``, ``[::1]:27015``, ``::1``.

        :raises ValueError: it is no address.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {type(text).__name__}")
        ip, port = text, ""
        if text.startswith("["):
            ip, closed, rest = text[1:].partition("]")
            if not closed or (rest and not rest.startswith(":")):
                raise ValueError(f"{text!r} is not an address")
            port = rest[1:] if rest else "0"
        elif text.count(":") == 1:
            ip, _, port = text.partition(":")
        else:
            port = "0"
        if not (port.isascii() and port.isdigit()) or int(port) > 65535:
            raise ValueError(f"{text!r} is not an address: the port must be from 0 to 65535")
        return cls(ip, int(port))

    @classmethod
    def of(cls, address: str | tuple[str, int] | NetworkingAddress) -> NetworkingAddress:
        """The address that a text, a pair of address and port, or an address itself stands for.

        In both, ``""`` and ``"*"`` stand for any address of the host.
        """
        if isinstance(address, NetworkingAddress):
            return address
        if isinstance(address, str):
            for wildcard in ("*:", ":"):
                if address.startswith(wildcard) and not address.startswith("::"):
                    address = "[::]:" + address.removeprefix(wildcard)
            return cls.parse(address)
        if isinstance(address, tuple) and len(address) == 2:
            ip, port = address
            return cls("::" if ip in ("", "*") else ip, port)
        raise TypeError(
            "address must be a str such as '0.0.0.0:27015', a pair (host, port) or a "
            f"NetworkingAddress, not {type(address).__name__}"
        )

    @classmethod
    def _from_packed(cls, packed: bytes, port: int) -> NetworkingAddress:
        made = object.__new__(cls)
        object.__setattr__(made, "_packed", packed)
        object.__setattr__(made, "_port", port)
        return made

    @property
    def ip(self) -> str:
        """The address without its port, as text."""
        from ipaddress import IPv4Address, IPv6Address  # noqa: PLC0415 - few ask, and it takes long

        if self.is_ipv4:
            return str(IPv4Address(self._packed[12:]))
        return str(IPv6Address(self._packed))

    @property
    def port(self) -> int:
        """The port; 0 for none."""
        return self._port

    @property
    def packed(self) -> bytes:
        """The address as 16 bytes of IPv6; an IPv4 address is mapped into it."""
        return self._packed

    @property
    def is_ipv4(self) -> bool:
        """Whether it is an IPv4 address."""
        return self._packed.startswith(_MAPPED)

    @property
    def is_any(self) -> bool:
        """Whether the address is all zeros: any address of a host."""
        return not any(self._packed)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NetworkingAddress):
            return NotImplemented
        return (self._packed, self._port) == (other._packed, other._port)

    def __hash__(self) -> int:
        return hash((self._packed, self._port))

    def __str__(self) -> str:
        if self._port == 0:
            return self.ip
        return f"{self.ip}:{self._port}" if self.is_ipv4 else f"[{self.ip}]:{self._port}"

    def __repr__(self) -> str:
        return f"NetworkingAddress({self.ip!r}, {self._port})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.ip, self._port)


def _packed_ip(ip: str | IPv4Address | IPv6Address) -> bytes:
    from ipaddress import IPv4Address, IPv6Address, ip_address  # noqa: PLC0415

    if isinstance(ip, str):
        try:
            ip = ip_address(ip)
        except ValueError:
            raise ValueError(f"{ip!r} is not an IP address") from None
    if isinstance(ip, IPv4Address):
        return _MAPPED + ip.packed
    if isinstance(ip, IPv6Address):
        return ip.packed
    raise TypeError(f"ip must be a str or an address of ipaddress, not {type(ip).__name__}")
