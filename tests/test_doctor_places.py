"""Where the doctor looks for steamclient on Windows and macOS, asked on Linux.

Only what differs there is replaced: the platform's name, the file's, and the registry. The files
are this platform's own, so that they pass for libraries.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace, TracebackType
from typing import Any

import pytest

from steamgs.doctor import places, steamclient
from steamgs.findings import Finding, Status
from steamgs.simulator import steamclient_path

KEY = r"Software\Valve\Steam\ActiveProcess"
NAMES = {"win32": "steamclient64.dll", "darwin": "steamclient.dylib"}


class Registry(ModuleType):
    """As much of ``winreg`` as the doctor uses: the current user's keys, and their values."""

    HKEY_CURRENT_USER = object()

    def __init__(self) -> None:
        super().__init__("winreg")
        self.keys: dict[str, dict[str, object]] = {}
        self.denied = False
        self.open_keys = 0

    def OpenKey(self, root: object, path: str) -> Key:  # noqa: N802 - its name
        assert root is self.HKEY_CURRENT_USER
        if self.denied:
            raise PermissionError(13, "Access is denied", None, 5)
        if path not in self.keys:
            raise FileNotFoundError(2, "The system cannot find the file specified", None, 2)
        return Key(self, self.keys[path])

    def QueryValueEx(self, key: Key, name: str) -> tuple[object, int]:  # noqa: N802 - its name
        if name not in key.values:
            raise FileNotFoundError(2, "The system cannot find the file specified", None, 2)
        return key.values[name], 1


class Key:
    def __init__(self, registry: Registry, values: dict[str, object]) -> None:
        self.registry = registry
        self.values = values

    def __enter__(self) -> Key:
        self.registry.open_keys += 1
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.registry.open_keys -= 1


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, platform: str) -> None:
    """A platform on which nothing is installed; the working directory is empty."""
    for name in ("home", "here"):
        (folder / name).mkdir()
    monkeypatch.chdir(folder / "here")
    system = SimpleNamespace(platform=platform, executable=str(folder / "python" / "python.exe"))
    for module in (places, steamclient):
        monkeypatch.setattr(module, "sys", system)
        monkeypatch.setattr(module, "NAME", NAMES[platform])
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder / "home"))
    monkeypatch.setenv("PATH", str(folder / "empty"))
    monkeypatch.setenv("SystemRoot", str(folder / "Windows"))
    monkeypatch.delenv("DYLD_LIBRARY_PATH", raising=False)


def put(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(steamclient_path(), folder / name))


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def assert_found(finding: Finding, path: Path) -> None:
    assert finding.status is Status.WARNING
    assert finding.message == f"{path} is the simulator's, which authenticates nobody"


if sys.platform == "linux":

    @pytest.fixture
    def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Registry:
        pretend(monkeypatch, tmp_path, "win32")
        registry = Registry()
        monkeypatch.setitem(sys.modules, "winreg", registry)
        return registry

    @pytest.fixture
    def mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        pretend(monkeypatch, tmp_path, "darwin")
        return tmp_path

    def on_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
        monkeypatch.setenv("PATH", str(folder))
        return put(folder, NAMES["win32"])

    # Windows

    def test_the_registered_one_comes_first(
        registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        on_path(monkeypatch, tmp_path / "path")
        registered = put(tmp_path / "Steam", NAMES["win32"])
        registry.keys[KEY] = {"pid": 4711, "SteamClientDll64": str(registered)}
        assert_found(only(steamclient.examine(None)), registered)
        assert registry.open_keys == 0

    def test_without_the_key(
        registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        registry.keys[r"Software\Valve\Steam"] = {"SteamClientDll64": str(tmp_path)}
        there = on_path(monkeypatch, tmp_path / "path")
        assert_found(only(steamclient.examine(None)), there)

    @pytest.mark.parametrize("values", [{}, {"SteamClientDll64": ""}, {"SteamClientDll64": 7}])
    def test_without_a_path_in_the_key(
        registry: Registry,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        values: dict[str, Any],
    ) -> None:
        registry.keys[KEY] = values
        there = on_path(monkeypatch, tmp_path / "path")
        assert_found(only(steamclient.examine(None)), there)
        assert registry.open_keys == 0

    def test_without_access_to_the_key(
        registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        registry.keys[KEY] = {"SteamClientDll64": str(put(tmp_path / "Steam", NAMES["win32"]))}
        registry.denied = True
        there = on_path(monkeypatch, tmp_path / "path")
        assert_found(only(steamclient.examine(None)), there)

    def test_a_registered_file_that_is_gone(
        registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        gone = tmp_path / "Steam" / NAMES["win32"]
        registry.keys[KEY] = {"SteamClientDll64": str(gone)}
        finding = only(steamclient.examine(None))
        assert finding.status is Status.FAULT
        looked = "there is no steamclient64.dll where libsteam_api looks: "
        assert finding.message.startswith(f"{looked}{gone}, {tmp_path / 'python'}")
        assert finding.fix.endswith("and add the folder of its DLLs to PATH")
        there = on_path(monkeypatch, tmp_path / "path")
        assert_found(only(steamclient.examine(None)), there)

    def test_a_registered_file_that_is_no_library(
        registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        broken = tmp_path / "Steam" / NAMES["win32"]
        broken.parent.mkdir()
        broken.write_bytes(b"no library")
        registry.keys[KEY] = {"SteamClientDll64": str(broken)}
        there = on_path(monkeypatch, tmp_path / "path")
        skipped, found = steamclient.examine(None)
        assert skipped.status is Status.WARNING
        assert skipped.message.startswith(f"{broken} ")
        assert skipped.message.endswith("so it is skipped")
        assert_found(found, there)

    def test_steamcmds_on_windows(registry: Registry, tmp_path: Path) -> None:
        folder = put(tmp_path / "home" / "steamcmd", NAMES["win32"]).parent
        finding = only(steamclient.examine(None))
        assert finding.status is Status.FAULT
        assert finding.fix == f"add {folder} to PATH: Steam's other DLLs are there too"

    # macOS

    def test_the_loaders_folders_in_order(mac: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folders = [mac / "first", mac / "second", mac / "third"]
        monkeypatch.setenv("DYLD_LIBRARY_PATH", os.pathsep.join(map(str, folders)))
        put(folders[2], NAMES["darwin"])
        there = put(folders[1], NAMES["darwin"])
        assert_found(only(steamclient.examine(None)), there)

    def test_the_working_directory_on_macos(mac: Path) -> None:
        put(mac / "here", NAMES["darwin"])
        assert_found(only(steamclient.examine(None)), Path(NAMES["darwin"]))

    def test_a_link_that_leads_nowhere_on_macos(mac: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DYLD_LIBRARY_PATH", str(mac))
        (mac / NAMES["darwin"]).symlink_to(mac / "gone")
        skipped, fault = steamclient.examine(None)
        assert skipped.message.endswith("which does not exist, so it is skipped")
        assert fault.status is Status.FAULT

    def test_none_on_macos(mac: Path) -> None:
        finding = only(steamclient.examine(None))
        assert finding.status is Status.FAULT
        where = "steamclient.dylib, /usr/local/lib/steamclient.dylib, /usr/lib/steamclient.dylib"
        assert finding.message == f"there is no steamclient.dylib where libsteam_api looks: {where}"
        assert finding.fix.endswith("and add its folder to DYLD_LIBRARY_PATH")

    @pytest.mark.parametrize(
        "folder",
        ["steamcmd", "Library/Application Support/Steam/Steam.AppBundle/Steam/Contents/MacOS"],
    )
    def test_steamcmds_on_macos(mac: Path, folder: str) -> None:
        there = put(mac / "home" / folder, NAMES["darwin"])
        finding = only(steamclient.examine(None))
        assert finding.fix == f"add {there.parent} to DYLD_LIBRARY_PATH"
