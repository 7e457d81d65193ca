"""The machine: home directory, ports, limits, and the network between it and the players."""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_network
from pathlib import Path

from steamgs.findings import Finding, fault, fine, warning

__all__ = ["examine"]

_QUERY_PORT_SHARED = 0xFFFF
_FEW_FILES = 4096
_CARRIER_GRADE = ip_network("100.64.0.0/10")
# No packet is sent there: the system only says from which address it would be.
_SOMEWHERE = ("192.0.2.1", 9)
_CONTAINER_CGROUP = re.compile(r"/(docker|kubepods|containerd|libpod|lxc|machine\.slice)\b")
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")


def examine(ip: str, game_port: int, query_port: int) -> list[Finding]:
    """Everything about the host."""
    return [
        _home(),
        *_ports(ip, game_port, query_port),
        *_file_limit(),
        *_container(),
        *_translation(ip),
    ]


def _home() -> Finding:
    if sys.platform == "win32":
        return fine("HOME", "is not needed on Windows")
    home = os.environ.get("HOME")
    if not home:
        fix = "set it to the server user's home directory; in a systemd unit: Environment=HOME=..."
        return fault("HOME", "is not set, and libsteam_api looks for steamclient below it", fix)
    fix = "create it, owned by the server's user"
    try:
        if not stat.S_ISDIR(os.stat(home).st_mode):
            return fault("HOME", f"{home} is not a directory", fix)
    except (FileNotFoundError, NotADirectoryError):
        return fault("HOME", f"{home} is not a directory", fix)
    except OSError as error:
        return fault("HOME", f"{home} can't be entered: {error.strerror}", fix)
    try:
        tempfile.TemporaryFile(dir=home).close()
    except OSError as error:
        fix = "make it writable for the server's user: Steam keeps its files there"
        return fault("HOME", f"{home} can't be written to: {error.strerror}", fix)
    return fine("HOME", home)


def _ports(ip: str, game_port: int, query_port: int) -> Iterator[Finding]:
    if query_port == _QUERY_PORT_SHARED:
        yield _port("game port", ip, game_port)
        yield fine("query port", "shared: Steam's packets arrive at the game's own socket")
        return
    if game_port == query_port:
        fix = "use two ports, or query_port=steamgs.QUERY_PORT_SHARED to share the game's socket"
        yield fault("query port", f"is the same as the game port: {game_port}", fix)
        return
    yield _port("game port", ip, game_port)
    yield _port("query port", ip, query_port)


def _port(name: str, ip: str, port: int) -> Finding:
    where = f"UDP {ip}:{port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((ip, port))
        except OSError as error:
            return fault(name, f"{where}: {error.strerror}", _port_fix(error.errno, port))
    return fine(name, f"{where} is free")


def _port_fix(number: int | None, port: int) -> str:
    if number == errno.EADDRINUSE:
        return f"stop the process that uses it (ss -lunp 'sport = :{port}'), or use another port"
    if number == errno.EADDRNOTAVAIL:
        return "pass an address of this machine as ip=, or 0.0.0.0 for all"
    if number in (errno.EACCES, errno.EPERM):
        return "ports below 1024 are reserved for root; use another port"
    return "check the system's restrictions on sockets"


def _file_limit() -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _FEW_FILES:
        yield fine("open files", "no limit" if soft == resource.RLIM_INFINITY else f"up to {soft}")
    else:
        fix = f"raise it: ulimit -n {_FEW_FILES}, or LimitNOFILE={_FEW_FILES} in a systemd unit"
        if hard != resource.RLIM_INFINITY and hard < _FEW_FILES:
            fix += f" (and raise the hard limit, which is {hard})"
        yield warning("open files", f"limited to {soft}, and each player's socket counts", fix)


def _container() -> Iterator[Finding]:
    inside = any(os.path.exists(path) for path in _CONTAINER_FILES)
    if inside or os.environ.get("container") or _named_by_cgroup():
        fix = "publish both ports as UDP (-p 27015:27015/udp) with the same numbers outside"
        yield warning(
            "container", "this seems to be a container: its ports are not the host's", fix
        )


def _named_by_cgroup() -> bool:
    try:
        return _CONTAINER_CGROUP.search(Path("/proc/self/cgroup").read_text("utf-8")) is not None
    except (OSError, UnicodeError):
        return False


def _translation(ip: str) -> Iterator[Finding]:
    address = _own_address(ip)
    if address is None:
        yield warning(
            "network", "this machine has no route to the outside", "check its network settings"
        )
    elif address in _CARRIER_GRADE:
        fix = "use a host with a public address: ports can't be forwarded here"
        yield warning("network", f"{address} is behind carrier-grade NAT", fix)
    elif address.is_loopback:
        words = f"{address} can be reached only from this machine"
        yield warning("network", words, "pass an address of its network as ip=")
    elif address.is_private:
        fix = "forward both UDP ports to it, unless all players are on this network"
        yield warning("network", f"{address} is a private address", fix)
    else:
        yield fine("network", f"{address} is a public address")


def _own_address(ip: str) -> IPv4Address | None:
    if not IPv4Address(ip).is_unspecified:
        return IPv4Address(ip)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        return IPv4Address(probe.getsockname()[0])
