"""Tries a wheel for Windows under wine: import, doctor, demo, tests. ``make windows`` calls it.

usage: python wheels/try_windows.py PYTHON_FOLDER WHEEL [STEAM_API64_DLL] [-- PYTEST_ARGUMENT...]

PYTHON_FOLDER is an unpacked embeddable CPython for Windows. With Valve's steam_api64.dll, the demo
and the tests run on that too, above the simulated steamclient.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import cross
import elsewhere
from elsewhere import ROOT
from under_wine import environment, windows_path

WORK = ROOT / "build" / "windows"
MARKERS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
}
# Parts of Python that wine 8 can't run: _wmi asks for a service that crashes.
BROKEN = ("_wmi.pyd",)
# Done when Python starts there: a function that wine lacks is removed, which Python does without;
# and asyncio's debug mode looks at no source files, for it asks for each of them at every callback,
# and a question to wine takes long.
AT_START = """
import _winapi, linecache
del _winapi.CopyFile2
linecache.checkcache = lambda filename=None: None
"""
# What pytest wants on Windows only.
MORE = ("colorama",)


def install(python: Path, wheel: Path) -> Path:
    """An interpreter of its own, with the wheel and what the tests need."""
    made = WORK / "python"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(python, made)
    for name in BROKEN:
        (made / name).unlink(missing_ok=True)
    # Made an ordinary one: those that are embedded ignore PYTHONPATH and the working directory.
    (search,) = made.glob("python*._pth")
    search.unlink()
    library = made / f"{search.stem}.zip"
    with zipfile.ZipFile(library) as archive:
        archive.extractall(made / "Lib")
    library.unlink()
    site = made / "Lib" / "site-packages"
    version = f"3.{wheel.name.split('-')[2].removeprefix('cp3')}"
    for needed in ([*elsewhere.requirements("test", MARKERS), *MORE], [str(wheel)]):
        elsewhere.install(needed, site, version, ["win_amd64"])
    (site / "sitecustomize.py").write_text(AT_START, "utf-8")
    return made / "python.exe"


def wine(*command: str | Path, check: bool = True, **variables: str) -> int:
    """Run a program in a Windows of its own, and show what it prints."""
    # Python for Windows can't use the handles of a file or a terminal that wine gives it.
    with subprocess.Popen(
        ["wine", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=WORK,
        env=environment(WORK / "prefix", PYTHONDONTWRITEBYTECODE="1", **variables),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
    if check and process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return process.returncode


def test(python: Path, library: Path | None, options: list[str]) -> int:
    """The demo and all tests, on Valve's library too if it is given; what pytest ends with."""
    wine(python, "-m", "steamgs", "demo", "--seconds", "4")
    variables = {"STEAMGS_CONFORMANCE": windows_path(cross.conformance(WORK))}
    if library is not None:
        valve = variables["STEAMGS_LIBRARY"] = windows_path(library)
        wine(python, "-m", "steamgs", "demo", "--seconds", "4", "--library", valve)
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not compiler", *options]
    return wine(python, *tests, ROOT / "tests", check=False, **variables)


def main() -> int:
    arguments, _, options = " ".join(sys.argv[1:]).partition(" -- ")
    folder, wheel, *library = arguments.split()
    python = install(Path(folder).resolve(), Path(wheel).resolve())
    wine("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
    wine(python, "-c", "import steamgs, steamgs.asyncio, steamgs.simulator; print(steamgs)")
    wine(python, "-m", "steamgs", "doctor", check=False)
    return test(python, Path(library[0]).resolve() if library else None, options.split())


if __name__ == "__main__":
    sys.exit(main())
