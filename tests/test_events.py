"""Event classes by themselves: values that unpack, match, compare, hash, pickle and print."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import steamgs
from payloads import LAYOUTS

EVENTS = [getattr(steamgs, layout.event) for layout in LAYOUTS.values()]
EXAMPLES = [
    pytest.param(getattr(steamgs, layout.event), values, id=f"{layout.event}-{number}")
    for layout in LAYOUTS.values()
    for number, values in enumerate(layout.examples)
]


@pytest.mark.parametrize(("event_type", "values"), EXAMPLES)
def test_an_event_is_a_value(event_type: Any, values: tuple[Any, ...]) -> None:
    event = event_type(*values)
    assert tuple(event) == values
    assert event == event_type(**dict(zip(event_type.__match_args__, values, strict=True)))
    assert hash(event) == hash(event_type(*values))
    assert event.as_dict() == dict(zip(event_type.__match_args__, values, strict=True))
    assert event != values
    assert event != object()
    assert bool(event)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(event, protocol)) == event
    for name, value in zip(event_type.__match_args__, values, strict=True):
        assert f"{name}=" in repr(event)
        assert getattr(event, name) == value
        with pytest.raises(AttributeError):
            setattr(event, name, value)
    with pytest.raises(AttributeError):
        event.something_else = 1


@pytest.mark.parametrize("event_type", EVENTS)
def test_events_are_documented_and_of_the_base(event_type: Any) -> None:
    assert issubclass(event_type, steamgs.Event)
    assert "Steamworks: ``" in event_type.__doc__
    with pytest.raises(TypeError):
        type("Derived", (event_type,), {})


def test_events_unpack_and_match() -> None:
    event: steamgs.Event = steamgs.ClientApproved(1, 2)
    steam_id, owner_id = event
    assert (steam_id, owner_id) == (1, 2)
    match event:
        case steamgs.ClientDenied():
            pytest.fail("not denied")
        case steamgs.ClientApproved(steam_id=1, owner_id=owner):
            assert owner == 2
        case _:
            pytest.fail("did not match")
    assert steamgs.ClientApproved(1, 2) != steamgs.ClientApproved(2, 1)
    assert steamgs.ClientKick(1, 2) != steamgs.ClientApproved(1, 2)
    assert len({steamgs.ServerConnected(), steamgs.ServerConnected()}) == 1


def test_repr_reads_like_the_call() -> None:
    assert repr(steamgs.ServerConnected()) == "ServerConnected()"
    assert repr(steamgs.PolicyResponse(True)) == "PolicyResponse(secure=True)"
    event = steamgs.ClientKick(5, 4)
    assert repr(event) == "ClientKick(steam_id=5, reason=<DenyReason.NO_LICENSE: 4>)"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (steamgs.Event, TypeError, "abstract"),
        (lambda: steamgs.ClientApproved(1), TypeError, "owner_id|positional"),  # type: ignore[call-arg]
        (lambda: steamgs.ClientApproved(-1, 1), OverflowError, "steam_id must be from 0 to"),
        (lambda: steamgs.ClientApproved(1, 1 << 64), OverflowError, "owner_id must be from 0 to"),
        (lambda: steamgs.ClientApproved("1", 1), TypeError, "steam_id must be an int, not str"),  # type: ignore[arg-type]
        (lambda: steamgs.ClientKick(1, 1 << 31), OverflowError, "reason must be from"),
        (lambda: steamgs.PolicyResponse(1), TypeError, "secure must be a bool, not int"),  # type: ignore[arg-type]
        (
            lambda: steamgs.ClientDenied(1, 1, "x" * 128),
            ValueError,
            "optional_text must be at most",
        ),
        (lambda: steamgs.ClientDenied(1, 1, "a\0"), ValueError, "optional_text must not contain"),
        (lambda: steamgs.ClientDenied(1, 1, b"x"), TypeError, "optional_text must be a str"),  # type: ignore[arg-type]
    ],
)
def test_bad_fields(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


ids = st.integers(0, (1 << 64) - 1)
int32 = st.integers(-(1 << 31), (1 << 31) - 1)
# Whatever bytes Steam may send, as Python shows them; NUL ends a text.
texts = st.binary(max_size=127).map(
    lambda data: data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)


@given(ids, int32, texts)
def test_any_denial_survives(steam_id: int, reason: int, text: str) -> None:
    event = steamgs.ClientDenied(steam_id, reason, text)
    assert tuple(event) == (steam_id, reason, text)
    assert pickle.loads(pickle.dumps(event)) == event


@given(int32, st.integers(0, (1 << 32) - 1), st.booleans(), st.integers(0, (1 << 16) - 1), ids)
def test_any_reputation_survives(
    result: int, score: int, banned: bool, port: int, game_id: int
) -> None:
    fields = (result, score, banned, score, port, game_id, score)
    assert tuple(steamgs.ServerReputation(*fields)) == fields


@given(ids, int32, ids)
def test_any_verdict_survives(steam_id: int, response: int, owner_id: int) -> None:
    event = steamgs.ValidateAuthTicketResponse(steam_id, response, owner_id)
    assert tuple(event) == (steam_id, response, owner_id)
    assert event.response is steamgs.AuthSessionResponse(response)
