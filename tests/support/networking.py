"""Steam's networking interfaces by ctypes, as the table declares them: what a game in C calls."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import kinds
import slots
import steamgs
from model import Method
from payloads import PACKING
from raw_steam import RawSteam

STATUS_CHANGED = 1221
AUTHENTICATION = 1222
RELAYS = 1281
RELIABLE = 8
NO_NAGLE = 1
NO_DELAY = 4


class State(IntEnum):
    NONE = 0
    CONNECTING = 1
    FINDING_ROUTE = 2
    CONNECTED = 3
    CLOSED_BY_PEER = 4
    PROBLEM = 5


class IPAddr(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("ip", ctypes.c_uint8 * 16), ("port", ctypes.c_uint16))


class Identity(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (
        ("type", ctypes.c_int),
        ("size", ctypes.c_int),
        ("steam_id", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 120),
    )


class Info(ctypes.Structure):
    _pack_ = PACKING
    _layout_ = "ms"
    _fields_ = (
        ("identity", Identity),
        ("user_data", ctypes.c_int64),
        ("listen_socket", ctypes.c_uint32),
        ("address", IPAddr),
        ("pad", ctypes.c_uint16),
        ("pop_remote", ctypes.c_uint32),
        ("pop_relay", ctypes.c_uint32),
        ("state", ctypes.c_int),
        ("end_reason", ctypes.c_int),
        ("end_text", ctypes.c_char * 128),
        ("description", ctypes.c_char * 128),
        ("flags", ctypes.c_int),
        ("reserved", ctypes.c_uint32 * 63),
    )


class StatusChanged(ctypes.Structure):
    _pack_ = PACKING
    _layout_ = "ms"
    _fields_ = (("connection", ctypes.c_uint32), ("info", Info), ("old_state", ctypes.c_int))


class LaneStatus(ctypes.Structure):
    _pack_ = PACKING
    _layout_ = "ms"
    _fields_ = (
        ("pending_unreliable", ctypes.c_int),
        ("pending_reliable", ctypes.c_int),
        ("unacknowledged", ctypes.c_int),
        ("pad", ctypes.c_int),
        ("queue_time", ctypes.c_int64),
        ("reserved", ctypes.c_uint32 * 10),
    )


class RealTimeStatus(ctypes.Structure):
    _pack_ = PACKING
    _layout_ = "ms"
    _fields_ = (
        ("state", ctypes.c_int),
        ("ping", ctypes.c_int),
        ("quality_local", ctypes.c_float),
        ("quality_remote", ctypes.c_float),
        ("rates", ctypes.c_float * 4),
        ("send_rate", ctypes.c_int),
        ("pending_unreliable", ctypes.c_int),
        ("pending_reliable", ctypes.c_int),
        ("unacknowledged", ctypes.c_int),
        ("queue_time", ctypes.c_int64),
        ("reserved", ctypes.c_uint32 * 16),
    )


class Message(ctypes.Structure):
    pass


FREE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Message))
Message._fields_ = (
    ("data", ctypes.c_void_p),
    ("size", ctypes.c_int),
    ("connection", ctypes.c_uint32),
    ("identity", Identity),
    ("connection_user_data", ctypes.c_int64),
    ("received", ctypes.c_int64),
    ("number", ctypes.c_int64),
    ("free_data", FREE),
    ("release", FREE),
    ("channel", ctypes.c_int),
    ("flags", ctypes.c_int),
    ("user_data", ctypes.c_int64),
    ("lane", ctypes.c_uint16),
    ("pad", ctypes.c_uint16),
)
MessagePointer = ctypes.POINTER(Message)


class ConfigValue(ctypes.Structure):
    _fields_ = (("key", ctypes.c_int), ("type", ctypes.c_int), ("int32", ctypes.c_int64))


@dataclass(frozen=True)
class Change:
    """A connection's change of state, as a game sees it."""

    connection: int
    old: State
    new: State
    reason: int
    text: str


@dataclass(frozen=True)
class Received:
    """A message that was received, and is released already."""

    connection: int
    data: bytes
    number: int
    lane: int
    reliable: bool
    user_data: int
    steam_id: int


def ipv4(address: str, port: int) -> IPAddr:
    return IPAddr(
        (ctypes.c_uint8 * 16)(*[0] * 10, 255, 255, *(int(part) for part in address.split("."))),
        port,
    )


def identity_of(steam_id: int) -> Identity:
    return Identity(16, 8, steam_id)


def int_option(key: int, value: int) -> ConfigValue:
    return ConfigValue(key, 1, value)


class Interface:
    """One interface of the game server's; its methods by their flat names."""

    def __init__(self, server: steamgs.GameServer, name: str, version: str) -> None:
        face = slots.MODEL.interfaces[name]
        (known,) = (one for one in face.versions if one.string == version)
        self._pointer = slots.Library(str(server.library)).find(version)
        assert self._pointer, f"{version} is NULL"
        methods = slots.slots_of(face, known)
        addresses = slots.table_of(self._pointer, len(methods))
        self._functions = {
            method.flat: _function(method, address)
            for method, address in zip(methods, addresses, strict=True)
            if method.returns is not None
        }

    def __getattr__(self, name: str) -> Any:
        function = self.__dict__["_functions"][name]
        return lambda *values: function(self._pointer, *values)


def _function(method: Method, address: int) -> Any:
    arguments = [_type(one.replace("const ", "").replace("&", "*")) for one in method.types]
    returns = None if method.returns == "void" else _type(method.returns or "int")
    return ctypes.CFUNCTYPE(returns, ctypes.c_void_p, *arguments)(address)


def _type(name: str) -> Any:
    kind = slots.MODEL.kind(name.replace("const ", ""), slots.MODEL.sdks[-1])
    if isinstance(kind, kinds.Pointer):
        return ctypes.c_void_p
    if isinstance(kind, kinds.Float):
        return ctypes.c_float if kind.bits == 32 else ctypes.c_double
    if name in ("int", "int64", "EResult") or name.startswith("E"):
        return {4: ctypes.c_int, 8: ctypes.c_int64}[kind.size(4)]
    return slots._UNSIGNED[kind.size(4)]


class Networking:
    """A game server's sockets and utilities, and what it hears of its connections."""

    def __init__(self, server: steamgs.GameServer, version: str) -> None:
        self.server = server
        self.version = version
        self.sockets = Interface(server, "ISteamNetworkingSockets", version)
        self.utils = Interface(server, "ISteamNetworkingUtils", "SteamNetworkingUtils004")
        self._log: list[bytes] = []

    @property
    def steam_id(self) -> int:
        assert self.server.steam_id is not None
        return self.server.steam_id

    @contextmanager
    def hearing(self) -> Iterator[None]:
        size = ctypes.sizeof(StatusChanged)
        with RawSteam(self.server).hearing(STATUS_CHANGED, size) as self._log:
            yield

    @contextmanager
    def accepting(self) -> Iterator[None]:
        """Accepts whoever connects, inside Steam's dispatcher."""

        def accept(struct: bytes) -> None:
            change = StatusChanged.from_buffer_copy(struct)
            if change.info.state == State.CONNECTING and change.info.listen_socket:
                self.sockets.AcceptConnection(change.connection)

        size = ctypes.sizeof(StatusChanged)
        with RawSteam(self.server).calling(STATUS_CHANGED, size, accept):
            yield

    def changes(self) -> list[Change]:
        """What has happened to connections since the last call."""
        self.server.run_callbacks()
        changes = [StatusChanged.from_buffer_copy(one) for one in self._log]
        self._log.clear()
        return [
            Change(
                one.connection,
                State(one.old_state),
                State(one.info.state),
                one.info.end_reason,
                one.info.end_text.decode(),
            )
            for one in changes
        ]

    def states(self, connection: int) -> list[State]:
        """The states that a connection has had since the last call."""
        return [one.new for one in self.changes() if one.connection == connection]

    def listen(self, port: int = 27015, *options: ConfigValue) -> int:
        values = (ConfigValue * len(options))(*options)
        address = ipv4("0.0.0.0", port)
        return int(self.sockets.CreateListenSocketIP(ctypes.byref(address), len(options), values))

    def connect(self, port: int = 27015, *options: ConfigValue) -> int:
        values = (ConfigValue * len(options))(*options)
        address = ipv4("127.0.0.1", port)
        return int(self.sockets.ConnectByIPAddress(ctypes.byref(address), len(options), values))

    def pair(self) -> tuple[int, int]:
        first, second = ctypes.c_uint32(), ctypes.c_uint32()
        assert self.sockets.CreateSocketPair(
            ctypes.byref(first), ctypes.byref(second), False, None, None
        )
        return first.value, second.value

    def connected(self, port: int = 27015) -> tuple[int, int]:
        """A connection of the server's to its own listen socket: (outgoing, accepted)."""
        outgoing = self.connect(port)
        (incoming,) = (
            one.connection
            for one in self.changes()
            if one.new == State.CONNECTING and one.connection != outgoing
        )
        assert self.sockets.AcceptConnection(incoming) == 1
        self.changes()
        return outgoing, incoming

    def send(self, connection: int, data: bytes, flags: int = RELIABLE) -> int:
        """The message's number, or the failure as a negative result."""
        number = ctypes.c_int64()
        result = self.sockets.SendMessageToConnection(
            connection, data, len(data), flags, ctypes.byref(number)
        )
        return number.value if result == 1 else -int(result)

    def send_many(
        self, messages: list[tuple[int, bytes]], flags: int = RELIABLE, lane: int = 0
    ) -> list[int]:
        made = (ctypes.c_size_t * len(messages))()
        for i, (connection, data) in enumerate(messages):
            made[i] = self.utils.AllocateMessage(len(data))
            message = Message.from_address(made[i])
            ctypes.memmove(message.data, data, len(data))
            message.connection, message.flags, message.lane = connection, flags, lane
        results = (ctypes.c_int64 * len(messages))()
        more = (True,) if "013" in self.version else ()
        self.sockets.SendMessages(len(messages), made, results, *more)
        return list(results)

    def receive(self, connection: int, most: int = 256) -> list[Received]:
        return self._take(self.sockets.ReceiveMessagesOnConnection, connection, most)

    def receive_group(self, group: int, most: int = 256) -> list[Received]:
        return self._take(self.sockets.ReceiveMessagesOnPollGroup, group, most)

    def _take(self, function: Any, handle: int, most: int) -> list[Received]:
        out = (ctypes.c_size_t * most)()
        count = function(handle, out, most)
        assert count >= 0, "no such handle"
        return [self.release(out[i]) for i in range(count)]

    def release(self, address: int) -> Received:
        message = Message.from_address(address)
        received = Received(
            message.connection,
            ctypes.string_at(message.data, message.size) if message.size else b"",
            message.number,
            message.lane,
            bool(message.flags & RELIABLE),
            message.connection_user_data,
            message.identity.steam_id if message.identity.type == 16 else 0,
        )
        message.release(ctypes.byref(message))
        return received

    def info(self, connection: int) -> Info:
        info = Info()
        assert self.sockets.GetConnectionInfo(connection, ctypes.byref(info))
        return info

    def status(self, connection: int) -> RealTimeStatus:
        status = RealTimeStatus()
        assert (
            self.sockets.GetConnectionRealTimeStatus(connection, ctypes.byref(status), 0, None) == 1
        )
        return status

    def set_int(self, key: int, value: int, scope: int = 1, of: int = 0) -> bool:
        number = ctypes.c_int32(value)
        return bool(self.utils.SetConfigValue(key, scope, of, 1, ctypes.byref(number)))
