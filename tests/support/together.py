"""Several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["together"]

_LONGEST = 60.0


def together(*functions: Callable[[], object]) -> None:
    """Runs each in a thread of its own, from the same moment on; what one raises is raised here.

    :raises TimeoutError: one of them does not end.
    """
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(functions))

    def guarded(function: Callable[[], object]) -> None:
        try:
            barrier.wait()
            function()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=guarded, args=(function,), daemon=True) for function in functions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONGEST)
    if errors:
        raise errors[0]
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError(f"a thread has not ended within {_LONGEST:g} seconds")
