"""Steam's workshop on a game server: items that it downloads and keeps current.

It is loaded when a server's :attr:`~steamgs.GameServer.workshop` is first used.
"""

from steamgs.workshop.collection import Installation
from steamgs.workshop.content import DownloadProgress, InstalledItem
from steamgs.workshop.download import Download
from steamgs.workshop.query import Details, ItemDetails, ItemPreview, Query
from steamgs.workshop.search import Search
from steamgs.workshop.workshop import Workshop

__all__ = [
    "Details",
    "Download",
    "DownloadProgress",
    "Installation",
    "InstalledItem",
    "ItemDetails",
    "ItemPreview",
    "Query",
    "Search",
    "Workshop",
]
