# ISteamUGC, as steamgs/workshop needs it, which makes of it what programs see.

# No system has longer paths.
cdef enum:
    PATH_LIMIT = 32768

cdef struct ItemQuestion:
    const Interfaces *interfaces
    uint64_t item


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class WorkshopCore(UGCSignals):
    """What ``server.workshop`` asks Steam."""

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)

    def __init__(self, server):
        pass

    @property
    def _app_id(self) -> int:
        return self.server.app_id

    def _goes_on(self) -> bool:
        """Whether the server is running, and not about to stop."""
        return self.server.running and self.server.stop_requested is None

    def _unanswered(self) -> Call[Any]:
        """A call that never ends, for who delivers while there is nothing else to wait for."""
        return Call.__new__(Call, self.server, "follow", 0)

    def _init(self, depot_id: int, folder: str) -> bool:
        """``BInitWorkshopForGameServer``: whether Steam has taken the folder."""
        cdef uint32_t depot = <uint32_t>integer_argument("depot_id", depot_id, 1, UINT32_MAX)
        cdef bytes path = text_argument("folder", folder, PATH_LIMIT, False)
        cdef CriticalSection section
        return self.api(section).BInitWorkshopForGameServer(depot, <const char *>path)

    def _download(
        self, item_id: int, high_priority: bool, timeout: float | None
    ) -> Call[DownloadItemResult] | None:
        """``DownloadItem``: None if Steam refuses."""
        cdef uint64_t item = item_argument(item_id)
        cdef bint first = flag_argument("high_priority", high_priority)
        cdef CriticalSection section
        cdef bint begun = False
        self.api(section)
        section.end()
        cdef Call call = self.server.item_downloads.ask("download", item, timeout)
        try:
            begun = self.api(section).DownloadItem(item, first)
        finally:
            section.end()
            if not begun:
                self.server.questions.take_back(call)
        return call if begun else None

    def _state(self, item_id: int) -> int:
        """``GetItemState``."""
        cdef uint64_t item = item_argument(item_id)
        cdef CriticalSection section
        return self.api(section).GetItemState(item)

    def _install_info(self, item_id: int) -> tuple[str, int, int] | None:
        """``GetItemInstallInfo``: the folder, the size and the time; None if it is not installed."""
        cdef uint64_t item = item_argument(item_id)
        cdef uint64_t size = 0
        cdef uint32_t updated = 0
        cdef char[PATH_LIMIT] folder
        cdef CriticalSection section
        folder[0] = 0
        if not self.api(section).GetItemInstallInfo(item, &size, folder, PATH_LIMIT, &updated):
            return None
        return text_from_steam(folder, PATH_LIMIT), size, updated

    def _download_info(self, item_id: int) -> tuple[int, int] | None:
        """``GetItemDownloadInfo``: how much has come, and of how much; None if it is on no way."""
        cdef uint64_t item = item_argument(item_id)
        cdef uint64_t done = 0
        cdef uint64_t total = 0
        cdef CriticalSection section
        if not self.api(section).GetItemDownloadInfo(item, &done, &total):
            return None
        return done, total

    def _check_item_ids(self, item_ids: list[int]) -> None:
        """Raise for what is none."""
        for item_id in item_ids:
            item_argument(item_id)

    def _suspend_downloads(self, suspended: bool) -> None:
        """``SuspendDownloads``."""
        cdef bint flag = flag_argument("suspended", suspended)
        cdef CriticalSection section
        self.api(section).SuspendDownloads(flag)

    def _mark_unused(self, item_id: int) -> bool:
        """``MarkDownloadedItemAsUnused``, which older steamclients lack."""
        cdef uint64_t item = item_argument(item_id)
        cdef CriticalSection section
        require_method(self.server, kUgcInterface, "MarkDownloadedItemAsUnused")
        return self.api(section).MarkDownloadedItemAsUnused(item)

    def _app_dependencies(
        self, item_id: int, timeout: float | None
    ) -> Call[AppDependencies]:
        """``GetAppDependencies``."""
        cdef CriticalSection section
        cdef ItemQuestion question
        question.item = item_argument(item_id)
        self.api(section)
        section.end()
        question.interfaces = &self.server.native.interfaces()
        return self.server.ask(
            "app_dependencies", timeout, kAppDependencies, kUgcInterface, 0, ask_for_apps, &question,
        )

    @cython.final
    cdef ServedUGC api(self, CriticalSection &section) except *:
        optional_interface(self.server, kUgcInterface, section)
        return ServedUGC(self.server.native.interfaces())


cdef uint64_t item_argument(object item_id) except? 0:
    return integer_argument("item_id", item_id, 1, UINT64_MAX)


cdef SteamAPICall_t ask_for_apps(void *steam, const void *arguments) noexcept nogil:
    cdef const ItemQuestion *question = <const ItemQuestion *>arguments
    return ServedUGC(question.interfaces[0]).GetAppDependencies(question.item)
