"""A Debian in a folder, for another processor than this machine's or for other Pythons.

``mmdebstrap`` makes it out of Debian's packages alone. Programs run in it by ``chroot``, and those
for another processor by qemu, which the kernel must know of (``binfmt-support`` tells it). Only
root can do that.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from elsewhere import ROOT

WORK = ROOT / "build" / "debian"
QEMU = Path("/proc/sys/fs/binfmt_misc")
# A Debian's own /proc, and this machine's devices and repository, for one command only.
ENTER = """
folder=$1 root=$2
shift 2
mount -t proc proc "$folder/proc"
mount --rbind /dev "$folder/dev"
mkdir -p "$folder$root"
mount --bind "$root" "$folder$root"
exec chroot "$folder" env -i --chdir="$root" "$@"
"""


@dataclass(frozen=True)
class Debian:
    """One release for one processor, with one Python."""

    suite: str
    architecture: str
    python: str

    @property
    def folder(self) -> Path:
        return WORK / f"{self.suite}-{self.architecture}-{self.python}"

    @property
    def site(self) -> Path:
        """Where its Python finds what Debian has not."""
        return self.folder / "usr" / "local" / "lib" / f"python{self.python}" / "dist-packages"

    @property
    def interpreter(self) -> str:
        return f"/usr/bin/python{self.python}"

    def make(self) -> None:
        """Make it, if it is not there."""
        if (self.folder / self.interpreter[1:]).exists():
            return
        WORK.mkdir(parents=True, exist_ok=True)
        python = f"python{self.python}"
        packages = [python, f"{python}-dev", f"{python}-venv", "g++", "procps"]
        command = ["mmdebstrap", "--quiet", "--variant=apt", f"--architectures={self.architecture}"]
        # Some mirrors lag behind sid; signatures are checked all the same.
        command += ["--aptopt=Acquire::Check-Valid-Until false"]
        command += [f"--include={','.join(packages)}", self.suite, str(self.folder)]
        subprocess.run(command, check=True)

    def run(self, *command: str, check: bool = True, **variables: str) -> int:
        """Run a program in it, in the repository."""
        given = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root"}
        given |= {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **variables}
        environment = [f"{name}={value}" for name, value in given.items()]
        enter = ["unshare", "--mount", "sh", "-euc", ENTER, "sh", str(self.folder), str(ROOT)]
        done = subprocess.run([*enter, *environment, *command], check=False, env=os.environ)
        if check and done.returncode != 0:
            raise SystemExit(f"{command[0]} ended with {done.returncode}")
        return done.returncode
