"""Objects whose buffer is made by Python code, whichever Python it is."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

# Of a type's buffer slots in PyTypeObject, on 64 bits.
_TP_AS_BUFFER = 160


class Exporter:
    """Runs an action whenever somebody asks for its buffer."""

    def __init__(self, action: Callable[[], object], data: bytes = b"hello") -> None:
        self.action = action
        self.data = data

    def __buffer__(self, flags: int) -> memoryview:
        self.action()
        return memoryview(self.data)


if sys.version_info < (3, 12):  # where only C has such a slot
    _fill = ctypes.pythonapi.PyBuffer_FillInfo
    _fill.argtypes = [
        ctypes.c_void_p,
        ctypes.py_object,
        ctypes.c_void_p,
        ctypes.c_ssize_t,
        ctypes.c_int,
        ctypes.c_int,
    ]

    def _fill_in(exporter: Any, view: int, flags: int) -> int:
        exporter.action()
        where = ctypes.cast(ctypes.c_char_p(exporter.data), ctypes.c_void_p)
        return int(_fill(view, exporter, where, len(exporter.data), 1, flags))

    _get = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_void_p, ctypes.c_int)(
        _fill_in
    )
    _slots = ctypes.c_void_p.from_address(id(Exporter) + _TP_AS_BUFFER).value
    assert _slots is not None
    ctypes.c_void_p.from_address(_slots).value = ctypes.cast(_get, ctypes.c_void_p).value


class Number:
    """An int, which runs an action whenever somebody asks for it."""

    def __init__(self, action: Callable[[], object], value: int) -> None:
        self.action = action
        self.value = value

    def __index__(self) -> int:
        self.action()
        return self.value
