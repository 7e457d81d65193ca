from typing import TypeAlias

from steamgs._core import Batch, MessageChannel, NetworkingMessagesSignals
from typing_extensions import Buffer, disjoint_base

from steamgs.networking_identity import NetworkingIdentity
from steamgs.networking_status import ConnectionInfo, ConnectionStatus

_Somebody: TypeAlias = int | str | NetworkingIdentity

@disjoint_base
class NetworkingMessages(NetworkingMessagesSignals):
    def send(
        self,
        identity: _Somebody,
        data: Buffer,
        *,
        channel: int = 0,
        reliable: bool = True,
        no_nagle: bool = False,
        no_delay: bool = False,
        restart: bool = False,
    ) -> None: ...
    def receive(self, channel: int = 0, max: int = 256) -> Batch: ...
    def channel(self, number: int) -> MessageChannel: ...
    def accept(self, identity: _Somebody) -> None: ...
    def close(self, identity: _Somebody) -> None: ...
    def close_channel(self, identity: _Somebody, channel: int) -> None: ...
    def session_info(self, identity: _Somebody) -> ConnectionInfo | None: ...
    def session_status(self, identity: _Somebody) -> ConnectionStatus | None: ...
