"""The simulator's two shared libraries, and the C functions by which it is controlled.

The functions are declared, with what they do, in ``simulator/steamclient/kernel/control.h``, and
those of a feature in its header.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import (
    POINTER,
    c_bool,
    c_char_p,
    c_double,
    c_int,
    c_int32,
    c_size_t,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path

__all__ = ["control", "front_path", "steamclient_path", "text_of"]

_FOLDER = Path(__file__).absolute().parent  # not through the links of an editable install
_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
_STEAMCLIENT = "steamclient64" if sys.platform == "win32" else "steamclient"

_SIGNATURES: dict[str, tuple[type | None, list[type]]] = {
    "version": (c_int, []),
    "create": (c_void_p, [c_uint64, c_bool]),
    "destroy": (c_bool, [c_void_p]),
    "arm": (c_bool, [c_void_p]),
    "disarm": (None, [c_void_p]),
    "now": (c_double, [c_void_p]),
    "unix_time": (c_double, [c_void_p]),
    "advance": (None, [c_void_p, c_double]),
    "random": (c_uint64, [c_void_p]),
    "do": (c_int, [c_void_p, c_char_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "commands": (c_size_t, [c_char_p, c_size_t]),
    "make_ticket": (
        c_size_t,
        [
            c_int,
            c_int,
            c_uint64,
            c_uint64,
            c_uint32,
            c_double,
            c_double,
            c_uint64,
            c_char_p,
            c_size_t,
            c_char_p,
            c_size_t,
        ],
    ),
    "set_ticket_key": (None, [c_void_p, c_char_p, c_size_t]),
    "items": (c_size_t, [c_void_p, c_uint64, c_char_p, c_size_t]),
    "stat": (c_bool, [c_void_p, c_uint64, c_char_p, POINTER(c_double)]),
    "post": (None, [c_void_p, c_int, c_char_p, c_size_t, c_size_t]),
    "warn": (None, [c_void_p, c_int, c_char_p]),
    "check_scenario": (c_bool, [c_char_p, c_size_t, c_char_p, c_size_t]),
    "describe": (c_size_t, [c_void_p, c_char_p, c_size_t]),
    # include/steamgs/simulator_client.h, but for the first.
    "client_within": (c_void_p, [c_void_p, c_uint64]),
    "client_open": (c_void_p, [c_char_p, c_uint64, c_char_p, c_size_t]),
    "client_free": (None, [c_void_p]),
    "client_connect": (c_uint32, [c_void_p, c_char_p, c_int32]),
    "client_listen": (c_uint32, [c_void_p, c_int32]),
    "client_accept": (c_int32, [c_void_p, c_uint32]),
    "client_close": (c_bool, [c_void_p, c_uint32, c_int32, c_char_p, c_bool]),
    "client_send": (
        c_int32,
        [c_void_p, c_uint32, c_char_p, c_size_t, c_int32, c_int32, c_void_p],
    ),
    "client_flush": (c_int32, [c_void_p, c_uint32]),
    "client_receive": (c_int32, [c_void_p, c_uint32, c_void_p, c_char_p, c_size_t]),
    "client_lanes": (c_int32, [c_void_p, c_uint32, c_int32, POINTER(c_int32), POINTER(c_uint16)]),
    "client_status": (c_bool, [c_void_p, c_uint32, c_void_p]),
    "client_send_to": (c_int32, [c_void_p, c_char_p, c_int32, c_char_p, c_size_t, c_int32]),
    "client_receive_on": (
        c_int32,
        [c_void_p, c_int32, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t],
    ),
    "client_next_change": (c_bool, [c_void_p, c_void_p]),
}


def steamclient_path() -> Path:
    """The simulated steamclient: for Valve's own libsteam_api, or any program that uses one."""
    return _FOLDER / (_STEAMCLIENT + _SUFFIX)


def front_path() -> Path:
    """The simulator's own libsteam_api, to be used instead of Valve's."""
    return _FOLDER / ("libsteam_api_simulator" + _SUFFIX)


class Control:
    """The functions ``steamgs_sim_*`` by their names without that prefix."""

    def __init__(self) -> None:
        # Once loaded it stays: Valve's library finds it by its name from then on.
        library = ctypes.CDLL(str(steamclient_path()))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, f"steamgs_sim_{name}")
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> ctypes._NamedFuncPointer:
        raise AttributeError(f"the simulator has no function {name!r}")


_control: Control | None = None


def control() -> Control:
    """The control functions; the first call loads the simulated steamclient."""
    global _control  # noqa: PLW0603 - a shared library is loaded once per process
    if _control is None:
        _control = Control()
    return _control


def text_of(write: Callable[[ctypes.Array[ctypes.c_char] | None, int], int]) -> bytes:
    """The text of a function that writes as much as fits, and returns the size it needs."""
    size = write(None, 0)
    while True:
        buffer = ctypes.create_string_buffer(size + 1)
        needed = write(buffer, size + 1)
        if needed <= size:
            return buffer.value
        size = needed
