"""``query_port.py CLIENT LIBRARY SECONDS``: Steam answers queries while a game is running.

The game is an echo server on its own socket in the same process. An iteration of its loop is
measured with and without the queries. ``CLIENT`` is the program of queries.cpp.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
from typing import Any


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def game_turn_us(server: Any, seconds: float) -> float:
    """The median time of a packet through the game's own socket, and of a tick."""
    times = []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as game,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player,
    ):
        game.bind(("127.0.0.1", 0))
        player.connect(game.getsockname())
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            player.send(b"move")
            data, address = game.recvfrom(2048)
            server.run_callbacks()
            game.sendto(data, address)
            player.recv(2048)
            times.append((time.perf_counter() - start) * 1e6)
            time.sleep(0.001)
    return statistics.median(times)


def main(client: str, library: str, seconds: float) -> dict[str, float]:
    import steamgs
    from steamgs.simulator import Simulator

    port = free_port()
    sim = Simulator()
    with steamgs.GameServer(480, query_port=port, library=library, steamclient=sim) as server:
        server.set_server_name("a server with a name of the usual length")
        server.set_map_name("de_benchmark")
        server.set_game_description("Benchmark")
        server.log_on_anonymous()
        server.set_advertise_server_active(True)
        server.run_callbacks()
        quiet = game_turn_us(server, seconds)
        asking = subprocess.Popen(
            [client, "ask", str(port), str(seconds)], stdout=subprocess.PIPE, text=True
        )
        busy = game_turn_us(server, seconds)
        output, _ = asking.communicate()
        answers: dict[str, float] = json.loads(output)
    return {**answers, "game_turn_us": quiet, "game_turn_while_asked_us": busy}


if __name__ == "__main__":
    client, library, seconds = sys.argv[1:]
    print(json.dumps(main(client, library, float(seconds))))
