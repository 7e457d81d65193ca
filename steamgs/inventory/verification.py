"""Whether a player owns what they say: their client's proof of it, and Steam's word on that."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from typing import NamedTuple

from steamgs._core import Call, InventoryResultReady, check_callback
from steamgs.enums import Result
from steamgs.errors import (
    ExpiredProofError,
    InvalidProofError,
    InventoryError,
    WrongOwnerError,
)
from steamgs.inventory.result import READABLE, InventoryItem, InventoryResult
from steamgs.later_enums import ItemFlags

__all__ = ["Limits", "Verification", "VerifiedItems"]

# What Steam may say of what is no proof. Which of them it says of which is not documented.
_INVALID = (Result.INVALID_PARAM, Result.FAIL, Result.INVALID_SIGNATURE)


class VerifiedItems(NamedTuple):
    """What a player owned when their proof was made."""

    steam_id: int
    items: tuple[InventoryItem, ...]
    """Without those that are said to be gone (``ItemFlags.REMOVED``), as proofs of changes do."""
    timestamp: int
    """When that was, in seconds since 1970-01-01 UTC, by Steam's clock."""
    age: int
    """How many seconds ago that was, by Steam's clock."""
    expired: bool
    """Whether Steam says that it may be out of date; only if the host allows that."""


class Limits(NamedTuple):
    """What a host takes for a proof."""

    steam_id: int
    max_age: float | None
    allow_expired: bool
    properties: bool


class Verification:
    """Steam's word on a proof, when it comes: await it, or use :meth:`result`.

    Steam frees the proof once: when its word was read, when this is cancelled or a task that awaits
    it is, or when the server closes. Several may wait for it; who is cancelled gives it up for all.

    :ivar steam_id: the player.
    """

    def __init__(
        self,
        proof: InventoryResult,
        limits: Limits,
        server_time: Callable[[], int],
        seconds: float,
    ) -> None:
        self.steam_id = limits.steam_id
        self._proof = proof
        self._limits = limits
        self._server_time = server_time
        self._reading = threading.Lock()
        self._outcome: VerifiedItems | Exception | None = None
        self._deadline = time.monotonic() + seconds
        self._call = self._ask()

    def done(self) -> bool:
        """Whether Steam has said it, or will say nothing."""
        return self._outcome is not None or self._call.done()

    def cancelled(self) -> bool:
        """Whether :meth:`cancel` has ended it, or the cancellation of a task that awaited it."""
        return self._call.cancelled()

    def cancel(self) -> bool:
        """Give it up; whoever waits gets a CallCancelledError.

        :returns: False if it had ended before.
        """
        cancelled = False
        while self._outcome is None and not cancelled:
            call = self._call
            cancelled = call.cancel()
            if not cancelled:  # it has ended, and nobody has read yet what Steam says
                self._read(call, call.exception(0))
        self._proof.release()
        return cancelled

    def add_done_callback(self, function: Callable[[Verification], object], /) -> None:
        """Call ``function(self)`` once, when it ends.

        See :meth:`steamgs.Call.add_done_callback`.

        :raises TypeError: ``function`` is not callable, or a coroutine function.
        """
        check_callback("function", function)

        def ended(call: Call[InventoryResultReady]) -> None:
            self._read(call, call.exception(0))
            if self._outcome is None:
                self.add_done_callback(function)
            else:
                function(self)

        self._call.add_done_callback(ended)

    def result(self, timeout: float | None = None) -> VerifiedItems:
        """Wait for Steam's word, and return what the player owns.

        It waits as :meth:`steamgs.Call.result` does, and raises the same errors.

        :param timeout: seconds; None waits without limit.
        :raises InvalidProofError: it is no proof, or was tampered with.
        :raises WrongOwnerError: it is of another player.
        :raises ExpiredProofError: it is too old, or the items have gone since.
        :raises InventoryError: Steam could not say, as during an outage; ``result`` says why.
        :raises TimeoutError: Steam has not said it in time.
        """
        self._wait(timeout)
        return self._told()

    def exception(self, timeout: float | None = None) -> Exception | None:
        """Wait for the end, and return what :meth:`result` would raise; None if there is a result.

        :param timeout: seconds; None waits without limit.
        :raises TimeoutError: it has not ended in time. It goes on.
        """
        self._wait(timeout)
        return self._outcome if isinstance(self._outcome, Exception) else None

    def _wait(self, timeout: float | None) -> None:
        while self._outcome is None:
            call = self._call
            self._read(call, call.exception(timeout))

    def __await__(self) -> Generator[object, None, VerifiedItems]:
        """Wait for it in an asyncio task: see :meth:`result` for what it raises."""
        try:
            while self._outcome is None:
                call = self._call
                error: Exception | None = None
                try:
                    yield from call.__await__()
                except Exception as failure:
                    error = failure
                self._read(call, error)
        except BaseException:
            # The task was cancelled, or is gone.
            self.cancel()
            raise
        return self._told()

    def _told(self) -> VerifiedItems:
        if isinstance(self._outcome, Exception):
            raise self._outcome.with_traceback(None)
        assert self._outcome is not None
        return self._outcome

    def _read(self, call: Call[InventoryResultReady], error: Exception | None) -> None:
        """The call has ended: read what Steam says, unless that was done."""
        with self._reading:
            if self._outcome is not None or call is not self._call:
                return
            try:
                self._outcome = self._look(error)
            except Exception as failure:
                self._outcome = failure
            if self._outcome is not None:
                self._proof.release()

    def _look(self, error: Exception | None) -> VerifiedItems | None:
        # Time may be up just when it is ready, and Steam's callback may be lost.
        if error is not None and not isinstance(error, TimeoutError):
            raise error
        status = self._proof.status
        if status is not Result.PENDING:
            return self._judged(status)
        if error is not None:
            raise error
        # What Steam has told of was another one, which had this number before.
        self._call = self._ask()
        return None

    def _ask(self) -> Call[InventoryResultReady]:
        left = self._deadline - time.monotonic()
        return self._proof.ready(timeout=None if left == math.inf else left)

    def _judged(self, status: Result) -> VerifiedItems:
        steam_id, max_age, allow_expired, properties = self._limits
        if status in _INVALID:
            raise InvalidProofError(steam_id, status)
        if status not in READABLE:
            raise InventoryError("verify", status)
        if not self._proof.belongs_to(steam_id):
            raise WrongOwnerError(steam_id, why=f"it is not of player {steam_id}")
        timestamp = self._proof.timestamp
        age = max(0, self._server_time() - timestamp)
        expired = status is Result.EXPIRED
        if expired and not allow_expired:
            raise ExpiredProofError(steam_id, status, age=age)
        if max_age is not None and age > max_age:
            why = f"it is {age} seconds old, and {max_age:g} are allowed"
            raise ExpiredProofError(steam_id, why=why, age=age)
        items = self._proof.items(properties=properties)
        owned = tuple(item for item in items if ItemFlags.REMOVED not in item.flags)
        return VerifiedItems(steam_id, owned, timestamp, age, expired)

    def __repr__(self) -> str:
        state = "ended" if self.done() else "waiting"
        return f"<Verification of player {self.steam_id}, {state}>"
