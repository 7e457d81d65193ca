"""What Steam tells of a connection: who it is with, and how it does."""

from __future__ import annotations

from steamgs.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs.later_enums import ConnectionEnd, ConnectionState
    from steamgs.networking_address import NetworkingAddress
    from steamgs.networking_identity import NetworkingIdentity

__all__ = ["ConnectionInfo", "ConnectionStatus", "LaneStatus"]


class ConnectionInfo(NamedTuple):
    """What is known of a connection (``SteamNetConnectionInfo_t``)."""

    identity: NetworkingIdentity
    """Who is on the other side."""
    user_data: int
    """The number that the program has set; -1 if none."""
    listener: int
    """The handle of the listener that it came to; 0 if it was made here."""
    address: NetworkingAddress | None
    """Where the other side is; None if that is not known, or hidden by relays."""
    remote_data_center: int
    """The data center (POP) of the other side; 0 if it has none."""
    relay_data_center: int
    """The data center of the relay in use; 0 for none."""
    state: ConnectionState
    """The state."""
    end_reason: ConnectionEnd
    """Why it has ended; ``INVALID`` if it has not."""
    end_text: str
    """The same for people."""
    description: str
    """Steam's own words for the connection, for logs."""
    flags: int
    """``k_nSteamNetworkConnectionInfoFlags_...``: 1 unauthenticated, 2 unencrypted, 4 loopback, 8
    fast, 16 relayed."""


class LaneStatus(NamedTuple):
    """What waits in a lane of a connection (``SteamNetConnectionRealTimeLaneStatus_t``)."""

    pending_unreliable: int
    """Bytes that wait to be sent."""
    pending_reliable: int
    """Bytes that wait to be sent, for the first time or again."""
    unacknowledged_reliable: int
    """Bytes that were sent and not acknowledged."""
    queue_time: float
    """Seconds that a message which is sent now would wait."""


class ConnectionStatus(NamedTuple):
    """How a connection does now (``SteamNetConnectionRealTimeStatus_t``)."""

    state: ConnectionState
    """The state."""
    ping: int
    """Milliseconds there and back; -1 if not known yet."""
    quality_local: float
    """0 to 1: how many packets arrive here in order; -1 if not known."""
    quality_remote: float
    """The same, as the other side tells; -1 if not known."""
    out_packets_per_second: float
    """Packets sent in a second, lately."""
    out_bytes_per_second: float
    """Bytes sent in a second, lately."""
    in_packets_per_second: float
    """Packets received in a second, lately."""
    in_bytes_per_second: float
    """Bytes received in a second, lately."""
    send_rate: int
    """Bytes in a second that the connection is thought to carry."""
    pending_unreliable: int
    """Bytes that wait to be sent."""
    pending_reliable: int
    """Bytes that wait to be sent, for the first time or again."""
    unacknowledged_reliable: int
    """Bytes that were sent and not acknowledged."""
    queue_time: float
    """Seconds that a message which is sent now would wait."""
    max_jitter: int
    """Microseconds, the most of late; 0 before Steamworks SDK 1.65."""
    lanes: tuple[LaneStatus, ...]
    """The same for each lane that was asked for."""
