"""A login token is a password: it is in no message, representation, log or page."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

import steamgs
import steamgs.asyncio
from conftest import MakeServer
from fronts import library_of
from steamgs import doctor
from steamgs.cli import main
from steamgs.simulator import Simulator

TOKEN = "0123456789ABCDEF0123456789ABCDEF"
# Half of one, or one with a slip of the pen, is nobody's business either.
PIECE = TOKEN[:16]


def everything_said(error: BaseException) -> str:
    """All that a log, a debugger or a crash report takes from an exception."""
    said = []
    one: BaseException | None = error
    while one is not None:
        said += [str(one), repr(one), repr(one.args), repr(vars(one))]
        said += [repr(getattr(one, name)) for name in dir(one) if not name.startswith("_")]
        one = one.__context__
    return "\n".join([*said, *traceback.format_exception(error)])


def test_the_simulated_servers_state_hides_it(
    server: steamgs.GameServer, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.log_on(TOKEN)
    server.run_callbacks()
    state = sim.server
    assert state.token == TOKEN  # for tests that want to know
    for text in (repr(state), str(state), f"{state}", repr(sim), repr(server), caplog.text):
        assert PIECE not in text


BAD: list[Any] = [
    TOKEN + "\ud800",
    "\udfff" + TOKEN,
    TOKEN + "\0",
    TOKEN.encode(),
    bytearray(TOKEN.encode()),
    [TOKEN],
    (TOKEN, TOKEN),
    {TOKEN: TOKEN},
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_bad_one_is_refused_without_being_quoted(server: steamgs.GameServer, bad: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^token must ") as caught:
        server.log_on(bad)
    assert PIECE not in everything_said(caught.value)
    assert not server.logged_on


def test_a_surrogate_is_named_by_its_place(server: steamgs.GameServer) -> None:
    with pytest.raises(ValueError, match=r"^token must be .* surrogate at position 32$") as one:
        server.log_on(TOKEN + "\ud800")
    assert not isinstance(one.value, UnicodeError)  # those carry the whole text


def test_a_logon_that_fails_does_not_quote_it(
    front: str, make_server: MakeServer, sim: Simulator
) -> None:
    with pytest.raises(steamgs.NotRunningError) as caught:
        make_server().log_on(TOKEN)
    assert PIECE not in everything_said(caught.value)

    async def main() -> BaseException:
        async with steamgs.asyncio.GameServer(
            480, library=library_of(front), steamclient=sim, query_port=0
        ) as server:
            sim.fail_next_logon(steamgs.Result.GSLT_EXPIRED)
            with pytest.raises(steamgs.LogOnError) as caught:
                await server.log_on(TOKEN)
            with pytest.raises(ValueError, match="surrogate"):
                await server.log_on(TOKEN + "\ud800")
            return caught.value

    assert PIECE not in everything_said(asyncio.run(main()))


@pytest.mark.parametrize("token", [TOKEN, TOKEN.lower(), TOKEN[:-1], TOKEN * 20, TOKEN + "\0"])
def test_one_in_place_of_its_file_is_not_echoed(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--token-file", token]) == 2
    said = capsys.readouterr()
    assert PIECE not in (said.out + said.err).upper()
    assert said.err.startswith("steamgs: --token-file: ")
    assert said.err.endswith("it expects a file, not the token itself\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [TOKEN],
        ["doctor", TOKEN],
        ["doctor", "--tokenfile", TOKEN],
        ["doctor", f"--login={TOKEN}"],
        ["doctor", "--app-id", TOKEN.lower()],
        ["doctor", "--query-port", TOKEN[:-4]],
        ["doctor", "--ip", f'"{TOKEN}"'],
        ["demo", "--players", TOKEN],
        ["completion", TOKEN],
    ],
)
def test_one_in_the_wrong_place_is_not_echoed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    said = capsys.readouterr()
    assert PIECE not in (said.out + said.err).upper()
    assert "digits that may be a login token" in said.err


def test_what_is_no_token_is_still_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--app-id", "76561197960287930"])
    assert "76561197960287930" in capsys.readouterr().err


@pytest.mark.parametrize("token", [TOKEN, f"{TOKEN}\n", f'"{TOKEN}"', TOKEN[:-1], f"{TOKEN}x"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_doctor_never_shows_one(
    token: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text(token)
    main(["doctor", "--token-file", str(file), *options])
    said = capsys.readouterr()
    assert "token" in said.out
    assert PIECE not in said.out + said.err
    assert PIECE not in repr(doctor.Options(token=token))
    assert PIECE not in repr(doctor.token.examine(token))
