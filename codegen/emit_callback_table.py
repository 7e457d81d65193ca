"""The callbacks for C++: rows of macros, which the including file defines."""

from __future__ import annotations

import events
from events import EventRow
from model import Model

MADE = "// Made by codegen/generate.py."


def files(model: Model) -> dict[str, str]:
    rows = events.rows(model)
    callbacks = [f"STEAMGS_CALLBACK(k{row.event}, {row.qualified}, {row.id})" for row in rows]
    players = [_player(row) for row in rows]
    answers = [_answer(row) for row in rows if model.answered_by(model.callbacks[row.struct])]
    return {
        "include/common/callback_table.inc": "\n".join([MADE, *callbacks, ""]),
        "include/common/player_table.inc": "\n".join([MADE, *players, ""]),
        "include/common/answer_table.inc": "\n".join([MADE, *answers, ""]),
    }


def _steam_id(row: EventRow) -> str | None:
    """The member that says whom the callback is about."""
    return next((field.member for field in row.fields if field.name == "steam_id"), None)


def _player(row: EventRow) -> str:
    """Where the callback names a player, if it does."""
    member = _steam_id(row)
    if member is None:
        return f"STEAMGS_NO_PLAYER({row.qualified})"
    return f"STEAMGS_PLAYER({row.qualified}, {member})"


def _answer(row: EventRow) -> str:
    """What answers calls, and whom it is about: its ``steam_id``, or the server if it has none."""
    member = _steam_id(row)
    key = "0" if member is None else f"read_id(answer.{member})"
    return f"STEAMGS_ANSWER({row.qualified}, {key})"
