"""How hosts configure a server: by arguments, by the environment and by a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Self

from steamgs.enums import ServerMode
from steamgs.errors import ConfigError
from steamgs.library import SIMULATOR
from steamgs.ports import QUERY_PORT_SHARED
from steamgs.tokens import read_token_file, without_tokens

__all__ = ["CONFIG_VARIABLE", "Config", "variables"]

CONFIG_VARIABLE = "STEAMGS_CONFIG"
_TABLE = "steamgs"
_MODES = {mode.name.lower(): mode for mode in ServerMode}
_MOST_GRACE = 86_400.0
_PATHS = frozenset({"library", "token_file"})
_NUMBERS = frozenset({"app_id", "game_port", "query_port", "grace"})

# What can't be set from outside, and why not.
_FORBIDDEN = {
    "token": "a login token belongs in a file of its own, which token_file names",
    "allow_simulator": "only the program itself can agree to the simulator, in its code",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The settings of a server that its host chooses, from wherever they come.

    ::

        config = steamgs.Config.load(app_id=480)
        server = steamgs.GameServer.from_config(config)

    Use :meth:`load`, which checks them. ``steamgs doctor`` finds the same settings in the same
    places.
    """

    app_id: int | None = None
    """The game's Steam app id, 1 to 2**32-1; None if nobody has said."""
    ip: str = "0.0.0.0"
    """The IPv4 address to bind to."""
    game_port: int = 27015
    """The UDP port of the game's own socket."""
    query_port: int = 27016
    """The UDP port of server queries; ``"shared"`` means :data:`steamgs.QUERY_PORT_SHARED`."""
    mode: ServerMode = ServerMode.AUTHENTICATION_AND_SECURE
    """How to authenticate players; elsewhere than in code its name, in lower case."""
    version: str = "1.0.0.0"
    """The game's version."""
    library: str | None = None
    """The path of Valve's libsteam_api. None: it is searched for, first at ``STEAMGS_LIBRARY``."""
    token_file: str | None = None
    """The file that contains the login token; None to log on anonymously."""
    grace: float = 30.0
    """For :func:`steamgs.serve`: seconds that players have to leave."""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where each setting comes from that is not a default, such as ``STEAMGS_GAME_PORT``."""

    @classmethod
    def load(
        cls,
        file: str | os.PathLike[str] | None = None,
        *,
        app_id: int | None = None,
        ip: str | IPv4Address | None = None,
        game_port: int | None = None,
        query_port: int | None = None,
        mode: ServerMode | None = None,
        version: str | None = None,
        library: str | os.PathLike[str] | None = None,
        token_file: str | os.PathLike[str] | None = None,
        grace: float | None = None,
    ) -> Self:
        """Read all settings: arguments come before the environment, that before the file.

        A variable is called ``STEAMGS_`` and the setting's name in capitals; an empty one counts as
        not set. The file is TOML, with the settings in a table ``[steamgs]``; other tables are
        yours. Paths in both must be absolute. All are checked, those that are not used too.

        :param file: the TOML file; by default the one that ``STEAMGS_CONFIG`` names, if it does.
        :raises ConfigError: something is wrong; each problem is named with where it is.
        """
        found = _Found()
        given: dict[str, object] = {
            "app_id": app_id,
            "ip": ip,
            "game_port": game_port,
            "query_port": query_port,
            "mode": mode,
            "version": version,
            "library": library,
            "token_file": token_file,
            "grace": grace,
        }
        for name, value in given.items():
            if value is not None:
                found.take(name, value, f"argument {name}")
        _read_environment(found)
        _read_file(found, file)
        if found.problems:
            raise ConfigError(tuple(found.problems))
        return cls(**found.values, sources=found.sources)

    def read_token(self) -> str | None:
        """Read the login token, for :meth:`~steamgs.GameServer.log_on`.

        :returns: None if there is no :attr:`token_file`: log on anonymously then.
        :raises ConfigError: the file can't be read, or is empty.
        """
        if self.token_file is None:
            return None
        where = self.sources.get("token_file", "token_file")
        try:
            token = read_token_file(self.token_file)
        except OSError as error:
            problem = f"{self.token_file} can't be read: {error.strerror}"
            raise ConfigError(((where, problem),)) from None
        if not token:
            raise ConfigError(((where, f"{self.token_file} is empty"),))
        return token

    def arguments(self) -> dict[str, Any]:
        """The arguments of :class:`steamgs.GameServer`.

        :raises ConfigError: the app id is not set.
        """
        if self.app_id is None:
            problem = "is not set: pass it, or set STEAMGS_APP_ID, or app_id in the file"
            raise ConfigError((("app_id", problem),))
        names = ("app_id", "ip", "game_port", "query_port", "mode", "version")
        arguments = {name: getattr(self, name) for name in names}
        return arguments if self.library is None else {**arguments, "library": self.library}


def variables() -> tuple[str, ...]:
    """The environment variables that are read."""
    return (CONFIG_VARIABLE, *(_variable_of(name) for name in _CHECKS))


def _variable_of(name: str) -> str:
    return f"STEAMGS_{name.upper()}"


class _Found:
    """What was found so far: the first place that has a setting counts."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        self.problems: list[tuple[str, str]] = []

    def take(self, name: str, value: object, where: str, *, from_outside: bool = False) -> None:
        try:
            checked = _CHECKS[name](value)
            if from_outside and name in _PATHS and not os.path.isabs(str(checked)):
                raise ValueError(_must_be_absolute(value))
        except ValueError as error:
            self.problems.append((where, str(error)))
        else:
            self.note(name, checked, where)

    def note(self, name: str, checked: object, where: str) -> None:
        if name not in self.sources:
            self.values[name] = checked
            self.sources[name] = where


def _read_environment(found: _Found) -> None:
    for name, problem in _FORBIDDEN.items():
        if os.environ.get(_variable_of(name)):
            found.problems.append((_variable_of(name), problem))
    for name in _CHECKS:
        variable = _variable_of(name)
        text = os.environ.get(variable)
        if not text:
            continue
        if name == "library":
            # The search for it reads this itself: what the environment names needs consent.
            if text == SIMULATOR or os.path.isabs(text):
                found.note(name, None, variable)
            else:
                found.problems.append((variable, _must_be_absolute(text)))
        else:
            value = _number_in(text) if name in _NUMBERS else text
            found.take(name, value, variable, from_outside=True)


def _number_in(text: str) -> object:
    """The number that the text is, or else the text."""
    if re.fullmatch(r"[0-9]{1,20}", text):
        return int(text)
    return float(text) if re.fullmatch(r"[0-9]{1,20}\.[0-9]{1,20}", text) else text


def _read_file(found: _Found, file: str | os.PathLike[str] | None) -> None:
    import tomllib  # noqa: PLC0415 - most servers have no file

    path = os.environ.get(CONFIG_VARIABLE) if file is None else os.fspath(file)
    if not path:
        return
    where = CONFIG_VARIABLE if file is None else "argument file"
    if file is None and not os.path.isabs(path):
        found.problems.append((where, _must_be_absolute(path)))
        return
    try:
        # Editors on Windows put a mark at the beginning, which tomllib takes for a key.
        with open(path, encoding="utf-8-sig", newline="") as stream:
            document = tomllib.loads(stream.read())
    except OSError as error:
        found.problems.append((where, f"{path} can't be read: {error.strerror}"))
        return
    except (ValueError, RecursionError) as error:  # of TOML, or of its encoding
        found.problems.append((path, f"is not TOML: {error}"))
        return
    table = document.get(_TABLE)
    if not isinstance(table, dict):
        found.problems.append((path, f"has no table [{_TABLE}]"))
        return
    for name, value in table.items():
        place = f"{path}: {without_tokens(name)}"
        if name in _CHECKS:
            found.take(name, value, place, from_outside=True)
        else:
            found.problems.append((place, _FORBIDDEN.get(name) or _unknown(name)))


def _must_be_absolute(path: object) -> str:
    return f"must be an absolute path, not {_shown(path)}"


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import

    close = get_close_matches(name, _CHECKS, 1)
    return f"there is no such setting; did you mean {close[0]}?" if close else "no such setting"


# The checks: each returns what is to be used, or raises a ValueError that says what is wrong.


def _shown(value: object) -> str:
    return without_tokens(repr(value))


def _integer(low: int, high: int) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"must be a number from {low} to {high}, not {_shown(value)}")
        return int(value)

    return check


_port = _integer(0, 0xFFFF)


def _query_port(value: object) -> object:
    if value == "shared":
        return QUERY_PORT_SHARED
    if isinstance(value, str):
        raise ValueError(f"must be a number from 0 to 65535 or 'shared', not {_shown(value)}")
    return _port(value)


def _ip(value: object) -> object:
    try:
        if isinstance(value, (str, IPv4Address)):
            return str(IPv4Address(value))
    except AddressValueError:
        pass
    raise ValueError(f"must be an IPv4 address, not {_shown(value)}")


def _mode(value: object) -> object:
    if isinstance(value, ServerMode):
        return value
    if not isinstance(value, str) or value not in _MODES:
        raise ValueError(f"must be one of {', '.join(_MODES)}, not {_shown(value)}")
    return _MODES[value]


def _version(value: object) -> object:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"must be a text of the form 1.0.0.0, not {_shown(value)}")
    return value


def _path(value: object) -> object:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"must be a path, not {_shown(value)}")
    return value


def _token_file(value: object) -> object:
    path = _path(value)
    # What is the token itself would be shown where the file can't be read.
    if without_tokens(str(path)) != path and not os.path.isabs(str(path)):
        raise ValueError("must be a path, not the token itself")
    return path


def _grace(value: object) -> object:
    number = None if isinstance(value, bool) else value
    if isinstance(number, (int, float)) and 0 <= number <= _MOST_GRACE:
        return float(number)
    raise ValueError(f"must be from 0 to {_MOST_GRACE:g} seconds, not {_shown(value)}")


_CHECKS: dict[str, Callable[[object], object]] = {
    "app_id": _integer(1, 0xFFFFFFFF),
    "ip": _ip,
    "game_port": _port,
    "query_port": _query_port,
    "mode": _mode,
    "version": _version,
    "library": _path,
    "token_file": _token_file,
    "grace": _grace,
}
