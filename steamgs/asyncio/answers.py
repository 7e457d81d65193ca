"""Requests that Steam answers by a signal: each answer goes to whoever waits for its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from steamgs._core import Event, Signal
from steamgs.errors import NotRunningError

__all__ = ["Answers", "answer_of"]

_E = TypeVar("_E", bound=Event)
_R = TypeVar("_R")


async def answer_of(future: Future[_R], timeout: float | None) -> _R:
    """The result of a future that another thread may resolve.

    :raises TimeoutError: it did not come in time.
    :raises NotRunningError: the server was closed meanwhile.
    """
    answer: asyncio.Future[_R] = asyncio.get_running_loop().create_future()

    def on_done(done: Future[_R]) -> None:
        if answer.done():
            return
        if done.cancelled():
            # Not a cancellation of the task that waits.
            answer.set_exception(NotRunningError("the game server was closed"))
        elif (error := done.exception()) is not None:
            answer.set_exception(error)
        else:
            answer.set_result(done.result())

    future.add_done_callback(on_done)
    async with asyncio.timeout(timeout):
        return await answer


class Answers(Generic[_E]):
    """Those who wait for events of one signal, by a table, however many there are.

    :param key: what an event answers, such as the player's Steam id.
    """

    def __init__(self, signal: Signal[_E], key: Callable[[_E], Hashable]) -> None:
        self._waiting: dict[Hashable, list[asyncio.Future[_E]]] = {}
        self._key = key
        signal.connect(self._on_event)

    def __len__(self) -> int:
        return len(self._waiting)

    async def request(self, key: Hashable, ask: Callable[[], Any], timeout: float | None) -> _E:
        """Ask, and wait for the next event of ``key``.

        Requests of one key that wait together are all answered by the first answer: Steam says
        the same to each.

        :raises TimeoutError: it did not come in time.
        :raises NotRunningError: the server was closed meanwhile.
        """
        ask()
        answer: asyncio.Future[_E] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(answer)
        try:
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._forget(key, answer)

    def _forget(self, key: Hashable, answer: asyncio.Future[_E]) -> None:
        waiting = self._waiting.get(key, [])
        if answer in waiting:
            waiting.remove(answer)
            if not waiting:
                del self._waiting[key]

    def _on_event(self, event: _E) -> None:
        for answer in self._waiting.pop(self._key(event), ()):
            if not answer.done():
                answer.set_result(event)

    def close_all(self) -> None:
        """The server is gone."""
        while self._waiting:
            _, answers = self._waiting.popitem()
            for answer in answers:
                if not answer.done() and not answer.get_loop().is_closed():
                    answer.set_exception(NotRunningError("the game server was closed"))

    def abandon(self) -> None:
        """In a forked child: those who wait do so in the parent."""
        self._waiting.clear()
