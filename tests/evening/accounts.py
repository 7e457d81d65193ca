"""What Steam knows of a player, and what it says when it is asked for a verdict."""

from __future__ import annotations

import steamgs
from steamgs import AuthSessionResponse, DenyReason
from steamgs.simulator import Simulator, User

__all__ = ["DENIALS", "INCIDENTS", "Account"]

# What happens to an account, and what Steam then says: to tickets, and in the older flow.
INCIDENTS = {
    "vac_ban": (AuthSessionResponse.VAC_BANNED, DenyReason.CHEATER),
    "publisher_ban": (AuthSessionResponse.PUBLISHER_ISSUED_BAN, DenyReason.CHEATER),
    "go_offline": (
        AuthSessionResponse.USER_NOT_CONNECTED_TO_STEAM,
        DenyReason.STEAM_CONNECTION_LOST,
    ),
    "log_in_elsewhere": (
        AuthSessionResponse.LOGGED_IN_ELSEWHERE,
        DenyReason.LOGGED_IN_ELSEWHERE,
    ),
}

# How the older flow words the refusals that occur here.
DENIALS = {
    AuthSessionResponse.VAC_BANNED: DenyReason.CHEATER,
    AuthSessionResponse.PUBLISHER_ISSUED_BAN: DenyReason.CHEATER,
    AuthSessionResponse.USER_NOT_CONNECTED_TO_STEAM: DenyReason.NOT_LOGGED_ON,
    AuthSessionResponse.LOGGED_IN_ELSEWHERE: DenyReason.LOGGED_IN_ELSEWHERE,
    AuthSessionResponse.NO_LICENSE_OR_EXPIRED: DenyReason.NO_LICENSE,
}


class Account:
    """A user of the simulated Steam, with a copy of what was done to them."""

    __slots__ = ("befallen", "minutes", "override", "sim", "steam_id", "user")

    def __init__(self, sim: Simulator, steam_id: int) -> None:
        self.sim = sim
        self.steam_id = steam_id
        self.minutes = 0
        """The statistic of this name, as Steam has it."""
        self.override: AuthSessionResponse | None = None
        self.user: User = sim.add_user(steam_id)
        self.befallen: set[str] = set()

    def befall(self, incident: str) -> None:
        getattr(self.user, incident)()
        self.befallen.add(incident)

    def answer_next_with(self, response: AuthSessionResponse) -> None:
        self.user.fail_next_auth(response)
        self.override = response

    def pardon(self) -> None:
        """Forget all that was done to them."""
        if self.befallen:
            self.user.come_online()
            self.user = self.sim.add_user(self.steam_id)
            self.befallen.clear()

    def verdict(self, ticket_cancelled: bool) -> steamgs.AuthSessionResponse:
        """What Steam answers now."""
        if self.override is not None:
            return self.override
        if ticket_cancelled:
            return AuthSessionResponse.AUTH_TICKET_CANCELED
        # In the order in which Steam looks.
        for incident in ("go_offline", "log_in_elsewhere", "publisher_ban", "vac_ban"):
            if incident in self.befallen:
                return INCIDENTS[incident][0]
        return AuthSessionResponse.OK
