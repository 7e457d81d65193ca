"""The documents: every block of code is run, links lead somewhere, nothing public is left out."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import steamgs
from conftest import ROOT
from steamgs.simulator import check_scenario

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
# Of other languages and tools: shown, not ours to run.
FOREIGN = {"gdscript", "csharp", "ini", "dockerfile", "text", "cpp"}
# Files of an example, which test_native_listeners.py builds, and a session with what it built.
BUILT = {'cython title="verdicts.pyx"', 'python title="setup.py"', "pycon"}
# A server that would run for ever is stopped after so many seconds, and that is no failure.
LONG_ENOUGH = 3
RUNNER = """
import signal, sys
def stop(*_):
    raise SystemExit(0)
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
with open(sys.argv[1], encoding="utf-8") as file:
    code = compile(file.read(), sys.argv[1], "exec")
del sys.argv[1:]
# Documents name the ports of a host of one's own; here somebody else may have them.
from steamgs.simulator import Simulator
Simulator.__init__.__kwdefaults__["query_host"] = None
# Consent to the simulator, for the servers of documents that say no more than GameServer(480).
import steamgs.asyncio
for server in (steamgs.GameServer, steamgs.asyncio.GameServer):
    server.__init__.__kwdefaults__.update(library="simulator")
exec(code, {"__name__": "__main__"})
"""
# Verbs that change nothing and need nobody.
HARMLESS = ("steamgs doctor", "python -m steamgs.simulator --print-path")


class Block(NamedTuple):
    document: str
    line: int
    language: str
    text: str


def blocks() -> list[Block]:
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            name = path.relative_to(ROOT).as_posix()
            found.append(Block(name, line, match[1].split("{")[0].strip(), match[2]))
    return found


def of(*languages: str) -> list[object]:
    return [
        pytest.param(block, id=f"{block.document}:{block.line}")
        for block in blocks()
        if block.language in languages
    ]


def test_there_is_no_language_that_nobody_runs() -> None:
    known = {"python", "sh", "toml"} | FOREIGN | BUILT
    assert {block.language for block in blocks()} <= known
    assert len(of("python")) > 30


if sys.platform != "win32":

    @pytest.mark.parametrize("block", of("python"))
    def test_python(block: Block, tmp_path: Path) -> None:
        file = tmp_path / "block.py"
        file.write_text(block.text, encoding="utf-8")
        environment = {**os.environ, "HOME": str(tmp_path)}
        for name in ("STEAMGS_LIBRARY", "STEAMGS_SIMULATOR"):
            environment.pop(name, None)
        result = subprocess.run(
            [sys.executable, "-P", "-W", "error", "-c", RUNNER, str(file), str(LONG_ENOUGH)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr

    @pytest.mark.parametrize("block", of("sh"))
    def test_shell(block: Block, tmp_path: Path) -> None:
        subprocess.run(["bash", "-n"], input=block.text, text=True, check=True)
        (tmp_path / "token").write_text("0123456789ABCDEF0123456789ABCDEF")
        for line in block.text.splitlines():
            if line.startswith(HARMLESS):
                command = [sys.executable, "-P", "-m", *line.removeprefix("python -m ").split()]
                result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
                assert result.returncode in (0, 1), result.stderr


def test_python_is_typed(tmp_path: Path) -> None:
    """What a reader copies passes ``mypy --strict`` in the reader's project."""
    written = [block for block in blocks() if block.language == "python"]
    for block in written:
        name = re.sub(r"\W", "_", block.document.removesuffix(".md")) + f"_{block.line}.py"
        (tmp_path / name).write_text(block.text, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "mypy", "--cache-dir", os.devnull, "."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"in {len(written)} source files" in result.stdout


@pytest.mark.parametrize("block", of("toml"))
def test_toml(block: Block) -> None:
    tomllib.loads(block.text)
    if "[[user]]" in block.text or "[[event]]" in block.text:
        assert check_scenario(block.text) is None


def anchors(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    names = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in names}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in ROOT.glob("docs/**/*.md"):
        assert f": {page.relative_to(ROOT / 'docs').as_posix()}\n" in navigation


def test_every_public_name_is_in_the_reference() -> None:
    reference = "".join(page.read_text("utf-8") for page in ROOT.glob("docs/reference/*.md"))
    modules = set(re.findall(r"^::: steamgs\.([a-z_.]+)$", reference, re.MULTILINE))
    for name in set(steamgs.__all__) - {"__version__"}:
        home = getattr(getattr(steamgs, name), "__module__", "").removeprefix("steamgs.")
        assert home in modules or re.search(rf"\b{name}\b", reference), name


def test_every_call_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "functions.md").read_text("utf-8")
    classes = re.findall(r"^::: steamgs\._core\.(\w+)$", page, re.MULTILINE)
    own = ", ".join(re.findall(r"members: \[(.*)\]", page))
    server = (ROOT / "docs" / "reference" / "server.md").read_text("utf-8")
    (values,) = re.findall(r"members: \[(.*)\]", server)
    shown = set(own.split(", ")) | set(values.split(", "))
    for name in classes:
        shown |= set(vars(getattr(steamgs._core, name)))
    signals = {signal.name for signal in steamgs.GameServer(480, library="simulator").signals}
    public = {name for name in dir(steamgs.GameServer) if not name.startswith("_")}
    assert public - signals - {"signals"} <= shown


def docstrings() -> Iterator[tuple[str, str]]:
    """Where each stands, and what it says; values have one too, the string that follows them."""
    sources = [*ROOT.glob("steamgs/**/*.py"), *ROOT.glob("steamgs/*.pyi")]
    for path in [*sources, *ROOT.glob("pytest_plugin/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                text = node.value.value
                if isinstance(text, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", inspect.cleandoc(text)


def test_docstrings_have_no_markup_by_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site reads them as Markdown, where stars make bold print and underlines italics."""
    griffe = types.SimpleNamespace(Extension=object, Object=object, Module=object)
    monkeypatch.setitem(sys.modules, "griffe", griffe)
    rewritten = runpy.run_path(str(ROOT / "docs" / "docstrings.py"))["rewritten"]
    wrong = []
    for place, text in docstrings():
        shown = re.sub(r"```.*?```|`[^`]*`", "", rewritten(text), flags=re.DOTALL)
        if re.search(r"\*|`|(?<!\w)_\w|\w_(?!\w)|::|<\w", shown):
            wrong.append(f"{place}: {text}")
    assert wrong == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_powers_are_no_bold_print(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    assert not re.search(r"\d\*\*-?\d", re.sub(r"`[^`]*`", "", text))


def test_the_page_on_doctor_shows_what_it_prints() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text("utf-8")
    command = [sys.executable, "-P", "-m", "steamgs", "doctor", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    for finding in json.loads(result.stdout)["findings"]:
        assert finding["check"] in page
