"""Linux wheels without a container: ``make wheels [PYTHONS="python3.11 python3.12"]``.

``ziglang`` compiles and links against the glibc of a manylinux policy, and ``auditwheel`` checks
and names the result. Needs ``pip install '.[wheels]'``. Each wheel is then inspected
(``inspect_wheel.py``) and tested in an environment without a compiler (``try_wheel.py``).
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import ziglang

import inspect_wheel
import try_wheel

ROOT = Path(__file__).resolve().parent.parent
GLIBC = "2.17"


def compiler_environment() -> dict[str, str]:
    """Variables by which setuptools compiles and links with zig for an old glibc."""
    # By its path: in the environment that pip builds in, there is no module of that name.
    zig = shlex.quote(str(Path(ziglang.__file__).parent / "zig"))
    target = f"-target {platform.machine()}-linux-gnu.{GLIBC}"
    return {
        "CC": f"{zig} cc {target}",
        "CXX": f"{zig} c++ {target}",
        "LDSHARED": f"{zig} c++ {target} -shared",
        "LDCXXSHARED": f"{zig} c++ {target} -shared",
        # What the interpreter was built with is nobody's business here, nor known to zig.
        "CFLAGS": "-O2 -g0",
        "CPPFLAGS": "",
        "LDFLAGS": "",
    }


def build(python: str, target: Path) -> Path:
    """One wheel for one Python, repaired and named for its policy."""
    raw = ROOT / "build" / "wheels"
    shutil.rmtree(raw, ignore_errors=True)
    for leftover in [*ROOT.glob("build/lib*"), *ROOT.glob("build/temp*")]:
        shutil.rmtree(leftover)
    environment = {**os.environ, **compiler_environment()}
    environment.pop("STEAMGS_WERROR", None)  # Cython's code is not free of clang's warnings
    command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(raw), str(ROOT)]
    subprocess.run(command, check=True, env=environment)
    (wheel,) = raw.glob("*.whl")
    policy = f"manylinux_{GLIBC.replace('.', '_')}_{platform.machine()}"
    audit = [sys.executable, "-m", "auditwheel"]
    tag = wheel.name.split("-")[2]
    for older in target.glob(f"*-{tag}-*.whl"):
        older.unlink()
    command = [*audit, "repair", "--plat", policy, "-w", str(target), str(wheel)]
    subprocess.run(command, check=True)
    (made,) = target.glob(f"*-{tag}-*.whl")
    subprocess.run([*audit, "show", str(made)], check=True)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-tests", action="store_true", help="only the demo, on both fronts")
    parser.add_argument("pythons", nargs="+")
    options = parser.parse_args()
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    for python in options.pythons:
        wheel = build(python, target)
        problems = inspect_wheel.problems(wheel)
        print(f"{wheel.name}: {wheel.stat().st_size / 1024:.0f} KiB")
        if problems:
            print("\n".join(problems))
            return 1
        try_wheel.run(python, wheel, tests=not options.no_tests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
