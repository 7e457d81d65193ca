"""All contenders whose dispatch is measured, each in its own process.

``contenders.py events NAME LIBRARY BURST...`` prints nanoseconds for an idle tick and for an event,
as JSON; ``contenders.py once NAME LIBRARY COUNT`` delivers one burst, for counting instructions.

All tick the same libsteam_api over the same simulated steamclient, and get the same callbacks.
A burst is a number of ValidateAuthTicketResponse_t, or ``mixed`` and a number: five types in turn.
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
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import repeat
from typing import Any, NamedTuple

VERDICT = 143
PAYLOAD = struct.pack("<QiQ", 1, 0, 2)
# Verdict, approval, kick, group status, policy: id and size.
MIXED = [(143, 20), (201, 16), (203, 12), (208, 18), (115, 1)]
TICKS = 200_000


class Contender(NamedTuple):
    """What is measured: a function that ticks, and the simulated Steam that posts callbacks."""

    tick: Callable[[], Any]
    simulator: Any


def post(simulator: Any, burst: str) -> int:
    kind, _, number = burst.rpartition(" ")
    count = int(number)
    if not kind:
        simulator.post(VERDICT, PAYLOAD, count)
        return count
    payloads = [(number, PAYLOAD[:size]) for number, size in MIXED]
    for turn in range(count):
        simulator.post(*payloads[turn % len(payloads)])
    return count


def typical(times: list[float] | list[int]) -> float:
    """The mean of the middle half. A median would be a step of a clock whose steps are 30 ns."""
    middle = sorted(times)[len(times) // 4 : len(times) - len(times) // 4]
    return statistics.fmean(middle)


def clock_cost() -> float:
    times = []
    for _ in range(10001):
        start = time.perf_counter_ns()
        times.append(time.perf_counter_ns() - start)
    return typical(times)


def idle_ns(tick: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter_ns()
        for _ in range(TICKS):
            tick()
        times.append((time.perf_counter_ns() - start) / TICKS)
    return typical(times)


def rounds_of(count: int) -> tuple[int, int]:
    """Bursts that are not counted, as the first ones fetch memory for later ones; and those that
    are.
    """
    rounds = 3 if count >= 1_000_000 else max(5, 2000 // count)
    return max(1, min(400_000 // count, rounds)), rounds


def event_ns(contender: Contender, burst: str) -> float:
    times = []
    clock = clock_cost()
    warm_up, rounds = rounds_of(int(burst.rpartition(" ")[2]))
    for _ in range(warm_up + rounds):
        count = post(contender.simulator, burst)
        start = time.perf_counter_ns()
        contender.tick()
        times.append((time.perf_counter_ns() - start - clock) / count)
    return typical(times[warm_up:])


# steamgs


@contextmanager
def game_server(library: str) -> Iterator[tuple[Any, Any]]:
    import steamgs
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    with steamgs.GameServer(480, library=library, steamclient=sim, query_port=0) as server:
        yield server, sim


def connect_all(server: Any, handler: Callable[[Any], object]) -> None:
    signals = (
        server.validate_auth_ticket_response,
        server.client_approved,
        server.client_kick,
        server.client_group_status,
        server.policy_response,
    )
    for signal in signals:
        signal.connect(handler)


@contextmanager
def nobody_listens(library: str) -> Iterator[Contender]:
    with game_server(library) as (server, sim):
        yield Contender(server.run_callbacks, sim)


@contextmanager
def no_op_handler(library: str) -> Iterator[Contender]:
    with game_server(library) as (server, sim):
        connect_all(server, lambda event: None)
        yield Contender(server.run_callbacks, sim)


@contextmanager
def fields_read(library: str) -> Iterator[Contender]:
    def handler(event: Any) -> None:
        event.steam_id
        event.response
        event.owner_id

    with game_server(library) as (server, sim):
        connect_all(server, tuple)
        server.validate_auth_ticket_response.disconnect(tuple)
        server.validate_auth_ticket_response.connect(handler)
        yield Contender(server.run_callbacks, sim)


@contextmanager
def polled(library: str) -> Iterator[Contender]:
    with game_server(library) as (server, sim):

        def tick() -> None:
            for _ in server.poll():
                pass

        yield Contender(tick, sim)


def native_listener(alone: bool) -> Callable[[str], AbstractContextManager[Contender]]:
    """The example, which the driver has built and put into the working directory."""

    @contextmanager
    def run(library: str) -> Iterator[Contender]:
        sys.path.insert(0, os.getcwd())
        import verdicts

        with game_server(library) as (server, sim):
            counted = verdicts.Verdicts(server, alone)
            yield Contender(server.run_callbacks, sim)
            assert counted.admitted > 0

    return run


# Peers


class Verdict(ctypes.Structure):
    _pack_ = 4
    _layout_ = "ms"
    _fields_ = [
        ("steam_id", ctypes.c_uint64),
        ("response", ctypes.c_int),
        ("owner_id", ctypes.c_uint64),
    ]


class CCallbackBase(ctypes.Structure):
    _fields_ = [("table", ctypes.c_void_p), ("flags", ctypes.c_uint8), ("id", ctypes.c_int)]


@contextmanager
def ctypes_vtable(library: str) -> Iterator[Contender]:
    """A CCallbackBase made by hand, with CFUNCTYPE functions in its table."""
    from steamgs.simulator import Simulator, front_path

    sim = Simulator(clock="manual")
    sim.arm()
    api = ctypes.CDLL(str(front_path()) if library == "simulator" else library)
    os.environ["SteamAppId"] = "480"
    message = ctypes.create_string_buffer(1024)
    result = api.SteamInternal_GameServer_Init_V2(0, 27015, 0, 3, b"1.0.0.0", None, message)
    assert result == 0, message.value

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
    listeners = [CCallbackBase(ctypes.addressof(table), 2, 0) for _ in MIXED]
    for listener, (number, _) in zip(listeners, MIXED, strict=True):
        api.SteamAPI_RegisterCallback(ctypes.byref(listener), number)
    tick = api.SteamGameServer_RunCallbacks
    tick.restype = None
    yield Contender(tick, sim)
    api.SteamGameServer_Shutdown()


@contextmanager
def steamworks_swig(library: str) -> Iterator[Contender]:
    """Manual dispatch from Python: each event is one text to be parsed. Its own library only."""
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    sim.arm()
    os.environ["SteamAppId"] = "480"
    from steamworks import steamworks as swig

    assert swig.SWS_Steam_GameServer_Init(0, 27015, 0, 3, "1.0.0.0")
    swig.SWS_Steam_ManualDispatch_Init()
    pipe = swig.SWS_Steam_GameServer_GetHSteamPipe()
    seen = 0

    def tick() -> None:
        nonlocal seen
        swig.SWS_Steam_ManualDispatch_RunFrame(pipe)
        while swig.SWS_Steam_ManualDispatch_GetNextCallback(pipe):
            if swig.SWS_Steam_ManualDispatch_GetCallbackID() == VERDICT:
                text = swig.SWS_Steam_ManualDispatch_DecodeCallbackValidateAuthTicketResponse()
                steam_id, response, owner_id = (
                    int(field.partition("=")[2]) for field in text.split("\t")
                )
                seen += (steam_id, response, owner_id) == (1, 0, 2)
            swig.SWS_Steam_ManualDispatch_FreeLastCallback(pipe)

    yield Contender(tick, sim)
    assert seen > 0


# Two that are measured in ways of their own


def bare_call_ns(burst: str) -> float:
    """A no-op function called from C: `map` calls it, a deque of no length takes the results."""

    def handler(event: Any) -> None:
        pass

    count = int(burst.rpartition(" ")[2])
    clock = clock_cost()
    times = []
    for _ in range(max(5, 2000 // count)):
        start = time.perf_counter_ns()
        deque(map(handler, repeat(None, count)), maxlen=0)
        times.append((time.perf_counter_ns() - start - clock) / count)
    return typical(times)


async def asyncio_ns(library: str, bursts: list[str], stream: bool) -> dict[str, float]:
    """A pump ticks every half millisecond, and is waited for: bursts of few are mostly waiting."""
    import steamgs.asyncio
    from steamgs.simulator import Simulator

    sim = Simulator(clock="manual")
    results = {}
    async with steamgs.asyncio.GameServer(
        480, query_port=0, tick_interval=0.0005, library=library, steamclient=sim
    ) as server:
        for burst in bursts:
            count = int(burst.rpartition(" ")[2])
            warm_up, rounds = rounds_of(max(count, 1000))
            times = []
            for _ in range(warm_up + rounds):
                done = read_stream(server, count) if stream else wait_for_handler(server, count)
                await asyncio.sleep(0)
                start = time.perf_counter_ns()
                post(sim, burst)
                await done
                times.append((time.perf_counter_ns() - start) / count)
            results[burst] = typical(times[warm_up:])
    return results


def read_stream(server: Any, count: int) -> asyncio.Task[None]:
    events = server.events(maxsize=None)

    async def read() -> None:
        seen = 0
        async for _ in events:
            seen += 1
            if seen == count:
                return

    return asyncio.create_task(read())


def wait_for_handler(server: Any, count: int) -> asyncio.Future[None]:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    seen = 0

    def handler(event: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            for signal in server.signals:
                if handler in signal:
                    signal.disconnect(handler)
            done.set_result(None)

    connect_all(server, handler)
    return done


TICKING: dict[str, Callable[[str], AbstractContextManager[Contender]]] = {
    "steamgs, native listener alone": native_listener(alone=True),
    "steamgs, native listener beside Python": native_listener(alone=False),
    "steamgs, nobody listens": nobody_listens,
    "steamgs, no-op handler": no_op_handler,
    "steamgs, handler reads all fields": fields_read,
    "steamgs, poll()": polled,
    "ctypes (CFUNCTYPE)": ctypes_vtable,
    "steamworks-swig (manual dispatch)": steamworks_swig,
}
ASYNCIO = {"steamgs.asyncio, handler": False, "steamgs.asyncio, async for": True}
BARE = "bare Python call"
# Those that hear of one type only, or wait for a pump that runs while a mixed burst is posted.
ONE_TYPE_ONLY = ("native listener", "steamworks-swig", "bare", "asyncio")
CONTENDERS = [BARE, *TICKING, *ASYNCIO]


def events(name: str, library: str, bursts: list[str]) -> dict[str, float]:
    if any(part in name for part in ONE_TYPE_ONLY):
        bursts = [burst for burst in bursts if not burst.startswith("mixed")]
    if name == BARE:
        return {burst: bare_call_ns(burst) for burst in bursts}
    if name in ASYNCIO:
        return asyncio.run(asyncio_ns(library, bursts, ASYNCIO[name]))
    with TICKING[name](library) as contender:
        results = {burst: event_ns(contender, burst) for burst in bursts}
        return {"idle": idle_ns(contender.tick), **results}


def once(name: str, library: str, bursts: list[str]) -> dict[str, float]:
    (count,) = bursts
    if name == BARE:
        deque((None for event in repeat(None, int(count))), maxlen=0)
        return {}
    with TICKING[name](library) as contender:
        post(contender.simulator, count)
        contender.tick()
    return {}


if __name__ == "__main__":
    mode, name, library, *bursts = sys.argv[1:]
    measure = events if mode == "events" else once
    print(json.dumps(measure(name, library, bursts)))
