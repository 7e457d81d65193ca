"""TOML documents, right and wrong, and how the scenario's parser differs from ``tomllib`` on them.

To count the differences over many: ``python -P tests/support/toml_documents.py 6000``.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "codegen"))

from targets import TOML  # noqa: E402

# All of TOML that scenarios leave out: what the error says, and what its line then shows.
UNSUPPORTED = {
    "dates and times": rb"\d\d:|\d{4}-",
    "inline tables": rb"\{",
    "multi-line strings": rb'"""|\'\'\'',
    "dotted keys": rb"\.",
    "integers of more than 64 bits": rb"[0-9a-fA-F_]{16}",
    "arrays more than 64 deep": rb"\[{64}",
    r"the escapes \e and \x of TOML 1.1": rb"\\[ex]",
}


class Parser:
    """The scenario's parser: a program that prints what it reads."""

    def __init__(self, compiler: str, folder: Path) -> None:
        target = folder / "toml_tree"
        options = [*TOML.options(), "-O1", "-Wall", "-Wextra", "-Werror"]
        program = str(ROOT / "tests" / "native" / "toml_tree.cpp")
        command = [compiler, *options, program, *TOML.paths, "-o", str(target)]
        subprocess.run(command, check=True, timeout=300)
        self._process = subprocess.Popen(
            [str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def read(self, document: bytes) -> dict[str, Any] | str:
        """What the document says, as ``tomllib`` gives it; or what is wrong with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d\n%b" % (len(document), document))
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if isinstance(answer, dict):
            return str(answer["error"])
        tables: dict[str, Any] = answer[0][2]
        for name, repeated, values in answer[1:]:
            if repeated:
                tables.setdefault(name, []).append(values)
            else:
                tables[name] = values
        return tables


def tomllib_read(document: bytes) -> dict[str, Any] | str:
    try:
        return tomllib.load(io.BytesIO(document))
    except ValueError as error:  # not UTF-8, not TOML, or an int of thousands of digits
        return str(error)


def same(ours: Any, theirs: Any) -> bool:
    """Equal in type and value, with nan equal to itself and 0.0 not to -0.0."""
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float):
        both_nan = math.isnan(ours) and math.isnan(theirs)
        return both_nan or (ours == theirs and math.copysign(1, ours) == math.copysign(1, theirs))
    return bool(ours == theirs)


def disagreement(document: bytes, ours: dict[str, Any] | str) -> str | None:
    """How the parsers differ about a document, if they do."""
    theirs = tomllib_read(document)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return None if same(ours, theirs) else f"read as {ours!r}, not {theirs!r}"
    if isinstance(ours, dict):
        return f"accepted as {ours!r}; tomllib: {theirs}"
    if isinstance(theirs, str):
        return None
    match = re.fullmatch(r"line (\d+): (.*) are not supported", ours)
    if match is None or match[2] not in UNSUPPORTED:
        return f"refused by {ours!r}; tomllib: {theirs!r}"
    line = document.split(b"\n")[int(match[1]) - 1]
    shown = re.search(UNSUPPORTED[match[2]], line) is not None
    return None if shown else f"{ours!r}, which its line does not show: {line!r}"


NEWLINES = st.sampled_from(["\n", "\n", "\n", "\r\n"])
BLANKS = st.sampled_from(["", "", "", " ", "\t", "  "])
COMMENTS = st.one_of(st.just(""), st.text("a#\t\"é'[=", max_size=4).map("#{}".format))
ESCAPES = st.sampled_from(
    [*(f"\\{letter}" for letter in '"\\btnfr'), "\\u00e9", "\\uFFFD", "\\U0001F600", "\\u0000"]
)
BASIC = st.lists(st.one_of(ESCAPES, st.sampled_from("a 0#'=[é😀\t")), max_size=4)
LITERAL = st.text('a 0#"=[é😀\t\\', max_size=4)
STRINGS = BASIC.map("".join).map('"{}"'.format) | LITERAL.map("'{}'".format)
BARE = st.text("ab0-_", min_size=1, max_size=3)
NAMES = st.one_of(st.sampled_from(["a", "b", "c"]), BARE, STRINGS)
DIGITS = st.sampled_from(["0", "1", "7", "10", "1_000", "12_3", "9223372036854775807"])
BASED = st.sampled_from(["0x1F4", "0xdead_BEEF", "0o17", "0b1_1", "0x0", "0b0", "0o0_7"])
SIGNS = st.sampled_from(["", "", "+", "-"])
INTEGERS = BASED | st.builds("{}{}".format, SIGNS, DIGITS)
FRACTIONS = st.sampled_from([".0", ".5", ".1_2", ".25"])
EXPONENTS = st.sampled_from(["e1", "E-2", "e+06", "e1_0", "e400", "e-400", "e-310"])
FLOATS = st.one_of(
    st.builds("{}{}".format, SIGNS, st.sampled_from(["inf", "nan"])),
    st.builds("{}{}{}".format, SIGNS, DIGITS, FRACTIONS),
    st.builds("{}{}{}{}".format, SIGNS, DIGITS, st.just("") | FRACTIONS, EXPONENTS),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
SCALARS = st.one_of(st.sampled_from(["true", "false"]), INTEGERS, FLOATS, STRINGS)


@st.composite
def mostly(draw: st.DrawFn, usual: st.SearchStrategy[str], odd: st.SearchStrategy[str]) -> str:
    return draw(odd if draw(st.integers(0, 5)) == 0 else usual)


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    gaps = st.one_of(BLANKS, BLANKS, st.builds("{}{}".format, COMMENTS, NEWLINES))
    items = [f"{draw(gaps)}{draw(values)}{draw(gaps)}" for _ in range(draw(st.integers(0, 3)))]
    comma = draw(st.sampled_from(["", ","])) if items else ""
    return f"[{','.join(items)}{comma}{draw(gaps)}]"


VALUES = st.recursive(SCALARS, arrays, max_leaves=6)
# Right and wrong: what scenarios leave out, and what comes of a slip or of another language.
ODD_VALUES = st.one_of(
    st.sampled_from(["1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5"]),
    st.sampled_from(["{}", "{ a = 1 }", "{a.b = [1]}", '"""a"""', "'''\na'''", '""""a"""', "''''"]),
    st.sampled_from(["9223372036854775808", "-9223372036854775809", "0x8000000000000000"]),
    st.sampled_from(['"\\e"', '"\\x41"', '"\\q"', '"\\ud800"', '"\\uDFFF"', '"\\U00110000"']),
    st.sampled_from(["017", "_1", "1_", "1__0", "0x", "0b2", "0o8", "+0x1", "0X1", "1.", ".5"]),
    st.sampled_from(["1e", "1e_1", "1._1", "Inf", "infinity", "True", "nil", "NaN", "1f", "--1"]),
    st.text("019_", min_size=1, max_size=4),
    st.text("0123456789_xobabefEin+-.:T", max_size=6),
    st.text('\\ubtnfrexU0aD8"', max_size=10).map('"{}"'.format),
)
ODD_TEXT = st.one_of(
    st.sampled_from(list("\r\0\x01\x1f\x7f\x0b\x0c\x85\xa0\u2028\ufeff")),
    st.sampled_from(list("\"'[]{}=,.#\\_-+\n 0e")),
    st.sampled_from(["[[", "]]", "\\u", "\\ud800", '"""', "'''", "0x", "inf", ".a"]),
    st.sampled_from(["[a]\n", "[[a]]\n", "a=1\n", "\r\n"]),
)
NOT_UTF8 = st.sampled_from(
    [b"\xff", b"\x80", b"\xe9", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)


@st.composite
def documents(draw: st.DrawFn, values: st.SearchStrategy[str], dots: bool = False) -> str:
    """Lines in TOML's grammar: keys, tables and arrays of tables, whose names may come twice."""
    text = ""
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["key", "key", "key", "table", "array", "nothing"]))
        name = draw(NAMES)
        if dots and draw(st.integers(0, 15)) == 0:
            name += draw(st.sampled_from([".", " . "])) + draw(NAMES)
        left, right = draw(BLANKS), draw(BLANKS)
        text += draw(BLANKS)
        if kind == "key":
            text += f"{name}{left}={right}{draw(values)}"
        elif kind == "table":
            text += f"[{left}{name}{right}]"
        elif kind == "array":
            text += f"[[{left}{name}{right}]]"
        text += draw(BLANKS) + draw(COMMENTS) + draw(NEWLINES)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


# What both parsers read, but for names that come twice.
SUPPORTED = documents(VALUES)
# One thing that is odd, with nothing beside it that would be refused first.
ONE_VALUE = st.builds("a = {}".format, st.one_of(ODD_VALUES, ODD_VALUES, SCALARS))
ODD = documents(mostly(VALUES, st.one_of(ODD_VALUES, arrays(ODD_VALUES))), dots=True)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A document with a few characters put in, taken out, or said again."""
    document = draw(SUPPORTED)
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        at = draw(st.integers(0, len(document)))
        end = min(len(document), at + draw(st.integers(0, 3)))
        part = draw(st.one_of(ODD_TEXT, st.just(""), st.just(document[at : at + 8])))
        document = document[:at] + part + document[end:]
    return document


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A document with bytes in it that are not UTF-8, or are once characters are cut."""
    document = draw(SUPPORTED).encode()
    at = draw(st.integers(0, len(document)))
    return document[:at] + draw(st.one_of(NOT_UTF8, st.just(b""))) + document[at + 1 :]


DOCUMENTS = st.one_of(
    *(texts.map(str.encode) for texts in (SUPPORTED, ODD, ONE_VALUE, mutated(), mutated())),
    broken(),
)


def main() -> int:
    count = int(sys.argv[1])
    found: list[tuple[bytes, str]] = []
    seen = 0

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(DOCUMENTS)
    def compare(document: bytes) -> None:
        nonlocal seen
        seen += 1
        difference = disagreement(document, parser.read(document))
        if difference is not None:
            found.append((document, difference))

    with (
        tempfile.TemporaryDirectory() as folder,
        Parser(os.environ.get("CXX", "c++"), Path(folder)) as parser,
    ):
        compare()
    for document, difference in found[:20]:
        print(f"{document!r}: {difference}")
    print(f"{len(found)} disagreements in {seen} documents")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
