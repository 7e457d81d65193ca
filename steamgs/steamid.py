"""Steam ids: what the 64 bits mean, and the forms in which people write them."""

from __future__ import annotations

from steamgs.enums import AccountType, Universe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

__all__ = ["SteamID"]

_INSTANCE_BITS = 20
_TYPE_BITS = 4
# Steam's letters of the "[U:1:22202]" form, by account type.
_LETTERS = {
    AccountType.INVALID: "I",
    AccountType.INDIVIDUAL: "U",
    AccountType.MULTISEAT: "M",
    AccountType.GAME_SERVER: "G",
    AccountType.ANON_GAME_SERVER: "A",
    AccountType.PENDING: "P",
    AccountType.CONTENT_SERVER: "C",
    AccountType.CLAN: "g",
    AccountType.CHAT: "T",
    AccountType.ANON_USER: "a",
}
_STEAM3 = r"\[([A-Za-z]):(\d{1,3}):(\d{1,10})(?::(\d{1,7}))?\]"
_STEAM2 = r"(?i:STEAM_(\d):([01]):(\d{1,10}))"


class SteamID(int):
    """A Steam id: an ``int`` (0 to 2**64-1) that knows its parts (``CSteamID``).

    steamgs takes and returns plain ``int``; wrap one to decode it::

        SteamID(76561197960287930).steam3      # '[U:1:22202]'
        SteamID.parse("STEAM_1:0:11101")       # SteamID(76561197960287930)

    :raises OverflowError: ``value`` has more than 64 bits or is negative.
    """

    __slots__ = ()

    def __new__(cls, value: int) -> Self:
        """Check the range; see the class."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"value must be an int, not {type(value).__name__}")
        if not 0 <= value < 1 << 64:
            raise OverflowError(f"value must be from 0 to {(1 << 64) - 1}, not {value}")
        return super().__new__(cls, value)

    @classmethod
    def of(
        cls,
        account_id: int,
        account_type: AccountType = AccountType.INDIVIDUAL,
        *,
        universe: Universe = Universe.PUBLIC,
        instance: int | None = None,
    ) -> Self:
        """Make an id from its parts; ``instance`` defaults to 1 for people and 0 for all others."""
        if instance is None:
            instance = int(account_type == AccountType.INDIVIDUAL)
        parts = (
            ("account_id", account_id, 32),
            ("instance", instance, _INSTANCE_BITS),
            ("account_type", account_type, _TYPE_BITS),
            ("universe", universe, 8),
        )
        value, shift = 0, 0
        for name, part, bits in parts:
            if not 0 <= part < 1 << bits:
                raise OverflowError(f"{name} must be from 0 to {(1 << bits) - 1}, not {part}")
            value |= int(part) << shift
            shift += bits
        return cls(value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id from ``76561197960287930``, ``[U:1:22202]`` or ``STEAM_1:0:11101``.

        :raises ValueError: ``text`` has none of these forms.
        """
        import re  # noqa: PLC0415 - slow to import

        text = text.strip()
        if re.fullmatch(r"[0-9]{1,20}", text) and int(text) < 1 << 64:
            return cls(int(text))
        if match := re.fullmatch(_STEAM2, text):
            universe, low, high = (int(part) for part in match.groups())
            if high < 1 << 31:
                # Old games write universe 0 and mean the public one.
                return cls.of(high * 2 + low, universe=Universe(universe or Universe.PUBLIC))
        if match := re.fullmatch(_STEAM3, text):
            letter, *numbers = match.groups()
            kinds = [kind for kind, known in _LETTERS.items() if known == letter]
            universe, account_id = int(numbers[0]), int(numbers[1])
            instance = int(numbers[2]) if numbers[2] else None
            if kinds and universe < 1 << 8 and account_id < 1 << 32 and (instance or 0) < 1 << 20:
                return cls.of(account_id, kinds[0], universe=Universe(universe), instance=instance)
        raise ValueError(f"not a Steam id: {text!r}")

    @property
    def account_id(self) -> int:
        """The low 32 bits."""
        return self & 0xFFFFFFFF

    @property
    def instance(self) -> int:
        """20 bits that tell sessions of one account apart."""
        return self >> 32 & 0xFFFFF

    @property
    def account_type(self) -> AccountType:
        """What kind of account it is."""
        return AccountType(self >> 52 & 0xF)

    @property
    def universe(self) -> Universe:
        """Which Steam it belongs to."""
        return Universe(self >> 56)

    @property
    def is_valid(self) -> bool:
        """Whether the parts fit together, as ``CSteamID::IsValid`` judges."""
        kind = self.account_type
        if not AccountType.INVALID < kind <= AccountType.ANON_USER:
            return False
        if not Universe.INVALID < self.universe <= Universe.DEV:
            return False
        if kind == AccountType.INDIVIDUAL:
            return self.account_id != 0 and self.instance == 1
        if kind == AccountType.CLAN:
            return self.account_id != 0 and self.instance == 0
        return kind != AccountType.GAME_SERVER or self.account_id != 0

    @property
    def steam3(self) -> str:
        """``[U:1:22202]``, with the instance where one is usual."""
        letter = _LETTERS.get(self.account_type, "i")
        shown = self.account_type in (AccountType.ANON_GAME_SERVER, AccountType.MULTISEAT)
        suffix = f":{self.instance}" if shown else ""
        return f"[{letter}:{int(self.universe)}:{self.account_id}{suffix}]"

    @property
    def steam2(self) -> str:
        """``STEAM_1:0:11101``, the form of older games, for people's accounts."""
        return f"STEAM_{int(self.universe)}:{self.account_id & 1}:{self.account_id >> 1}"

    def __repr__(self) -> str:
        return f"SteamID({int(self)})"

    def __str__(self) -> str:
        return str(int(self))
