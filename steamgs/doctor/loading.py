"""Loading a library in a separate process, because a damaged one may kill the process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from steamgs.library import explain, try_to_load

__all__ = ["load_alone"]

_SECONDS = 30

# Prints whether it can be loaded, and why not; if so, which file it was: a bare name is searched.
_CHILD = """
import json, os, sys
path, sys.path = sys.argv[1], json.loads(sys.argv[2])
from steamgs.library import explain, try_to_load
status, detail = try_to_load(path)
place = path
if status == "ok" and not os.path.dirname(path) and os.path.exists("/proc/self/maps"):
    with open("/proc/self/maps", errors="surrogateescape") as maps:
        found = [line.rstrip().partition("/")[2] for line in maps]
    place = next(("/" + one for one in found if os.path.basename(one) == path), path)
print(json.dumps([status, place if status == "ok" else explain(path, status, detail)]))
"""


def load_alone(path: str) -> tuple[str, str]:
    """``("ok", the file's path)``, or why not: ``(status, words)``."""
    if getattr(sys, "frozen", False) or not sys.executable:
        return _load_here(path)  # there is no interpreter to start
    command = [sys.executable, "-c", _CHILD, path, json.dumps(sys.path)]
    try:
        child = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "not_loadable", f"could not be loaded in {_SECONDS} seconds"
    except OSError:
        return _load_here(path)
    lines = child.stdout.splitlines()
    if child.returncode == 0 and lines:
        status, words = json.loads(lines[-1])
        return str(status), str(words)
    return "not_loadable", f"is damaged: loading it kills the process ({_end(child)})"


def _load_here(path: str) -> tuple[str, str]:
    status, detail = try_to_load(path)
    return status, path if status == "ok" else explain(path, status, detail)


def _end(child: subprocess.CompletedProcess[bytes]) -> str:
    if child.returncode < 0:
        try:
            return signal.Signals(-child.returncode).name
        except ValueError:
            return f"signal {-child.returncode}"
    said = child.stderr.decode("utf-8", "replace").splitlines()
    return said[-1] if said else f"exit status {child.returncode}"
