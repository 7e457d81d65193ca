"""What a service says to systemd, or to whatever else gives it a ``NOTIFY_SOCKET``.

A datagram is all it takes, so this needs no library. Elsewhere nothing is said.
"""

from __future__ import annotations

import os

from steamgs.log import logger

__all__ = ["notify", "watchdog_seconds"]


def notify(*states: str) -> bool:
    """Send states, such as ``"READY=1"``, to the service manager. It never blocks, nor raises.

    ::

        steamgs.systemd.notify("STATUS=200 players")

    :param states: assignments, as in ``sd_notify(3)``.
    :returns: whether they were sent; False if there is no service manager that wants to know.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    import socket  # noqa: PLC0415 - only needed in services

    family = getattr(socket, "AF_UNIX", None)
    if family is None or address[0] not in "/@":
        logger().warning("NOTIFY_SOCKET=%s is not a kind of address that is known here", address)
        return False
    if address[0] == "@":  # an abstract address
        address = "\0" + address[1:]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect(address)
            sock.send("\n".join(states).encode("utf-8", "replace"))
    except OSError as error:
        logger().warning("systemd can't be told %s: %s", " ".join(states), error)
        return False
    return True


def watchdog_seconds() -> float | None:
    """How often ``notify("WATCHDOG=1")`` is expected at least; None if systemd does not watch."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    whose = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    if whose and whose != str(os.getpid()):
        return None  # it is meant for another process, such as our parent
    return int(microseconds) / 1e6
