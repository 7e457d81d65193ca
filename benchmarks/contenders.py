"""Everybody who is measured, each in a process of its own: ``contenders.py NAME LIBRARY COUNT``.

All tick the same libsteam_api over the same simulated steamclient, and are sent the same
ValidateAuthTicketResponse_t. Each prints, as JSON, nanoseconds for an idle tick and for an event.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import statistics
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CALLBACK = 143
PAYLOAD = struct.pack("<QiQ", 1, 0, 2)
ROUNDS = 5
# Bursts that are not counted: the first ones fetch memory that later ones use again.
WARM_UP = 4
TICKS = 200_000


def idle_ns(tick: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        for _ in range(TICKS):
            tick()
        times.append((time.perf_counter_ns() - start) / TICKS)
    return statistics.median(times)


def event_ns(tick: Callable[[], Any], post: Callable[[int], None], count: int) -> float:
    times = []
    for _ in range(WARM_UP + ROUNDS):
        post(count)
        start = time.perf_counter_ns()
        tick()
        times.append((time.perf_counter_ns() - start) / count)
    return statistics.median(times[WARM_UP:])


@contextmanager
def game_server(library: str) -> Iterator[tuple[Any, Callable[[int], None]]]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    front = {"library": sim} if library == "simulator" else {"library": library, "steamclient": sim}
    with steamgs.GameServer(480, **front) as server:
        yield server, lambda count: sim.post(CALLBACK, PAYLOAD, count)


def nobody_listens(library: str, count: int) -> dict[str, float]:
    with game_server(library) as (server, post):
        tick = server.run_callbacks
        return {"idle": idle_ns(tick), "event": event_ns(tick, post, count)}


def no_op_handler(library: str, count: int) -> dict[str, float]:
    with game_server(library) as (server, post):
        server.validate_auth_ticket_response.connect(lambda event: None)
        tick = server.run_callbacks
        return {"idle": idle_ns(tick), "event": event_ns(tick, post, count)}


def fields_read(library: str, count: int) -> dict[str, float]:
    with game_server(library) as (server, post):

        def handler(event: Any) -> None:
            event.steam_id
            event.response
            event.owner_id

        server.validate_auth_ticket_response.connect(handler)
        tick = server.run_callbacks
        return {"idle": idle_ns(tick), "event": event_ns(tick, post, count)}


def polled(library: str, count: int) -> dict[str, float]:
    with game_server(library) as (server, post):

        def tick() -> None:
            for _ in server.poll():
                pass

        return {"idle": idle_ns(tick), "event": event_ns(tick, post, count)}


def native_listener(library: str, count: int) -> dict[str, float]:
    """The example, which the driver has built and put into the working directory."""
    sys.path.insert(0, os.getcwd())
    import verdicts

    with game_server(library) as (server, post):
        counted = verdicts.Verdicts(server)
        tick = server.run_callbacks
        times = {"idle": idle_ns(tick), "event": event_ns(tick, post, count)}
        assert counted.admitted == (WARM_UP + ROUNDS) * count
        return times


def asyncio_stream(library: str, count: int) -> dict[str, float]:
    import steamgs.asyncio
    from steamgs.simulator import Simulator

    async def main() -> float:
        sim = Simulator(clock="manual")
        front = {"library": sim}
        if library != "simulator":
            front = {"library": library, "steamclient": sim}  # type: ignore[dict-item]
        async with steamgs.asyncio.GameServer(480, tick_interval=0.0005, **front) as server:
            times = []
            for _ in range(WARM_UP + ROUNDS):
                stream = server.validate_auth_ticket_response.__aiter__()
                sim.post(CALLBACK, PAYLOAD, count)
                start = time.perf_counter_ns()
                seen = 0
                async for _ in stream:
                    seen += 1
                    if seen == count:
                        break
                times.append((time.perf_counter_ns() - start) / count)
            return statistics.median(times[WARM_UP:])

    return {"event": asyncio.run(main())}


def bare_call(library: str, count: int) -> dict[str, float]:
    """A no-op function called from C: `map` calls it, a deque of no length takes the results."""
    from collections import deque
    from itertools import repeat

    def handler(event: Any) -> None:
        pass

    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        deque(map(handler, repeat(None, count)), maxlen=0)
        times.append((time.perf_counter_ns() - start) / count)
    return {"event": statistics.median(times)}


def ctypes_vtable(library: str, count: int) -> dict[str, float]:
    """A CCallbackBase made by hand, with CFUNCTYPE functions in its table."""
    from steamgs.simulator import Simulator, front_path

    sim = Simulator(clock="manual")
    sim._arm()
    api = ctypes.CDLL(str(front_path()) if library == "simulator" else library)
    os.environ["SteamAppId"] = "480"
    message = ctypes.create_string_buffer(1024)
    result = api.SteamInternal_GameServer_Init_V2(0, 27015, 27016, 3, b"1.0.0.0", None, message)
    assert result == 0, message.value

    class Verdict(ctypes.Structure):
        _pack_ = 4
        _layout_ = "ms"
        _fields_ = [
            ("steam_id", ctypes.c_uint64),
            ("response", ctypes.c_int),
            ("owner_id", ctypes.c_uint64),
        ]

    run_type = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Verdict))
    run_result_type = ctypes.CFUNCTYPE(
        None, ctypes.c_void_p, ctypes.POINTER(Verdict), ctypes.c_bool, ctypes.c_uint64
    )
    size_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)

    def run(this: int, verdict: Any) -> None:
        fields = verdict.contents
        fields.steam_id
        fields.response
        fields.owner_id

    functions = (
        run_type(run),
        run_result_type(lambda this, verdict, failed, call: None),
        size_type(lambda this: ctypes.sizeof(Verdict)),
    )
    table = (ctypes.c_void_p * 3)(*(ctypes.cast(f, ctypes.c_void_p).value for f in functions))

    class Listener(ctypes.Structure):
        _fields_ = [("table", ctypes.c_void_p), ("flags", ctypes.c_uint8), ("id", ctypes.c_int)]

    listener = Listener(ctypes.addressof(table), 2, 0)
    api.SteamAPI_RegisterCallback(ctypes.byref(listener), CALLBACK)
    tick = api.SteamGameServer_RunCallbacks
    tick.restype = None
    result_of = {
        "idle": idle_ns(tick),
        "event": event_ns(tick, lambda n: sim.post(CALLBACK, PAYLOAD, n), count),
    }
    api.SteamGameServer_Shutdown()
    return result_of


def steamworks_swig(library: str, count: int) -> dict[str, float]:
    """Manual dispatch from Python: each event is one text to be parsed. Its own library only."""
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    sim._arm()
    os.environ["SteamAppId"] = "480"
    from steamworks import steamworks as swig

    assert swig.SWS_Steam_GameServer_Init(0, 27015, 27016, 3, "1.0.0.0")
    swig.SWS_Steam_ManualDispatch_Init()
    pipe = swig.SWS_Steam_GameServer_GetHSteamPipe()
    seen = 0

    def tick() -> None:
        nonlocal seen
        swig.SWS_Steam_ManualDispatch_RunFrame(pipe)
        while swig.SWS_Steam_ManualDispatch_GetNextCallback(pipe):
            if swig.SWS_Steam_ManualDispatch_GetCallbackID() == CALLBACK:
                text = swig.SWS_Steam_ManualDispatch_DecodeCallbackValidateAuthTicketResponse()
                steam_id, response, owner_id = (
                    int(field.partition("=")[2]) for field in text.split("\t")
                )
                seen += (steam_id, response, owner_id) == (1, 0, 2)
            swig.SWS_Steam_ManualDispatch_FreeLastCallback(pipe)

    result = {
        "idle": idle_ns(tick),
        "event": event_ns(tick, lambda n: sim.post(CALLBACK, PAYLOAD, n), count),
    }
    assert seen == (WARM_UP + ROUNDS) * count
    return result


CONTENDERS = {
    "bare Python call": bare_call,
    "steamgs, nobody listens": nobody_listens,
    "steamgs, no-op handler": no_op_handler,
    "steamgs, handler reads all fields": fields_read,
    "steamgs, poll()": polled,
    "steamgs.asyncio, async for": asyncio_stream,
    "ctypes (CFUNCTYPE)": ctypes_vtable,
    "steamworks-swig (manual dispatch)": steamworks_swig,
}

if __name__ == "__main__":
    name, library, count = sys.argv[1:]
    print(json.dumps(CONTENDERS[name](library, int(count))))
