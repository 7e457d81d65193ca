"""ISteamUtils: time, the country, the text filter, signed files, and why answers are lost."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steamgs
from conftest import MakeServer, Run
from steamgs import (
    APICallFailure,
    FileSignature,
    IPv6ConnectivityProtocol,
    IPv6ConnectivityState,
    TextFilteringContext,
    Universe,
)
from steamgs.simulator import Simulator

ALICE = 76561197960287930
CHAT = TextFilteringContext.CHAT
VERSIONS = ["SteamUtils010", "SteamUtils011"]


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, sim: Simulator) -> str:
    """The version that is served; the other one is withheld."""
    for other in VERSIONS:
        sim.withhold_interface(other, other != request.param)
    return str(request.param)


@pytest.fixture
def utils(version: str, make_server: MakeServer) -> steamgs.Utils:
    server = make_server(app_id=4000).start()
    assert server.interfaces()["utils"] == version
    return server.utils


def test_what_steam_knows_of_this_host(
    version: str, make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server(app_id=4000).start()
    utils = server.utils
    assert utils.server_time == 1_700_000_000
    sim.advance(100)
    sim.jump_clock(-3)
    assert utils.server_time == 1_700_000_097
    assert utils.connected_universe is Universe.PUBLIC
    assert utils.app_id == 4000
    assert utils.ipc_call_count == 0
    assert utils.ip_country is None
    changes: list[steamgs.IPCountryChanged] = []
    utils.ip_country_changed.connect(changes.append)
    sim.set_ip_country("NL")
    server.run_callbacks()
    assert len(changes) == 1
    assert utils.ip_country == "NL"


def test_ipv6(utils: steamgs.Utils, sim: Simulator) -> None:
    http, udp = IPv6ConnectivityProtocol.HTTP, IPv6ConnectivityProtocol.UDP
    assert utils.ipv6_state(http) is IPv6ConnectivityState.UNKNOWN
    sim.set_ipv6("http", "good")
    sim.set_ipv6("udp", "bad")
    assert utils.ipv6_state(http) is IPv6ConnectivityState.GOOD
    assert utils.ipv6_state(udp) is IPv6ConnectivityState.BAD
    assert utils.ipv6_state(2) is IPv6ConnectivityState.BAD  # type: ignore[arg-type]


def test_texts_are_filtered(utils: steamgs.Utils, sim: Simulator) -> None:
    sim.set_text_filter(["Darn"], always=["blast"])
    utils.init_filter_text()
    assert utils.filter_text("darn, what a BLAST!", CHAT) == "****, what a *****!"
    content = TextFilteringContext.GAME_CONTENT
    assert utils.filter_text("darn, what a BLAST!", content) == "darn, what a *****!"
    assert utils.filter_text("", CHAT, steam_id=ALICE) == ""
    assert utils.filter_text("fine é 玩家 \udcff", CHAT, steam_id=1) == "fine é 玩家 \udcff"
    longest = "darn" * 16383 + "xyz"
    assert utils.filter_text(longest, CHAT) == "*" * 65532 + "xyz"


def test_the_filter_has_to_be_loaded_in_each_run(
    version: str, make_server: MakeServer, sim: Simulator
) -> None:
    server = make_server()
    for _ in range(2):
        with server:
            with pytest.raises(steamgs.TextFilterError, match="call init_filter_text"):
                server.utils.filter_text("x", CHAT)
            server.utils.init_filter_text()
            assert server.utils.filter_text("x", CHAT) == "x"
    sim.set_text_filter(available=False)
    with server:
        with pytest.raises(steamgs.TextFilterError, match="no text filter"):
            server.utils.init_filter_text()
        with pytest.raises(steamgs.TextFilterError):
            server.utils.filter_text("x", CHAT)


def test_a_dictionary_that_changes_is_told(server: steamgs.GameServer, sim: Simulator) -> None:
    seen: list[Any] = []
    server.utils.filter_text_dictionary_changed.connect(seen.append)
    sim.set_text_filter(["x"])
    server.run_callbacks()
    assert seen == [steamgs.FilterTextDictionaryChanged(0)]


@pytest.mark.parametrize("version_withheld", VERSIONS)
def test_signatures(
    version_withheld: str, make_server: MakeServer, sim: Simulator, tmp_path: Path
) -> None:
    sim.withhold_interface(version_withheld)
    server = make_server().start()
    seen: list[Any] = []
    server.utils.file_signature_checked.connect(seen.append)

    def checked(path: str | Path) -> FileSignature:
        call = server.utils.check_file_signature(path)
        server.run_callbacks()
        assert seen[-1] == call.result(0)
        return call.result(0).signature

    there = tmp_path / "game.bin"
    there.write_bytes(b"x")
    assert checked("game.bin") is FileSignature.NO_SIGNATURES_FOUND_FOR_THIS_APP
    sim.set_file_signature("game.bin", "valid")
    sim.set_file_signature("other.bin", "invalid")
    assert checked("game.bin") is FileSignature.VALID_SIGNATURE
    assert checked("other.bin") is FileSignature.INVALID_SIGNATURE
    assert checked(there) is FileSignature.NO_SIGNATURES_FOUND_FOR_THIS_FILE
    assert checked(tmp_path / "none") is FileSignature.FILE_NOT_FOUND
    assert len(seen) == 5


def test_a_signature_is_awaited(run: Run, sim: Simulator) -> None:
    sim.set_file_signature("game.bin", "valid")

    async def main(server: steamgs.asyncio.GameServer) -> FileSignature:
        return (await server.utils.check_file_signature("game.bin", timeout=10)).signature

    assert run(main) is FileSignature.VALID_SIGNATURE


FAILURES: list[tuple[Any, APICallFailure]] = [
    ("network_failure", APICallFailure.NETWORK_FAILURE),
    ("steam_gone", APICallFailure.STEAM_GONE),
    ("invalid_handle", APICallFailure.INVALID_HANDLE),
    ("mismatched_callback", APICallFailure.MISMATCHED_CALLBACK),
]


@pytest.mark.parametrize(("failure", "reason"), FAILURES)
def test_a_lost_answer_says_why(
    version: str, make_server: MakeServer, sim: Simulator, failure: Any, reason: APICallFailure
) -> None:
    server = make_server().start()
    sim.fail_next_call(failure=failure)
    call = server.utils.check_file_signature("x")
    server.run_callbacks()
    error = call.exception(0)
    assert isinstance(error, steamgs.CallFailedError)
    assert (error.io_failure, error.reason) == (True, reason)
    assert str(error).endswith(reason.description)
    again = pickle.loads(pickle.dumps(error))
    assert (again.reason, str(again)) == (reason, str(error))


def test_without_utils_nobody_says_why(make_server: MakeServer, sim: Simulator) -> None:
    for version in VERSIONS:
        sim.withhold_interface(version)
    server = make_server().start()
    server.log_on_anonymous()
    server.run_callbacks()
    sim.fail_next_call()
    call = server.get_server_reputation()
    server.run_callbacks()
    error = call.exception(0)
    assert isinstance(error, steamgs.CallFailedError)
    assert (error.io_failure, error.reason) == (True, None)
    with pytest.raises(steamgs.UnsupportedError, match="ISteamUtils"):
        _ = server.utils.server_time


USES: dict[str, Callable[[steamgs.Utils], object]] = {
    "server_time": lambda utils: utils.server_time,
    "ip_country": lambda utils: utils.ip_country,
    "connected_universe": lambda utils: utils.connected_universe,
    "app_id": lambda utils: utils.app_id,
    "ipc_call_count": lambda utils: utils.ipc_call_count,
    "ipv6_state": lambda utils: utils.ipv6_state(IPv6ConnectivityProtocol.HTTP),
    "init_filter_text": lambda utils: utils.init_filter_text(),
    "filter_text": lambda utils: utils.filter_text("x", CHAT),
    "check_file_signature": lambda utils: utils.check_file_signature("x"),
}


@pytest.mark.parametrize("use", USES)
def test_only_while_the_server_runs(make_server: MakeServer, use: str) -> None:
    server = make_server()
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.utils)
    with server:
        pass
    with pytest.raises(steamgs.NotRunningError):
        USES[use](server.utils)


BAD: list[tuple[Callable[[Any], object], type[Exception], str]] = [
    (lambda utils: utils.ipv6_state("http"), TypeError, "protocol must be a steamgs.IPv6Conn"),
    (lambda utils: utils.ipv6_state(True), TypeError, "protocol must be a steamgs.IPv6Conn"),
    (lambda utils: utils.ipv6_state(0), ValueError, r"protocol must be .*\(HTTP, UDP\), not 0"),
    (lambda utils: utils.ipv6_state(10**5000), ValueError, "protocol must be .* bits"),
    (lambda utils: utils.filter_text(b"x", CHAT), TypeError, "text must be a str, not bytes"),
    (lambda utils: utils.filter_text("a\0b", CHAT), ValueError, "text must not contain a NUL"),
    (lambda utils: utils.filter_text("x" * 65536, CHAT), ValueError, "text must be at most 65535"),
    (lambda utils: utils.filter_text("x", 9), ValueError, "context must be a steamgs.TextFilt"),
    (lambda utils: utils.filter_text("x", None), TypeError, "context must be a steamgs.TextFil"),
    (lambda utils: utils.filter_text("x", CHAT, steam_id=0), OverflowError, "steam_id must be"),
    (lambda utils: utils.filter_text("x", CHAT, steam_id="a"), TypeError, "steam_id must be"),
    (lambda utils: utils.check_file_signature(5), TypeError, "path must be a str or an os.PathL"),
    (lambda utils: utils.check_file_signature(b"x"), TypeError, "path must be a str or an os.P"),
    (lambda utils: utils.check_file_signature(""), ValueError, "path must not be empty"),
    (lambda utils: utils.check_file_signature("a\0"), ValueError, "path must not contain a NUL"),
    (lambda utils: utils.check_file_signature("x", timeout="1"), TypeError, "timeout must be"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_arguments(server: steamgs.GameServer, sim: Simulator, number: int) -> None:
    use, error, words = BAD[number]
    with pytest.raises(error, match=words):
        use(server.utils)
    assert sim.server.scheduled == 0
