"""Shows the installed package to type checkers, as ``build/typed/steamgs``.

Some of its modules are generated, so the source folder, in which type checkers would look first, is
not complete. pyproject.toml makes them look here first.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "build" / "typed"


def main() -> int:
    found = importlib.util.find_spec("steamgs")
    package = Path(found.origin).parent if found and found.origin else Path()
    if not (package / "enums.py").exists():
        print("steamgs is not installed: `make install` first", file=sys.stderr)
        return 1
    link = FOLDER / "steamgs"
    FOLDER.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(package, target_is_directory=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
