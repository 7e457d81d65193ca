"""What game servers of the simulated Steam find on the web."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from steamgs.simulated import SimulatedSteam

__all__ = ["HttpCommands"]


class HttpCommands(SimulatedSteam):
    """The commands of a :class:`~steamgs.simulator.Simulator` that concern ``server.http``."""

    @abstractmethod
    def do(self, command: str, /, **fields: object) -> None:
        """Carry out a command."""

    def set_http_answer(
        self,
        url: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] = MappingProxyType({}),
        body: str = "",
        size: int = 0,
        pieces: int = 1,
        delay: float = 0.0,
        failure: Literal["no_response", "certificate", "timeout"] | None = None,
    ) -> None:
        """Set what a server gets for an address. At first nobody answers: no response.

        What the server has sent is in ``http_sent`` of ``Simulator.server``.

        :param url: the address, without the parameters that Steam adds to it.
        :param status: of HTTP, 100 to 599.
        :param headers: those of the response.
        :param body: what the body begins with; at most 65,536 bytes.
        :param size: of the body, in bytes, if it is larger than that; zeros follow.
        :param pieces: how many the body comes in, 1 to 1000, evenly spread over the delay.
        :param delay: seconds until all of it has come.
        :param failure: why there is no response instead. With ``"certificate"`` there is one if the
            request does not ask for a verified certificate.
        """
        self.do(
            "set_http_answer",
            url=url,
            status=status,
            headers=[f"{name}: {value}" for name, value in headers.items()],
            body=body,
            size=size,
            pieces=pieces,
            delay=delay,
            failure=failure,
        )
