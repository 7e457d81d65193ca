"""Linux wheels without a container: ``make wheels [PYTHONS="python3.11 python3.12"]``.

Needs ``pip install '.[wheels]'``. Each wheel is built and named by ``manylinux.py``, inspected
(``inspect_wheel.py``), and tested in an environment without a compiler (``try_wheel.py``).

There are none for musl: Valve's libraries are for glibc.
"""

from __future__ import annotations

import argparse
import sys

import inspect_wheel
import manylinux
import try_wheel
from manylinux import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-tests", action="store_true", help="only the demo, on both fronts")
    parser.add_argument("pythons", nargs="+")
    options = parser.parse_args()
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    for python in options.pythons:
        wheel = manylinux.repair(manylinux.raw(python, ROOT / "build" / "wheels"), target)
        problems = inspect_wheel.problems(wheel)
        print(f"{wheel.name}: {wheel.stat().st_size / 1024:.0f} KiB")
        if problems:
            print("\n".join(problems))
            return 1
        try_wheel.run(python, wheel, tests=not options.no_tests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
