"""Docstrings as mkdocstrings reads them: it knows Sphinx's fields, but no roles and no ``::``."""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:class|meth|data|attr|func|exc|mod):`~?([^`]+)`")
# Markdown would take the stars of two of them for bold print.
_POWER = re.compile(r"(?<![`\w])-?\d+\*\*\d+(?:[+-]\d+)?(?![`\w])")
_LITERAL = re.compile(r"(?m)^([^\n]*)::\n\n((?:(?:    [^\n]*)?\n)+(?:    [^\n]*)?)")


class Docstrings(griffe.Extension):
    """Roles become code, literal blocks fenced ones."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of each object as it is loaded."""
        if obj.docstring is not None:
            obj.docstring.value = rewritten(obj.docstring.value)

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """The package itself, which is no object of another."""
        self.on_object(obj=pkg)


def rewritten(text: str) -> str:
    """A docstring in Markdown, but for its fields."""
    text = _ROLE.sub(lambda match: f"`{match[1]}`", text)
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    text = _POWER.sub(r"`\g<0>`", text)
    return _LITERAL.sub(_fenced, text)


def _fenced(match: re.Match[str]) -> str:
    code = re.sub(r"(?m)^    ", "", match[2]).strip("\n")
    words = f"{match[1]}:\n\n" if match[1].strip() else ""
    return f"{words}```python\n{code}\n```\n\n"
