"""Addresses as they are counted: the same however they are written, and not by port."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

import steamgs.asyncio
from steamgs.asyncio.addresses import counted_address

HOST = "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        (HOST, HOST),
        (IPv4Address(HOST), HOST),
        ((HOST, 27015), HOST),
        (f"{HOST}:27015", HOST),
        (f"::ffff:{HOST}", HOST),
        (f"64:ff9b::{HOST}", HOST),
        ((f"::ffff:{HOST}", 5000, 0, 0), HOST),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        (IPv6Address("2001:db8:1:2::9"), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 27015, 0, 0), "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:27015", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        (("fe80::1%eth0", 5000, 0, 2), "fe80::/64"),
        (IPv6Address("fe80::1%eth0"), "fe80::/64"),
        ("2001:db8::/48", "2001:db8::/48"),
        ("AS64496", "AS64496"),
        ("proxy:3", "proxy:3"),
        ("a:\0", "a:\0"),
        ("a:\ud800", "a:\ud800"),
        ("", ""),
    ],
)
def test_addresses_as_they_are_counted(address: Any, counted: str) -> None:
    assert counted_address(address) == counted


@pytest.mark.parametrize("address", [5, b"\x7f\0\0\1", (), (5, 5), [HOST, 5], 1.5, object()])
def test_what_is_no_address(address: Any) -> None:
    server = steamgs.asyncio.GameServer(480)
    for authenticate in (server.authenticate, server.authenticate_connection):
        with pytest.raises(TypeError, match=r"^address must be a str"):
            authenticate(1, b"?", address=address)  # type: ignore[arg-type]


def test_text_of_a_subclass_is_counted_as_plain_text() -> None:
    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            raise AssertionError

        def __hash__(self) -> int:
            raise AssertionError

        def __eq__(self, other: object) -> bool:
            raise AssertionError

    counted = counted_address(Text(HOST))
    assert (type(counted), counted) == (str, HOST)
