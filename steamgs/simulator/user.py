"""A Steam account that the simulated Steam knows, and what can happen to it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from steamgs.enums import AuthSessionResponse, DenyReason
from steamgs.simulator import arguments
from steamgs.simulator.client import Client, ClientConnection, client_within
from steamgs.simulator.handle import WorldHandle
from steamgs.simulator.inventory import pairs
from steamgs.simulator.library import control, text_of
from steamgs.simulator.proofs import SimulatedItem, build_item_proof
from steamgs.simulator.server_state import read_json
from steamgs.simulator.tickets import TICKET_SECONDS, TicketKind, build_ticket

__all__ = ["User"]

_NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})


class User:
    """A player of :class:`~steamgs.simulator.Simulator`; created by its ``add_user``.

    If something happens to a user who is playing, the server gets the events that Steam would send:
    another ``validate_auth_ticket_response`` for a session that was begun with a ticket, and a
    ``client_kick`` for one of the older flow.
    """

    def __init__(self, world: WorldHandle, steam_id: int, owner_id: int) -> None:
        self._world = world
        self.steam_id = steam_id
        """The account's Steam id."""
        self.owner_id = owner_id
        """The owner of the licence that the user plays on."""
        self._last_serial = 0
        self._client: Client | None = None

    def __repr__(self) -> str:
        return f"<User {self.steam_id}>"

    def auth_session_ticket(
        self, app_id: int = 480, *, expires_in: float = TICKET_SECONDS
    ) -> bytes:
        """Make a new ticket for ``begin_auth_session``."""
        return self._ticket(app_id, TicketKind.SESSION, expires_in)

    def connect_blob(self, app_id: int = 480, *, expires_in: float = TICKET_SECONDS) -> bytes:
        """Make a new blob for ``send_user_connect_and_authenticate``."""
        return self._ticket(app_id, TicketKind.CONNECT, expires_in)

    def _ticket(self, app_id: int, kind: TicketKind, expires_in: float) -> bytes:
        world = self._world.number
        # Within the integers of a scenario file.
        self._last_serial = control().random(world) >> 1 or 1
        return build_ticket(
            self.steam_id,
            app_id,
            owner_id=self.owner_id,
            kind=kind,
            issued=control().unix_time(world),
            expires_in=expires_in,
            serial=self._last_serial,
            key=self._world.ticket_key,
        )

    def cancel_ticket(self) -> None:
        """Cancel the newest ticket, as the player's client does on leaving."""
        self._do("cancel_ticket", serial=self._last_serial or None)

    @property
    def client(self) -> Client:
        """The user's game, with its connections; made on first use."""
        if self._client is None:
            self._client = client_within(self._world.number, self.steam_id)
        return self._client

    def connect(
        self, address: str | int, virtual_port: int = 0, *, hosted: bool = False
    ) -> ClientConnection:
        """Begin to connect to a game server: see :meth:`Client.connect`."""
        return self.client.connect(address, virtual_port, hosted=hosted)

    def set_link(
        self,
        *,
        latency: float = 0.0,
        jitter: float = 0.0,
        loss: float = 0.0,
        duplicates: float = 0.0,
        reordering: float = 0.0,
        bandwidth: float = 0.0,
        nagle: bool = False,
    ) -> None:
        """Set what the user's links do to messages, in both directions, now and later.

        :param latency: the seconds that a message takes, one way.
        :param jitter: the most seconds that are added to it, at random.
        :param loss: the share of packets that are lost, 0 to 1. Reliable messages then come later.
        :param duplicates: the share of unreliable messages that come twice.
        :param reordering: the share of unreliable messages that later ones overtake.
        :param bandwidth: bytes per second; 0 for no limit.
        :param nagle: whether small messages wait for others, up to ``NagleTime``.
        """
        self._do(
            "set_link",
            latency=latency,
            jitter=jitter,
            loss=loss,
            duplicates=duplicates,
            reordering=reordering,
            bandwidth=bandwidth,
            nagle=nagle,
        )

    @contextmanager
    def keeping_link(self) -> Iterator[None]:
        """Let the user's link be changed in a ``with`` block; at its end it is what it was before.

        This goes for what ``set_link``, ``cut_link`` and ``restore_link`` do.
        """
        links = self._world.links
        before, was_cut = links.own(self.steam_id), links.is_cut(self.steam_id)
        try:
            yield
        finally:
            conditions = links.everybody() if before is None else before
            self._world.do("set_link", {**conditions, "user": self.steam_id})
            if links.is_cut(self.steam_id) != was_cut:
                self._do("cut_link" if was_cut else "restore_link")

    def set_identity(self, identity: str) -> None:
        """Set the identity that servers see of the user; the Steam id at first.

        :param identity: as Steam writes it, such as ``"str:bob"`` or ``"ip:192.0.2.1"``.
        :raises KeyError: it is none.
        """
        self._do("set_identity", identity=identity)

    def cut_link(self) -> None:
        """Let the user's connections carry nothing, now and later; they time out in the end."""
        self._do("cut_link")

    def restore_link(self) -> None:
        """Let the user's connections that have not ended carry messages again."""
        self._do("restore_link")

    def stall_link(self, seconds: float) -> None:
        """Hold up everything on the user's connections for a while; then it comes."""
        self._do("stall_link", seconds=seconds)

    def vanish(self) -> None:
        """Crash the user's game: its connections end without a word, and the server waits."""
        self._do("vanish")

    def set_licenses(self, app_ids: Iterable[int], *, owned: bool = True) -> None:
        """Grant or revoke licences for apps."""
        self._do("set_licenses", app_ids=app_ids, owned=owned)

    def vac_ban(self) -> None:
        """Have VAC ban the account, which matters to secure servers."""
        self._do("vac_ban")

    def publisher_ban(self) -> None:
        """Have the game's publisher ban the account."""
        self._do("publisher_ban")

    def go_offline(self) -> None:
        """Disconnect the account from Steam."""
        self._do("go_offline")

    def come_online(self) -> None:
        """Connect the account again, and end its login elsewhere."""
        self._do("come_online")

    def log_in_elsewhere(self) -> None:
        """Log the account in on another machine, which logs it out on this one."""
        self._do("log_in_elsewhere")

    def revoke(
        self, response: AuthSessionResponse, reason: DenyReason = DenyReason.GENERIC
    ) -> None:
        """Have Steam withdraw its approval of the player, with any response."""
        self._do("revoke", response=response, reason=reason)

    def kick(self, reason: DenyReason = DenyReason.GENERIC) -> None:
        """Have Steam ask the server to drop the player (``client_kick``)."""
        self._do("kick", reason=reason)

    def fail_next_auth(self, response: AuthSessionResponse) -> None:
        """Set Steam's answer to the next ticket, whatever the user's state."""
        self._do("fail_next_auth", response=response)

    def deny_next(self, reason: DenyReason, text: str = "") -> None:
        """Set Steam's answer to the next connect of the older flow (``client_denied``)."""
        self._do("deny_next", reason=reason, text=text)

    def dislike(self, other: User | int, *, dislikes: bool = True) -> None:
        """Block or unblock another player (see ``compute_new_player_compatibility``)."""
        steam_id = other.steam_id if isinstance(other, User) else other
        self._do("dislike", other=steam_id, dislikes=dislikes)

    def stat(self, name: str) -> float:
        """Return the stored value of a statistic; 1 or 0 for an achievement.

        :raises KeyError: the game has not defined it.
        """
        value = ctypes.c_double()
        encoded = arguments.name("name", name)
        if not control().stat(self._world.number, self.steam_id, encoded, value):
            raise KeyError(name)
        return value.value

    def set_stat(self, name: str, value: float) -> None:
        """Store a value, ignoring all constraints; 1 or 0 for an achievement.

        :raises KeyError: the game has not defined it.
        """
        self._do("set_stat", name=name, value=value)

    def unload_stats(self) -> None:
        """Have Steam drop the user's values from the server's cache (``stats_unloaded``)."""
        self._do("unload_stats")

    def give_item(
        self,
        item: int,
        definition: int,
        quantity: int = 1,
        *,
        properties: Mapping[str, str] = _NO_PROPERTIES,
        tradable: bool = True,
    ) -> None:
        """Give the user an item, or change it.

        :param item: its id, 0 to 2**63-1.
        :param definition: what it is, 1 to 999,999,999; it need not be defined.
        :param properties: what the game has attached to it.
        """
        self._do(
            "give_item",
            item=item,
            definition=definition,
            quantity=quantity,
            properties=pairs(properties),
            tradable=tradable,
        )

    def take_item(self, item: int) -> None:
        """Take an item from the user, if they own it, as if it were traded away.

        Proofs of it are stale from then on.
        """
        self._do("take_item", item=item)

    @property
    def items(self) -> tuple[SimulatedItem, ...]:
        """What the user owns."""
        world = self._world.number
        said = text_of(lambda out, size: control().items(world, self.steam_id, out, size))
        return tuple(SimulatedItem(**item) for item in read_json(said))

    def item_proof(
        self, items: Iterable[int] | None = None, app_id: int = 480, *, age: float = 0.0
    ) -> bytes:
        """Make a proof of items, as the player's client does, for ``server.inventory.verify``.

        :param items: their ids; all that the user owns if None.
        :param age: how many seconds ago it was made; more than 3600 for one that has expired.
        :raises KeyError: the user does not own one of them.
        """
        owned = {item.item_id: item for item in self.items}
        return build_item_proof(
            self.steam_id,
            owned.values() if items is None else [owned[item] for item in items],
            app_id,
            issued=control().unix_time(self._world.number) - age,
            key=self._world.ticket_key,
        )

    def set_promo_items(self, definitions: Iterable[int]) -> None:
        """Set which promotional items the user may be given."""
        self._do("set_promo_items", definitions=definitions)

    def _do(self, command: str, **fields: object) -> None:
        self._world.do(command, {"user": self.steam_id, **fields})
