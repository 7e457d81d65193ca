"""The scenario's TOML parser beside the standard library's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from steamgs.simulator import check_scenario
from toml_documents import DOCUMENTS, SUPPORTED, UNSUPPORTED, Parser, disagreement, tomllib_read

EXAMPLES = settings(max_examples=1500, deadline=None)
RIGHT = [
    b"a = 0b11",
    b"a = 0o17",
    b"a = 0xdead_BEEF",
    b"a = [+1, -0, 1_000, -9223372036854775808, 9223372036854775807]",
    b"a = [inf, +inf, -inf, nan, +nan, -nan, -0.0, 1e400, -1e400, 1e-400, 5e-324, 1_0.2_5e+0_6]",
    rb'a = "\b\t\n\f\r\"\\\u00e9\U0001F600"',
    rb"""a = 'C:\new "x"'""",
    b'[""]\n"" = ""',
    b"[[a]]\n[b]\na = 1\n[[a]]\n",
    b"a = [\n  # none\r\n  1,\n\n  'x', # one\n  [true, []],\n]",
    b"a = 1\r\nb = 2\r\n",
    b"true = false\n1 = 2\n-_ = 3",
    "\"ключ\" = 'é\u0085\U0001f600'".encode(),
    b"'a.b' = 1",
    b"a = " + b"[" * 64 + b"]" * 64,
    b"",
]
WRONG = [
    b"\r",
    b"a = 1\rb = 2",
    b"# a\rb",
    b"a = 1\r\r\nb = 2",
    *(b"# %c" % code for code in (0, 1, 8, 11, 12, 31, 127)),
    *(b"a = '%c'" % code for code in (0, 1, 8, 11, 12, 31, 127)),
    *(b'a = "%c"' % code for code in (0, 1, 8, 11, 12, 31, 127)),
    b"a = 1\0",
    b'a = "\\ud800"',
    b'a = "\\uDFFF"',
    b'a = "\\U00110000"',
    b'a = "\\u00g0"',
    b"a = 017",
    b"a = _1",
    b"a = 1_",
    b"a = 1__0",
    b"a = 0x_1",
    b"a = 0X1",
    b"a = +0x1",
    b"a = 0b2",
    b"a = 0o8",
    b"a = 1.",
    b"a = .5",
    b"a = 1e",
    b"a = 1_.5",
    b"a = 01.5",
    b"a = Infinity",
    b"a = True",
    b"[user]\n[[user]]",
    b"[[user]]\n[user]",
    b"[user]\n[user]",
    b"user = 1\n[user]",
    b"user = [1]\n[[user]]",
    b"a = 1\n'a' = 2",
    b"[ [a]]",
    b"[[a] ]",
    b"[a]b = 1",
    b"a = [,]",
    b"a = [1,,]",
    b"a\n= 1",
    "ключ = 1".encode(),
    b"\xef\xbb\xbfa = 1",
    *(b"# " + raw for raw in (b"\xff", b"\x80", b"\xc0\x80", b"\xe0\x9f\xbf", b"\xed\xa0\x80")),
    *(b"# " + raw for raw in (b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80")),
    b"# \xc3",
]
LEFT_OUT = {
    "dates and times": [b"1979-05-27", b"07:32:00", b"1979-05-27T07:32:00Z", b"[1979-05-27]"],
    "inline tables": [b"{}", b"{ a = 1 }", b"[{}]"],
    "multi-line strings": [b'"""a"""', b"'''a'''", b'"""\n\n"""'],
    "dotted keys": [b"1\nb.c = 1", b"1\nb . 'c' = 1", b"1\n[b.c]", b"1\n[[b.c]]", b"1\n3.14 = 1"],
    "integers of more than 64 bits": [
        b"9223372036854775808",
        b"-9223372036854775809",
        b"0x8000000000000000",
        b"0xffff_ffff_ffff_ffff_ffff",
    ],
    "arrays more than 64 deep": [b"[" * 65 + b"]" * 65],
}


@pytest.fixture(scope="module")
def parser(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parser]:
    with Parser(compiler, tmp_path_factory.mktemp("toml")) as running:
        yield running


@pytest.mark.parametrize("document", RIGHT)
def test_toml_is_read(parser: Parser, document: bytes) -> None:
    ours = parser.read(document)
    assert isinstance(ours, dict), ours
    assert disagreement(document, ours) is None


@pytest.mark.parametrize("document", WRONG)
def test_what_is_no_toml_is_refused(parser: Parser, document: bytes) -> None:
    assert isinstance(tomllib_read(document), str)
    error = parser.read(document)
    assert isinstance(error, str)
    assert re.match(r"line \d+: ", error)
    assert "not supported" not in error
    # The same words, whoever reads it.
    assert check_scenario(document) == error


@pytest.mark.parametrize("feature", LEFT_OUT)
def test_what_is_left_out_is_named(parser: Parser, feature: str) -> None:
    for value in LEFT_OUT[feature]:
        document = b"# one\na = " + value
        assert isinstance(tomllib_read(document), dict)
        error = parser.read(document)
        assert isinstance(error, str)
        assert re.fullmatch(rf"line [23]: {feature} are not supported", error)
        assert disagreement(document, error) is None
        assert check_scenario(document) == error


def test_escapes_of_a_later_toml_are_named(parser: Parser) -> None:
    for value in (rb'"\e"', rb'"\x41"'):
        expected = r"line 1: the escapes \e and \x of TOML 1.1 are not supported"
        assert parser.read(b"a = " + value) == expected


def test_the_page_names_all_that_is_left_out() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- (.*)$", page.partition("are not supported:\n\n")[2], re.MULTILINE)
    assert [line.replace("`", "") for line in listed] == list(UNSUPPORTED)
    assert set(LEFT_OUT) == set(UNSUPPORTED) - {r"the escapes \e and \x of TOML 1.1"}


@EXAMPLES
@given(data=st.data())
def test_documents_are_read_as_tomllib_reads_them(parser: Parser, data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS)
    assert disagreement(document, parser.read(document)) is None


@EXAMPLES
@given(data=st.data())
def test_what_is_supported_is_never_said_not_to_be(parser: Parser, data: st.DataObject) -> None:
    document = data.draw(SUPPORTED).encode()
    ours = parser.read(document)
    assert disagreement(document, ours) is None
    assert not (isinstance(ours, str) and "not supported" in ours)


def test_a_difference_would_be_seen() -> None:
    assert disagreement(b"a = 017", {"a": 15}) is not None
    assert disagreement(b"a = 1", {"a": 1.0}) is not None
    assert disagreement(b"a = -0.0", {"a": 0.0}) is not None
    assert disagreement(b"a = 1", "line 1: no") is not None
    assert disagreement(b"a = 1", "line 1: inline tables are not supported") is not None
    assert disagreement(b"a = {}", "line 1: inline tables are not supported") is None
    assert disagreement(b"a = nan", {"a": float("nan")}) is None
