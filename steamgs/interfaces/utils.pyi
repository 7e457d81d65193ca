from os import PathLike

from steamgs._core import Call, FileSignatureChecked, UtilsSignals
from steamgs.enums import Universe
from steamgs.later_enums import (
    IPv6ConnectivityProtocol,
    IPv6ConnectivityState,
    TextFilteringContext,
)
from typing_extensions import disjoint_base

@disjoint_base
class Utils(UtilsSignals):
    @property
    def server_time(self) -> int: ...
    @property
    def ip_country(self) -> str | None: ...
    @property
    def connected_universe(self) -> Universe: ...
    @property
    def app_id(self) -> int: ...
    @property
    def ipc_call_count(self) -> int: ...
    def ipv6_state(self, protocol: IPv6ConnectivityProtocol) -> IPv6ConnectivityState: ...
    def init_filter_text(self) -> None: ...
    def filter_text(
        self, text: str, context: TextFilteringContext, *, steam_id: int | None = None
    ) -> str: ...
    def check_file_signature(
        self, path: str | PathLike[str], *, timeout: float | None = None
    ) -> Call[FileSignatureChecked]: ...
