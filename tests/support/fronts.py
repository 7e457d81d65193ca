"""The libsteam_apis that tests run under. Imported once, unlike conftest, as it has a state."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import sysconfig
from pathlib import Path

# One that is named is tested instead of the newest; taken away, as it would be every server's.
# A path that is relative is so to where the tests were started.
_named = os.environ.pop("STEAMGS_LIBRARY", None)
NAMED_LIBRARY = os.path.abspath(_named) if _named else None
# The test extra brings a library for one platform; elsewhere one has to be named.
IN_TEST_EXTRA = (
    sys.platform == "linux"
    and platform.machine() == "x86_64"
    and not sysconfig.get_config_var("Py_GIL_DISABLED")
)
VALVE_RUNS_HERE = IN_TEST_EXTRA or NAMED_LIBRARY is not None
FRONTS = ["simulator", "valve"] if VALVE_RUNS_HERE else ["simulator"]
# How Valve calls Linux on this processor, and where its library looks for steamclient there.
_ARM = platform.machine() in ("aarch64", "arm64")
LINUX, SDK_FOLDER = ("linuxarm64", ".steam/sdkarm64") if _ARM else ("linux64", ".steam/sdk64")


def valve_library() -> str:
    """Valve's genuine libsteam_api.so: ``STEAMGS_LIBRARY``, or out of the test extra's wheel."""
    if NAMED_LIBRARY:
        return NAMED_LIBRARY
    spec = importlib.util.find_spec("steamworks")
    assert spec is not None, "the test extra is not installed: pip install '.[test]'"
    assert spec.submodule_search_locations is not None
    path = Path(next(iter(spec.submodule_search_locations))) / "libsteam_api.so"
    assert path.is_file(), f"{path} is missing from the wheel steamworks-swig"
    return str(path)


def library_of(front: str) -> str:
    """What ``GameServer(library=...)`` takes for a front, with ``steamclient=sim`` beside it."""
    return valve_library() if front == "valve" else "simulator"
