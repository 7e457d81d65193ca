"""Which Steam a game server runs on: the real one, or a simulated one that its program agrees to.

The simulator authenticates nobody, so a server runs on it only if the program itself agrees. An
environment variable is not consent, because it may come from anywhere.
"""

from __future__ import annotations

import os
import sys

from steamgs import _core
from steamgs import library as steam_library
from steamgs.errors import SteamLibraryError
from steamgs.log import logger
from steamgs.simulated import SimulatedSteam

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

__all__ = ["Backend", "warn_of_simulator"]

SCENARIO_VARIABLE = "STEAMGS_SIMULATOR"

_HOW_TO_AGREE = (
    "it authenticates nobody, so a program must agree to it in its code: "
    "GameServer(..., allow_simulator=True)"
)
_WARNING = "this game server runs on the Steam simulator: it authenticates nobody"

_warned_on_stderr = False


class Backend:
    """The library that a server loads, and the simulator below it or None."""

    def __init__(
        self,
        library: str | os.PathLike[str] | SimulatedSteam | None,
        steamclient: SimulatedSteam | None,
        *,
        allow_simulator: bool = False,
        require_genuine: bool = False,
    ) -> None:
        self._path, self._simulator = _named(library, steamclient)
        self._allow_simulator = _flag("allow_simulator", allow_simulator)
        self._require_genuine = _flag("require_genuine", require_genuine)
        if require_genuine and (self._simulator is not None or allow_simulator):
            which = "allow_simulator" if self._simulator is None else "a simulator"
            raise ValueError(f"require_genuine can't be True together with {which}")
        self._armed: SimulatedSteam | None = None

    @property
    def simulator(self) -> SimulatedSteam | None:
        """The simulator that the code names, or on which the environment has put the server."""
        return self._armed or self._simulator

    def load(self) -> str:
        """Load the library, with the simulator below it if there is one; returns its path.

        :raises SteamLibraryError: no usable library, or one that the program has not consented to.
        """
        path, simulator = self._path, self._simulator
        if path is None and steam_library.named_by_environment() == steam_library.SIMULATOR:
            self._require_consent()
            path, simulator = _front(), self._simulator_of_environment()
        if simulator is not None:
            # In this order, so that an interruption in between is undone as well.
            self._armed = simulator
            simulator.arm()
        path = steam_library.load(path)
        by_scenario = self._allow_simulator and os.environ.get(SCENARIO_VARIABLE)
        served = self._armed is not None or by_scenario
        if _core.is_simulated_steamclient_loaded() and not served:
            # Valve's library asks the loader for steamclient by name, and would be given this one.
            raise SteamLibraryError(
                "the simulated steamclient is loaded in this process, so the real one can no "
                "longer be loaded; use a new process, or pass steamclient= to use the simulator",
                ((str(path), "not started"),),
            )
        return path

    def check_started(self, path: str | None) -> bool:
        """Whether Steam is the simulated one, now that the library has found its steamclient.

        :raises SteamLibraryError: it is, and the program has not agreed to it.
        """
        if not _core.is_simulated_steamclient_loaded():
            return False
        if self._armed is None and not self._allow_simulator:
            raise SteamLibraryError(
                f"the steamclient that was found is the simulated one; {self._advice()}",
                ((str(path), "was loaded, but found the simulated steamclient"),),
            )
        return True

    def release(self) -> None:
        """The server has ended: another one may use the simulator. Harmless at any time."""
        if self._armed is not None:
            self._armed.disarm()
        self._armed = None

    def _require_consent(self) -> None:
        if not self._allow_simulator and self._simulator is None:
            variable = f"{steam_library.ENVIRONMENT_VARIABLE}={steam_library.SIMULATOR}"
            raise SteamLibraryError(
                f"{variable} names the Steam simulator; {self._advice()}",
                ((steam_library.SIMULATOR, "is named only by the environment"),),
            )

    def _simulator_of_environment(self) -> SimulatedSteam | None:
        """The one that was given, or a new one that stays the server's; None for a scenario's."""
        if self._simulator is None and not os.environ.get(SCENARIO_VARIABLE):
            from steamgs.simulator import Simulator  # noqa: PLC0415

            self._simulator = Simulator()
        return self._simulator

    def _advice(self) -> str:
        if self._require_genuine:
            return "require_genuine=True refuses it"
        return _HOW_TO_AGREE


def _named(
    library: str | os.PathLike[str] | SimulatedSteam | None, steamclient: SimulatedSteam | None
) -> tuple[str | None, SimulatedSteam | None]:
    """What the code names: a path or None, and a simulator or None."""
    if isinstance(library, SimulatedSteam):
        if steamclient is not None:
            raise ValueError("steamclient must be None when library is already a simulator")
        return _front(), library
    if steamclient is not None and not isinstance(steamclient, SimulatedSteam):
        raise TypeError(
            f"steamclient must be a steamgs.simulator.Simulator, not {type(steamclient).__name__}"
        )
    if library is None:
        return None, steamclient
    if not isinstance(library, (str, os.PathLike)):
        raise TypeError(
            "library must be a path, 'simulator' or a steamgs.simulator.Simulator, "
            f"not {type(library).__name__}"
        )
    path = os.fspath(library)
    if not path or "\0" in path:
        raise ValueError(f"library must be a path, not {path!r}")
    if path != steam_library.SIMULATOR:
        return path, steamclient
    from steamgs.simulator import Simulator  # noqa: PLC0415

    return _front(), steamclient or Simulator()


def _front() -> str:
    from steamgs.simulator import front_path  # noqa: PLC0415

    return str(front_path())


def _flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value


def warn_of_simulator() -> None:
    """Warn in the log; if nobody has set up logging, warn on stderr, once per process."""
    from logging import WARNING  # noqa: PLC0415 - slow to import; see steamgs.log

    global _warned_on_stderr  # noqa: PLW0603 - so that a server that restarts is not a nuisance
    if _is_logging_set_up():
        logger().warning(_WARNING)
    elif not _warned_on_stderr and sys.stderr is not None and logger().isEnabledFor(WARNING):
        _warned_on_stderr = True
        print(f"steamgs: {_WARNING}", file=sys.stderr)


def _is_logging_set_up() -> bool:
    """Whether any handler would process it; the handler of steamgs itself does nothing."""
    from logging import NullHandler  # noqa: PLC0415 - slow to import; see steamgs.log

    asked: Logger | None = logger()
    while asked is not None:
        if not all(isinstance(handler, NullHandler) for handler in asked.handlers):
            return True
        asked = asked.parent if asked.propagate else None
    return False
