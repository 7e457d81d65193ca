"""``python -m benchmarks``: everybody in turn, round after round, in one run; medians with spread.

Ratios are what counts: machines differ, and shared ones are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FLOOR = "C++ floor"
BARE = "bare Python call"


def contender_names() -> list[str]:
    # Asked of a process, as this one must not import the source folder of the package's name.
    code = "import runpy, sys; print(*runpy.run_path(sys.argv[1])['CONTENDERS'], sep='\\n')"
    output = subprocess.check_output(
        [sys.executable, "-P", "-c", code, str(HERE / "contenders.py")], text=True
    )
    return [FLOOR, *output.splitlines()]


def ask_installed(expression: str) -> str:
    code = f"import steamgs.simulator, importlib.util; print({expression})"
    return subprocess.check_output([sys.executable, "-P", "-c", code], text=True).strip()


def valve_library() -> str:
    folder = "importlib.util.find_spec('steamworks').submodule_search_locations[0]"
    return str(Path(ask_installed(folder)) / "libsteam_api.so")


def build_floor(folder: Path) -> Path:
    compiler = os.environ.get("CXX") or shutil.which("g++") or "clang++"
    program = folder / "floor"
    command = [compiler, "-std=c++17", "-O2", f"-I{ROOT / 'include'}", str(HERE / "floor.cpp")]
    subprocess.run([*command, "-o", str(program), "-ldl"], check=True)
    return program


def run_one(name: str, library: str, count: int, floor: Path) -> dict[str, float] | None:
    """One process of one contender; None where it can't run on this library."""
    if name.startswith("steamworks-swig") and library == "simulator":
        return None  # it is linked to Valve's own
    if name == FLOOR:
        front = ask_installed("steamgs.simulator.front_path()")
        path = front if library == "simulator" else library
        command = [str(floor), ask_installed("steamgs.simulator.steamclient_path()"), path]
    else:
        command = [sys.executable, "-P", str(HERE / "contenders.py"), name, library]
    output = subprocess.run(
        [*command, str(count)], capture_output=True, text=True, check=False, cwd=HERE
    )
    if output.returncode != 0:
        raise SystemExit(f"{name} failed:\n{output.stderr}")
    result: dict[str, float] = json.loads(output.stdout.splitlines()[-1])
    return result


def measure(libraries: dict[str, str], count: int, rounds: int) -> dict[str, Any]:
    names = contender_names()
    samples: dict[str, Any] = {title: {name: {} for name in names} for title in libraries}
    with tempfile.TemporaryDirectory() as folder:
        floor = build_floor(Path(folder))
        for number in range(rounds):
            for title, library in libraries.items():
                for name in names:
                    print(f"round {number + 1}/{rounds}: {title}, {name}", file=sys.stderr)
                    result = run_one(name, library, count, floor) or {}
                    for metric, value in result.items():
                        samples[title][name].setdefault(metric, []).append(value)
    return samples


def cell(values: list[float] | None) -> str:
    if not values:
        return ""
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def table(title: str, results: dict[str, dict[str, list[float]]]) -> str:
    floor = statistics.median(results[FLOOR]["event"])
    bare = statistics.median(results[BARE]["event"])
    lines = [
        f"### {title}",
        "",
        "| | idle tick, ns | an event, ns | beyond the floor, in bare calls |",
        "|---|---|---|---|",
    ]
    for name, metrics in results.items():
        if not metrics:
            continue
        beyond = (statistics.median(metrics["event"]) - floor) / bare
        calls = "" if name in (FLOOR, BARE) else f"{beyond:.2f}"
        lines.append(
            f"| {name} | {cell(metrics.get('idle'))} | {cell(metrics['event'])} | {calls} |"
        )
    return "\n".join(lines)


def plot(samples: dict[str, Any], path: str) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(samples), 1, figsize=(10, 4 * len(samples)), squeeze=False)
    for (title, results), (axis,) in zip(samples.items(), axes, strict=True):
        shown = {name: metrics["event"] for name, metrics in results.items() if metrics}
        medians = [statistics.median(values) for values in shown.values()]
        colours = ["tab:blue" if name.startswith("steamgs") else "silver" for name in shown]
        axis.barh(list(shown), medians, color=colours)
        axis.set_xscale("log")
        axis.set_xlim(5, 5 * max(medians))
        axis.set_xticks([])
        axis.set_xticks([], minor=True)
        axis.invert_yaxis()
        axis.set_title(f"Nanoseconds for an event (logarithmic). {title}", loc="right", fontsize=10)
        for position, value in enumerate(medians):
            axis.text(value, position, f" {value:.0f}", va="center")
        axis.spines[["top", "right", "bottom"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write all samples")
    parser.add_argument("--plot", metavar="FILE", help="draw a picture (needs matplotlib)")
    parser.add_argument("--count", type=int, default=100_000, help="events in a burst")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    libraries = {
        "Valve's libsteam_api over the simulated steamclient": valve_library(),
        "The simulator's own front": "simulator",
    }
    samples = measure(libraries, options.count, options.rounds)
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.platform()}",
        "python": platform.python_version(),
        "burst": options.count,
        "rounds": options.rounds,
        "nanoseconds": samples,
    }
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        plot(samples, options.plot)
    print(f"Python {report['python']}, {report['machine']}, bursts of {options.count}\n")
    print("\n\n".join(table(title, results) for title, results in samples.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
