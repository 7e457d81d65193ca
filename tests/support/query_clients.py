"""Clients of the server browser's protocol that others wrote, in one form: what each one read."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Address = tuple[str, int]
# The folder with node_modules/gamedig, by `npm install --prefix <folder> gamedig`.
GAMEDIG = os.environ.get("STEAMGS_GAMEDIG")
_SCRIPT = Path(__file__).resolve().parent / "gamedig.mjs"


class Answers(NamedTuple):
    """Fields of one name for all; what a client does not tell is left out."""

    info: dict[str, Any]
    players: list[tuple[str, int]]  # name and score, sorted
    durations: list[float]
    rules: dict[str, str]


def _players(players: Any) -> tuple[list[tuple[str, int]], list[float]]:
    known = sorted((player.name, player.score) for player in players)
    return known, [player.duration for player in players]


def python_a2s(address: Address) -> Answers:
    import a2s

    info = a2s.info(address, timeout=10)
    players, durations = _players(a2s.players(address, timeout=10))
    return Answers(
        {
            "name": info.server_name,
            "map": info.map_name,
            "folder": info.folder,
            "game": info.game,
            "app_id": info.app_id,
            "players": info.player_count,
            "max_players": info.max_players,
            "bots": info.bot_count,
            "dedicated": info.server_type == "d",
            "password": info.password_protected,
            "secure": info.vac_enabled,
            "version": info.version,
            "port": info.port,
            "steam_id": info.steam_id,
            "tags": info.keywords,
            "game_id": info.game_id,
            "spectator_port": info.stv_port,
            "spectator_name": info.stv_name,
        },
        players,
        durations,
        a2s.rules(address, timeout=10),
    )


def little_a2s(address: Address) -> Answers:
    from little_a2s import A2S, protocol

    # Its one fault (0.7.3): the whole that pieces make begins with the header of a packet, as
    # Valve's engine sends it and the other three clients have it.
    class Fixed(protocol.A2SClientProtocol):  # type: ignore[misc]
        def _handle_payload(self, data: bytes) -> None:
            super()._handle_payload(data.removeprefix(b"\xff\xff\xff\xff"))

    class Client(A2S):  # type: ignore[misc]
        def _create_protocol(self) -> Any:
            return Fixed()

    with Client.from_addr(*address, timeout=10) as client:
        info, extra = client.info(), client.info().extra
        players, durations = _players(client.players())
        rules = dict(client.rules().rules)
    return Answers(
        {
            "name": info.name,
            "map": info.map,
            "folder": info.folder,
            "game": info.game,
            "app_id": info.id,
            "players": info.players,
            "max_players": info.max_players,
            "bots": info.bots,
            "dedicated": info.type.name == "DEDICATED",
            "password": bool(info.visibility),
            "secure": bool(info.vac),
            "version": info.version,
            "port": extra.port,
            "steam_id": extra.steam_id,
            "tags": extra.keywords,
            "game_id": extra.game_id,
            "spectator_port": extra.spectator_port,
            "spectator_name": extra.spectator_name,
        },
        players,
        durations,
        {_text(name): _text(value) for name, value in rules.items()},
    )


def a2squery(address: Address) -> Answers:
    from a2squery import A2SQuery

    with A2SQuery(*address, timeout=2, retries=1) as client:
        info = client.info()
        players, durations = _players(client.players())
        rules = client.rules()
    return Answers(
        {
            "name": info.name,
            "map": info.map,
            "folder": info.folder,
            "game": info.game,
            "app_id": info.app_id,
            "players": info.players,
            "max_players": info.max_players,
            "bots": info.bots,
            "dedicated": info.server_type.value == "d",
            "password": info.password,
            "secure": info.vac,
            "version": info.version,
            "port": info.port,
            "steam_id": info.steam_id,
            "tags": info.keywords,
            "game_id": info.game_id,
            "spectator_port": info.spectator_port,
            "spectator_name": info.spectator_name,
        },
        players,
        durations,
        rules,
    )


def gamedig(address: Address) -> Answers:
    assert GAMEDIG is not None
    # Without a sanitizer's library that this process was started with.
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    command = ["node", str(_SCRIPT), GAMEDIG, address[0], str(address[1])]
    output = subprocess.check_output(command, timeout=60, text=True, env=environment)
    state = json.loads(output)
    raw = state["raw"]
    return Answers(
        {
            "name": state["name"],
            "map": state["map"],
            "folder": raw["folder"],
            "game": raw["game"],
            "app_id": raw["appId"],
            "players": state["numplayers"],
            "max_players": state["maxplayers"],
            "bots": raw["numbots"],
            "dedicated": raw["listentype"] == "d",
            "password": state["password"],
            "secure": bool(raw["secure"]),
            "version": state["version"],
            "port": int(state["connect"].rpartition(":")[2]),
            "steam_id": int(raw["steamid"]),
            "tags": ",".join(raw["tags"]),
            "spectator_port": raw["sourcetvport"],
            "spectator_name": raw["sourcetvname"],
        },
        # What was read; gamedig itself then takes the last ones for the bots.
        sorted((player["name"], player["score"]) for player in raw["players"]),
        [player["time"] for player in raw["players"]],
        raw["rules"],
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


CLIENTS: dict[str, Callable[[Address], Answers]] = {
    "python-a2s": python_a2s,
    "little-a2s": little_a2s,
    "a2squery": a2squery,
    "gamedig": gamedig,
}
