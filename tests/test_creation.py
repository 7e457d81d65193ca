"""Objects of the extension that a program makes by itself, although they stand for nothing then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import steamgs
from alone import run_python
from steamgs import _core

PROGRAM = Path(__file__).parent / "support" / "bare_objects.py"

MADE_BY_STEAMGS = [
    (steamgs.Batch, r"receive\(\) makes batches"),
    (steamgs.Connection, "make connections"),
    (steamgs.FakeUDPPort, r"fake_udp_port\(\)"),
    (steamgs.Listener, r"listen_ip\(\)"),
    (steamgs.Message, r"receive\(\) makes messages"),
    (steamgs.MessageChannel, r"channel\(\) makes"),
    (steamgs.PollGroup, r"create_poll_group\(\)"),
    (steamgs.PlayerSignal, r"server\.player\(\)"),
    (_core.TextColumn, r"poll_columns\(\) makes"),
    (_core._EventIterator, "only steamgs makes"),
]


def test_no_class_of_the_extension_crashes_for_a_bare_object(tmp_path: Path) -> None:
    result = run_python(str(PROGRAM), cwd=tmp_path)
    lines = result.stdout.splitlines()
    assert lines[-1] == "done", (result.returncode, lines[-1], result.stderr)
    assert "refused Message" in lines
    assert "tries ClientKick repr" in lines


@pytest.mark.parametrize(("kind", "words"), MADE_BY_STEAMGS)
def test_neither_a_call_nor_new_makes_what_is_for_steamgs_to_make(kind: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        kind()
    with pytest.raises(TypeError, match=words):
        kind.__new__(kind)
    with pytest.raises(TypeError):
        object.__new__(kind)


@pytest.mark.parametrize("kind", [_core.EventStream, _core.EventBatches])
@pytest.mark.parametrize("signals", [(), ("client_kick",), (None,), None, [1]])
def test_streams_are_of_signals(kind: Any, signals: Any) -> None:
    with pytest.raises(TypeError, match="signals"):
        kind(signals, None, *[None] * (kind is _core.EventBatches))
    with pytest.raises(TypeError, match="exactly"):
        kind.__new__(kind)
