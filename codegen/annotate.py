"""Cython's annotated source of the whole extension, in which yellow lines call Python.

``cython -a`` does not show included files, and nearly all of ``_core.pyx`` is included.
The page is ``build/annotate/_core.html``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import generate

FOLDER = generate.ROOT / "build" / "annotate"


def main() -> int:
    generate.build()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("_core.pxd", "_core.pyx"):
        (FOLDER / name).write_text(whole(name), encoding="utf-8")
    source = FOLDER / "_core.pyx"
    return subprocess.call([sys.executable, "-m", "cython", "--cplus", "-3", "-a", str(source)])


def found(name: str) -> Path:
    folders = (generate.ROOT / "steamgs", generate.GENERATED / "steamgs")
    return next(folder / name for folder in folders if (folder / name).exists())


def whole(name: str) -> str:
    """A file of the package with what it includes in the place of the include statements."""
    return re.sub(
        r'^include "(.*)"$',
        lambda match: found(match[1]).read_text(encoding="utf-8"),
        found(name).read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )


if __name__ == "__main__":
    sys.exit(main())
