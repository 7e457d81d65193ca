"""By which address a pending session is counted: what one household, or one attacker, has."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

__all__ = ["Address", "counted_address"]

Address: TypeAlias = str | IPv4Address | IPv6Address | tuple[str, int] | tuple[str, int, int, int]
"""An address as sockets, :mod:`ipaddress` or a program of its own has it."""

# Plain integers, which sockets' functions take faster than the members of an enum.
_INET, _INET6 = int(socket.AF_INET), int(socket.AF_INET6)

# IPv4 addresses within IPv6: as sockets for both see them (RFC 4291), and translated (RFC 6052).
_IPV4_PREFIXES = (bytes(10) + b"\xff\xff", b"\0\x64\xff\x9b" + bytes(8))


def counted_address(address: Address) -> str:
    """Give an IPv4 address itself, of an IPv6 address the /64; other text as it is.

    Ports don't count: whoever has an address has all of its ports.
    """
    if isinstance(address, tuple) and address:
        address = address[0]
    if isinstance(address, str):
        text = str.__str__(address)  # a subclass may be equal to anything
    elif isinstance(address, (IPv4Address, IPv6Address)):
        text = str(address)
    else:
        raise TypeError(
            "address must be a str, an IPv4Address or IPv6Address of ipaddress, or a socket's "
            f"address, not {type(address).__name__}"
        )
    return _with_colons(text) if ":" in text else text


def _with_colons(text: str) -> str:
    packed = _packed(_INET6, text.partition("%")[0])
    if packed is not None:
        return _network(packed)
    host, _, port = text.rpartition(":")
    if port.isdecimal() and _packed(_INET, host) is not None:
        return host
    if text.startswith("["):  # as in URLs
        packed = _packed(_INET6, text[1:].partition("]")[0].partition("%")[0])
    return text if packed is None else _network(packed)


def _network(packed: bytes) -> str:
    if packed[:12] in _IPV4_PREFIXES:
        return socket.inet_ntop(_INET, packed[12:])
    return socket.inet_ntop(_INET6, packed[:8] + bytes(8)) + "/64"


def _packed(family: int, text: str) -> bytes | None:
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):  # ValueError for what is no C string
        return None
