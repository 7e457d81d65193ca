from collections.abc import Iterable, Mapping
from typing import TypeAlias, final

from steamgs._core import (
    AuthStatusChanged,
    Call,
    Connection,
    FakeIPResult,
    FakeUDPPort,
    Listener,
    NetworkingSocketsSignals,
    PollGroup,
)
from steamgs.later_enums import NetworkingAvailability, NetworkingConfig
from typing_extensions import Buffer, disjoint_base

from steamgs.errors import SteamError
from steamgs.networking_address import NetworkingAddress
from steamgs.networking_identity import NetworkingIdentity

_Address: TypeAlias = str | tuple[str, int] | NetworkingAddress
_Identity: TypeAlias = int | str | NetworkingIdentity
_Option: TypeAlias = int | float | str
_Options: TypeAlias = Mapping[NetworkingConfig, _Option] | Mapping[int, _Option] | None

@disjoint_base
class NetworkingSockets(NetworkingSocketsSignals):
    def listen_ip(
        self, address: _Address, *, options: _Options = None, backlog: int = 1024
    ) -> Listener: ...
    def listen_p2p(
        self, virtual_port: int = 0, *, options: _Options = None, backlog: int = 1024
    ) -> Listener: ...
    def listen_hosted(
        self, virtual_port: int = 0, *, options: _Options = None, backlog: int = 1024
    ) -> Listener: ...
    def listen_fake_ip(
        self, port_index: int = 0, *, options: _Options = None, backlog: int = 1024
    ) -> Listener: ...
    def request_fake_ip(
        self, ports: int = 1, *, timeout: float | None = None
    ) -> Call[FakeIPResult]: ...
    def fake_ip(self, first_port: int = 0) -> FakeIPResult: ...
    def fake_udp_port(self, index: int = 0) -> FakeUDPPort: ...
    def connect_ip(self, address: _Address, *, options: _Options = None) -> Connection: ...
    def connect_p2p(
        self, identity: _Identity, virtual_port: int = 0, *, options: _Options = None
    ) -> Connection: ...
    def socket_pair(
        self,
        *,
        network_loopback: bool = False,
        identities: tuple[_Identity | None, _Identity | None] = (None, None),
    ) -> tuple[Connection, Connection]: ...
    def connection(self, handle: int) -> Connection | None: ...
    @property
    def connections(self) -> tuple[Connection, ...]: ...
    def create_poll_group(self) -> PollGroup: ...
    def send_many(
        self,
        messages: Iterable[tuple[Connection, Buffer]],
        *,
        reliable: bool = True,
        lane: int = 0,
        no_nagle: bool = False,
        no_delay: bool = False,
    ) -> list[int | SteamError]: ...
    def broadcast(
        self,
        connections: Iterable[Connection],
        data: Buffer,
        *,
        reliable: bool = True,
        lane: int = 0,
        no_nagle: bool = False,
        no_delay: bool = False,
    ) -> list[int | SteamError]: ...
    @property
    def identity(self) -> NetworkingIdentity | None: ...
    def reset_identity(self, identity: _Identity) -> None: ...
    def init_authentication(self) -> NetworkingAvailability: ...
    @property
    def authentication_status(self) -> AuthStatusChanged: ...
    def certificate_request(self) -> bytes: ...
    def set_certificate(self, certificate: bytes) -> None: ...
    @property
    def hosted_port(self) -> int: ...
    @property
    def hosted_data_center(self) -> str: ...
    @property
    def hosted_address(self) -> bytes: ...
    @property
    def unreleased_messages(self) -> int: ...

@final
class _ConnectionWatch:
    def __call__(self, event: object) -> None: ...
