"""A response in pieces, as they come."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from steamgs._core import Call, EventStream, HttpDataReceived, HttpRequestCompleted, RequestCore
from steamgs.errors import HttpError
from steamgs.http.response import HttpResponse, require_response

__all__ = ["HttpStream"]


class HttpStream:
    """The body of a response, for ``async for`` in one task; then :attr:`response` says the rest.

    At its end it raises what :meth:`HttpRequest.send` would. It may be left by ``break``; the
    request is given up when it is released.
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
            if event.request == self._core.number and event.size:
                piece = self._piece(event)
                if piece:
                    return piece
        if self._response is None:
            answer = await self._call
            require_response(answer, self._core, "stream", self._host)
            self._response = HttpResponse(answer.status, b"")
        raise StopAsyncIteration

    def _piece(self, event: HttpDataReceived) -> bytes:
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
