"""bare.cpp from Python: what C++ does by itself, as a reference for measuring Python."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.storms import Players


class Bare:
    """The library of bare.cpp."""

    def __init__(self, path: str) -> None:
        # The GIL is kept: others than those who are measured need not come in between.
        self.library = ctypes.PyDLL(path)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """A region: callgrind counts only inside it, and writes a file at its end."""
        self.library.bare_count_from()
        yield
        self.library.bare_count_to()

    def no_op(self) -> Callable[[], None]:
        """A function in C that does nothing."""
        make = self.library.bare_no_op
        make.restype = ctypes.py_object
        function: Callable[[], None] = make()
        return function

    def ticks(self, server: Any) -> Callable[[int], object]:
        """This number of ticks of libsteam_api."""
        tick = ctypes.CDLL(server.library).SteamGameServer_RunCallbacks
        return lambda count: self.library.bare_ticks(tick, ctypes.c_size_t(count))

    def players(self, server: Any, players: Players) -> BarePlayers:
        return BarePlayers(self.library, server, players)


class BarePlayers:
    """Players in C++, and what C++ does with all of them."""

    def __init__(self, library: ctypes.PyDLL, server: Any, players: Players) -> None:
        accessor = ctypes.CDLL(server.library).SteamAPI_SteamGameServer_v015
        accessor.restype = ctypes.c_void_p
        self.library = library
        self.steam = ctypes.c_void_p(accessor())
        self.count = ctypes.c_size_t(len(players))
        self.ids = (ctypes.c_uint64 * len(players))(*(steam_id for steam_id, _ in players))
        self.tickets = b"".join(ticket for _, ticket in players)
        self.ticket_size = ctypes.c_size_t(len(players[0][1]))
        self.names = (ctypes.c_char_p * len(players))(
            *(f"player {number}".encode() for number in range(len(players)))
        )

    def begin(self) -> None:
        begin = self.library.bare_begin
        begin.restype = ctypes.c_size_t
        begun = begin(self.steam, self.ids, self.tickets, self.ticket_size, self.count)
        assert begun == len(self.ids), begun

    def end(self) -> None:
        self.library.bare_end(self.steam, self.ids, self.count)

    def update(self) -> None:
        self.library.bare_update(self.steam, self.ids, self.names, self.count)
