"""Writes the repository's address into what a release shows: ``pyproject.toml`` and the README.

usage: python wheels/public_address.py https://HOST/OWNER/NAME [FOLDER]

The package index shows the README alone, so its relative links would lead nowhere. The workflow
that builds releases knows the address; the source needs none, wherever it is kept.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"(!?)\[([^]]*)\]\((?!https?:|#)([^)]+)\)")


def publish(address: str, folder: Path) -> None:
    project = folder / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    metadata = tomllib.loads(text)["project"]
    if "urls" in metadata:
        raise SystemExit(f"{project} has addresses already")
    tag = f"v{metadata['version']}"
    pages = {
        "Source": address,
        "Documentation": f"{address}/blob/{tag}/docs/index.md",
        "Changelog": f"{address}/blob/{tag}/CHANGELOG.md",
        "Issues": f"{address}/issues",
    }
    urls = "".join(f'{name} = "{page}"\n' for name, page in pages.items())
    project.write_text(f"{text}\n[project.urls]\n{urls}", encoding="utf-8")

    def absolute(link: re.Match[str]) -> str:
        picture, words, target = link.groups()
        view = "raw" if picture else "blob"
        return f"{picture}[{words}]({address}/{view}/{tag}/{target})"

    readme = folder / "README.md"
    readme.write_text(_LINK.sub(absolute, readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    publish(sys.argv[1].rstrip("/"), Path(*sys.argv[2:]) if sys.argv[2:] else ROOT)
