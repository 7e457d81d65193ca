"""A sidecar of Agones that a test plays: on a thread and a port of its own, with its books open."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import web

__all__ = ["FakeSidecar"]

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# gRPC's code for errors that have none, which is what the sidecar gives.
_UNKNOWN = 2
_LIST_LIMIT = 1000


class FakeSidecar:
    """An Agones sidecar without Agones, for ``with``. Its methods may be called from any thread.

    :param counters: ``{name: capacity}`` of the counters that the fleet's manifest declares.
    :param lists: ``{name: capacity}`` of its lists.
    :param player_capacity: of player tracking.
    """

    def __init__(
        self,
        *,
        counters: Mapping[str, int] | None = None,
        lists: Mapping[str, int] | None = None,
        player_capacity: int = 64,
    ) -> None:
        self.state = "Scheduled"
        self.calls: list[tuple[str, str]] = []
        """The calls so far, as ``("POST", "/ready")``."""
        self.health_pings = 0
        self.health_period = 5
        """Seconds, of the fleet's manifest: how often Agones wants to hear that it is alive."""
        self.labels: dict[str, str] = {}
        self.annotations: dict[str, str] = {}
        self.counters = {name: [0, limit] for name, limit in (counters or {}).items()}
        self.lists: dict[str, tuple[list[str], int]] = {
            name: ([], limit) for name, limit in (lists or {}).items()
        }
        self.players: list[str] = []
        self.player_capacity = player_capacity
        self.deletion_timestamp = 0
        self.port = 0
        self._failures: list[tuple[str, int]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[asyncio.Queue[None]] = set()
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    # What a test does.

    def allocate(self) -> None:
        """What the fleet's allocator does."""
        self.set_state("Allocated")

    def set_state(self, state: str) -> None:
        """Change the state, and tell whoever watches."""
        self.state = state
        self._changed()

    def fail(self, path: str, status: int = 503, times: int = 1) -> None:
        """Answer the next calls of a path with an error; status 0 breaks the connection off."""
        self._failures += [(path, status)] * times

    def drop_watchers(self) -> None:
        """Break off all watches, as a sidecar does that restarts."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._drop)

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="fake sidecar", daemon=True
        )
        self._thread.start()
        started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        assert self._over is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop = None

    # How it serves.

    def _run(self, started: threading.Event) -> None:
        self._failure = None
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            self._failure = error
        finally:
            started.set()

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()

        @web.middleware
        async def first(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._answer(request, handler)

        application = web.Application(middlewares=[first])
        for method, path, handler in self.routes():
            application.router.add_route(method, path, handler)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        # The same port again, if it is entered anew: as a sidecar has that restarts. asyncio reuses
        # addresses by itself where that does not let two servers listen at one, as on Windows.
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        started.set()
        await self._over.wait()
        self._drop()
        await runner.cleanup()

    def routes(self) -> list[tuple[str, str, _Handler]]:
        """Method, path and handler of all it serves."""
        return [
            ("POST", "/ready", self._state("Ready")),
            ("POST", "/allocate", self._state("Allocated")),
            ("POST", "/reserve", self._state("Reserved")),
            ("POST", "/shutdown", self._state("Shutdown")),
            ("POST", "/health", self._health),
            ("GET", "/gameserver", self._game_server),
            ("GET", "/watch/gameserver", self._watch),
            ("PUT", "/metadata/label", self._label),
            ("PUT", "/metadata/annotation", self._annotation),
            ("GET", "/v1beta1/counters/{name}", self._counter),
            ("PATCH", "/v1beta1/counters/{name}", self._update_counter),
            ("GET", "/v1beta1/lists/{name}", self._list),
            ("PATCH", "/v1beta1/lists/{name}", self._update_list),
            ("POST", "/v1beta1/lists/{name}:addValue", self._add_value),
            ("POST", "/v1beta1/lists/{name}:removeValue", self._remove_value),
            ("GET", "/alpha/player/capacity", self._player_capacity),
            ("PUT", "/alpha/player/capacity", self._set_player_capacity),
            ("POST", "/alpha/player/connect", self._connect),
            ("POST", "/alpha/player/disconnect", self._disconnect),
            ("GET", "/alpha/player/connected", self._connected),
            ("GET", "/alpha/player/connected/{player}", self._is_connected),
            ("GET", "/alpha/player/count", self._count),
        ]

    async def _answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        for failure in self._failures:
            if failure[0] == request.path:
                self._failures.remove(failure)
                if failure[1] == 0:
                    assert request.transport is not None
                    request.transport.close()
                return _refused(14, "as the test wants", failure[1] or 503)
        return await handler(request)

    def _changed(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(None)

    def _drop(self) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(None)
        self._watchers.clear()

    def description(self) -> dict[str, Any]:
        """The game server, in the sidecar's JSON."""
        return {
            "object_meta": {
                "name": "fake",
                "namespace": "default",
                "uid": "1234",
                "deletion_timestamp": str(self.deletion_timestamp),
                "labels": self.labels,
                "annotations": self.annotations,
            },
            "spec": {"health": {"disabled": False, "period_seconds": self.health_period}},
            "status": {
                "state": self.state,
                "address": "127.0.0.1",
                "ports": [{"name": "game", "port": 27015}],
                "players": {
                    "count": str(len(self.players)),
                    "capacity": str(self.player_capacity),
                    "ids": self.players,
                },
                "counters": {
                    name: {"count": str(count), "capacity": str(limit)}
                    for name, (count, limit) in self.counters.items()
                },
                "lists": {
                    name: {"capacity": str(limit), "values": values}
                    for name, (values, limit) in self.lists.items()
                },
            },
        }

    def _state(self, state: str) -> _Handler:
        async def handler(request: web.Request) -> web.Response:
            self.state = state
            self._tell()
            return web.json_response({})

        return handler

    async def _health(self, request: web.Request) -> web.Response:
        self.health_pings += 1
        return web.json_response({})

    async def _game_server(self, request: web.Request) -> web.Response:
        return web.json_response(self.description())

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        watcher: asyncio.Queue[None] = asyncio.Queue()
        self._watchers.add(watcher)
        try:
            while watcher in self._watchers:
                line = json.dumps({"result": self.description()}) + "\n"
                await answer.write(line.encode())
                await watcher.get()
        except ConnectionResetError:  # the server has been killed
            pass
        finally:
            self._watchers.discard(watcher)
        return answer

    async def _label(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.labels["agones.dev/sdk-" + body["key"]] = body["value"]
        self._tell()
        return web.json_response({})

    async def _annotation(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.annotations["agones.dev/sdk-" + body["key"]] = body["value"]
        self._tell()
        return web.json_response({})

    # Counters and lists.

    async def _counter(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.counters:
            return _refused(_UNKNOWN, f"counter not found: {name}", 500)
        count, limit = self.counters[name]
        return web.json_response({"name": name, "count": str(count), "capacity": str(limit)})

    async def _update_counter(self, request: web.Request) -> web.Response:
        name, body = request.match_info["name"], await request.json()
        if name in self.counters:
            count, limit = self.counters[name]
            limit = int(body.get("capacity", limit))
            difference = int(body.get("countDiff", 0))
            if limit < 0:
                return _refused(_UNKNOWN, "Capacity must be greater than or equal to 0", 500)
            wanted = int(body.get("count", count)) + difference
            if ("count" in body or difference) and not 0 <= wanted <= limit:
                return _refused(_UNKNOWN, "Count must be within range [0,Capacity]", 500)
            # A count that was there before is cut by a smaller capacity.
            self.counters[name] = [min(wanted, limit), limit]
            self._tell()
        return await self._counter(request)

    async def _list(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.lists:
            return _refused(_UNKNOWN, f"list not found: {name}", 500)
        values, limit = self.lists[name]
        return web.json_response({"name": name, "capacity": str(limit), "values": values})

    async def _update_list(self, request: web.Request) -> web.Response:
        name, body = request.match_info["name"], await request.json()
        if name not in self.lists:
            return await self._list(request)
        values, limit = self.lists[name]
        limit = int(body.get("capacity", limit))
        if not 0 <= limit <= _LIST_LIMIT:
            return _refused(_UNKNOWN, f"Capacity must be within range [0,{_LIST_LIMIT}]", 500)
        # What there is no room for is cut off silently, and the answer says nothing of it.
        self.lists[name] = (list(body.get("values", values))[:limit], limit)
        self._tell()
        return web.json_response({"name": "", "capacity": "0", "values": []})

    async def _add_value(self, request: web.Request) -> web.Response:
        name, value = request.match_info["name"], (await request.json())["value"]
        if name in self.lists:
            values, limit = self.lists[name]
            if value in values:
                return _refused(_UNKNOWN, "already exists", 500)
            if len(values) >= limit:
                return _refused(_UNKNOWN, "no available capacity", 500)
            values.append(value)
            self._tell()
        return await self._list(request)

    async def _remove_value(self, request: web.Request) -> web.Response:
        name, value = request.match_info["name"], (await request.json())["value"]
        if name in self.lists:
            values, _ = self.lists[name]
            if value not in values:
                return _refused(_UNKNOWN, f"{value} not found", 500)
            values.remove(value)
            self._tell()
        return await self._list(request)

    # Player tracking.

    async def _player_capacity(self, request: web.Request) -> web.Response:
        return web.json_response({"count": str(self.player_capacity)})

    async def _set_player_capacity(self, request: web.Request) -> web.Response:
        self.player_capacity = int((await request.json())["count"])
        return web.json_response({})

    async def _connect(self, request: web.Request) -> web.Response:
        player = (await request.json())["playerID"]
        if player in self.players:
            return web.json_response({"bool": False})
        if len(self.players) >= self.player_capacity:
            return _refused(_UNKNOWN, "at capacity", 500)
        self.players.append(player)
        self._tell()
        return web.json_response({"bool": True})

    async def _disconnect(self, request: web.Request) -> web.Response:
        player = (await request.json())["playerID"]
        known = player in self.players
        if known:
            self.players.remove(player)
            self._tell()
        return web.json_response({"bool": known})

    async def _connected(self, request: web.Request) -> web.Response:
        return web.json_response({"list": self.players})

    async def _is_connected(self, request: web.Request) -> web.Response:
        return web.json_response({"bool": request.match_info["player"] in self.players})

    async def _count(self, request: web.Request) -> web.Response:
        return web.json_response({"count": str(len(self.players))})


def _refused(code: int, message: str, status: int) -> web.Response:
    return web.json_response({"code": code, "message": message, "details": []}, status=status)
