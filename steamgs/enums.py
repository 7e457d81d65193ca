"""Steam's enumerations as :class:`enum.IntEnum`.

Members carry the SDK's names in UPPER_SNAKE_CASE (``k_EResultServiceUnavailable`` is
``Result.SERVICE_UNAVAILABLE``; "ElseWhere" is spelt ``ELSEWHERE`` throughout). A value that the SDK
did not have when this module was written becomes a member named ``UNKNOWN_<value>``, so that a
newer Steam never turns an event into an exception.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self

__all__ = [
    "AccountType",
    "AuthSessionResponse",
    "BeginAuthSessionResult",
    "DenyReason",
    "InitResult",
    "Result",
    "ServerMode",
    "SteamEnum",
    "Universe",
    "UserHasLicenseForAppResult",
]


class SteamEnum(IntEnum):
    """An ``IntEnum`` that accepts unknown values (see the module's description)."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = int(value)
        # One object a value: `is` and pickling work as they do for the members that have a name.
        known = cls._value2member_map_.setdefault(int(value), member)
        assert isinstance(known, cls)
        return known

    def __reduce_ex__(self, _protocol: object) -> tuple[type[Self], tuple[int]]:
        # By value: the enum module of some Pythons looks the name up, which an unknown one has not.
        return type(self), (int(self),)

    def __str__(self) -> str:
        return self._name_

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec else self._name_

    @property
    def known(self) -> bool:
        """Whether the SDK names this value; ``False`` for ``UNKNOWN_<value>``."""
        return self._name_ in type(self)._member_map_

    @property
    def description(self) -> str:
        """One sentence for a person: what happened, and often what to do about it."""
        text = _DESCRIPTIONS.get(type(self).__name__, {}).get(int(self))
        return text or self._name_.replace("_", " ").capitalize() + "."


class Result(SteamEnum):
    """General result codes (``EResult``)."""

    NONE = 0
    OK = 1
    FAIL = 2
    NO_CONNECTION = 3
    INVALID_PASSWORD = 5
    LOGGED_IN_ELSEWHERE = 6
    INVALID_PROTOCOL_VER = 7
    INVALID_PARAM = 8
    FILE_NOT_FOUND = 9
    BUSY = 10
    INVALID_STATE = 11
    INVALID_NAME = 12
    INVALID_EMAIL = 13
    DUPLICATE_NAME = 14
    ACCESS_DENIED = 15
    TIMEOUT = 16
    BANNED = 17
    ACCOUNT_NOT_FOUND = 18
    INVALID_STEAM_ID = 19
    SERVICE_UNAVAILABLE = 20
    NOT_LOGGED_ON = 21
    PENDING = 22
    ENCRYPTION_FAILURE = 23
    INSUFFICIENT_PRIVILEGE = 24
    LIMIT_EXCEEDED = 25
    REVOKED = 26
    EXPIRED = 27
    ALREADY_REDEEMED = 28
    DUPLICATE_REQUEST = 29
    ALREADY_OWNED = 30
    IP_NOT_FOUND = 31
    PERSIST_FAILED = 32
    LOCKING_FAILED = 33
    LOGON_SESSION_REPLACED = 34
    CONNECT_FAILED = 35
    HANDSHAKE_FAILED = 36
    IO_FAILURE = 37
    REMOTE_DISCONNECT = 38
    SHOPPING_CART_NOT_FOUND = 39
    BLOCKED = 40
    IGNORED = 41
    NO_MATCH = 42
    ACCOUNT_DISABLED = 43
    SERVICE_READ_ONLY = 44
    ACCOUNT_NOT_FEATURED = 45
    ADMINISTRATOR_OK = 46
    CONTENT_VERSION = 47
    TRY_ANOTHER_CM = 48
    PASSWORD_REQUIRED_TO_KICK_SESSION = 49
    ALREADY_LOGGED_IN_ELSEWHERE = 50
    SUSPENDED = 51
    CANCELLED = 52
    DATA_CORRUPTION = 53
    DISK_FULL = 54
    REMOTE_CALL_FAILED = 55
    PASSWORD_UNSET = 56
    EXTERNAL_ACCOUNT_UNLINKED = 57
    PSN_TICKET_INVALID = 58
    EXTERNAL_ACCOUNT_ALREADY_LINKED = 59
    REMOTE_FILE_CONFLICT = 60
    ILLEGAL_PASSWORD = 61
    SAME_AS_PREVIOUS_VALUE = 62
    ACCOUNT_LOGON_DENIED = 63
    CANNOT_USE_OLD_PASSWORD = 64
    INVALID_LOGIN_AUTH_CODE = 65
    ACCOUNT_LOGON_DENIED_NO_MAIL = 66
    HARDWARE_NOT_CAPABLE_OF_IPT = 67
    IPT_INIT_ERROR = 68
    PARENTAL_CONTROL_RESTRICTED = 69
    FACEBOOK_QUERY_ERROR = 70
    EXPIRED_LOGIN_AUTH_CODE = 71
    IP_LOGIN_RESTRICTION_FAILED = 72
    ACCOUNT_LOCKED_DOWN = 73
    ACCOUNT_LOGON_DENIED_VERIFIED_EMAIL_REQUIRED = 74
    NO_MATCHING_URL = 75
    BAD_RESPONSE = 76
    REQUIRE_PASSWORD_RE_ENTRY = 77
    VALUE_OUT_OF_RANGE = 78
    UNEXPECTED_ERROR = 79
    DISABLED = 80
    INVALID_CEG_SUBMISSION = 81
    RESTRICTED_DEVICE = 82
    REGION_LOCKED = 83
    RATE_LIMIT_EXCEEDED = 84
    ACCOUNT_LOGIN_DENIED_NEED_TWO_FACTOR = 85
    ITEM_DELETED = 86
    ACCOUNT_LOGIN_DENIED_THROTTLE = 87
    TWO_FACTOR_CODE_MISMATCH = 88
    TWO_FACTOR_ACTIVATION_CODE_MISMATCH = 89
    ACCOUNT_ASSOCIATED_TO_MULTIPLE_PARTNERS = 90
    NOT_MODIFIED = 91
    NO_MOBILE_DEVICE = 92
    TIME_NOT_SYNCED = 93
    SMS_CODE_FAILED = 94
    ACCOUNT_LIMIT_EXCEEDED = 95
    ACCOUNT_ACTIVITY_LIMIT_EXCEEDED = 96
    PHONE_ACTIVITY_LIMIT_EXCEEDED = 97
    REFUND_TO_WALLET = 98
    EMAIL_SEND_FAILURE = 99
    NOT_SETTLED = 100
    NEED_CAPTCHA = 101
    GSLT_DENIED = 102
    GS_OWNER_DENIED = 103
    INVALID_ITEM_TYPE = 104
    IP_BANNED = 105
    GSLT_EXPIRED = 106
    INSUFFICIENT_FUNDS = 107
    TOO_MANY_PENDING = 108
    NO_SITE_LICENSES_FOUND = 109
    WG_NETWORK_SEND_EXCEEDED = 110
    ACCOUNT_NOT_FRIENDS = 111
    LIMITED_USER_ACCOUNT = 112
    CANT_REMOVE_ITEM = 113
    ACCOUNT_DELETED = 114
    EXISTING_USER_CANCELLED_LICENSE = 115
    COMMUNITY_COOLDOWN = 116
    NO_LAUNCHER_SPECIFIED = 117
    MUST_AGREE_TO_SSA = 118
    LAUNCHER_MIGRATED = 119
    STEAM_REALM_MISMATCH = 120
    INVALID_SIGNATURE = 121
    PARSE_FAILURE = 122
    NO_VERIFIED_PHONE = 123
    INSUFFICIENT_BATTERY = 124
    CHARGER_REQUIRED = 125
    CACHED_CREDENTIAL_INVALID = 126
    PHONE_NUMBER_IS_VOIP = 127
    NOT_SUPPORTED = 128
    FAMILY_SIZE_LIMIT_EXCEEDED = 129
    OFFLINE_APP_CACHE_INVALID = 130
    TRY_LATER = 131


class DenyReason(SteamEnum):
    """Why Steam denies or kicks a client of the older authentication flow (``EDenyReason``)."""

    INVALID = 0
    INVALID_VERSION = 1
    GENERIC = 2
    NOT_LOGGED_ON = 3
    NO_LICENSE = 4
    CHEATER = 5
    LOGGED_IN_ELSEWHERE = 6
    UNKNOWN_TEXT = 7
    INCOMPATIBLE_ANTICHEAT = 8
    MEMORY_CORRUPTION = 9
    INCOMPATIBLE_SOFTWARE = 10
    STEAM_CONNECTION_LOST = 11
    STEAM_CONNECTION_ERROR = 12
    STEAM_RESPONSE_TIMED_OUT = 13
    STEAM_VALIDATION_STALLED = 14
    STEAM_OWNER_LEFT_GUEST_USER = 15


class BeginAuthSessionResult(SteamEnum):
    """What ``BeginAuthSession`` says about a ticket at once (``EBeginAuthSessionResult``)."""

    OK = 0
    INVALID_TICKET = 1
    DUPLICATE_REQUEST = 2
    INVALID_VERSION = 3
    GAME_MISMATCH = 4
    EXPIRED_TICKET = 5


class AuthSessionResponse(SteamEnum):
    """What Steam says about a session, at its beginning and later (``EAuthSessionResponse``)."""

    OK = 0
    USER_NOT_CONNECTED_TO_STEAM = 1
    NO_LICENSE_OR_EXPIRED = 2
    VAC_BANNED = 3
    LOGGED_IN_ELSEWHERE = 4
    VAC_CHECK_TIMED_OUT = 5
    AUTH_TICKET_CANCELED = 6
    AUTH_TICKET_INVALID_ALREADY_USED = 7
    AUTH_TICKET_INVALID = 8
    PUBLISHER_ISSUED_BAN = 9
    AUTH_TICKET_NETWORK_IDENTITY_FAILURE = 10


class UserHasLicenseForAppResult(SteamEnum):
    """Whether a user owns an app (``EUserHasLicenseForAppResult``)."""

    HAS_LICENSE = 0
    DOES_NOT_HAVE_LICENSE = 1
    NO_AUTH = 2


class ServerMode(SteamEnum):
    """How the server authenticates and lists itself (``EServerMode``).

    These are what :class:`steamgs.GameServer` takes. Steam is told a mode and never reports one, so
    any other value raises ValueError.
    """

    NO_AUTHENTICATION = 1
    AUTHENTICATION = 2
    AUTHENTICATION_AND_SECURE = 3

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return None


class InitResult(SteamEnum):
    """How ``SteamGameServer_InitEx`` ended (``ESteamAPIInitResult``)."""

    OK = 0
    FAILED_GENERIC = 1
    NO_STEAM_CLIENT = 2
    VERSION_MISMATCH = 3


class AccountType(SteamEnum):
    """The kind of account that a Steam id names (``EAccountType``)."""

    INVALID = 0
    INDIVIDUAL = 1
    MULTISEAT = 2
    GAME_SERVER = 3
    ANON_GAME_SERVER = 4
    PENDING = 5
    CONTENT_SERVER = 6
    CLAN = 7
    CHAT = 8
    CONSOLE_USER = 9
    ANON_USER = 10


class Universe(SteamEnum):
    """The Steam instance that a Steam id belongs to (``EUniverse``)."""

    INVALID = 0
    PUBLIC = 1
    BETA = 2
    INTERNAL = 3
    DEV = 4


_DESCRIPTIONS: dict[str, dict[int, str]] = {
    "BeginAuthSessionResult": {
        BeginAuthSessionResult.OK: "The ticket is well-formed; Steam's verdict follows.",
        BeginAuthSessionResult.INVALID_TICKET: "The bytes are not a ticket of this Steam id:"
        " truncated in transit, or issued to somebody else.",
        BeginAuthSessionResult.DUPLICATE_REQUEST: "A session with this Steam id is already open;"
        " end it before beginning another.",
        BeginAuthSessionResult.INVALID_VERSION: "The ticket was made by an incompatible version"
        " of the Steam client.",
        BeginAuthSessionResult.GAME_MISMATCH: "The ticket was issued for another app id.",
        BeginAuthSessionResult.EXPIRED_TICKET: "The ticket is too old; the client must ask"
        " Steam for a new one.",
    },
    "AuthSessionResponse": {
        AuthSessionResponse.OK: "Steam vouches for the player.",
        AuthSessionResponse.USER_NOT_CONNECTED_TO_STEAM: "The player is not connected to Steam.",
        AuthSessionResponse.NO_LICENSE_OR_EXPIRED: "The player has no licence for this app.",
        AuthSessionResponse.VAC_BANNED: "The player is VAC banned from this app.",
        AuthSessionResponse.LOGGED_IN_ELSEWHERE: "The account logged in elsewhere and this"
        " session lost its place.",
        AuthSessionResponse.VAC_CHECK_TIMED_OUT: "VAC could not check the player in time.",
        AuthSessionResponse.AUTH_TICKET_CANCELED: "The player's client cancelled the ticket,"
        " as it does on leaving a server.",
        AuthSessionResponse.AUTH_TICKET_INVALID_ALREADY_USED: "The ticket was used before;"
        " every connection needs a new one.",
        AuthSessionResponse.AUTH_TICKET_INVALID: "The ticket is not from a client that is"
        " connected to Steam now.",
        AuthSessionResponse.PUBLISHER_ISSUED_BAN: "The game's publisher banned the player.",
        AuthSessionResponse.AUTH_TICKET_NETWORK_IDENTITY_FAILURE: "The ticket was issued for"
        " another server address or identity.",
    },
    "DenyReason": {
        DenyReason.INVALID_VERSION: "The client's version does not fit the server's.",
        DenyReason.GENERIC: "Steam gives no particular reason.",
        DenyReason.NOT_LOGGED_ON: "The player is not logged on to Steam.",
        DenyReason.NO_LICENSE: "The player has no licence for this app.",
        DenyReason.CHEATER: "The player is banned for cheating.",
        DenyReason.LOGGED_IN_ELSEWHERE: "The account logged in elsewhere.",
        DenyReason.UNKNOWN_TEXT: "See the text that came with it.",
        DenyReason.STEAM_CONNECTION_LOST: "The player's connection to Steam was lost.",
        DenyReason.STEAM_RESPONSE_TIMED_OUT: "Steam did not answer in time.",
        DenyReason.STEAM_OWNER_LEFT_GUEST_USER: "The owner of the borrowed licence left.",
    },
}
