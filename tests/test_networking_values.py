"""Addresses and identities: values that parse and print as Steam's."""

from __future__ import annotations

import ipaddress
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steamgs import NetworkingAddress, NetworkingIdentity, NetworkingIdentityType


@pytest.mark.parametrize(
    "text",
    ["192.0.2.1:27015", "192.0.2.1", "[2001:db8::1]:27015", "2001:db8::1", "::", "[::]:1", "::1"],
)
def test_addresses_print_as_they_are_parsed(text: str) -> None:
    address = NetworkingAddress.parse(text)
    assert str(address) == text
    assert NetworkingAddress.of(text) == address == NetworkingAddress.of(address)
    assert NetworkingAddress.of((address.ip, address.port)) == address
    assert pickle.loads(pickle.dumps(address)) == address
    assert eval(repr(address)) == address
    assert hash(address) == hash(NetworkingAddress.parse(text))
    assert address != text
    with pytest.raises(AttributeError):
        address.port = 1  # type: ignore[misc]


def test_addresses_know_their_parts() -> None:
    address = NetworkingAddress(ipaddress.IPv4Address("192.0.2.1"), 5)
    assert (address.ip, address.port, address.is_ipv4) == ("192.0.2.1", 5, True)
    assert address.packed == bytes(10) + b"\xff\xff\xc0\0\x02\x01"
    assert not NetworkingAddress("2001:db8::1").is_ipv4
    assert NetworkingAddress.of("*:5") == NetworkingAddress("::", 5) == NetworkingAddress.of(":5")
    assert NetworkingAddress.of(("", 5)).is_any
    assert not NetworkingAddress("0.0.0.1").is_any


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3.4:", "1.2.3.4:-1", "1.2.3.4:65536", "[::1", "[::1]5", "1.2.3:1", "::g"]
)
def test_bad_texts_of_addresses(text: str) -> None:
    with pytest.raises(ValueError, match="is not an"):
        NetworkingAddress.parse(text)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 65535))
def test_any_address_survives(packed: bytes, port: int) -> None:
    address = NetworkingAddress(ipaddress.IPv6Address(packed), port)
    assert NetworkingAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "steamid:76561197960287930",
        "ip:192.0.2.1:27015",
        "ip:[2001:db8::1]:5",
        "str:somebody",
        "gen:00ff10",
        "xbox:abc",
        "psn:12345",
        "invalid",
    ],
)
def test_identities_print_as_they_are_parsed(text: str) -> None:
    identity = NetworkingIdentity.parse(text)
    assert str(identity) == text
    assert NetworkingIdentity.of(text) == identity == NetworkingIdentity.of(identity)
    assert pickle.loads(pickle.dumps(identity)) == identity
    assert hash(identity) == hash(NetworkingIdentity.parse(text))
    assert text in repr(identity)
    assert identity != text
    with pytest.raises(AttributeError):
        identity.value = 1


def test_identities_know_what_they_are_made_of() -> None:
    somebody = NetworkingIdentity.of(76561197960287930)
    assert somebody.type is NetworkingIdentityType.STEAM_ID
    assert (somebody.steam_id, somebody.value) == (76561197960287930, 76561197960287930)
    assert somebody.address is None
    place = NetworkingIdentity.from_address("192.0.2.1:5")
    assert (place.steam_id, place.address) == (0, NetworkingAddress("192.0.2.1", 5))


BAD: list[tuple[Any, Any, type[Exception]]] = [
    (16, "1", TypeError),
    (16, 0, OverflowError),
    (16, 1 << 64, OverflowError),
    (2, "", ValueError),
    (2, "x" * 32, ValueError),
    (2, "a\0b", ValueError),
    (2, b"x", TypeError),
    (3, b"", ValueError),
    (3, bytes(33), ValueError),
    (3, "x", TypeError),
    (1, "1.2.3.4", TypeError),
    (0, 1, ValueError),
]


@pytest.mark.parametrize(("kind", "value", "error"), BAD)
def test_bad_values_of_identities(kind: int, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="value"):
        NetworkingIdentity(NetworkingIdentityType(kind), value)


@pytest.mark.parametrize(
    "text", ["", "steamid:", "steamid:0", "steamid:x", "gen:0", "gen:", "ip:x", "nobody", "str"]
)
def test_bad_texts_of_identities(text: str) -> None:
    with pytest.raises(ValueError, match="is not an identity"):
        NetworkingIdentity.parse(text)
