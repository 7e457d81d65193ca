"""``steamgs.serve``: a server's process from its start to its exit status, however it stops."""

from __future__ import annotations

import math
import re
import signal
import time
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from served import ASYNC, LOOP, PLAIN, heard, posix, program, rest
from steamgs.service import Service

TWO_HUNDRED = """
PLAYERS = 200
told, outcomes, refused = set(), {}, []
steam.define_stat("wins")

async def play(server, user, playing, goodbye):
    async with server.authenticate(user.steam_id, user.auth_session_ticket()) as session:
        await server.stats.request_user_stats(user.steam_id)
        playing.release()
        await goodbye[user.steam_id].wait()
        if user.steam_id % 2:  # half of them leave when they have been told; the others stay
            outcomes[user.steam_id] = "left"
        else:
            outcomes[user.steam_id] = await session.revoked
        server.stats.set_user_stat_int(user.steam_id, "wins", 1)

async def main(server):
    await server.log_on_anonymous()
    server.set_advertise_server_active(True)
    users = [steam.add_user(76561197960287930 + n) for n in range(PLAYERS)]
    goodbye = {user.steam_id: asyncio.Event() for user in users}
    playing = asyncio.Semaphore(0)

    async def tell(drain):
        assert drain.reason is steamgs.StopReason.SIGNAL
        for steam_id in drain.players:
            told.add(steam_id)
            goodbye[steam_id].set()
        try:
            late = steam.add_user(5)
            async with server.authenticate(5, late.auth_session_ticket()):
                pass
        except steamgs.DrainingError:
            refused.append(5)

    server.on_drain = tell
    tasks = [asyncio.create_task(play(server, user, playing, goodbye)) for user in users]
    for _ in users:
        await playing.acquire()
    say("playing")
    await asyncio.gather(*tasks)
    await asyncio.Event().wait()

server = steamgs.asyncio.GameServer(480, **options)
status = steamgs.serve(main, server, grace=1.5)
wins = sum(steam.add_user(76561197960287930 + n).stat("wins") for n in range(PLAYERS))
say("told", len(told), "left", list(outcomes.values()).count("left"),
    "ended", list(outcomes.values()).count(None), "wins", int(wins), "refused", len(refused),
    "open", len(steam.server.sessions), "running", server.running)
sys.exit(status)
"""


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_two_hundred_who_play_are_drained(front: str, number: str) -> None:
    with program(front, TWO_HUNDRED) as process:
        heard(process, "playing")
        process.send_signal(getattr(signal, number))
        said = rest(process)
    assert said == [
        "told 200 left 100 ended 100 wins 200 refused 1 open 0 running False",
    ]
    assert process.returncode == 0


@posix
def test_a_plain_server_is_drained(front: str) -> None:
    with program(front, PLAIN.format(loop=LOOP, grace=0.2)) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["told 76561197960287930", "over False 0"]
    assert process.returncode == 0


@posix
def test_main_may_drain_itself(front: str) -> None:
    loop = "server.run_forever(); say('ended', server.drain(grace=0).ended)"
    with program(front, PLAIN.format(loop=loop, grace=60)) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["told 76561197960287930", "ended 1", "over False 0"]
    assert process.returncode == 0


@posix
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
def test_a_second_signal_ends_the_grace(front: str, kind: str) -> None:
    code = PLAIN.format(loop=LOOP, grace=3600) if kind == "plain" else ASYNC.format(grace=3600)
    with program(front, code) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        heard(process, "told")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["over False 0"]
    assert process.returncode == 128 + signal.SIGTERM


@posix
def test_a_third_signal_ends_the_process(front: str) -> None:
    loop = """
    while True:
        try:
            time.sleep(60)
        except BaseException as error:
            say("interrupted", type(error).__name__)
    """.replace("\n    ", "\n    ")
    with program(front, PLAIN.format(loop=loop, grace=3600)) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        heard(process, "interrupted MainInterrupted")
        process.send_signal(signal.SIGTERM)
        rest(process)
    assert process.returncode == -signal.SIGTERM


@posix
@pytest.mark.parametrize("blocked", ["time.sleep(3600)", "threading.Event().wait()"])
def test_a_main_that_does_not_return_is_interrupted(front: str, blocked: str) -> None:
    with program(front, PLAIN.format(loop=blocked, grace=0)) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["told 76561197960287930", "over False 0"]
    assert process.returncode == 0


@posix
def test_a_signal_that_another_thread_catches_ends_a_main_that_blocks(front: str) -> None:
    # As one that comes just before the main thread begins to wait: nothing wakes that.
    loop = """
    def catch():
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    threading.Thread(target=catch, daemon=True).start()
    threading.Event().wait()
"""
    with program(front, PLAIN.format(loop=loop.strip(), grace=0)) as process:
        heard(process, "playing")
        assert rest(process) == ["told 76561197960287930", "over False 0"]
    assert process.returncode == 0


def test_the_log_names_a_signal_that_only_another_thread_has_seen(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "steamgs")
    service = Service(steamgs.GameServer(480, library="simulator"), 30)
    for _ in range(2):
        service.has_caught_signal(signal.SIGTERM)
        service.say()
    assert caplog.messages == ["SIGTERM: draining, up to 30 s"]


@posix
def test_a_plain_hook_that_hangs_is_interrupted(front: str) -> None:
    code = PLAIN.replace('say("told", *drain.players)', "time.sleep(3600)")
    with program(front, code.format(loop=LOOP, grace=0)) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["over False 0"]
    assert process.returncode == 0


LOG = """
import logging
class Lines(logging.Handler):
    def emit(self, record):
        seconds = "and how long" if hasattr(record, "seconds") else ""
        if record.name == "steamgs" and hasattr(record, "reason"):
            say("log:", record.getMessage(), record.reason, seconds)
logging.getLogger("steamgs").addHandler(Lines())
logging.getLogger("steamgs").setLevel(logging.INFO)
"""


@posix
@pytest.mark.parametrize("kind", ["plain", "asyncio", "own"])
def test_the_log_says_who_stops_it_and_how_it_went(kind: str) -> None:
    loop = LOOP if kind == "plain" else "server.run_forever(); server.drain(grace=3600)"
    code = ASYNC.format(grace=3600) if kind == "asyncio" else PLAIN.format(loop=loop, grace=3600)
    with program("simulator", LOG + code) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        first = heard(process, "log:")
        process.send_signal(signal.SIGTERM)
        lines = [line for line in first + rest(process) if line.startswith("log:")]
    assert lines[:2] == [
        "log: SIGTERM: draining, up to 3600 s SIGNAL ",
        "log: SIGTERM again: the grace is over SIGNAL ",
    ]
    assert re.fullmatch(
        r"log: drained in [\d.]+ s: 1 played, 1 of them until the end; "
        "statistics of 0 stored SIGNAL and how long",
        lines[2],
    )
    assert len(lines) == 3, lines


@posix
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
def test_no_grace(front: str, kind: str) -> None:
    code = PLAIN.format(loop=LOOP, grace=0) if kind == "plain" else ASYNC.format(grace=0)
    with program(front, code) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["told 76561197960287930", "over False 0"]
    assert process.returncode == 0


@posix
def test_uvloop(front: str) -> None:
    code = "import uvloop\n" + ASYNC.format(grace="0, loop_factory=uvloop.new_event_loop")
    with program(front, code) as process:
        heard(process, "playing")
        process.send_signal(signal.SIGTERM)
        assert rest(process) == ["told 76561197960287930", "over False 0"]
    assert process.returncode == 0


# Signals at awkward moments: from within, so that the moment is known.

MOMENTS = {
    "before the start": "kill()",
    "in the start": "kill_before('_prepare')",
    "when it has started": "kill_before('_has_started')",
    "while it logs on": "steam.set_latency('logon', 3600); hook = kill",
    "while it closes": "kill_before('_release')",
}
AWKWARD = """
def kill():
    os.kill(os.getpid(), signal.SIGTERM)

def kill_before(name):
    function = getattr(steamgs.GameServer, name)
    def killed(self, *arguments):
        kill()
        return function(self, *arguments)
    setattr(steamgs.GameServer, name, killed)

hook = lambda: None
kind = {kind}
if kind is steamgs.GameServer:
    def main(server):
        server.log_on_anonymous()
        hook()
        if {at_end}:
            return
        server.run_forever()
else:
    async def main(server):
        server.log_on_anonymous()
        hook()
        if {at_end}:
            return
        await asyncio.Event().wait()

server = kind(480, **options)
from steamgs import serving
real = serving.stop_signals
from contextlib import contextmanager
@contextmanager
def signals(handler):
    global hook
    with real(handler):
        {moment}
        yield
serving.stop_signals = signals
status = steamgs.serve(main, server, grace=60)
say("over", server.running)
sys.exit(status)
"""


@posix
@pytest.mark.parametrize("kind", ["steamgs.GameServer", "steamgs.asyncio.GameServer"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_signals_at_awkward_moments(kind: str, moment: str) -> None:
    at_end = moment == "while it closes"
    code = AWKWARD.format(kind=kind, moment=MOMENTS[moment], at_end=at_end)
    with program("simulator", code) as process:
        assert rest(process) == ["over False"]
    assert process.returncode == 0


@posix
@pytest.mark.parametrize("kind", ["steamgs.GameServer", "steamgs.asyncio.GameServer"])
def test_what_main_raises_comes_out_when_all_is_closed(kind: str) -> None:
    code = f"""
    {"async " if "asyncio" in kind else ""}def main(server):
        raise OSError("broken")

    server = {kind}(480, **options)
    try:
        steamgs.serve(main, server)
    except OSError as error:
        say(error, server.running)
    """
    with program("simulator", code) as process:
        assert rest(process) == ["broken False"]


@posix
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
@pytest.mark.parametrize("end", ["sys.exit(3)", "raise KeyboardInterrupt"])
def test_a_main_that_ends_the_program_is_drained_all_the_same(kind: str, end: str) -> None:
    code = PLAIN.format(loop=end, grace=60)
    if kind == "asyncio":
        code = ASYNC.format(grace=60).replace("await asyncio.Event().wait()", end)
    with program("simulator", code) as process:
        said = rest(process)
    assert said[:2] == ["playing", "told 76561197960287930"]
    assert process.returncode == (3 if "exit" in end else -signal.SIGINT)


@posix
@pytest.mark.parametrize("kind", ["steamgs.GameServer", "steamgs.asyncio.GameServer"])
def test_steam_wants_a_restart(kind: str) -> None:
    wait = "await asyncio.Event().wait()" if "asyncio" in kind else "server.run_forever()"
    code = f"""
    {"async " if "asyncio" in kind else ""}def main(server):
        server.log_on_anonymous()
        steam.request_restart()
        {wait}

    sys.exit(steamgs.serve(main, {kind}(480, **options)))
    """
    with program("simulator", code) as process:
        assert rest(process) == []
    assert process.returncode == steamgs.RESTART_STATUS


@pytest.mark.parametrize("grace", [-1, math.nan, math.inf, "30", True, None])
def test_a_grace_that_is_none_is_found_at_the_start(grace: Any) -> None:
    server = steamgs.GameServer(480, library="simulator")
    with pytest.raises((TypeError, ValueError), match="grace must be"):
        steamgs.serve(lambda _: None, server, grace=grace)
    assert not server.running


def test_who_stops_it_and_how_long_it_may_hang_are_checked() -> None:
    server = steamgs.GameServer(480, library="simulator")
    with pytest.raises(TypeError, match="reason must be a StopReason"):
        server.request_stop("now")  # type: ignore[arg-type]
    assert server.stop_requested is None
    for patience in (0, -1.0, math.nan):
        with pytest.raises(ValueError, match="patience must be"):
            server.health(patience)


def test_the_kind_of_main_is_checked() -> None:
    async def coroutine(server: object) -> None: ...

    def plain(server: object) -> None: ...

    with pytest.raises(TypeError, match="no coroutine function"):
        steamgs.serve(coroutine, steamgs.GameServer(480))
    with pytest.raises(TypeError, match="must be a coroutine function"):
        steamgs.serve(plain, steamgs.asyncio.GameServer(480))
