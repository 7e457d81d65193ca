"""Messages of ``server.sockets`` beside a loop in C++ on the same interface."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable
from typing import Any

from benchmarks.bare import Bare
from benchmarks.servers import available, synchronous_server

MESSAGE = bytes(64)
SENT = (64, 512, 1400, 4096)  # sizes of what is sent
AT_ONCE = 256
PAIRS = 1000
Samples = dict[str, list[float]]


class BareSockets:
    """Steam's interfaces, for C++."""

    def __init__(self, bare: Bare, server: Any) -> None:
        library = ctypes.CDLL(server.library)
        find = library.SteamInternal_FindOrCreateGameServerInterface
        find.restype = ctypes.c_void_p
        find.argtypes = [ctypes.c_int, ctypes.c_char_p]
        _ = server.sockets.identity  # asks for both
        versions = server.interfaces()
        version = versions["networking_sockets"]
        self.newer = version >= "SteamNetworkingSockets013"
        user = library.SteamGameServer_GetHSteamUser()
        self.sockets = ctypes.c_void_p(find(user, version.encode()))
        self.utils = ctypes.c_void_p(find(0, versions["networking_utils"].encode()))
        self.library = bare.library
        self.library.bare_receive.restype = ctypes.c_int64
        self.library.bare_send.restype = ctypes.c_size_t

    def receive(self, group: int, count: int) -> None:
        got = self.library.bare_receive(
            self.sockets, ctypes.c_uint32(group), AT_ONCE, ctypes.c_size_t(count)
        )
        assert got >= 0, "fewer messages than expected"

    def send(self, connections: Any, data: bytes) -> None:
        count = len(connections)
        taken = self.library.bare_send(
            self.sockets,
            ctypes.c_bool(self.newer),
            self.utils,
            connections,
            ctypes.c_size_t(count),
            data,
            len(data),
        )
        assert taken == count, (taken, count)

    def echo(self, tick: Any, group: int, count: int, pause: float) -> None:
        """Be an echo server until so many messages were sent back."""
        self.library.bare_echo(
            self.sockets,
            ctypes.c_bool(self.newer),
            self.utils,
            ctypes.c_uint32(group),
            tick,
            AT_ONCE,
            ctypes.c_size_t(count),
            ctypes.c_double(pause),
        )


def sockets(library: str, bare: Bare, size: int, rounds: int) -> Samples:
    """Nanoseconds a message: received in batches from a ready queue, and sent to many."""
    names = ("C++", "untouched", "columns", "pairs", "bytes")
    samples: Samples = {f"receive, {name}": [] for name in names}
    samples |= {
        f"send {size}, {name}": [] for size in SENT for name in ("C++", "many", "broadcast")
    }
    with synchronous_server(library) as (server, _):
        steam = available(server, "sockets")
        native = BareSockets(bare, server)
        group = steam.create_poll_group()
        pairs = [steam.socket_pair() for _ in range(PAIRS)]
        senders = [ours for ours, _ in pairs]
        handles = (ctypes.c_uint32 * PAIRS)(*(one.handle for one in senders))
        for _, theirs in pairs:
            group.add(theirs)
        each = max(1, size // PAIRS)
        count = each * PAIRS

        def fill() -> None:
            for _ in range(each):
                native.send(handles, MESSAGE)
            server.run_callbacks()

        def received(name: str, read: Callable[[], None]) -> None:
            fill()
            samples[f"receive, {name}"].append(spent(read) / count)

        def sent(name: str, send: Callable[[], object]) -> None:
            samples[name].append(spent(send) / PAIRS)
            server.run_callbacks()
            native.receive(group.handle, PAIRS)

        messages = {size: bytes(size) for size in SENT}
        many = {size: [(one, messages[size]) for one in senders] for size in SENT}

        def all_ways(bytes_each: int) -> None:
            sent(f"send {bytes_each}, C++", lambda: native.send(handles, messages[bytes_each]))
            sent(f"send {bytes_each}, many", lambda: steam.send_many(many[bytes_each]))
            sent(
                f"send {bytes_each}, broadcast",
                lambda: steam.broadcast(senders, messages[bytes_each]),
            )

        for _ in range(rounds):
            received("C++", lambda: native.receive(group.handle, count))
            received("untouched", lambda: untouched(group))
            received("columns", lambda: columns(group))
            received("pairs", lambda: pairs_of(group))
            received("bytes", lambda: bytes_of(group))
            for bytes_each in SENT:
                # Size by size: the first of a size gets its memory in pieces of another's.
                for _ in range(20):
                    all_ways(bytes_each)
    return samples


def spent(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter_ns()
    work()
    return time.perf_counter_ns() - start


def untouched(group: Any) -> None:
    while group.receive(AT_ONCE):
        pass


def columns(group: Any) -> None:
    while batch := group.receive(AT_ONCE):
        _ = batch.connections, batch.user_data, batch.sizes


def pairs_of(group: Any) -> None:
    while batch := group.receive(AT_ONCE):
        for _connection, _data in batch:
            pass


def bytes_of(group: Any) -> None:
    while batch := group.receive(AT_ONCE):
        for index in range(len(batch)):
            _ = batch[index].data
