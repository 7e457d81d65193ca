"""Tries a wheel for Windows under wine: import, doctor, demo, tests. ``make windows`` calls it.

usage: python wheels/try_windows.py PYTHON_FOLDER WHEEL [STEAM_API64_DLL] [-- PYTEST_ARGUMENT...]

PYTHON_FOLDER is an unpacked embeddable CPython for Windows. With Valve's steam_api64.dll, the demo
runs on that too, above the simulated steamclient.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "windows"
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
# Parts of the embeddable Python that wine 8 can't run: _wmi asks for a service that crashes.
BROKEN = ("_wmi.pyd",)
# And functions that it lacks: Python does without where they are missing.
LACKING = "import _winapi\ndel _winapi.CopyFile2\n"
# What pytest wants on Windows only.
MORE = ("colorama",)


def requirements(extra: str) -> Iterator[str]:
    """What an extra needs on Windows, without the package itself."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    for line in extras[extra]:
        one = Requirement(line)
        if one.name == "steamgs":
            for other in one.extras:
                yield from requirements(other)
        elif one.marker is None or one.marker.evaluate({**WINDOWS, "platform_machine": "AMD64"}):
            yield f"{one.name}{one.specifier}"


def install(python: Path, wheel: Path) -> Path:
    """An interpreter of its own, with the wheel and what the tests need."""
    shutil.rmtree(WORK / "python", ignore_errors=True)
    shutil.copytree(python, WORK / "python")
    for name in BROKEN:
        (WORK / "python" / name).unlink(missing_ok=True)
    site = WORK / "python" / "site"
    version = wheel.name.split("-")[2].removeprefix("cp3")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(site)]
    pip += ["--platform", "win_amd64", "--python-version", f"3.{version}"]
    pip += ["--implementation", "cp", "--only-binary", ":all:"]
    subprocess.run([*pip, *requirements("test"), *MORE], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    (site / "sitecustomize.py").write_text(LACKING, "utf-8")
    (search,) = (WORK / "python").glob("python*._pth")
    search.write_text(f"{search.stem}.zip\n.\nsite\nimport site\n", "utf-8")
    return WORK / "python" / "python.exe"


def wine(*command: str | Path, check: bool = True) -> int:
    """Run a program in a Windows of its own, and show what it prints."""
    environment = {**os.environ, "WINEPREFIX": str(WORK / "prefix"), "WINEDEBUG": "-all"}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    # Python for Windows can't use the handles of a file or a terminal that wine gives it.
    with subprocess.Popen(
        ["wine", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=WORK,
        env=environment,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
    if check and process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return process.returncode


def main() -> int:
    arguments, _, pytest = " ".join(sys.argv[1:]).partition(" -- ")
    folder, wheel, *library = arguments.split()
    python = install(Path(folder).resolve(), Path(wheel).resolve())
    version = ["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"]
    wine(*version)
    wine(python, "-c", "import steamgs, steamgs.asyncio, steamgs.simulator; print(steamgs)")
    wine(python, "-m", "steamgs", "demo", "--seconds", "4")
    for path in library:
        wine(python, "-m", "steamgs", "demo", "--seconds", "4", "--library", Path(path).resolve())
    options = ["-q", "-p", "no:cacheprovider", "-m", "not compiler", *pytest.split()]
    return wine(python, "-m", "pytest", *options, ROOT / "tests", check=False)


if __name__ == "__main__":
    sys.exit(main())
