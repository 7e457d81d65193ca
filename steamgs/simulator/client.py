"""The connections of a player on the simulated Steam, in this process or in another one."""

from __future__ import annotations

import ctypes
import time
from ctypes import c_char, c_int32, c_int64, c_uint16, c_uint32
from typing import NamedTuple

from steamgs.enums import Result
from steamgs.errors import SteamError
from steamgs.simulator import arguments
from steamgs.simulator.library import control

__all__ = [
    "Client",
    "ClientChange",
    "ClientConnection",
    "ClientError",
    "ClientMessage",
    "ClientStatus",
]

_LONGEST_ERROR = 512
_MOST_BYTES = 512 * 1024
_LONGEST_TEXT = 127
_RELIABLE, _NO_NAGLE, _NO_DELAY = 8, 1, 4
_NO_CONNECTION, _TOO_SMALL = -1, -2
_STATES = {
    0: "none",
    1: "connecting",
    2: "finding_route",
    3: "connected",
    4: "closed_by_peer",
    5: "problem",
}
# How long ``wait`` sleeps between two looks.
_STEP_SECONDS = 0.002


class ClientError(SteamError):
    """What a player's client could not do.

    :ivar result: why.
    """

    def __init__(self, action: str, result: Result) -> None:
        super().__init__(f"{action}: {result.name}")
        self.result = result


class ClientMessage(NamedTuple):
    """A message that a player has received."""

    data: bytes
    number: int
    lane: int
    reliable: bool


class ClientChange(NamedTuple):
    """A change of a connection's state, as a player's game sees it."""

    connection: ClientConnection
    old_state: str
    state: str
    end_reason: int
    end_text: str


class ClientStatus(NamedTuple):
    """What a player's game can know about a connection."""

    state: str
    end_reason: int
    end_text: str
    peer: str
    """The identity of the other side, such as ``"steamid:90071992547409920"``."""
    ping: int
    """In milliseconds; -1 if unknown."""
    pending_reliable: int
    """Bytes that wait to be sent."""
    pending_unreliable: int
    unacknowledged: int
    """Bytes of reliable messages that are on their way."""


class _Message(ctypes.Structure):
    _fields_ = (
        ("number", c_int64),
        ("size", c_uint32),
        ("flags", c_int32),
        ("lane", c_int32),
    )


class _Status(ctypes.Structure):
    _fields_ = (
        ("state", c_int32),
        ("end_reason", c_int32),
        ("ping", c_int32),
        ("pending_reliable", c_int32),
        ("pending_unreliable", c_int32),
        ("unacknowledged", c_int32),
        ("end_text", c_char * 128),
        ("peer", c_char * 128),
    )


class _Change(ctypes.Structure):
    _fields_ = (
        ("connection", c_uint32),
        ("old_state", c_int32),
        ("state", c_int32),
        ("end_reason", c_int32),
        ("end_text", c_char * 128),
    )


class Client:
    """A player's game: its connections to game servers.

    :attr:`User.client` is one in the simulator's process. For a player in another process, open the
    simulator's exchange there (``Simulator.open_exchange``), and name it here. If this process ends
    without closing its connections, the server sees them time out.

    :param exchange: where the simulator answers: ``"127.0.0.1:27500"``.
    :param steam_id: whose game it is.
    :raises SteamError: nobody answers there.
    """

    def __init__(self, exchange: str, steam_id: int) -> None:
        if not isinstance(exchange, str):
            raise TypeError(f"exchange must be a str, not {type(exchange).__name__}")
        number = arguments.steam_id("steam_id", steam_id)
        error = ctypes.create_string_buffer(_LONGEST_ERROR)
        handle = control().client_open(exchange.encode(), number, error, _LONGEST_ERROR)
        if not handle:
            raise SteamError(error.value.decode())
        self._begin(handle, number)

    def _begin(self, handle: int, steam_id: int) -> None:
        self._handle: int | None = handle
        self.steam_id = steam_id
        """Whose game it is."""
        self._connections: dict[int, ClientConnection] = {}

    def __repr__(self) -> str:
        return f"<Client of {self.steam_id}{'' if self._handle else ', closed'}>"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self.close()

    @property
    def _number(self) -> int:
        if self._handle is None:
            raise SteamError("the client is closed")
        return self._handle

    def close(self) -> None:
        """End the game. Connections that are open end without a word, as those of a crash do."""
        handle, self._handle = self._handle, None
        if handle is not None:
            control().client_free(handle)

    def connect(
        self, address: str | int, virtual_port: int = 0, *, hosted: bool = False
    ) -> ClientConnection:
        """Begin to connect to a game server, or to another player who listens.

        :param address: ``"127.0.0.1:27015"`` for a server that listens at a port; the Steam id of a
            server or a player who listens at a virtual port; or a server's FakeIP with its port.
        :param virtual_port: which one; not for addresses.
        :param hosted: whether the server is hosted behind relays.
        :raises ValueError: the address can't be read.
        """
        place = address if isinstance(address, str) else f"steamid:{address:d}"
        port = arguments.integer("virtual_port", virtual_port, 0, (1 << 31) - 1)
        encoded = f"{'sdr:' if hosted else ''}{place}".encode()
        handle = control().client_connect(self._number, encoded, port)
        if not handle:
            raise ValueError(f"address must be an address or a Steam id, not {address!r}")
        return self._of(handle)

    def listen(self, virtual_port: int = 0) -> None:
        """Listen for others at a virtual port; :meth:`changes` tells who connects.

        :raises SteamError: this client does so already.
        """
        port = arguments.integer("virtual_port", virtual_port, 0, (1 << 31) - 1)
        if not control().client_listen(self._number, port):
            raise SteamError(f"the client listens at virtual port {port} already")

    def send_to(
        self, identity: str | int, data: bytes, *, channel: int = 0, reliable: bool = True
    ) -> None:
        """Send a message without a connection, as ISteamNetworkingMessages does.

        :param identity: the Steam id of the server or the player, or an identity's text.
        :raises ClientError: it can't be sent.
        """
        if not isinstance(data, bytes):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        text = identity if isinstance(identity, str) else f"steamid:{identity:d}"
        flags = _RELIABLE * reliable
        result = control().client_send_to(
            self._number, text.encode(), channel, data, len(data), flags
        )
        if result != Result.OK:
            raise ClientError("send_to", Result(result))

    def receive_on(self, channel: int = 0) -> list[tuple[str, bytes]]:
        """Return the messages without connections that have arrived: identities and data.

        Whoever sends some is accepted.
        """
        messages: list[tuple[str, bytes]] = []
        head = _Message()
        peer = ctypes.create_string_buffer(128)
        buffer = ctypes.create_string_buffer(_MOST_BYTES)
        while control().client_receive_on(
            self._number, channel, ctypes.byref(head), peer, len(peer), buffer, len(buffer)
        ):
            data = ctypes.string_at(buffer, head.size)
            messages.append((peer.value.decode("utf-8", "replace"), data))
        return messages

    def changes(self) -> list[ClientChange]:
        """Return what has happened to connections since the last call, in order."""
        changes: list[ClientChange] = []
        change = _Change()
        while control().client_next_change(self._number, ctypes.byref(change)):
            changes.append(
                ClientChange(
                    self._of(change.connection),
                    _state(change.old_state),
                    _state(change.state),
                    change.end_reason,
                    change.end_text.decode("utf-8", "replace"),
                )
            )
        return changes

    def _of(self, handle: int) -> ClientConnection:
        if handle not in self._connections:
            self._connections[handle] = ClientConnection(self, handle)
        return self._connections[handle]


def client_within(world: int, steam_id: int) -> Client:
    """The client of a player of this process's simulated Steam."""
    client = Client.__new__(Client)
    client._begin(control().client_within(world, steam_id), steam_id)
    return client


class ClientConnection:
    """One connection of a player. The methods are those of a server's connection."""

    def __init__(self, client: Client, handle: int) -> None:
        self._client = client
        self.handle = handle
        """The number by which the player's Steam knows it."""

    def __repr__(self) -> str:
        return f"<ClientConnection {self.handle} of {self._client.steam_id}>"

    def accept(self) -> None:
        """Accept it; only for those that others began.

        :raises ClientError: it can't be accepted, or not any more.
        """
        self._check("accept", control().client_accept(self._client._number, self.handle))

    def send(
        self,
        data: bytes,
        *,
        reliable: bool = True,
        lane: int = 0,
        no_nagle: bool = False,
        no_delay: bool = False,
    ) -> int:
        """Send a message; returns its number.

        :raises ClientError: it can't be sent; ``result`` says why, such as ``LIMIT_EXCEEDED`` if
            too much waits already.
        """
        if not isinstance(data, bytes):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        flags = _RELIABLE * reliable | _NO_NAGLE * no_nagle | _NO_DELAY * no_delay
        number = c_int64()
        result = control().client_send(
            self._client._number, self.handle, data, len(data), flags, lane, ctypes.byref(number)
        )
        self._check("send", result)
        return number.value

    def flush(self) -> None:
        """Send at once what waits for more (see Nagle).

        :raises ClientError: the connection has ended.
        """
        self._check("flush", control().client_flush(self._client._number, self.handle))

    def receive(self, max: int = 256) -> list[ClientMessage]:
        """Return the messages that have arrived, in order.

        :raises ClientError: the connection is closed.
        """
        messages: list[ClientMessage] = []
        head = _Message()
        buffer = ctypes.create_string_buffer(2048)
        while len(messages) < max:
            outcome = control().client_receive(
                self._client._number, self.handle, ctypes.byref(head), buffer, len(buffer)
            )
            if outcome == _TOO_SMALL:
                buffer = ctypes.create_string_buffer(_MOST_BYTES)
                continue
            if outcome == _NO_CONNECTION:
                raise ClientError("receive", Result.NO_CONNECTION)
            if outcome == 0:
                break
            reliable = bool(head.flags & _RELIABLE)
            data = ctypes.string_at(buffer, head.size)
            messages.append(ClientMessage(data, head.number, head.lane, reliable))
        return messages

    def configure_lanes(self, priorities: list[int], weights: list[int] | None = None) -> None:
        """Configure its lanes: lower priorities first, equal ones by their weights.

        :raises ClientError: Steam refuses them.
        """
        count = len(priorities)
        shares = [1] * count if weights is None else weights
        result = control().client_lanes(
            self._client._number,
            self.handle,
            count,
            (c_int32 * count)(*priorities),
            (c_uint16 * count)(*shares),
        )
        self._check("configure_lanes", result)

    def close(self, reason: int = 0, text: str = "", *, linger: bool = False) -> bool:
        """Close it; the other side gets the reason and the text. False if it was closed already.

        :param reason: 1000 to 2999; 0 for 1000.
        :param linger: whether what was sent goes first.
        :raises ValueError: the text is longer than 127 bytes.
        """
        encoded = text.encode()
        if len(encoded) > _LONGEST_TEXT:
            raise ValueError(f"text must be at most {_LONGEST_TEXT} bytes, not {len(encoded)}")
        number = self._client._number
        return bool(control().client_close(number, self.handle, reason, encoded, linger))

    def status(self) -> ClientStatus | None:
        """What can be known about it; None once it is closed on this side."""
        status = _Status()
        if not control().client_status(self._client._number, self.handle, ctypes.byref(status)):
            return None
        return ClientStatus(
            _state(status.state),
            status.end_reason,
            status.end_text.decode("utf-8", "replace"),
            status.peer.decode("utf-8", "replace"),
            status.ping,
            status.pending_reliable,
            status.pending_unreliable,
            status.unacknowledged,
        )

    @property
    def state(self) -> str:
        """``"connecting"``, ``"finding_route"``, ``"connected"``, ``"closed_by_peer"``,
        ``"problem"``, or ``"none"`` once it is closed on this side.
        """
        status = self.status()
        return "none" if status is None else status.state

    def wait(self, state: str = "connected", *, timeout: float = 10.0) -> ClientStatus:
        """Wait until it is in a state. For real clocks: a manual one stands still meanwhile.

        :raises TimeoutError: it does not get there, or it ends instead.
        """
        deadline = time.monotonic() + timeout
        while True:
            status = self.status()
            if status is not None and status.state == state:
                return status
            ended = status is None or status.state in ("closed_by_peer", "problem")
            if ended or time.monotonic() >= deadline:
                raise TimeoutError(f"the connection is not {state}: {status}")
            time.sleep(_STEP_SECONDS)

    @staticmethod
    def _check(action: str, result: int) -> None:
        if result != Result.OK:
            raise ClientError(action, Result(result))


def _state(code: int) -> str:
    return _STATES.get(code, f"unknown ({code})")
