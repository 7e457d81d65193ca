"""Where libsteam_api is looked for, and where never: in the working directory as such."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from alone import run_python
from steamgs import search
from steamgs.simulator import front_path

(NAME,) = search.file_names()
# Says which library was loaded, whatever Steam makes of it; without one, why not.
PROGRAM = """
import steamgs
server = steamgs.GameServer(480)
try:
    server.start()
except steamgs.SteamError as error:
    words = str(error)
else:
    words = ""
print(server.library or words)
"""


@pytest.fixture
def front(tmp_path: Path) -> Path:
    """The simulator's library, which loads wherever it is, lies in the working directory."""
    return Path(shutil.copy(front_path(), tmp_path / NAME))


@pytest.mark.parametrize("options", [("-c", PROGRAM), ("-",), ("-i",)], ids=["-c", "-", "-i"])
@pytest.mark.parametrize("isolation", [(), ("-P",), ("-I",)], ids=["", "-P", "-I"])
def test_a_program_without_a_file_has_no_folder(
    options: tuple[str, ...], isolation: tuple[str, ...], front: Path, tmp_path: Path
) -> None:
    stdin = "" if options[0] == "-c" else f"exec({PROGRAM!r})\n"
    done = run_python(*isolation, *options, cwd=tmp_path, stdin=stdin)
    assert "no usable Steam library" in done.stdout
    assert str(tmp_path) not in done.stdout


def test_nor_does_another_program_s_working_folder(front: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "program.py").write_text(PROGRAM)
    shutil.copytree(folder, folder / "as_a_folder")
    (folder / "as_a_folder" / "program.py").rename(folder / "as_a_folder" / "__main__.py")
    for program in ("elsewhere/program.py", "elsewhere/as_a_folder"):
        done = run_python(program, cwd=tmp_path)
        assert "no usable Steam library" in done.stdout
        assert str(front) not in done.stdout


def test_a_folder_that_is_run_is_all_the_program(front: Path, tmp_path: Path) -> None:
    (tmp_path / "game").mkdir()
    (tmp_path / "game" / "__main__.py").write_text(PROGRAM)
    done = run_python("game", cwd=tmp_path)
    assert "no usable Steam library" in done.stdout
    assert str(front) not in done.stdout


def test_a_script_s_own_folder(front: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "elsewhere").mkdir()
    for working in (tmp_path, tmp_path / "elsewhere"):
        script = os.path.relpath(tmp_path / "program.py", working)
        assert run_python(script, cwd=working).stdout.strip() == str(front)


def test_a_package_s_folders(front: Path, tmp_path: Path) -> None:
    package = tmp_path / "game" / "server"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(PROGRAM)
    (package / "module.py").write_text(PROGRAM)
    for name in ("game.server", "game.server.module"):
        for places in ({"cwd": tmp_path}, {"cwd": tmp_path / "game", "PYTHONPATH": str(tmp_path)}):
            assert run_python("-m", name, **places).stdout.strip() == str(front)
    inner = shutil.copy(front, package / NAME)
    assert run_python("-m", "game.server", cwd=tmp_path).stdout.strip() == str(inner)


def test_a_package_that_is_a_link(front: Path, tmp_path: Path) -> None:
    real = tmp_path / "versions" / "7"
    real.mkdir(parents=True)
    (real / "__main__.py").write_text(PROGRAM)
    with suppress(OSError):
        (tmp_path / "game").symlink_to(real, target_is_directory=True)
    if not (tmp_path / "game").exists():
        assert sys.platform == "win32"  # where links are a privilege; wine says that it has made it
        return
    assert run_python("-m", "game", cwd=tmp_path).stdout.strip() == str(front)


def test_a_zip_s_folder(front: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "game.pyz", "w") as archive:
        archive.writestr("__main__.py", PROGRAM)
    (tmp_path / "elsewhere").mkdir()
    done = run_python("../game.pyz", cwd=tmp_path / "elsewhere")
    assert done.stdout.strip() == str(front)


def test_a_process_that_a_package_spawned(front: Path, tmp_path: Path) -> None:
    package = tmp_path / "game"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "serve.py").write_text(f"def serve():\n    exec({PROGRAM!r})\n")
    (package / "__main__.py").write_text(
        "import multiprocessing\n"
        "from game.serve import serve\n"
        "if __name__ == '__main__':\n"
        "    process = multiprocessing.get_context('spawn').Process(target=serve)\n"
        "    process.start()\n"
        "    process.join()\n"
    )
    assert run_python("-m", "game", cwd=tmp_path).stdout.strip() == str(front)


def test_a_relative_file_of_main_is_no_place(front: Path, tmp_path: Path) -> None:
    code = f"import __main__, sys; __main__.__file__ = 'game.py'; exec({PROGRAM!r})"
    assert "no usable Steam library" in run_python("-c", code, cwd=tmp_path).stdout
    code = "import __main__; __main__.__file__, __main__.__package__ = '/game.py', 'a.b.c'; "
    assert "no usable" in run_python("-c", f"{code}exec({PROGRAM!r})", cwd=tmp_path).stdout
    code = f"import sys; sys.argv = ['game/__main__.py']; exec({PROGRAM!r})"
    assert "no usable Steam library" in run_python("-c", code, cwd=tmp_path).stdout
    code = f"import sys; sys.argv = []; sys.executable = ''; exec({PROGRAM!r})"
    assert "no usable Steam library" in run_python("-c", code, cwd=tmp_path).stdout


@pytest.mark.parametrize("value", ["./library", "library", NAME])
def test_a_relative_path_in_the_environment(value: str, front: Path, tmp_path: Path) -> None:
    shutil.copy(front, tmp_path / "library")
    done = run_python("-c", PROGRAM, cwd=tmp_path, STEAMGS_LIBRARY=value)
    assert "STEAMGS_LIBRARY must be an absolute path" in done.stdout
    assert f"{value}: is a relative path" in done.stdout
    done = run_python("-m", "steamgs", "doctor", cwd=tmp_path, STEAMGS_LIBRARY=value)
    assert "STEAMGS_LIBRARY: must be an absolute path" in " ".join(done.stdout.split())
    done = run_python("-c", PROGRAM, cwd=tmp_path, STEAMGS_LIBRARY=str(front))
    assert done.stdout.strip() == str(front)


def test_a_relative_path_in_code_is_the_program_s_own_business(front: Path, tmp_path: Path) -> None:
    code = PROGRAM.replace("480", f"480, library='./{NAME}'")
    assert run_python("-c", code, cwd=tmp_path).stdout.strip() == f"./{NAME}"


if sys.platform == "linux":

    @pytest.mark.parametrize("value", ["", ":", ".", "{}:", "lib", "/nowhere:"])
    def test_an_entry_of_the_loader_s_path_that_is_relative(
        value: str, front: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "lib").mkdir()
        shutil.copy(front, tmp_path / "lib" / NAME)
        empty = tmp_path / "empty"
        empty.mkdir()
        path = value.format(empty)
        done = run_python("-c", PROGRAM, cwd=tmp_path, LD_LIBRARY_PATH=path)
        assert "no usable Steam library" in done.stdout
        assert ("LD_LIBRARY_PATH has an empty or relative entry" in done.stdout) == bool(path)
        # A folder that is absolute is searched all the same.
        path += f":{tmp_path}"
        done = run_python("-c", PROGRAM, cwd=empty, LD_LIBRARY_PATH=path)
        found = [line for line in done.stdout.splitlines() if line in (NAME, str(front))]
        assert len(found) == 1, done.stdout

    def test_a_pipe_in_the_loader_s_path_is_not_waited_for(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / NAME)
        done = run_python("-c", PROGRAM, cwd=tmp_path, LD_LIBRARY_PATH=str(tmp_path))
        assert f"{tmp_path / NAME} is a pipe, a socket or a device" in done.stdout
