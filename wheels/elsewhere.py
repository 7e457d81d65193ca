"""Installs packages into a folder, for another platform or Python than this one."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def requirements(extra: str, markers: Mapping[str, str]) -> Iterator[str]:
    """What an extra needs where these markers hold, without the package itself."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    for line in extras[extra]:
        one = Requirement(line)
        if one.name == "steamgs":
            for other in one.extras:
                yield from requirements(other, markers)
        elif one.marker is None or one.marker.evaluate(dict(markers)):
            yield f"{one.name}{one.specifier}"


def install(
    requirements: Iterable[str], site: Path, version: str, platforms: Iterable[str]
) -> None:
    """Install what is required, such as a wheel, for a version of CPython on such platforms."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(site)]
    pip += ["--python-version", version, "--implementation", "cp", "--only-binary", ":all:"]
    pip += [f"--platform={name}" for name in platforms]
    subprocess.run([*pip, *requirements], check=True)
