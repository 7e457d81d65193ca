"""The separate processes in which everything is measured: how they are built and run."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.append(str(ROOT / "codegen"))

from targets import PROGRAM  # noqa: E402


def ask_installed(expression: str) -> str:
    """Ask another process, as this one must not import the source folder instead of the package."""
    code = f"import steamgs.simulator, importlib.util; print({expression})"
    return subprocess.check_output([sys.executable, "-P", "-c", code], text=True).strip()


def contender_names() -> list[str]:
    code = "import runpy, sys; print(*runpy.run_path(sys.argv[1])['CONTENDERS'], sep='\\n')"
    output = subprocess.check_output(
        [sys.executable, "-P", "-c", code, str(HERE / "contenders.py")], text=True
    )
    return output.splitlines()


def libraries() -> dict[str, str]:
    folder = ask_installed("importlib.util.find_spec('steamworks').submodule_search_locations[0]")
    return {
        "Valve's libsteam_api": str(Path(folder) / "libsteam_api.so"),
        "The simulator's front": "simulator",
    }


def compiled(folder: Path, source: str, *options: str) -> Path:
    """A program of this folder, or a library."""
    target = folder / Path(source).stem
    variable, default = ("CC", "gcc") if source.endswith(".c") else ("CXX", "g++")
    compiler = os.environ.get(variable) or shutil.which(default) or "clang"
    ours = [] if source.endswith(".c") else PROGRAM.options()
    python = f"-I{sysconfig.get_paths()['include']}"
    command = [*shlex.split(compiler), "-O2", *ours, python, *options]
    subprocess.run([*command, str(HERE / source), "-o", str(target), "-ldl"], check=True)
    return target


@dataclass
class Workshop:
    """A temporary folder with the programs that are compiled for this run."""

    folder: Path
    floor: Path = field(init=False)
    counters: Path = field(init=False)
    queries: Path = field(init=False)
    bare: Path = field(init=False)

    def __post_init__(self) -> None:
        self.floor = compiled(self.folder, "floor.cpp")
        self.queries = compiled(self.folder, "queries.cpp")
        self.counters = compiled(self.folder, "counters.c", "-shared", "-fPIC")
        self.bare = compiled(self.folder, "bare.cpp", "-shared", "-fPIC")
        # Beside this package stands steamgs' source, which is not to be imported.
        (self.folder / "benchmarks").symlink_to(HERE)
        for file in (ROOT / "examples" / "native_listener").iterdir():
            shutil.copy(file, self.folder)
        build = [sys.executable, "-P", "setup.py", "-q", "build_ext", "--inplace"]
        subprocess.run(build, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def ask_the_baseline(self, seconds: float) -> dict[str, float]:
        """What the client of queries.cpp gets from the responder of queries.cpp."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        answering = subprocess.Popen([str(self.queries), "answer", port])
        try:
            time.sleep(0.1)
            answers: dict[str, float] = self._run([str(self.queries), "ask", port, str(seconds)])
            return answers
        finally:
            answering.kill()
            answering.wait()

    def run_floor(self, library: str, *arguments: object) -> dict[str, float]:
        figures: dict[str, float] = self._run([*self.floor_command(library), *map(str, arguments)])
        return figures

    def floor_command(self, library: str) -> list[str]:
        front = ask_installed("steamgs.simulator.front_path()")
        path = front if library == "simulator" else library
        return [str(self.floor), ask_installed("steamgs.simulator.steamclient_path()"), path]

    def run_python(
        self, script: str, *arguments: object, preload: Path | None = None
    ) -> dict[str, float]:
        environment = {**os.environ, "LD_PRELOAD": str(preload)} if preload else None
        figures: dict[str, float] = self._run(self.python_command(script, *arguments), environment)
        return figures

    def run_in_turn(self, row: str, library: str, size: int, rounds: int) -> dict[str, list[float]]:
        """All samples of a row of in_turn.py."""
        command = [sys.executable, "-m", "benchmarks.in_turn", row, library, str(self.bare)]
        samples: dict[str, list[float]] = self._run([*command, str(size), str(rounds)])
        return samples

    def python_command(self, script: str, *arguments: object) -> list[str]:
        return [sys.executable, "-P", str(HERE / script), *map(str, arguments)]

    def _run(self, command: list[str], environment: Any = None) -> Any:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.folder, env=environment
        )
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
        # The last line: Valve's library writes to the output too.
        return json.loads(result.stdout.splitlines()[-1])


def import_milliseconds(times: int) -> dict[str, list[float]]:
    """Starting an interpreter, and starting one that imports; in turn."""
    samples: dict[str, list[float]] = {"python": [], "import steamgs": [], "import asyncio": []}
    samples["import steamgs.asyncio"] = []
    for _ in range(times):
        for name, values in samples.items():
            code = "pass" if name == "python" else name
            start = time.perf_counter()
            subprocess.run([sys.executable, "-I", "-c", code], check=True)
            values.append((time.perf_counter() - start) * 1000)
    return samples


def wheel_bytes(folder: Path) -> int:
    """The size of a wheel built from this source, as pip builds it."""
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("steamgs-*.whl")
    return wheel.stat().st_size
