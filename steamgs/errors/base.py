"""The base of all errors, and what is raised where a server is loaded, started and logged on."""

from __future__ import annotations

from steamgs.enums import InitResult, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs._core import ServerConnectFailure


class SteamError(Exception):
    """The base of all errors that Steam or its absence causes."""


class ConfigError(SteamError, ValueError):
    """Settings are missing or wrong; see :class:`steamgs.Config`.

    :ivar problems: ``(where, what)`` for each, such as ``("STEAMGS_GAME_PORT", "must be ...")``.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{where}: {what}" for where, what in self.problems)


class SteamLibraryError(SteamError):
    """No libsteam_api could be loaded.

    :ivar attempts: what was tried, in order: pairs of a path or name, and why it can't be used.
    """

    def __init__(self, message: str, attempts: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, attempts)
        self.attempts = attempts

    def __str__(self) -> str:
        lines = [str(self.args[0])]
        lines += [f"  {path}: {reason}" for path, reason in self.attempts]
        return "\n".join(lines)


class SteamInitError(SteamError):
    """``SteamGameServer_InitEx`` failed.

    :ivar result: the kind of failure.
    :ivar message: Steam's own words.
    """

    def __init__(self, result: InitResult, message: str) -> None:
        super().__init__(result, message)
        self.result = result
        self.message = message

    def __str__(self) -> str:
        return f"Steam refused to start the game server ({self.result.name}): {self.message}"


class NotRunningError(SteamError):
    """The server has not been started, or was closed."""


class NotLoggedOnError(SteamError):
    """The call needs a server that is logged on to Steam; see ``server_connected``."""


class LogOnError(SteamError):
    """Logging on to Steam failed.

    :ivar result: why.
    :ivar retrying: whether Steam keeps trying by itself; ``server_connected`` may still come.
    """

    def __init__(self, result: Result, retrying: bool) -> None:
        super().__init__(result, retrying)
        self.result = result
        self.retrying = retrying

    def __str__(self) -> str:
        outlook = "Steam keeps trying" if self.retrying else "Steam has given up"
        return f"{self.result.name}: {outlook}"


class LogOnTimeoutError(LogOnError, TimeoutError):
    """The logon was not finished in time; Steam may still be trying.

    :ivar failure: the last ``server_connect_failure`` since the logon began, or None.
    """

    def __init__(self, failure: ServerConnectFailure | None) -> None:
        super().__init__(Result.TIMEOUT if failure is None else failure.result, True)
        self.failure = failure

    def __reduce__(self) -> tuple[object, ...]:
        return LogOnTimeoutError, (self.failure,)

    def __str__(self) -> str:
        words = "the logon was not finished in time"
        return words if self.failure is None else f"{words}; last failure: {self.result.name}"


class ClosedHandleError(SteamError):
    """A connection, a listener, a query, a request or the like was used after it was closed.

    :ivar what: what it was, such as ``"connection 1234"``.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is closed"


class UnsupportedError(SteamError):
    """This steamclient, or this libsteam_api, does not have an interface or a method.

    :ivar name: what was needed, as Steamworks calls it: ``ISteamUGC`` or ``ISteamUGC::VoteItem``.
    :ivar served: the version of the interface that steamclient serves; None if it serves none.
    :ivar versions: the versions that have it, each with the first Steamworks SDK that has this
        version, such as ``("SteamUtils011", "1.65")``.
    """

    def __init__(
        self, name: str, served: str | None, versions: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(name, served, versions)
        self.name = name
        self.served = served
        self.versions = versions

    def __str__(self) -> str:
        known = ", ".join(f"{version} (SDK {sdk})" for version, sdk in self.versions)
        if self.served is None:
            return f"this steamclient serves no version of {self.name} that steamgs knows: {known}"
        since = dict(self.versions).get(self.served)
        if since is None:
            return (
                f"{self.name} is not in {self.served}, the version that steamclient serves, "
                f"but in {known}"
            )
        return (
            f"{self.name} needs libsteam_api of Steamworks SDK {since} or newer, because "
            f"{self.served} of an older steamclient does not have it"
        )
