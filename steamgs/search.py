"""Where libsteam_api is looked for if nobody names one.

The working directory is never searched, and neither are relative paths: files in the directory in
which a program happens to be started need not belong to the program.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["file_names", "loader_folders", "loader_path_variable", "places"]

_FILE_NAMES = {"win32": ("steam_api64.dll",), "darwin": ("libsteam_api.dylib",)}
_DEFAULT_NAMES = ("libsteam_api.so",)
_LOADER_PATHS = {"win32": "PATH", "darwin": "DYLD_LIBRARY_PATH"}


def file_names() -> tuple[str, ...]:
    """What the library is called on this platform."""
    return _FILE_NAMES.get(sys.platform, _DEFAULT_NAMES)


def places() -> Iterator[str]:
    """The paths to try, best first: the program's folders, Python's own, the loader's by name."""
    folders = [*_program_folders(), *_interpreter_folder()]
    for folder in dict.fromkeys(folders):
        yield from (os.path.join(folder, name) for name in file_names())
    yield from file_names()


def _program_folders() -> Iterator[str]:
    """The folder of the script; or that of the package that ``-m`` runs, and its parent.

    Programs from ``python -c``, standard input and interactive sessions have no folder.
    """
    main = sys.modules.get("__main__")
    file, package = getattr(main, "__file__", None), getattr(main, "__package__", None)
    if file is None and sys.argv and os.path.basename(sys.argv[0]) == "__main__.py":
        # Spawned by the multiprocessing of `python -m package`: nothing else tells of it here.
        file, package = sys.argv[0], os.path.basename(os.path.dirname(sys.argv[0]))
    if not isinstance(file, str) or not os.path.isabs(file):
        return
    if archive := getattr(getattr(main, "__loader__", None), "archive", None):
        yield os.path.dirname(os.path.realpath(archive))
    elif package:
        # Not its real path: a package is imported, with its neighbours, by the links to it.
        folder = os.path.dirname(os.path.normpath(file))
        yield folder
        inside = os.path.join("", *package.split("."))
        if folder.endswith(os.sep + inside):
            yield folder[: -len(inside) - 1] or os.sep
    else:
        yield os.path.dirname(os.path.realpath(file))


def _interpreter_folder() -> Iterator[str]:
    """The folder of the Python executable; in a frozen program, that is the program itself."""
    if sys.executable and os.path.isabs(sys.executable):
        yield os.path.dirname(os.path.realpath(sys.executable))


def loader_path_variable() -> str:
    """The variable that tells the system's loader where to look."""
    return _LOADER_PATHS.get(sys.platform, "LD_LIBRARY_PATH")


def loader_folders() -> tuple[list[str], bool]:
    """The folders of the loader's variable that are absolute, and whether others are in it.

    An empty entry stands for the working directory.
    """
    value = os.environ.get(loader_path_variable(), "")
    if sys.platform not in _LOADER_PATHS:
        value = value.replace(";", os.pathsep)
    entries = value.split(os.pathsep) if value else []
    absolute = [entry for entry in entries if os.path.isabs(entry)]
    return absolute, len(absolute) < len(entries)
