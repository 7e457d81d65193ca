"""What a game server hears of the simulated Steam by ISteamUtils."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Literal

from steamgs.simulated import SimulatedSteam

__all__ = ["UtilityCommands"]


class UtilityCommands(SimulatedSteam):
    """The commands of a :class:`~steamgs.simulator.Simulator` that concern ISteamUtils."""

    @abstractmethod
    def do(self, command: str, /, **fields: object) -> None:
        """Carry out a command."""

    def fail_next_call(
        self,
        times: int = 1,
        failure: Literal[
            "network_failure", "steam_gone", "invalid_handle", "mismatched_callback"
        ] = "network_failure",
    ) -> None:
        """Lose the next answers to calls on the way (I/O failure), whoever asked.

        :param failure: what Steam says why, as in :class:`steamgs.APICallFailure`.
        """
        self.do("fail_next_call", times=times, failure=failure)

    def set_ip_country(self, country: str) -> None:
        """Set the country that Steam sees the server in (``ip_country_changed``).

        :param country: its two letters; empty if not known, as at first.
        """
        self.do("set_ip_country", country=country)

    def set_ipv6(
        self, protocol: Literal["http", "udp"], state: Literal["unknown", "good", "bad"]
    ) -> None:
        """Set how far IPv6 works on the server's host; at first that is unknown."""
        self.do("set_ipv6", protocol=protocol, state=state)

    def set_text_filter(
        self, words: Iterable[str] = (), *, always: Iterable[str] = (), available: bool = True
    ) -> None:
        """Set the words that the text filter turns into stars, whatever their case.

        Servers are told by ``filter_text_dictionary_changed``.

        :param words: words of ASCII, 1 to 64 bytes each, that are filtered in chats and names.
        :param always: such words that are filtered in content of the game as well.
        :param available: whether Steam has a filter for the game at all.
        """
        self.do("set_text_filter", words=words, always=always, available=available)

    def set_file_signature(
        self,
        file: str,
        signature: Literal["valid", "invalid", "file_not_found", "none_for_app", "none_for_file"],
    ) -> None:
        """Set how the signature of a file turns out.

        At first no app has signatures. As soon as one file has, other files have none.

        :param file: as the server names it.
        """
        self.do("set_file_signature", file=file, signature=signature)
