"""What the doctor reads in shared libraries, whole and damaged."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from fronts import VALVE_RUNS_HERE, valve_library
from steamgs.doctor import binaries, libraries, loading
from steamgs.doctor.elf import exported_names
from steamgs.findings import Status
from steamgs.simulator import front_path, steamclient_path

WHOLE = steamclient_path().read_bytes()


def test_the_names_are_the_loaders() -> None:
    source = (ROOT / "src" / "core" / "steam_library.cpp").read_text(encoding="utf-8")
    needed = re.findall(r'"(Steam\w+)"', source)
    last = needed.pop()
    assert last == libraries.INIT[0], "named twice: looked for, and reported"
    assert set(needed) == set(libraries.NEEDED)


def test_a_pipe_is_no_library(tmp_path: Path) -> None:
    if sys.platform == "win32":
        return
    path = tmp_path / "libsteam_api.so"
    os.mkfifo(path)
    _, (finding,) = libraries.examine(str(path))
    assert finding.message.endswith("is a pipe, a socket or a device, not a file")
    assert binaries.content_of(path) == b""
    assert binaries.architecture_problem(path) is not None


@pytest.mark.parametrize(
    ("names", "generation"),
    [
        ("SteamUser023 SteamClient023 SteamUtils011", "1.64 or newer"),
        ("SteamUser023 SteamClient023 SteamUtils010", "1.63 to 1.64"),
        ("SteamUser023 SteamClient021 STEAMTIMELINE_INTERFACE_V001", "1.60"),
        ("SteamUser023 SteamClient020 SteamInternal_GameServer_Init_V2", "1.58"),
        ("SteamUser022 SteamClient020", "1.56"),
        ("SteamUser021 SteamClient020", "older than 1.56"),
    ],
)
def test_generations(names: str, generation: str) -> None:
    content = b"\0" + b"\0".join(name.encode() for name in names.split()) + b"\0"
    assert libraries.sdk_generation(content) == generation


if sys.platform == "linux":

    def compiled(compiler: str, path: Path, source: str) -> Path:
        command = [compiler, "-x", "c", "-shared", "-fPIC", "-", "-o", str(path)]
        subprocess.run(command, input=source, text=True, check=True)
        return path

    def test_what_is_exported_and_what_is_only_used(compiler: str, tmp_path: Path) -> None:
        source = (
            "extern int Steam_BGetCallback(void);\n"
            'static const char words[] = "Steam_FreeLastCallback";\n'
            "const char *text(void) { return words; }\n"
            "int CreateInterface(void) { return Steam_BGetCallback(); }\n"
        )
        path = compiled(compiler, tmp_path / "some.so", source)
        names = ("CreateInterface", "Steam_BGetCallback", "Steam_FreeLastCallback")
        assert binaries.lacking(binaries.content_of(path), names) == list(names[1:])

    def test_all_that_is_missing_is_named(compiler: str, tmp_path: Path) -> None:
        there = libraries.NEEDED[1:-3]
        source = "".join(f"void {name}(void) {{}}\n" for name in there)
        path = compiled(compiler, tmp_path / "libsteam_api.so", source)
        found, (finding,) = libraries.examine(str(path))
        assert found is None
        assert finding.status is Status.FAULT
        lacking = [*libraries.NEEDED[:1], *libraries.NEEDED[-3:]]
        assert f"(all missing names: {', '.join(lacking)})" in finding.message

    def test_one_way_to_start_is_enough(compiler: str, tmp_path: Path) -> None:
        there = [name for name in libraries.NEEDED[1:-1] if name != libraries.INIT[0]]
        source = "".join(f"void {name}(void) {{}}\n" for name in there)
        path = compiled(compiler, tmp_path / "libsteam_api.so", source)
        _, (finding,) = libraries.examine(str(path))
        assert "SteamAPI_SteamGameServer_v015)" in finding.message
        assert libraries.INIT[0] not in finding.message

    def test_a_library_that_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        damaged = tmp_path / "libsteam_api.so"
        damaged.write_bytes(WHOLE[:1000])
        paths = iter([str(damaged), "/nowhere/libsteam_api.so", str(front_path())])
        monkeypatch.setattr(libraries, "candidates", lambda _: paths)
        found, findings = libraries.examine(None)
        assert found == str(front_path())
        assert [one.status.value for one in findings] == ["warning", "ok", "warning"]
        assert findings[0].message.startswith(f"{damaged} is skipped: ")

    def test_a_library_that_kills_or_never_ends(
        compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start = "__attribute__((constructor)) void start(void) "
        path = compiled(compiler, tmp_path / "kills.so", start + "{ __builtin_trap(); }")
        status, words = loading.load_alone(str(path))
        assert status == "not_loadable"
        assert re.search(r"loading it kills the process \(SIG(ILL|TRAP)\)", words)
        monkeypatch.setattr(loading, "_SECONDS", 1)
        path = compiled(compiler, tmp_path / "waits.so", start + "{ for (;;) {} }")
        assert "could not be loaded in 1 seconds" in loading.load_alone(str(path))[1]

    def test_without_an_interpreter_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        assert loading.load_alone("/nowhere/lib.so") == ("not_loadable", "no such file")
        assert loading.load_alone(str(front_path())) == ("ok", str(front_path()))

    if VALVE_RUNS_HERE:

        def test_valves_table_is_read() -> None:
            names = exported_names(Path(valve_library()).read_bytes())
            assert names is not None
            assert len(names) > 1000
            missing = {name for name in libraries.NEEDED if name.encode() not in names}
            assert len(missing & set(libraries.INIT)) == 1
            assert missing <= set(libraries.INIT)

    def sections() -> int:
        return int(struct.unpack_from("<Q", WHOLE, 40)[0])

    # Where damage hurts: the header with the segments, the table of sections, the symbols.
    PLACES = st.one_of(
        st.integers(0, 1023),
        st.integers(0, 40 * 64).map(lambda place: min(sections() + place, len(WHOLE) - 1)),
        st.integers(0, len(WHOLE) - 1),
    )
    DAMAGES = st.lists(st.tuples(PLACES, st.binary(min_size=1, max_size=16)), max_size=6)

    def damaged(damages: list[tuple[int, bytes]], length: int) -> bytes:
        content = bytearray(WHOLE)
        for place, noise in damages:
            content[place : place + len(noise)] = noise
        return bytes(content[:length])

    LENGTHS = st.one_of(st.just(len(WHOLE)), st.integers(0, len(WHOLE)))

    @given(DAMAGES, LENGTHS)
    @settings(deadline=None, max_examples=300)
    def test_damaged_tables_are_no_trouble(damages: list[tuple[int, bytes]], length: int) -> None:
        content = damaged(damages, length)
        names = exported_names(content)
        assert names is None or all(b"\0" not in name for name in names)
        assert set(binaries.lacking(content, libraries.NEEDED)) <= set(libraries.NEEDED)
        libraries.sdk_generation(content)

    @given(st.binary(max_size=400))
    def test_noise_is_no_trouble(noise: bytes) -> None:
        assert not exported_names(noise)
        assert not exported_names(b"\x7fELF\x02" + noise)

    @given(DAMAGES, LENGTHS)
    @settings(
        deadline=None,
        max_examples=25,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_damaged_libraries_are_no_trouble(
        tmp_path: Path, damages: list[tuple[int, bytes]], length: int
    ) -> None:
        path = tmp_path / "libsteam_api.so"
        path.write_bytes(damaged(damages, length))
        found, findings = libraries.examine(str(path))
        assert found is None, "a steamclient is no libsteam_api, damaged or not"
        assert [finding.status for finding in findings] == [Status.FAULT]
        binaries.architecture_problem(path)
