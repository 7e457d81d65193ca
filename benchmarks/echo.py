"""``python -m benchmarks.echo``: what an echo costs a whole server, beside other ways of Python.

Each server runs in a process of its own, with its clients in another one. They take turns. Only the
server's processor time counts, with all its threads. All but the datagrams are reliable messages.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import processes
from benchmarks.echo_servers import ON_STEAM, OTHERS
from benchmarks.report import Metrics, spread, table

CLIENTS = 200
ROUNDS = 200
TURNS = 5
LONGEST_SECONDS = 300
FIGURES = ("process", "thread")
NEEDS = {"uvloop, datagrams": "uvloop", "pyenet": "enet", "websockets": "websockets"}


def installed(contender: str) -> bool:
    return contender not in NEEDS or importlib.util.find_spec(NEEDS[contender]) is not None


class Bench:
    """A temporary folder, from which the installed steamgs is measured."""

    def __init__(self, folder: Path, clients: int, rounds: int) -> None:
        self.folder = folder
        self.counts = [str(clients), str(rounds)]
        self.bare = str(processes.compiled(folder, "bare.cpp", "-shared", "-fPIC"))
        self.library = processes.libraries()["Valve's libsteam_api"]
        (folder / "benchmarks").symlink_to(processes.HERE)

    def run(self, contender: str, carrier: str = "") -> dict[str, float]:
        """What an echo cost in microseconds: of the process, and of the thread that serves."""
        command = self.command("echo_servers", contender, self.library, self.bare, carrier)
        with subprocess.Popen(
            command, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                place = line_of(server, "127.0.0.1").split()
                load = self.command("echo_load", contender, carrier, *place)
                subprocess.run(load, cwd=self.folder, check=True, timeout=LONGEST_SECONDS)
                figures: dict[str, float] = json.loads(line_of(server, "{"))
                server.communicate(timeout=LONGEST_SECONDS)
            finally:
                server.kill()  # which does nothing if it has ended
        return figures

    def command(self, module: str, contender: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.{module}", contender, *self.counts, *arguments]


def line_of(server: subprocess.Popen[str], start: str) -> str:
    """The server's next line that begins so: Valve's library writes to the output too."""
    assert server.stdout is not None
    for line in server.stdout:
        if line.startswith(start):
            return line
    raise SystemExit(f"{server.args!r} failed")


def contenders(carrier: str) -> dict[str, tuple[str, str]]:
    """By the title: the server, and the library that carries its messages."""
    rows = {f"{name}; the simulator's carrier": (name, "") for name in ON_STEAM}
    if carrier:
        library = "libGameNetworkingSockets"
        rows |= {f"{name}; {library}": (name, carrier) for name in ON_STEAM}
    return rows | {name: (name, "") for name in OTHERS if installed(name)}


def markdown(samples: dict[str, Metrics], rows: dict[str, tuple[str, str]]) -> str:
    """The last two columns are beside C++ with the same carrier."""
    cpp = {carrier: samples[title] for title, (name, carrier) in rows.items() if name == "C++"}
    lines = []
    for title, (name, carrier) in rows.items():
        found = samples[title]
        beside = cpp[carrier] if name in ON_STEAM else None
        lines.append(
            [
                title,
                *(spread(found[who]) for who in FIGURES),
                *(ratio(found[who], beside[who]) if beside else "" for who in FIGURES),
            ]
        )
    header = ["CPU an echo, microseconds", "process", "its serving thread"]
    return table([*header, "process / C++'s", "thread / C++'s"], lines)


def ratio(ours: list[float], reference: list[float]) -> str:
    return f"{statistics.median(ours) / statistics.median(reference):.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.echo", description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="echoes a client")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument(
        "--carrier", default="", metavar="PATH", help="also over this libGameNetworkingSockets"
    )
    options = parser.parse_args()
    rows = contenders(options.carrier)
    samples: dict[str, Metrics] = {title: {who: [] for who in FIGURES} for title in rows}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.clients, options.rounds)
        for turn in range(options.turns):
            for title, (name, carrier) in rows.items():
                print(f"turn {turn + 1}: {title}", file=sys.stderr)
                for who, value in bench.run(name, carrier).items():
                    samples[title][who].append(value)
    print(markdown(samples, rows))
    for name in OTHERS:
        if not installed(name):
            print(f"\n{name}: not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
