"""Objects that have something of Steam's, which it gets back at the end of ``with``."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from steamgs._core import OwnedHandle

__all__ = ["Released"]


class Released:
    """A context manager, at whose end Steam gets back what it has given."""

    _core: OwnedHandle

    def release(self) -> None:
        """Give it back to Steam; harmless if that was done before, or the server has closed."""
        self._core.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
