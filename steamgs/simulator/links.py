"""What was last said of players' links, so that they can be given back."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Links"]


class Links:
    """The links of a world's players, as commands from this process have set them."""

    def __init__(self) -> None:
        # By Steam id; None for everybody.
        self._conditions: dict[object, Mapping[str, object]] = {}
        self._cut: set[object] = set()

    def note(self, command: str, fields: Mapping[str, object]) -> None:
        """Remember a command that was carried out, if it is about links."""
        user = fields.get("user") or None
        if command == "set_link":
            if user is None:
                self._conditions.clear()
            self._conditions[user] = {**fields}
        elif command == "cut_link":
            self._cut.add(user)
        elif command == "restore_link":
            self._cut.discard(user)

    def own(self, steam_id: int) -> Mapping[str, object] | None:
        """What was set for this player; None if the player has everybody's link."""
        return self._conditions.get(steam_id)

    def everybody(self) -> Mapping[str, object]:
        """What was set for all whose links were not set since."""
        return self._conditions.get(None, {})

    def is_cut(self, steam_id: int) -> bool:
        """Whether this player's link was cut and not restored since."""
        return steam_id in self._cut
