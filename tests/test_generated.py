"""What is made from the table of facts is up to date, and one edit of the table is enough."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT


def test_committed_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "codegen" / "generate.py"), "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


STUBS = sorted((ROOT / "steamgs").rglob("*.pyi"))
_ANNOTATED = re.compile(r"^( *)(def \w+\((?:[^()]|\([^()]*\))*\) -> [^\n]*:)$", re.MULTILINE)


def signatures(source: str) -> set[tuple[str, ...]]:
    """Name, arguments and result of each function in a stub."""
    return {
        (one.name, ast.unparse(one.args), ast.unparse(one.returns))
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.FunctionDef) and one.returns is not None
    }


@pytest.mark.parametrize("stub", STUBS, ids=lambda path: path.stem)
def test_a_stub_has_the_signatures_of_its_source(stub: Path) -> None:
    source = stub.with_suffix(".pyx").read_text("utf-8")
    annotated = "\n".join(f"{match[2]} ..." for match in _ANNOTATED.finditer(source))
    missing = signatures(annotated) - signatures(stub.read_text("utf-8"))
    assert {one for one in missing if not one[0].startswith("__")} == set()
