"""A response in pieces, as they come."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from steamgs._core import Call, EventStream, HttpDataReceived, HttpRequestCompleted, RequestCore
from steamgs.errors import HttpError
from steamgs.http.response import HttpResponse, require_response
from steamgs.waiting import wait_for

__all__ = ["HttpStream"]

# How often a thread looks for pieces: as often as it ticks Steam, if nobody else does.
_LOOK_SECONDS = 0.01


class HttpStream:
    """The body of a response: ``async for`` in one task, or ``for`` in one thread.

    Then :attr:`response` says the rest. At its end it raises what :meth:`HttpRequest.send` would.
    It may be left by ``break``; the request is given up when it is released.
    """

    def __init__(self, core: RequestCore, host: str, timeout: float | None) -> None:
        self._core = core
        self._host = host
        self._received = 0
        self._response: HttpResponse | None = None
        # Before the request is sent: another thread may deliver the first piece at once.
        self._events: EventStream[HttpDataReceived] = core.pieces()
        try:
            self._call: Call[HttpRequestCompleted] = core.send(True, timeout)
        except BaseException:
            self._events.close()
            raise
        self._call.add_done_callback(partial(_end, self._events))

    @property
    def response(self) -> HttpResponse | None:
        """The status, with an empty body; None until the end."""
        return self._response

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """The next piece, never an empty one.

        :raises HttpTimeoutError: a timeout of the request has passed.
        :raises NoResponseError: there is no response, or no more of it.
        :raises HttpError: Steam has lost a piece.
        :raises ClosedHandleError: the request was released.
        """
        async for event in self._events:
            piece = self._piece(event)
            if piece:
                return piece
        if self._response is None:
            self._finish(await self._call)
        raise StopAsyncIteration

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        """The next piece, never an empty one; waits for it as :meth:`steamgs.Call.result` does.

        It raises what that does, and what ``async for`` raises.
        """
        while True:
            ended = self._call.done()  # before a look at what has come, so nothing is missed
            while (event := self._events.take()) is not None:
                piece = self._piece(event)
                if piece:
                    return piece
            if ended:
                break
            wait_for(self._call, _LOOK_SECONDS)
        if self._response is None:
            self._finish(self._call.result(0))
        raise StopIteration

    def _finish(self, answer: HttpRequestCompleted) -> None:
        require_response(answer, self._core, "stream", self._host)
        self._response = HttpResponse(answer.status, b"")

    def _piece(self, event: HttpDataReceived) -> bytes:
        if event.request != self._core.number or not event.size:
            return b""
        end = event.offset + event.size
        if end <= self._received:
            return b""  # Steam has told of it twice
        piece = None
        if event.offset == self._received:
            piece = self._core.piece(event.offset, event.size)
        if piece is None:
            why = f"Steam has lost the piece at {self._received}"
            raise HttpError("stream", self._host, why)
        self._received = end
        return piece


def _end(events: EventStream[Any], _: object) -> None:
    events.close()
