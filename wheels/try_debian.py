"""Builds a Linux wheel and tests it in a Debian of its own: ``make aarch64``, ``make newer``.

usage: python wheels/try_debian.py aarch64|VERSION [LIBSTEAM_API] [-- PYTEST_ARGUMENT...]

``aarch64`` is a wheel for that processor, which zig builds here; its tests run by qemu. A version
of Python, such as 3.14, is one that Debian sid has; its wheel is built there, by zig too. The tests
run on the simulator, and on Valve's library if one is named or the test extra has one.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import elsewhere
import inspect_wheel
import manylinux
from debian import Debian
from elsewhere import ROOT

AARCH64 = "aarch64"
RAW = ROOT / "build" / "debian" / "raw"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
# The newest glibc whose wheels either Debian can run, and all that are older.
GLIBCS = ("_2_34", "_2_31", "_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014")


def debian_of(name: str) -> Debian:
    """The Debian whose Python is this one's version, or the one that is named."""
    if name == AARCH64:
        return Debian("bookworm", "arm64", HERE)
    return Debian("sid", "amd64", name)


def markers_of(debian: Debian, machine: str) -> dict[str, str]:
    linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    return {**linux, "platform_machine": machine, "python_version": debian.python}


def build(debian: Debian, machine: str) -> Path:
    """The wheel, by a Python of its version: this one for aarch64, the Debian's own otherwise."""
    if machine == AARCH64:
        return manylinux.raw(sys.executable, RAW, machine)
    tools = ["pip", "setuptools>=77", "wheel", "ziglang", "Cython>=3.1,<4"]
    elsewhere.install(tools, debian.site, debian.python, platforms(machine))
    debian.run(debian.interpreter, "wheels/manylinux.py", str(RAW))
    (wheel,) = RAW.glob("*.whl")
    return wheel


def platforms(machine: str) -> list[str]:
    return [f"manylinux{glibc}_{machine}" for glibc in GLIBCS]


def install(debian: Debian, machine: str, wheel: Path) -> None:
    """The wheel and what its tests need, where the Debian's Python finds it."""
    shutil.rmtree(debian.site, ignore_errors=True)
    needed = [*elsewhere.requirements("test", markers_of(debian, machine)), "pip"]
    elsewhere.install(needed, debian.site, debian.python, platforms(machine))
    elsewhere.install([str(wheel)], debian.site, debian.python, platforms(machine))


def test(debian: Debian, library: list[str], options: list[str]) -> int:
    """The demo and the whole suite; what pytest ends with."""
    variables = {}
    for path in library:
        shutil.copy(path, debian.folder / "opt" / "libsteam_api.so")
        variables["STEAMGS_LIBRARY"] = "/opt/libsteam_api.so"
    debian.run(debian.interpreter, "-P", "-m", "steamgs", "demo", "--seconds", "4")
    tests = [debian.interpreter, "-P", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    return debian.run(*tests, *options, str(ROOT / "tests"), check=False, **variables)


def main() -> int:
    arguments, _, pytest = " ".join(sys.argv[1:]).partition(" -- ")
    name, *library = arguments.split()
    debian = debian_of(name)
    machine = AARCH64 if name == AARCH64 else "x86_64"
    debian.make()
    target = ROOT / "dist"
    target.mkdir(exist_ok=True)
    wheel = manylinux.repair(build(debian, machine), target, machine)
    print(f"{wheel.name}: {wheel.stat().st_size / 1024:.0f} KiB")
    problems = inspect_wheel.problems(wheel)
    print("\n".join(problems))
    install(debian, machine, wheel)
    return test(debian, library, pytest.split()) or bool(problems)


if __name__ == "__main__":
    sys.exit(main())
