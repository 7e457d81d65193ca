"""The simulator's two shared libraries, and the C functions by which it is controlled.

The functions are declared, with what they do, in ``simulator/steamclient/kernel/control.h``.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import (
    POINTER,
    c_bool,
    c_char,
    c_char_p,
    c_double,
    c_int,
    c_size_t,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path

__all__ = ["control", "front_path", "steamclient_path"]

_FOLDER = Path(__file__).resolve().parent
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
    "jump": (None, [c_void_p, c_double]),
    "duplicate_verdicts": (None, [c_void_p, c_int]),
    "set_latency": (None, [c_void_p, c_int, c_double, c_double]),
    "behaviour_name": (c_char_p, [c_int]),
    "set_behaviour": (c_bool, [c_void_p, c_char_p, c_bool]),
    "add_user": (None, [c_void_p, c_uint64, c_uint64]),
    "add_group": (None, [c_void_p, c_uint64]),
    "set_member": (None, [c_void_p, c_uint64, c_uint64, c_bool, c_bool]),
    "set_license": (None, [c_void_p, c_uint64, c_uint32, c_bool]),
    "set_dislike": (None, [c_void_p, c_uint64, c_uint64, c_bool]),
    "set_user_flag": (None, [c_void_p, c_uint64, c_char, c_bool]),
    "set_next_response": (None, [c_void_p, c_uint64, c_int]),
    "set_next_denial": (None, [c_void_p, c_uint64, c_int, c_char_p]),
    "revoke": (None, [c_void_p, c_uint64, c_int, c_int]),
    "kick": (None, [c_void_p, c_uint64, c_int]),
    "cancel_ticket": (None, [c_void_p, c_uint64, c_uint64]),
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
    "random": (c_uint64, [c_void_p]),
    "check_ticket": (c_int, [c_char_p, c_size_t, c_char_p, c_size_t]),
    "define_stat": (
        None,
        [c_void_p, c_char_p, c_char, c_double, c_double, c_double, c_double, c_bool],
    ),
    "stat": (c_bool, [c_void_p, c_uint64, c_char_p, POINTER(c_double)]),
    "set_stat": (c_bool, [c_void_p, c_uint64, c_char_p, c_double]),
    "unload_stats": (None, [c_void_p, c_uint64]),
    "fail_next_logon": (None, [c_void_p, c_int, c_bool, c_int]),
    "disconnect": (None, [c_void_p, c_int]),
    "reconnect": (None, [c_void_p]),
    "request_restart": (None, [c_void_p]),
    "set_vac": (None, [c_void_p, c_bool]),
    "set_public_ip": (None, [c_void_p, c_uint32]),
    "set_query_host": (None, [c_void_p, c_bool, c_uint32]),
    "query_port": (c_uint16, [c_void_p, POINTER(c_int)]),
    "set_reputation": (None, [c_void_p, c_char_p, c_size_t]),
    "fail_next_calls": (None, [c_void_p, c_int]),
    "post": (None, [c_void_p, c_int, c_char_p, c_size_t, c_size_t]),
    "warn": (None, [c_void_p, c_int, c_char_p]),
    "check_scenario": (c_bool, [c_char_p, c_size_t, c_char_p, c_size_t]),
    "describe": (c_size_t, [c_void_p, c_char_p, c_size_t]),
}


def steamclient_path() -> Path:
    """The simulated steamclient: for Valve's own libsteam_api, or any program that uses one."""
    return _FOLDER / (_STEAMCLIENT + _SUFFIX)


def front_path() -> Path:
    """The simulator's own libsteam_api, for where no library of Valve's is at hand."""
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
