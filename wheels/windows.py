"""A wheel for Windows that is built elsewhere: ``make windows``.

usage: python wheels/windows.py PYTHON_DLL

``ziglang`` compiles and links it for the CPython whose DLL is named (such as python313.dll), with
the headers of the Python that runs this, which must be of the same version. All but the libraries
is taken from a wheel for this platform. The wheel is inspected, and lies in ``dist/``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import lief

import inspect_wheel
from cross import LIBRARIES, ROOT, WINDOWS, compile_all, link, zig
from targets import CORE, GENERATED, Target

# Without -O zig also checks for undefined behaviour, which makes three times as much code.
OPTIMIZED = "-O2"
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"
# What libraries are called in a wheel for Windows.
NAMES = {
    "_core": f"steamgs/_core.{TAG}-win_amd64.pyd",
    "steamclient": "steamgs/simulator/steamclient64.dll",
    "libsteam_api_simulator": "steamgs/simulator/libsteam_api_simulator.dll",
}


def python_headers(folder: Path) -> Path:
    """Python's headers, configured for Windows."""
    made = folder / "python"
    shutil.copytree(sysconfig.get_path("include"), made)
    shutil.copy(ROOT / "wheels" / "windows" / "pyconfig.h", made / "pyconfig.h")
    return made


def import_library(dll: Path, folder: Path) -> Path:
    """What a linker needs to know of a DLL."""
    binary = lief.parse(dll.read_bytes())
    assert isinstance(binary, lief.PE.Binary)
    names = sorted(str(function.name) for function in binary.exported_functions if function.name)
    definition = folder / "python.def"
    definition.write_text("\n".join([f"LIBRARY {dll.name}", "EXPORTS", *names, ""]), "utf-8")
    made = folder / "libpython.a"
    command = [sys.executable, "-m", "ziglang", "dlltool", "-m", "i386:x86-64"]
    subprocess.run([*command, "-d", str(definition), "-l", str(made)], check=True)
    return made


def extension(dll: Path, folder: Path) -> Path:
    """Compile and link the extension module."""
    source = folder / "_core.cpp"
    cython = [sys.executable, "-m", "cython", "--cplus", "-3", "-I", f"{GENERATED}/steamgs"]
    command = [*cython, "steamgs/_core.pyx", "-o", str(source)]
    subprocess.run(command, check=True, cwd=ROOT)
    headers = python_headers(folder)
    objects = compile_all(WINDOWS, CORE, folder / "core", OPTIMIZED)
    made = str(folder / "_core.o")
    # Cython's code is not free of clang's warnings.
    options = [OPTIMIZED, "-fvisibility=hidden", "-w", f"-I{headers}"]
    zig(WINDOWS, *CORE.options(), *options, "-c", str(source), "-o", made)
    libraries = Target(libraries={"win32": []})
    library = folder / "_core.pyd"
    link(WINDOWS, libraries, [*objects, made, str(import_library(dll, folder))], library, "win32")
    return library


def libraries(dll: Path, folder: Path) -> dict[str, Path]:
    """All three libraries, by the names that inspection knows."""
    made = {"_core": extension(dll, folder)}
    for name, target in LIBRARIES.items():
        made[name] = folder / f"{name}.dll"
        objects = compile_all(WINDOWS, target, folder / name, OPTIMIZED)
        link(WINDOWS, target, objects, made[name], "win32")
    return made


def build(dll: Path, target: Path) -> Path:
    """The wheel, named for Windows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
        subprocess.run([*pip, "-w", str(folder), str(ROOT)], check=True)
        (here,) = folder.glob("*.whl")
        wheel = [sys.executable, "-m", "wheel"]
        subprocess.run([*wheel, "unpack", "-d", str(folder), str(here)], check=True)
        (content,) = (
            path for path in folder.iterdir() if path.match("steamgs-*") and path.is_dir()
        )
        for path in content.rglob("*.so"):
            path.unlink()
        for known, path in libraries(dll, folder).items():
            shutil.copy(path, content / NAMES[known])
        (facts,) = content.glob("*.dist-info/WHEEL")
        text = re.sub(r"(?m)^Tag: .*\n", "", facts.read_text("utf-8")).rstrip()
        facts.write_text(f"{text}\nTag: {TAG}-{TAG}-win_amd64\n", "utf-8")
        target.mkdir(exist_ok=True)
        for older in target.glob(f"*-{TAG}-win_amd64.whl"):
            older.unlink()
        subprocess.run([*wheel, "pack", "-d", str(target), str(content)], check=True)
    (made,) = target.glob(f"*-{TAG}-win_amd64.whl")
    return made


def main() -> int:
    made = build(Path(sys.argv[1]), ROOT / "dist")
    print(f"{made.name}: {made.stat().st_size / 1024:.0f} KiB")
    problems = inspect_wheel.problems(made)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
