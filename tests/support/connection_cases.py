"""Cases of the stress: connections that some threads send on while others close them."""

from __future__ import annotations

import contextlib
import gc

import steamgs
from stage import Stage
from together import together

PAIRS = 16
MESSAGE = bytes(64)
# What a sender is told of a connection, or a server, that somebody else has closed.
CLOSED = (steamgs.ClosedHandleError, steamgs.NotRunningError, steamgs.SendError)


def senders_against_close(stage: Stage) -> None:
    """Messages stay in order, and none is left in memory, whoever closes first."""
    held = stage.sim.server.networking.held_messages
    while stage.more():
        server = stage.online()
        sockets = server.sockets
        pairs = [sockets.socket_pair() for _ in range(PAIRS)]
        group = sockets.create_poll_group()
        for _, theirs in pairs:
            group.add(theirs)
        senders = [ours for ours, _ in pairs]
        receive_until_closed(stage, server, group, senders, stage.rounds % 2 == 0)
        server.close()
        del server, sockets, pairs, senders, group, theirs
        gc.collect()
        assert stage.sim.server.networking.held_messages == held


def receive_until_closed(
    stage: Stage,
    server: steamgs.GameServer,
    group: steamgs.PollGroup,
    senders: list[steamgs.Connection],
    closes_server: bool,
) -> None:
    """Either connections are closed one by one, or the server with all of them."""
    sockets = server.sockets
    last: dict[int, int] = {}

    def send_each() -> None:
        for sender in senders * 20:
            with contextlib.suppress(*CLOSED):
                sender.send(MESSAGE)

    def send_many() -> None:
        for _ in range(20):
            with contextlib.suppress(*CLOSED):
                sockets.send_many([(sender, MESSAGE) for sender in senders])

    def broadcast() -> None:
        for _ in range(20):
            with contextlib.suppress(*CLOSED):
                sockets.broadcast(senders, MESSAGE * 8)

    def receive() -> None:
        with contextlib.suppress(*CLOSED):
            for _ in range(50):
                server.run_callbacks()
                batch = group.receive()
                assert all(data[:64] == MESSAGE for _, data in batch)
                for index, handle in enumerate(batch.connections):
                    number = batch[index].number
                    assert number > last.get(handle, 0), (handle, number)
                    last[handle] = number

    def close() -> None:
        stage.later()
        if closes_server:
            server.close()
            return
        for sender in senders:
            sender.close()
            sender.close()

    together(send_each, send_many, broadcast, receive, close)


CASES = (senders_against_close,)
