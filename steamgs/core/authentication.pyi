from asyncio import Future
from types import TracebackType
from typing import Any, Self, final

from steamgs._core import GameServerCore, _Awaiter
from steamgs.enums import AuthSessionResponse, DenyReason
from typing_extensions import disjoint_base

@disjoint_base
class AuthenticatedSession(_Awaiter[Any]):
    def __new__(
        cls,
        server: GameServerCore,
        steam_id: int | None,
        credentials: Any,
        timeout: float | None,
        address: str | None = None,
    ) -> Self: ...
    @property
    def steam_id(self) -> int: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def revoked(self) -> Future[AuthSessionResponse | DenyReason | None]: ...
    def __call__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

@final
class ConnectionSession(AuthenticatedSession): ...
