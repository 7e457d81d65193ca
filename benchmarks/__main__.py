"""``python -m benchmarks``: runs all contenders in turn, in rounds; prints medians and spread.

Compare ratios rather than absolute numbers: machines differ, and shared ones are noisy.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import processes, report, scenarios


def machine() -> str:
    name = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    return f"{name}, {os.cpu_count()} processors, {platform.platform()}"


def add(samples: dict[str, Any], measured: scenarios.Samples) -> None:
    for name, metrics in measured.items():
        for metric, value in metrics.items():
            samples.setdefault(name, {}).setdefault(metric, []).append(value)


def measure(chosen: list[str], size: scenarios.Size, rounds: int) -> dict[str, Any]:
    libraries = processes.libraries()
    results: dict[str, Any] = {title: {} for title in libraries}
    with tempfile.TemporaryDirectory() as folder:
        workshop = processes.Workshop(Path(folder))
        for number in range(rounds):
            for name, scenario in {**scenarios.ROUNDS, **scenarios.ONCE}.items():
                if name not in chosen or (name in scenarios.ONCE and number > 0):
                    continue
                for title, library in libraries.items():
                    print(f"round {number + 1} of {rounds}: {name}, {title}", file=sys.stderr)
                    samples = results[title].setdefault(name, {})
                    add(samples, scenario(workshop, library, size))
        found: dict[str, Any] = {"libraries": results}
        if "footprint" in chosen:
            found["footprint"] = scenarios.footprint(Path(folder), rounds)
    return found


def main() -> int:
    names = [*scenarios.ROUNDS, *scenarios.ONCE, "footprint"]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write all samples")
    parser.add_argument("--plot", metavar="FILE", help="draw a picture (needs matplotlib)")
    parser.add_argument("--table", metavar="FILE", help="write the tables as Markdown")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="SCENARIO")
    parser.add_argument("--quick", action="store_true", help="see that it runs; measures nothing")
    options = parser.parse_args()
    size = scenarios.QUICK if options.quick else scenarios.FULL
    found = {
        "machine": machine(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "rounds": options.rounds,
        **measure(options.only, size, options.rounds),
    }
    text = report.markdown(found)
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.table:
        Path(options.table).write_text(text, encoding="utf-8")
    if options.plot:
        report.plot(found, options.plot)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
