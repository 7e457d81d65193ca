"""Extension modules that are built as users of steamgs build theirs."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent


def build(folder: Path, name: str) -> ModuleType:
    """Runs the folder's setup.py in place, and imports what it made."""
    subprocess.run(
        [sys.executable, "-P", "setup.py", "-q", "build_ext", "--inplace"],
        cwd=folder,
        check=True,
        timeout=300,
    )
    (file,) = folder.glob(f"{name}.*.so") if sys.platform != "win32" else folder.glob("*.pyd")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def example(folder: str, name: str, within: Path) -> ModuleType:
    """A module of ``examples/``, built by its own setup.py."""
    shutil.copytree(ROOT / "examples" / folder, within / folder)
    return build(within / folder, name)
