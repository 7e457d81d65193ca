"""A client of Agones' sidecar, which stands beside a game server in its pod: all of its API."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp

from steamgs.fleet.checks import seconds_argument
from steamgs.fleet.description import (
    Counter,
    Description,
    PlayerList,
    count_from,
    counter_from,
    description_from,
    list_from,
    players_from,
)
from steamgs.fleet.errors import SidecarRefusedError, SidecarUnreachableError
from steamgs.log import logger

__all__ = ["PORT_VARIABLE", "Sidecar", "sidecar_url"]

T = TypeVar("T")

PORT_VARIABLE = "AGONES_SDK_HTTP_PORT"
_TRY_SECONDS = 5.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
# What a gateway says while it has nobody behind it.
_TRY_AGAIN = frozenset({502, 503, 504})
# A description with a thousand players is far shorter.
_LONGEST_ANSWER = 1 << 20


def sidecar_url() -> str | None:
    """Where the sidecar is, as Agones says by ``AGONES_SDK_HTTP_PORT``; None outside Agones."""
    port = os.environ.get(PORT_VARIABLE, "")
    return f"http://127.0.0.1:{port}" if port.isdecimal() else None


class Sidecar:
    """The sidecar's calls, as coroutines, for ``async with``.

    Each call is tried again while the sidecar can't be reached, for ``timeout`` seconds in all.

    :param url: where it is, such as ``http://127.0.0.1:9358``.
    :param timeout: seconds that a call may take, with all its tries.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        if not isinstance(url, str):
            raise TypeError(f"url must be a str, not {type(url).__name__}")
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"url must be such as http://127.0.0.1:9358, not {url!r}")
        self._url = url.rstrip("/")
        self._timeout = seconds_argument("timeout", timeout)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_TRY_SECONDS), read_bufsize=_LONGEST_ANSWER
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    # The life of a game server.

    async def ready(self) -> None:
        """Mark it as ready to be allocated."""
        await self._call("POST", "/ready", {})

    async def allocate(self) -> None:
        """Mark it as allocated, by itself."""
        await self._call("POST", "/allocate", {})

    async def reserve(self, seconds: int = 0) -> None:
        """Keep it from being allocated, for so many seconds; 0 until it says otherwise."""
        await self._call("POST", "/reserve", {"seconds": str(int(seconds))})

    async def shutdown(self) -> None:
        """Have it shut down and replaced."""
        await self._call("POST", "/shutdown", {})

    async def health(self) -> None:
        """Say that it is alive. It is tried once, as the next one comes soon."""
        await self._call("POST", "/health", {}, tries=1)

    # What it is.

    async def game_server(self) -> Description:
        """Ask for what Agones knows of it."""
        return await self._ask(description_from, "GET", "/gameserver")

    async def watch(self) -> AsyncIterator[Description]:
        """Give a description now and whenever something changes, for ever.

        If the sidecar goes away, it is waited for; the first description after that may repeat what
        is known.
        """
        pauses = _pauses()
        while True:
            try:
                async for description in self._watch_once():
                    pauses = _pauses()
                    yield description
            except (aiohttp.ClientError, OSError, ValueError) as error:
                logger().debug("the sidecar's watch broke off: %s", error)
            await asyncio.sleep(next(pauses))

    async def _watch_once(self) -> AsyncIterator[Description]:
        # The answer goes on for ever, but its head has to come.
        no_limit = aiohttp.ClientTimeout(total=None)
        async with asyncio.timeout(_TRY_SECONDS):
            begun = await self._http.get(self._url + "/watch/gameserver", timeout=no_limit)
        async with begun as answer:
            answer.raise_for_status()
            while line := await answer.content.readline():
                result = _parsed(line).get("result")
                if result is None:
                    return  # an error, with which the stream ends
                yield _understood(description_from, result)

    async def set_label(self, key: str, value: str) -> None:
        """Set a label, which gets the prefix ``agones.dev/sdk-``."""
        await self._call("PUT", "/metadata/label", {"key": key, "value": value})

    async def set_annotation(self, key: str, value: str) -> None:
        """Set an annotation, which gets the prefix ``agones.dev/sdk-``."""
        await self._call("PUT", "/metadata/annotation", {"key": key, "value": value})

    # Counters and lists (beta).

    async def counter(self, name: str) -> Counter:
        """Ask for a counter, which the fleet's manifest has to declare."""
        return await self._ask(counter_from, "GET", f"/v1beta1/counters/{_name(name)}")

    async def set_counter(
        self, name: str, *, count: int | None = None, capacity: int | None = None
    ) -> Counter:
        """Set a counter's count, or capacity, or both."""
        body = _given(count=count, capacity=capacity)
        return await self._ask(counter_from, "PATCH", f"/v1beta1/counters/{_name(name)}", body)

    async def add_to_counter(self, name: str, difference: int) -> Counter:
        """Add to a counter, or take from it. It is not repeated if it may have arrived."""
        body = {"countDiff": str(int(difference))}
        path = f"/v1beta1/counters/{_name(name)}"
        return await self._ask(counter_from, "PATCH", path, body, repeatable=False)

    async def list(self, name: str) -> PlayerList:
        """Ask for a list, which the fleet's manifest has to declare."""
        return await self._ask(list_from, "GET", f"/v1beta1/lists/{_name(name)}")

    async def set_list(
        self, name: str, *, values: Iterable[str] | None = None, capacity: int | None = None
    ) -> PlayerList:
        """Replace the values of a list, or its capacity, or both.

        Agones leaves out values for which there is no room; what is returned is what it has kept.
        """
        body: dict[str, object] = dict(_given(capacity=capacity))
        if values is not None:
            body["values"] = [str(value) for value in values]
        path = f"/v1beta1/lists/{_name(name)}"
        await self._call("PATCH", path, body)
        # Agones answers a change with an empty list, whatever came of it.
        return await self._ask(list_from, "GET", path)

    async def add_to_list(self, name: str, value: str) -> PlayerList:
        """Add a value. Refused if it is there already, or if the list is full."""
        path = f"/v1beta1/lists/{_name(name)}:addValue"
        return await self._ask(list_from, "POST", path, {"value": value}, repeatable=False)

    async def remove_from_list(self, name: str, value: str) -> PlayerList:
        """Remove a value. Refused if it is not there."""
        path = f"/v1beta1/lists/{_name(name)}:removeValue"
        return await self._ask(list_from, "POST", path, {"value": value}, repeatable=False)

    # Player tracking (alpha).

    async def connect_player(self, player: str) -> bool:
        """Say that a player has come; False if that was known."""
        answer = await self._call("POST", "/alpha/player/connect", {"playerID": player})
        return bool(answer.get("bool", False))

    async def disconnect_player(self, player: str) -> bool:
        """Say that a player has left; False if that was known."""
        answer = await self._call("POST", "/alpha/player/disconnect", {"playerID": player})
        return bool(answer.get("bool", False))

    async def is_connected(self, player: str) -> bool:
        """Ask whether a player is known."""
        path = f"/alpha/player/connected/{_name(player)}"
        return bool((await self._call("GET", path)).get("bool", False))

    async def connected_players(self) -> tuple[str, ...]:
        """Ask for the players who are known."""
        return await self._ask(players_from, "GET", "/alpha/player/connected")

    async def player_count(self) -> int:
        """Ask how many players are known."""
        return await self._ask(count_from, "GET", "/alpha/player/count")

    async def player_capacity(self) -> int:
        """Ask how many players there may be."""
        return await self._ask(count_from, "GET", "/alpha/player/capacity")

    async def set_player_capacity(self, capacity: int) -> None:
        """Set how many players there may be."""
        await self._call("PUT", "/alpha/player/capacity", {"count": str(int(capacity))})

    # How it is called.

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use the sidecar in its `async with`")
        return self._session

    async def _ask(
        self,
        read: Callable[[Mapping[str, Any]], T],
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        repeatable: bool = True,
    ) -> T:
        answer = await self._call(method, path, body, repeatable=repeatable)
        try:
            return _understood(read, answer)
        except ValueError as error:
            raise SidecarRefusedError(f"{method} {path}", 200, None, str(error)) from error

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        repeatable: bool = True,
        tries: int | None = None,
    ) -> Mapping[str, Any]:
        began = time.monotonic()
        deadline = began + self._timeout
        call = f"{method} {path}"
        for number, pause in enumerate(_pauses(), 1):
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    return await self._try(method, path, body)
            except SidecarRefusedError as error:
                if error.status not in _TRY_AGAIN:
                    raise
                reason: Exception = error
            except aiohttp.ClientConnectorError as error:
                reason = error
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                reason = error
                if not repeatable:
                    deadline = 0
            if number == tries or time.monotonic() + pause >= deadline:
                words = str(reason) or type(reason).__name__
                spent = round(time.monotonic() - began, 1)
                raise SidecarUnreachableError(call, spent, words) from reason
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")

    async def _try(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> Mapping[str, Any]:
        async with self._http.request(method, self._url + path, json=body) as answer:
            call = f"{method} {path}"
            data = await _whole(answer.content)
            if answer.status >= 400:
                raise _refusal(call, answer.status, data)
            try:
                return _parsed(data)
            except ValueError as error:
                raise SidecarRefusedError(call, answer.status, None, str(error)) from error


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """All of an answer, which comes in pieces; what is too long is cut, and makes no sense then."""
    data = bytearray()
    while len(data) <= _LONGEST_ANSWER and (part := await content.readany()):
        data += part
    return bytes(data[:_LONGEST_ANSWER])


def _refusal(call: str, status: int, data: bytes) -> SidecarRefusedError:
    try:
        said = _parsed(data)
    except ValueError:
        said = {}
    code = said.get("code")
    message = str(said.get("message") or data[:200].decode("utf-8", "replace"))
    return SidecarRefusedError(call, status, code if isinstance(code, int) else None, message)


def _parsed(data: bytes) -> Mapping[str, Any]:
    """An object of JSON; no answer at all is an empty one.

    :raises ValueError: it is something else.
    """
    try:
        parsed = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise ValueError(f"no JSON object: {data[:200].decode('utf-8', 'replace')!r}")
    return parsed


def _understood(read: Callable[[Mapping[str, Any]], T], answer: Any) -> T:
    """What ``read`` makes of an answer.

    :raises ValueError: it has another form than Agones gives it.
    """
    try:
        return read(answer)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not as Agones says it: {error}") from error


def _pauses() -> Any:
    """Seconds between tries, ever longer, and never those of everybody else."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _name(name: str) -> str:
    return quote(name, safe="")


def _given(**numbers: int | None) -> dict[str, str]:
    """Numbers of 64 bits as the sidecar has them, in text; those that are given."""
    return {name: str(int(number)) for name, number in numbers.items() if number is not None}
