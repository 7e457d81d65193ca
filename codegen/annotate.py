"""Cython's annotation of the whole extension, its included files with it: yellow lines call Python.

``cython -a`` shows a file without what it includes, and nearly all of ``_core.pyx`` is included.
The page is ``build/annotate/_core.html``.
"""

from __future__ import annotations

import re
import subprocess
import sys

import generate

FOLDER = generate.ROOT / "build" / "annotate"


def main() -> int:
    generate.build()
    package = generate.ROOT / "steamgs"
    text = (package / "_core.pyx").read_text(encoding="utf-8")
    whole = re.sub(
        r'^include "(.*)"$',
        lambda match: (package / match[1]).read_text(encoding="utf-8"),
        text,
        flags=re.MULTILINE,
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    source = FOLDER / "_core.pyx"
    source.write_text(whole, encoding="utf-8")
    return subprocess.call([sys.executable, "-m", "cython", "--cplus", "-3", "-a", str(source)])


if __name__ == "__main__":
    sys.exit(main())
