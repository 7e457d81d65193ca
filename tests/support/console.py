"""Tells another process of Windows what its console would tell it."""

from __future__ import annotations

import ctypes
import subprocess
import sys

CTRL_C, CTRL_BREAK = 0, 1

if sys.platform == "win32":

    def tell(process: subprocess.Popen[str], event: int) -> None:
        """Tell it of an event as Windows does: by a thread in it that calls its handlers.

        So it needs no console, and one that is shared with the tests tells nobody else.
        """
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        # The libraries of the system lie at the same address in all processes.
        routine = ctypes.cast(ctypes.WinDLL("kernelbase").CtrlRoutine, ctypes.c_void_p)
        kernel.OpenProcess.restype = ctypes.c_void_p
        kernel.CreateRemoteThread.restype = ctypes.c_void_p
        all_access = 0x1FFFFF
        handle = ctypes.c_void_p(kernel.OpenProcess(all_access, 0, process.pid))
        null = ctypes.c_void_p()
        arguments = (null, ctypes.c_size_t(), routine, ctypes.c_void_p(event), 0, null)
        thread = ctypes.c_void_p(kernel.CreateRemoteThread(handle, *arguments))
        kernel.CloseHandle(handle)
        if not thread:
            raise ctypes.WinError(ctypes.get_last_error())
        kernel.CloseHandle(thread)
