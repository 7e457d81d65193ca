from steamgs._core import (
    AssociateClan,
    Call,
    ClientGroupStatus,
    GameServerCore,
    PlayerCompat,
    ServerReputation,
)

class CommunityMethods(GameServerCore):
    def request_user_group_status(
        self, steam_id: int, group_id: int, *, timeout: float | None = None
    ) -> Call[ClientGroupStatus]: ...
    def associate_with_clan(
        self, clan_id: int, *, timeout: float | None = None
    ) -> Call[AssociateClan]: ...
    def compute_new_player_compatibility(
        self, steam_id: int, *, timeout: float | None = None
    ) -> Call[PlayerCompat]: ...
    def get_server_reputation(self, *, timeout: float | None = None) -> Call[ServerReputation]: ...
    def get_gameplay_stats(self) -> None: ...
