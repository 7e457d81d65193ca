"""``steamgs doctor``: every fault is made for real, and found with its fix."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fronts import FRONTS, LINUX, NAMED_LIBRARY, SDK_FOLDER, valve_library
from steamgs.doctor import host, libraries, token
from steamgs.findings import Status
from steamgs.simulator import front_path, steamclient_path

if sys.platform == "linux":
    Doctor = Callable[..., dict[str, dict[str, str]]]

    def free_ports() -> tuple[str, str]:
        """Two that nobody has; held together, so that they are two."""
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
        ):
            one.bind(("0.0.0.0", 0))
            other.bind(("0.0.0.0", 0))
            return str(one.getsockname()[1]), str(other.getsockname()[1])

    @pytest.fixture
    def home(tmp_path: Path) -> Path:
        folder = tmp_path / "home"
        folder.mkdir()
        return folder

    def run_doctor(
        home: Path, *arguments: str, status: int, **environment: str | None
    ) -> subprocess.CompletedProcess[str]:
        """Runs it where nothing is but what a test has put there."""
        folder = home.parent / "server"
        folder.mkdir(exist_ok=True)
        variables = {"HOME": str(home), "PATH": os.environ["PATH"], **environment}
        game_port, query_port = free_ports()
        ports = ["--game-port", game_port, "--query-port", query_port]
        result = subprocess.run(
            [sys.executable, "-P", "-m", "steamgs", "doctor", *ports, *arguments],
            cwd=folder,
            env={name: value for name, value in variables.items() if value is not None},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == status, result.stdout + result.stderr
        assert result.stderr == "" or status == 2
        return result

    @pytest.fixture
    def doctor(home: Path) -> Doctor:
        """Findings by their check; what needs no fix has none, and what does has one."""

        def examine(*arguments: str, **environment: Any) -> dict[str, dict[str, str]]:
            status = environment.pop("status", 1)
            result = run_doctor(home, "--json", *arguments, status=status, **environment)
            report = json.loads(result.stdout)
            assert report["healthy"] == (status == 0)
            for finding in report["findings"]:
                assert set(finding) == {"check", "status", "message", "fix"}
                assert (finding["status"] == "ok") == (finding["fix"] == "")
            return {finding["check"]: finding for finding in report["findings"]}

        return examine

    def put_steamclient(home: Path, source: Path | None = None) -> Path:
        path = home / SDK_FOLDER / "steamclient.so"
        path.parent.mkdir(parents=True)
        if source is not None:
            shutil.copy(source, path)
        return path

    def elf_header(bits: int, machine: int) -> bytes:
        return b"\x7fELF" + bytes([bits // 32, 1, 1]) + b"\0" * 11 + machine.to_bytes(2, "little")

    # libsteam_api

    def test_nothing_installed(doctor: Doctor, home: Path) -> None:
        findings = doctor()
        assert findings["libsteam_api"]["status"] == "fault"
        assert "libsteam_api.so" in findings["libsteam_api"]["message"]
        assert "Steamworks SDK, 1.56 or newer" in findings["libsteam_api"]["fix"]
        assert findings["steamclient"]["status"] == "fault"
        assert str(home / SDK_FOLDER / "steamclient.so") in findings["steamclient"]["message"]
        assert "+app_update 1007" in findings["steamclient"]["fix"]
        assert [findings[name]["status"] for name in ("app id", "HOME", "game port")] == ["ok"] * 3

    def test_the_simulator_is_enough_for_tests(doctor: Doctor) -> None:
        findings = doctor("--library", "simulator", status=0)
        assert findings["libsteam_api"]["status"] == "ok"
        assert "not Valve's" in findings["SDK"]["message"]
        assert findings["steamclient"]["status"] == "ok"

    if "valve" in FRONTS:

        def test_valves_library_without_a_steamclient(doctor: Doctor) -> None:
            findings = doctor("--library", valve_library())
            assert findings["libsteam_api"]["status"] == "ok"
            assert "SDK 1." in findings["SDK"]["message"]
            assert findings["steamclient"]["status"] == "fault"

        def test_valves_library_on_the_simulator(doctor: Doctor, home: Path) -> None:
            put_steamclient(home, steamclient_path())
            findings = doctor("--library", valve_library(), status=0)
            assert findings["steamclient"]["status"] == "warning"
            assert "authenticates nobody" in findings["steamclient"]["message"]

        def test_the_environment_names_the_library(doctor: Doctor) -> None:
            findings = doctor(STEAMGS_LIBRARY=valve_library())
            assert findings["libsteam_api"]["message"].startswith(valve_library())

        def test_the_environment_names_the_simulator(doctor: Doctor) -> None:
            findings = doctor(STEAMGS_LIBRARY="simulator", status=0)
            assert "not Valve's" in findings["SDK"]["message"]

        def test_a_bare_name_is_searched_by_the_loader(doctor: Doctor, home: Path) -> None:
            there = home.parent / "server" / "libsteam_api.so"
            there.parent.mkdir()
            shutil.copy(valve_library(), there)
            message = doctor("--library", there.name)["libsteam_api"]["message"]
            assert message.endswith("use ./libsteam_api.so for the one in this directory")
            findings = doctor("--library", there.name, LD_LIBRARY_PATH=str(there.parent))
            assert findings["libsteam_api"]["message"].startswith(f"{there}, 64-bit")
            assert "Valve's library of SDK 1." in findings["SDK"]["message"]

        def test_a_damaged_library_ends_no_doctor(doctor: Doctor, tmp_path: Path) -> None:
            """A table of sections that leads outside, and tables that the loader stumbles over."""
            content = bytearray(Path(valve_library()).read_bytes())
            struct.pack_into("<Q", content, 40, 2**64 - 1)
            start = content.index(struct.pack("<QQ", 20, 7))  # DT_PLTREL = DT_RELA
            struct.pack_into("<Q", content, start + 8, 17)
            path = tmp_path / "libsteam_api.so"
            path.write_bytes(content)
            message = doctor("--library", str(path))["libsteam_api"]["message"]
            assert "is damaged: loading it kills the process" in message

        def test_a_truncated_library(doctor: Doctor, tmp_path: Path) -> None:
            path = tmp_path / "libsteam_api.so"
            path.write_bytes(Path(valve_library()).read_bytes()[:20_000])
            assert "truncated" in doctor("--library", str(path))["libsteam_api"]["message"]

        def test_a_steamclient_that_is_older_than_the_library(doctor: Doctor, home: Path) -> None:
            content = steamclient_path().read_bytes()
            asked = max(
                name
                for name in (b"SteamClient020", b"SteamClient021", b"SteamClient023")
                if name in Path(valve_library()).read_bytes()
            )
            content = content.replace(asked, b"SteamClient001").replace(
                b"steamgs_sim", b"other_names"
            )
            put_steamclient(home).write_bytes(content)
            finding = doctor("--library", valve_library())["steamclient"]
            assert "too old for the library" in finding["message"]
            assert asked.decode() in finding["message"]

        def test_the_generation_of_valves_library() -> None:
            content = Path(valve_library()).read_bytes()
            assert libraries.sdk_generation(content) != "older than 1.56"
            assert libraries.sdk_generation(b"") == "older than 1.56"
            if not NAMED_LIBRARY:
                assert libraries.sdk_generation(content) == "1.64 or newer"

    def test_a_library_that_is_named_and_not_there(doctor: Doctor) -> None:
        finding = doctor("--library", "nowhere/libsteam_api.so")["libsteam_api"]
        assert finding["message"] == "nowhere/libsteam_api.so: no such file"

    def test_a_library_for_another_processor(doctor: Doctor, tmp_path: Path) -> None:
        path = tmp_path / "libsteam_api.so"
        path.write_bytes(elf_header(32, 3))
        assert "32-bit x86" in doctor("--library", str(path))["libsteam_api"]["message"]

    def test_no_library_at_all(doctor: Doctor, tmp_path: Path) -> None:
        path = tmp_path / "libsteam_api.so"
        path.write_text("404 not found")
        message = doctor("--library", str(path))["libsteam_api"]["message"]
        assert "not a shared library" in message

    def test_a_library_that_is_not_steams(doctor: Doctor) -> None:
        message = doctor("--library", str(steamclient_path()))["libsteam_api"]["message"]
        assert "not a Steam library: it has no SteamGameServer_Shutdown" in message

    # steamclient

    def test_a_32_bit_steamclient(doctor: Doctor, home: Path) -> None:
        put_steamclient(home).write_bytes(elf_header(32, 3))
        assert "is a 32-bit x86 library" in doctor()["steamclient"]["message"]

    def test_only_the_32_bit_one_is_there(doctor: Doctor, home: Path) -> None:
        path = home / ".steam" / "sdk32" / "steamclient.so"
        path.parent.mkdir(parents=True)
        path.write_bytes(elf_header(32, 3))
        assert f"{path} is for 32-bit servers" in doctor()["steamclient"]["message"]

    def test_a_dangling_link(doctor: Doctor, home: Path) -> None:
        put_steamclient(home).symlink_to("/nowhere/steamclient.so")
        message = doctor()["steamclient"]["message"]
        assert message.endswith("links to /nowhere/steamclient.so, which does not exist")

    def test_one_that_is_cut_short(doctor: Doctor, home: Path, tmp_path: Path) -> None:
        """It would end the server by SIGBUS, wherever it is found."""
        put_steamclient(home).write_bytes(steamclient_path().read_bytes()[:6000])
        finding = doctor()["steamclient"]
        assert finding["message"].endswith("is truncated, and loading it kills the process")
        (tmp_path / "steamclient.so").write_bytes(steamclient_path().read_bytes()[:6000])
        finding = doctor(LD_LIBRARY_PATH=str(tmp_path))["steamclient"]
        assert finding["message"].startswith(f"{tmp_path}/steamclient.so is truncated")

    def test_something_else_of_that_name(doctor: Doctor, home: Path) -> None:
        path = put_steamclient(home, front_path())
        assert (
            doctor()["steamclient"]["message"]
            == f"{path} is a libsteam_api, under the name of steamclient"
        )
        content = steamclient_path().read_bytes()
        path.write_bytes(content.replace(b"CreateInterface", b"DeleteInterface"))
        assert "it does not export CreateInterface" in doctor()["steamclient"]["message"]

    def test_where_steamcmd_left_it(doctor: Doctor, home: Path) -> None:
        left = home / "Steam" / LINUX / "steamclient.so"
        left.parent.mkdir(parents=True)
        shutil.copy(steamclient_path(), left)
        fix = doctor()["steamclient"]["fix"]
        assert f" && ln -sf {left} {home}/{SDK_FOLDER}/steamclient.so" in fix
        # The command as it stands fixes it.
        subprocess.run(["sh", "-c", fix], check=True)
        assert doctor()["steamclient"]["status"] == "warning"

    def test_a_folder_that_is_a_dangling_link(doctor: Doctor, home: Path) -> None:
        left = home / "Steam" / LINUX / "steamclient.so"
        left.parent.mkdir(parents=True)
        shutil.copy(steamclient_path(), left)
        (home / ".steam").mkdir()
        (home / SDK_FOLDER).symlink_to(home / "moved")
        finding = doctor()["steamclient"]
        words = f"{home}/{SDK_FOLDER} links to {home}/moved, which does not exist"
        assert finding["message"] == words
        subprocess.run(["sh", "-c", finding["fix"]], check=True)
        assert doctor()["steamclient"]["status"] == "warning"

    def test_a_folder_that_links_to_the_32_bit_one(doctor: Doctor, home: Path) -> None:
        for folder in ("linux32", LINUX):
            (home / "Steam" / folder).mkdir(parents=True)
        shutil.copy(steamclient_path(), home / f"Steam/{LINUX}/steamclient.so")
        wrong = home / "Steam/linux32/steamclient.so"
        wrong.write_bytes(elf_header(32, 3))
        (home / ".steam").mkdir()
        (home / SDK_FOLDER).symlink_to(wrong.parent)
        finding = doctor()["steamclient"]
        assert finding["message"].startswith(f"{wrong} is a 32-bit x86 library")
        subprocess.run(["sh", "-c", finding["fix"]], check=True)
        assert doctor()["steamclient"]["status"] == "warning"
        assert wrong.read_bytes() == elf_header(32, 3), "what is SteamCMD's stays as it is"

    def test_the_loaders_path_comes_first(doctor: Doctor, home: Path, tmp_path: Path) -> None:
        put_steamclient(home).write_bytes(elf_header(32, 3))
        folder = tmp_path / "libraries"
        folder.mkdir()
        shutil.copy(steamclient_path(), folder / "steamclient.so")
        finding = doctor(LD_LIBRARY_PATH=str(folder))["steamclient"]
        assert finding["message"].startswith(str(folder))

    def test_the_loader_passes_over_what_does_not_fit(
        home: Path, tmp_path: Path, doctor: Doctor
    ) -> None:
        put_steamclient(home, steamclient_path())
        folder = tmp_path / "libraries"
        folder.mkdir()
        (folder / "steamclient.so").write_bytes(elf_header(32, 3))
        page = run_doctor(home, status=1, LD_LIBRARY_PATH=str(folder)).stdout
        page = " ".join(page.split())
        words = "is a 32-bit x86 library, and this Python is"
        assert f"{folder}/steamclient.so {words}" in page
        assert f"{home}/{SDK_FOLDER}/steamclient.so is the simulator's" in page
        # An empty entry is the working directory.
        shutil.copy(steamclient_path(), home.parent / "server" / "steamclient.so")
        found = doctor(LD_LIBRARY_PATH=f"/nowhere:;{folder}")["steamclient"]["message"]
        assert found.startswith("steamclient.so is the simulator's")

    def test_steamcmds_own_mode(doctor: Doctor, home: Path) -> None:
        message = doctor(SteamSteamCmdMode="1")["steamclient"]["message"]
        assert str(home / f".steam/steamcmd/{LINUX}/steamclient.so") in message

    # App id

    @pytest.mark.parametrize(
        ("content", "status", "words"),
        [
            (b"480", "ok", "says 480"),
            (b"480\r\n", "ok", "says 480"),
            (b"\xef\xbb\xbf480", "warning", "a byte order mark"),
            (b" 480 \n", "warning", "whitespace around the number"),
            (b"00480", "warning", "leading zeros"),
            (b"", "fault", "contains '', which is not an app id"),
            (b"four", "fault", "contains 'four', which is not an app id"),
            (b"\xff\xfe4\x008\x000\x00", "fault", "which is not an app id"),
            (b"730", "warning", "the server says 480"),
            (b"0", "fault", "contains '0', which is not an app id"),
            (b"4294967296", "fault", "contains '4294967296', which is not an app id"),
        ],
    )
    def test_the_app_id_file(
        doctor: Doctor, home: Path, content: bytes, status: str, words: str
    ) -> None:
        (home.parent / "server").mkdir()
        (home.parent / "server" / "steam_appid.txt").write_bytes(content)
        finding = doctor("--app-id", "480")["app id"]
        assert finding["status"] == status
        assert words in finding["message"]

    def test_an_app_id_file_that_cannot_be_read(doctor: Doctor, home: Path) -> None:
        (home.parent / "server" / "steam_appid.txt").mkdir(parents=True)
        assert "can't be read" in doctor()["app id"]["message"]

    def test_an_app_id_file_that_nobody_writes(doctor: Doctor, home: Path) -> None:
        (home.parent / "server").mkdir()
        os.mkfifo(home.parent / "server" / "steam_appid.txt")
        assert "it is not a regular file" in doctor()["app id"]["message"]

    def test_a_working_directory_that_is_gone(home: Path) -> None:
        command = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -P -m steamgs doctor --json'
        result = subprocess.run(
            ["sh", "-c", command, sys.executable],
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 1, result.stderr
        assert "no working directory" in result.stdout

    def test_variables_that_disagree(doctor: Doctor) -> None:
        finding = doctor(SteamAppId="480", SteamGameId="730")["app id"]
        assert finding["message"] == "SteamAppId says 480, SteamGameId says 730"
        assert "is not an app id" in doctor(SteamAppId="x")["app id"]["message"]

    # The host

    def test_home(doctor: Doctor, home: Path) -> None:
        assert doctor(HOME=None)["HOME"]["message"].startswith("is not set")
        assert doctor(HOME=str(home / "none"))["HOME"]["message"].endswith("is not a directory")
        assert "can't be written to" in doctor(HOME="/proc/self")["HOME"]["message"]

    def test_a_busy_port(doctor: Doctor) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("0.0.0.0", 0))
            port = str(other.getsockname()[1])
            finding = doctor("--query-port", port)["query port"]
            assert "in use" in finding["message"]
            assert f"sport = :{port}" in finding["fix"]
            assert doctor("--game-port", port)["game port"]["status"] == "fault"

    def test_what_others_may_not() -> None:
        """As nobody, where the tests run as root: a folder that is closed, a privileged port."""
        code = (
            "import os, resource\n"
            "from steamgs.doctor import host\n"
            "os.geteuid() or os.seteuid(65534)\n"
            "print(*host.examine('0.0.0.0', 1, 65535), sep='\\n')"
        )
        # Not pytest's folder: it is closed to others as a whole.
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            closed = Path(folder) / "closed"
            closed.mkdir(mode=0)
            said = {
                home: subprocess.check_output(
                    [sys.executable, "-P", "-c", code], env={"HOME": home}, text=True
                )
                for home in (f"{closed}", f"{closed}/inside")
            }
        assert f"HOME: {closed} can't be written to: Permission denied" in said[f"{closed}"]
        inside = f"{closed}/inside"
        assert f"HOME: {inside} can't be entered: Permission denied" in said[inside]
        first = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text("utf-8")
        assert ("ports below 1024 are reserved for root" in said[inside]) == (int(first) > 1)

    def test_ports_that_cannot_be(doctor: Doctor) -> None:
        finding = doctor("--game-port", "5000", "--query-port", "5000")["query port"]
        assert "is the same as the game port" in finding["message"]
        finding = doctor("--query-port", "65535")["query port"]
        assert finding["message"].startswith("shared")
        assert "address of this machine" in doctor("--ip", "198.51.100.7")["game port"]["fix"]
        assert "only from this machine" in doctor("--ip", "127.0.0.1")["network"]["message"]

    def test_few_files(home: Path) -> None:
        import resource

        def lower() -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

        result = subprocess.run(
            [sys.executable, "-P", "-m", "steamgs", "doctor", "--json"],
            env={"HOME": str(home)},
            cwd=home,
            preexec_fn=lower,
            capture_output=True,
            text=True,
            check=False,
        )
        found = {one["check"]: one for one in json.loads(result.stdout)["findings"]}
        assert found["open files"]["message"].startswith("limited to 256")
        assert "raise the hard limit, which is 256" in found["open files"]["fix"]

    def test_a_container(doctor: Doctor) -> None:
        finding = doctor(container="podman")["container"]
        assert finding["status"] == "warning"
        assert "/udp" in finding["fix"]

    @pytest.mark.parametrize(
        ("text", "inside"),
        [
            ("0::/\n", False),
            ("0::/user.slice/user-1000.slice\n", False),
            ("12:cpu:/docker/0123abcd\n", True),
            ("0::/kubepods/burstable/pod1/2\n", True),
            ("0::/machine.slice/libpod-1.scope\n", True),
        ],
    )
    def test_a_container_by_its_control_group(
        monkeypatch: pytest.MonkeyPatch, text: str, inside: bool
    ) -> None:
        monkeypatch.setattr(Path, "read_text", lambda *_: text)
        assert host._named_by_cgroup() is inside

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("10.1.2.3", "is a private address"),
            ("100.64.0.9", "behind carrier-grade NAT"),
            ("127.0.0.1", "can be reached only from this machine"),
            ("8.8.8.8", "is a public address"),
        ],
    )
    def test_addresses(address: str, words: str) -> None:
        (finding,) = host._translation(address)
        assert words in finding.message

    # What it prints

    def test_paths_that_no_terminal_should_get(home: Path, doctor: Doctor) -> None:
        odd = home / os.fsdecode(b"\xff\033[31m\xc3\xa4")
        odd.mkdir()
        page = run_doctor(odd, status=1, LC_ALL="C", PYTHONIOENCODING="ascii").stdout
        assert "\\udcff\\x1b[31m" in page
        assert "\033" not in page
        assert doctor(HOME=str(odd))["HOME"]["message"] == str(odd)

    def test_the_page_for_people(home: Path) -> None:
        page = run_doctor(home, status=1).stdout
        assert "\033" not in page
        assert page.splitlines()[0].startswith("FAULT    libsteam_api  ")
        assert "-> " in page
        assert page.splitlines()[-1].startswith("2 faults")
        assert run_doctor(home, "--library", "simulator", status=0).stdout.startswith("OK  ")

    @pytest.mark.parametrize(
        ("environment", "coloured"),
        [
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
        ],
    )
    def test_colours_are_for_terminals(
        home: Path, environment: dict[str, str], coloured: bool
    ) -> None:
        import pty

        controller, terminal = pty.openpty()
        subprocess.run(
            [sys.executable, "-P", "-m", "steamgs", "doctor"],
            env={"HOME": str(home), **environment},
            cwd=home,
            stdout=terminal,
            check=False,
            timeout=60,
        )
        os.close(terminal)
        page = os.read(controller, 65536).decode()
        os.close(controller)
        assert ("\033[1;31mFAULT" in page) == coloured
        assert "FAULT" in page

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--app-id", "0"),
            ("--app-id", "x"),
            ("--game-port", "65536"),
            ("--ip", "localhost"),
            ("--token-file", "/nowhere"),
        ],
    )
    def test_wrong_arguments(home: Path, arguments: tuple[str, ...]) -> None:
        assert arguments[0][2:5] in run_doctor(home, *arguments, status=2).stderr

    def test_a_token_out_of_a_file_is_never_shown(home: Path, tmp_path: Path) -> None:
        file = tmp_path / "token"
        file.write_text("0123456789ABCDEF0123456789ABCDEF\n")
        page = run_doctor(home, "--token-file", str(file), status=1).stdout
        assert "OK       token" in page
        assert "0123456789ABCDEF" not in page

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"0123456789ABCDEF0123456789ABCDEF\r\n", "as expected"),
            (b"\xef\xbb\xbf0123456789ABCDEF0123456789ABCDEF", "a byte order mark"),
            (b"\xff\xfe\0", "characters that are no"),
            (b"", "is empty"),
        ],
    )
    def test_a_token_on_standard_input(home: Path, content: bytes, words: str) -> None:
        result = subprocess.run(
            [sys.executable, "-P", "-m", "steamgs", "doctor", "--json", "--token-file", "-"],
            env={"HOME": str(home)},
            cwd=home,
            input=content,
            capture_output=True,
            check=False,
            timeout=60,
        )
        found = {one["check"]: one for one in json.loads(result.stdout)["findings"]}
        assert words in found["token"]["message"]
        assert b"0123456789ABCDEF" not in result.stdout + result.stderr

    def test_neither_rich_nor_shtab_is_needed(home: Path) -> None:
        code = (
            "import sys; sys.modules['rich'] = sys.modules['shtab'] = None\n"
            "from steamgs.cli import main; sys.exit(main(['doctor', *sys.argv[1:]]))"
        )
        first, second = map(str, free_ports())
        ports = ["--game-port", first, "--query-port", second]
        subprocess.run(
            [sys.executable, "-P", "-c", code, "--library", "simulator", *ports],
            env={"HOME": str(home)},
            cwd=home,
            check=True,
        )

    def test_a_plain_import_leaves_the_doctor_out() -> None:
        code = "import sys, steamgs; print([name for name in sys.modules if 'doctor' in name])"
        assert subprocess.check_output([sys.executable, "-P", "-c", code]) == b"[]\n"


TOKEN = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (f" {TOKEN}", "whitespace"),
        (f'"{TOKEN}"', "quotes"),
        ("76561197960287930", "is a Steam id"),
        (TOKEN[:-1], "has 31 digits"),
        (TOKEN[:-1] + "g", "not hexadecimal digits"),
    ],
)
def test_tokens_that_can_be_none(text: str, words: str) -> None:
    finding = token.examine(text)
    assert finding.status is Status.FAULT
    assert words in finding.message
    assert finding.fix


def test_a_token_by_its_looks() -> None:
    assert token.examine(TOKEN).status is Status.OK
