"""The libsteam_api beneath a running server, by ctypes: what steamgs does not let through."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import steamgs
import tables

GAME_SERVER_FLAG = 0x02
GAME_SERVER = tables.load().interfaces["ISteamGameServer"]
BEGIN_AUTH_SESSION = next(
    slot for slot, one in enumerate(GAME_SERVER.methods) if one.name == "BeginAuthSession"
)


class Heard(NamedTuple):
    """A callback as it came: its id, and the first four bytes of its struct as a number."""

    id: int
    word: int


class CCallbackBase(ctypes.Structure):
    """Valve's class, with a table of functions made by hand."""

    _fields_ = (("table", ctypes.c_void_p), ("flags", ctypes.c_uint8), ("id", ctypes.c_int))


# For both overloads of Run: the one for call results is given more, and is never called here.
RUN = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32))
SIZE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
BEGIN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint64
)


class RawListener:
    """One listener; the game server's flag is set when it is made, and never again."""

    def __init__(self, library: ctypes.CDLL, number: int, hear: Callable[[Any], object]) -> None:
        self._library = library
        self._number = number
        run = RUN(lambda _, struct: hear(struct) and None)
        self._functions = (run, run, SIZE(lambda _: 4))  # else they would go with this call
        addresses = (ctypes.cast(function, ctypes.c_void_p).value for function in self._functions)
        self._table = (ctypes.c_void_p * 3)(*addresses)
        self._base = CCallbackBase(ctypes.addressof(self._table), GAME_SERVER_FLAG, 0)

    @property
    def for_game_server(self) -> bool:
        return bool(self._base.flags & GAME_SERVER_FLAG)

    def register(self) -> None:
        self._library.SteamAPI_RegisterCallback(ctypes.byref(self._base), self._number)

    def unregister(self) -> None:
        self._library.SteamAPI_UnregisterCallback(ctypes.byref(self._base))


class RawSteam:
    """The libsteam_api that a server runs on, while no other thread ticks it."""

    def __init__(self, server: steamgs.GameServer) -> None:
        assert server.library is not None
        self._library = ctypes.CDLL(server.library)

    @property
    def steam_id(self) -> int:
        """What GetSteamID says; steamgs says nothing of it until the server is logged on."""
        get = self._library.SteamGameServer_GetSteamID
        get.restype = ctypes.c_uint64
        return int(get())

    def listener(self, number: int, log: list[Heard]) -> RawListener:
        """A listener that is not registered yet."""
        return RawListener(
            self._library, number, lambda struct: log.append(Heard(number, struct[0]))
        )

    @contextmanager
    def hearing(self, number: int, size: int) -> Iterator[list[bytes]]:
        """The whole structs that are posted under this id."""
        log: list[bytes] = []
        with self.calling(number, size, log.append):
            yield log

    @contextmanager
    def calling(self, number: int, size: int, call: Callable[[bytes], object]) -> Iterator[None]:
        """Calls a function with the whole structs, inside Steam's dispatcher."""
        listener = RawListener(
            self._library, number, lambda struct: call(ctypes.string_at(struct, size))
        )
        listener.register()
        try:
            yield
        finally:
            listener.unregister()

    @contextmanager
    def listening(self, *numbers: int) -> Iterator[list[Heard]]:
        """What is posted under these ids, in the order in which it is heard."""
        log: list[Heard] = []
        listeners = [self.listener(number, log) for number in numbers]
        for one in listeners:
            one.register()
        try:
            yield log
        finally:
            for one in listeners:
                one.unregister()

    def begin_auth_session(self, ticket: bytes, steam_id: int) -> int:
        """Steam's own answer, whatever steamgs would check first."""
        find = self._library.SteamInternal_FindOrCreateGameServerInterface
        find.restype = ctypes.c_void_p
        interface = find(self._library.SteamGameServer_GetHSteamUser(), b"SteamGameServer015")
        table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        begin = BEGIN(table[BEGIN_AUTH_SESSION] or 0)
        return int(begin(interface, ticket, len(ticket), steam_id))
