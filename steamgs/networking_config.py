"""What is known of the configuration values of Steam's networking, and of its relays."""

from __future__ import annotations

from steamgs.later_enums import NetworkingConfig as Key
from steamgs.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steamgs.later_enums import NetworkingConfigScope, NetworkingConfigType

__all__ = ["ConfigInfo", "PingLocation", "RelayPing", "limits_of"]

_MOST = 2**31 - 1
_HUGE = 0x10000000
_PERCENT = (0, 100)
_SWITCH = (0, 1)
_LAG = (0, 5000)
_RATE = (0, 2**30)
_BURST = (0, 2**20)
_LEVEL = (2, 8)

# Those of Valve's open implementation, which takes the nearest value in silence.
_LIMITS: dict[int, tuple[int, int]] = {
    Key.TIMEOUT_INITIAL: (0, _MOST),
    Key.TIMEOUT_CONNECTED: (0, _MOST),
    Key.SEND_BUFFER_SIZE: (4096, _HUGE),
    Key.RECV_BUFFER_SIZE: (4096, _HUGE),
    Key.RECV_BUFFER_MESSAGES: (2, _HUGE),
    Key.RECV_MAX_MESSAGE_SIZE: (64, _HUGE),
    Key.RECV_MAX_SEGMENTS_PER_PACKET: (1, 1300),
    Key.SEND_RATE_MIN: (1024, _HUGE),
    Key.SEND_RATE_MAX: (1024, _HUGE),
    Key.NAGLE_TIME: (0, 20000),
    Key.IP_ALLOW_WITHOUT_AUTH: (0, 2),
    Key.IP_LOCAL_HOST_ALLOW_WITHOUT_AUTH: (0, 2),
    Key.MTU_PACKET_SIZE: (200, 1300),
    Key.UNENCRYPTED: (0, 3),
    Key.SYMMETRIC_CONNECT: _SWITCH,
    Key.LOCAL_VIRTUAL_PORT: (-1, _MOST),
    Key.DUAL_WIFI_ENABLE: (0, 3),
    Key.ENABLE_DIAGNOSTICS_UI: _SWITCH,
    Key.SEND_TIME_SINCE_PREVIOUS_PACKET: (-1, 1),
    Key.FAKE_PACKET_LOSS_SEND: _PERCENT,
    Key.FAKE_PACKET_LOSS_RECV: _PERCENT,
    Key.FAKE_PACKET_LAG_SEND: _LAG,
    Key.FAKE_PACKET_LAG_RECV: _LAG,
    Key.FAKE_PACKET_JITTER_SEND_AVG: (0, 2000),
    Key.FAKE_PACKET_JITTER_SEND_MAX: _LAG,
    Key.FAKE_PACKET_JITTER_SEND_PCT: _PERCENT,
    Key.FAKE_PACKET_JITTER_RECV_AVG: (0, 2000),
    Key.FAKE_PACKET_JITTER_RECV_MAX: _LAG,
    Key.FAKE_PACKET_JITTER_RECV_PCT: _PERCENT,
    Key.FAKE_PACKET_REORDER_SEND: _PERCENT,
    Key.FAKE_PACKET_REORDER_RECV: _PERCENT,
    Key.FAKE_PACKET_REORDER_TIME: _LAG,
    Key.FAKE_PACKET_DUP_SEND: _PERCENT,
    Key.FAKE_PACKET_DUP_RECV: _PERCENT,
    Key.FAKE_PACKET_DUP_TIME_MAX: _LAG,
    Key.PACKET_TRACE_MAX_BYTES: (-1, 99999),
    Key.FAKE_RATE_LIMIT_SEND_RATE: _RATE,
    Key.FAKE_RATE_LIMIT_SEND_BURST: _BURST,
    Key.FAKE_RATE_LIMIT_RECV_RATE: _RATE,
    Key.FAKE_RATE_LIMIT_RECV_BURST: _BURST,
    Key.OUT_OF_ORDER_CORRECTION_WINDOW_MICROSECONDS: (0, 50000),
    Key.P2P_TRANSPORT_ICE_ENABLE: (-1, _MOST),
    Key.P2P_TRANSPORT_ICE_PENALTY: (0, _MOST),
    Key.P2P_TRANSPORT_SDR_PENALTY: (0, _MOST),
    Key.P2P_TRANSPORT_ICE_IMPLEMENTATION: (0, 2),
    Key.SDR_CLIENT_CONSECUTITIVE_PING_TIMEOUTS_FAIL_INITIAL: (0, _MOST),
    Key.SDR_CLIENT_CONSECUTITIVE_PING_TIMEOUTS_FAIL: (0, _MOST),
    Key.SDR_CLIENT_MIN_PINGS_BEFORE_PING_ACCURATE: (0, _MOST),
    Key.SDR_CLIENT_SINGLE_SOCKET: _SWITCH,
    Key.SDR_CLIENT_LIMIT_PING_PROBES_TO_NEAREST_N: (0, _MOST),
    Key.LOG_LEVEL_ACK_RTT: _LEVEL,
    Key.LOG_LEVEL_PACKET_DECODE: _LEVEL,
    Key.LOG_LEVEL_MESSAGE: _LEVEL,
    Key.LOG_LEVEL_PACKET_GAPS: _LEVEL,
    Key.LOG_LEVEL_P2P_RENDEZVOUS: _LEVEL,
    Key.LOG_LEVEL_SDR_RELAY_PINGS: _LEVEL,
    Key.ECN: (-1, 2),
    Key.SDR_CLIENT_ENABLE_TOS_PROBES: _SWITCH,
}


def limits_of(key: int) -> tuple[int, int] | None:
    """The lowest and the highest number that a value takes; None if its type alone limits it."""
    return _LIMITS.get(key)


class ConfigInfo(NamedTuple):
    """What Steam knows of a configuration value."""

    name: str
    """Steam's name of it."""
    type: NetworkingConfigType
    """What it is."""
    scope: NetworkingConfigScope
    """The narrowest scope that it can be set for."""
    limits: tuple[int, int] | None
    """The lowest and the highest number that it takes; None if its type alone limits it."""


class PingLocation(NamedTuple):
    """Where a host is on Steam's network (``SteamNetworkPingLocation_t``)."""

    text: str
    """The place, to be sent to others: :meth:`NetworkingUtils.estimate_ping` takes it."""
    age: float
    """Seconds since it was measured."""


class RelayPing(NamedTuple):
    """How long it takes to a data center and back."""

    ping: int
    """Milliseconds."""
    relay: str
    """The data center whose relay is on the way."""
