"""Tests of the lobby, on a simulated Steam: `pip install steamgs pytest && pytest`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from lobby import Lobby
from steamgs.simulator import User


@pytest.fixture
def lobby(game_server: steamgs.GameServer) -> Lobby:
    return Lobby(game_server)


def join(lobby: Lobby, player: User) -> bool:
    return lobby.join(player.steam_id, player.auth_session_ticket())


def test_players_come_in_when_steam_says_so(
    lobby: Lobby, game_server: steamgs.GameServer, steam_player: Any, steam_wait: Any
) -> None:
    alice = steam_player()
    assert join(lobby, alice)
    assert lobby.players == set()
    steam_wait(game_server.validate_auth_ticket_response)
    assert lobby.players == {alice.steam_id}


def test_the_lobby_has_two_seats(lobby: Lobby, steam_player: Any) -> None:
    assert [join(lobby, steam_player()) for _ in range(3)] == [True, True, False]


def test_a_ban_throws_a_player_out(
    lobby: Lobby, game_server: steamgs.GameServer, steam_player: Any, steam_wait: Any
) -> None:
    mallory = steam_player()
    join(lobby, mallory)
    steam_wait(game_server.validate_auth_ticket_response)
    mallory.vac_ban()
    steam_wait(game_server.validate_auth_ticket_response)
    assert lobby.players == set()
    assert lobby.log == ["out: VAC_BANNED"]
    assert not game_server.sessions


def test_without_a_licence_nobody_plays(
    lobby: Lobby, game_server: steamgs.GameServer, steam_player: Any, steam_wait: Any
) -> None:
    join(lobby, steam_player(licenses=()))
    event = steam_wait(game_server.validate_auth_ticket_response)
    assert event.response is steamgs.AuthSessionResponse.NO_LICENSE_OR_EXPIRED
    assert lobby.players == set()


def test_verdicts_wait_for_steam(
    lobby: Lobby,
    game_server: steamgs.GameServer,
    steam_player: Any,
    steam_wait: Any,
    steam_outage: Callable[[], Any],
) -> None:
    alice = steam_player()
    with steam_outage():
        steam_wait(game_server.server_disconnected)
        join(lobby, alice)
        with pytest.raises(pytest.fail.Exception, match="no ValidateAuthTicketResponse came"):
            steam_wait(game_server.validate_auth_ticket_response, seconds=5)
    steam_wait(game_server.validate_auth_ticket_response)
    assert lobby.players == {alice.steam_id}
    assert lobby.log == ["Steam is away", "Steam is back"]


@pytest.mark.game_server(1234, version="2.0.0.0")
def test_the_server_is_what_the_marker_says(
    game_server: steamgs.GameServer, steam_player: Any, lobby: Lobby
) -> None:
    assert (game_server.app_id, game_server.version) == (1234, "2.0.0.0")
    stranger = steam_player()
    assert not lobby.join(stranger.steam_id, stranger.auth_session_ticket(480))
    assert "refused" in lobby.log[0]


def test_with_asyncio(async_game_server: steamgs.asyncio.GameServer, steam_player: Any) -> None:
    alice = steam_player(owner_id=5)

    async def main() -> int:
        async with async_game_server as server:
            await server.log_on_anonymous()
            ticket = alice.auth_session_ticket()
            async with server.authenticate(alice.steam_id, ticket) as session:
                return session.owner_id

    assert asyncio.run(main()) == 5
