"""What Steam says of items that a player owns, kept in Steam until it is released."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from steamgs._core import Call, InventoryResultReady, ResultCore
from steamgs.enums import Result
from steamgs.errors import InventoryError
from steamgs.later_enums import ItemFlags
from steamgs.released import Released

__all__ = ["READABLE", "InventoryItem", "InventoryResult", "flag", "some"]

# With these there is something to read.
READABLE = (Result.OK, Result.EXPIRED)
_NONE: Mapping[str, str] = MappingProxyType({})


class InventoryItem(NamedTuple):
    """An item of a player's."""

    item_id: int
    """Its own number, which no other item ever has."""
    definition: int
    """What it is: the number of its definition."""
    quantity: int
    flags: ItemFlags
    properties: Mapping[str, str] = _NONE
    """What the game has attached to it; empty unless that was asked for."""


class InventoryResult(Released):
    """Items as Steam has told them, or will: a context manager, which frees them in Steam.

    It is ready when the call of :meth:`ready` has ended. It belongs to this run of the server, and
    is freed once: by :meth:`release`, with this object, or when the server closes. Methods may be
    called from any thread.
    """

    _core: ResultCore

    def __init__(self, core: ResultCore) -> None:
        self._core = core

    @property
    def handle(self) -> int:
        """Steam's number of it, which events have; of another one once this is released."""
        return self._core.steam_number

    @property
    def closed(self) -> bool:
        """Whether it was freed."""
        return self._core.closed()

    def ready(self, *, timeout: float | None = None) -> Call[InventoryResultReady]:
        """The call that ends when it is ready or has failed; at once if it is.

        The event's ``result`` is ``OK``, or ``EXPIRED`` if what it says may be out of date, or
        Steam's reason why there is nothing. The signal ``inventory_result_ready`` is emitted as
        well.

        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises ClosedHandleError: it was released; from the call: it was released meanwhile.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        call = self._core.ready(timeout)
        # A call that waits keeps this, which would tell Steam to forget it.
        call.add_done_callback(self._was_waited_for)
        return call

    def _was_waited_for(self, _call: Call[InventoryResultReady]) -> None:
        pass

    @property
    def status(self) -> Result:
        """``PENDING`` until it is ready, then as in :meth:`ready`. Steamworks: ``GetResultStatus``.

        :raises ClosedHandleError: it was released.
        """
        return Result(self._core.status())

    @property
    def timestamp(self) -> int:
        """When Steam has said it, in seconds since 1970-01-01 UTC; 0 before it is ready.

        Steamworks: ``GetResultTimestamp``.

        :raises ClosedHandleError: it was released.
        """
        return self._core.timestamp()

    def belongs_to(self, steam_id: int) -> bool:
        """Whether it is about that player. Steamworks: ``CheckResultSteamID``.

        :raises ClosedHandleError: it was released.
        """
        return self._core.belongs_to(steam_id)

    def items(self, *, properties: bool = False) -> tuple[InventoryItem, ...]:
        """The items. Steamworks: ``GetResultItems``.

        :param properties: whether to read their properties as well, which takes longer.
        :raises InventoryError: it is not ready, or has failed; ``result`` says why. Or Steam does
            not tell the items, or there are more than 100,000.
        :raises ClosedHandleError: it was released.
        """
        wanted = flag("properties", properties)
        self._require_readable("items")
        found = self._core.items()
        if found is None:
            raise InventoryError("items", why="Steam says that there are some, but not which")
        return tuple(
            InventoryItem(
                item_id,
                definition,
                quantity,
                ItemFlags(flags),
                self.properties(index) if wanted else _NONE,
            )
            for index, (item_id, definition, quantity, flags) in enumerate(found)
        )

    def properties(self, index: int) -> Mapping[str, str]:
        """What the game has attached to an item, as texts. Steamworks: ``GetResultItemProperty``.

        :param index: the item's place in :meth:`items`.
        :raises InventoryError: it is not ready, or has failed; ``result`` says why.
        :raises ClosedHandleError: it was released.
        """
        self._require_readable("properties")
        names = (self._core.item_property(index, None) or "").split(",")
        return {
            name: value
            for name in names
            if name and (value := self._core.item_property(index, name)) is not None
        }

    def _require_readable(self, action: str) -> None:
        status = self.status
        if status not in READABLE:
            raise InventoryError(action, status)

    def serialize(self) -> bytes:
        """A proof of it for others. Valve's documentation says that a game server can't make one.

        Steamworks: ``SerializeResult``.

        :raises InventoryError: Steam refused, as it does to servers.
        :raises ClosedHandleError: it was released.
        """
        data = self._core.serialize()
        if data is None:
            raise InventoryError("serialize", why=FOR_USERS)
        return data

    def release(self) -> None:
        """Let Steam forget it; whoever waits for it gets a ClosedHandleError. Harmless if done."""
        self._core.release()

    def __repr__(self) -> str:
        return f"<InventoryResult {self.handle}{', closed' if self.closed else ''}>"


def flag(name: str, value: bool) -> bool:
    """What a switch is set to.

    :raises TypeError: it is no bool.
    """
    if value is not True and value is not False:
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value


FOR_USERS = "Steam refused it, as its documentation says it does to game servers"


def some(core: ResultCore | None, action: str, why: str = FOR_USERS) -> InventoryResult:
    """The result that Steam has made.

    :raises InventoryError: it has made none.
    """
    if core is None:
        raise InventoryError(action, why=why)
    return InventoryResult(core)
