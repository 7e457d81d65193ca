"""A simulated Steam: the back-end that game servers talk to, in this process.

::

    from steamgs.simulator import Simulator

    sim = Simulator(seed=1)
    alice = sim.add_user(76561197960287930, licenses={480})
    with steamgs.GameServer(480, library=sim) as server:
        server.log_on_anonymous()
        ...
        server.begin_auth_session(alice.auth_session_ticket(480), alice.steam_id)

It is used only if a program names it. It authenticates nobody, and real Steam does not accept its
tickets.
"""

from steamgs.simulator.client import (
    Client,
    ClientChange,
    ClientConnection,
    ClientError,
    ClientMessage,
    ClientStatus,
)
from steamgs.simulator.library import front_path, steamclient_path
from steamgs.simulator.proofs import SimulatedItem, make_item_proof
from steamgs.simulator.scenario import check_scenario
from steamgs.simulator.server_state import (
    KeyValue,
    NetworkingState,
    SentHttpRequest,
    ServerState,
    SimulatedSession,
)
from steamgs.simulator.tickets import TicketKind, make_ticket
from steamgs.simulator.user import User
from steamgs.simulator.vocabulary import Command, CommandField, commands
from steamgs.simulator.world import Simulator

__all__ = [
    "Client",
    "ClientChange",
    "ClientConnection",
    "ClientError",
    "ClientMessage",
    "ClientStatus",
    "Command",
    "CommandField",
    "KeyValue",
    "NetworkingState",
    "SentHttpRequest",
    "ServerState",
    "SimulatedItem",
    "SimulatedSession",
    "Simulator",
    "TicketKind",
    "User",
    "check_scenario",
    "commands",
    "front_path",
    "make_item_proof",
    "make_ticket",
    "steamclient_path",
]
