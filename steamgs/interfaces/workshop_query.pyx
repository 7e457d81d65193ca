# A query of ISteamUGC, as steamgs/workshop needs it.
#
# A collection may start whenever an object is made that it counts: tuples, lists and the like, but not
# texts. What it runs may close the server. So none is made between two questions to Steam.

cdef uint64_t NO_QUERY = UINT64_MAX

cdef enum:
    TAG_LIMIT = 256
    URL_LIMIT = 1024
    METADATA_LIMIT = 5001
    BRANCH_LIMIT = 256
    MOST_DESCRIPTORS = 32

cdef struct QueryQuestion:
    const Interfaces *interfaces
    HandleQuestion query


@cython.no_gc_clear  # `workshop` is never None
@cython.auto_pickle(False)
cdef class QueryCore(AskedHandle):
    """A query about items, and its results."""

    def __cinit__(self, WorkshopCore workshop not None, *_):
        self.workshop = workshop
        self.server = workshop.server
        self.what = "the query"

    cdef int keep(self, str action, uint64_t query) except -1:
        """In a critical section of the server."""
        if query == NO_QUERY:
            raise WorkshopError(action, None)
        return self.hold(query, give_back_query)

    def option(self, name: str, value: bool | int | str) -> bool:
        """What else is asked for; False if Steam refuses."""
        cdef CriticalSection section
        cdef ServedUGC steam
        cdef bytes text
        cdef uint32_t number
        # Arguments first: reading one may run code that closes the server.
        if name == "language":
            text = text_argument("language", value, TAG_LIMIT, False)
            return self.api(section).SetLanguage(self.held.number, <const char *>text)
        if name == "max_age" or name == "playtime_days":
            number = <uint32_t>integer_argument(name, value, 0, UINT32_MAX)
            steam = self.api(section)
            if name == "max_age":
                return steam.SetAllowCachedResponse(self.held.number, number)
            return steam.SetReturnPlaytimeStats(self.held.number, number)
        cdef bint flag = flag_argument(name, value)
        steam = self.api(section)
        if name == "children":
            return steam.SetReturnChildren(self.held.number, flag)
        if name == "key_values":
            return steam.SetReturnKeyValueTags(self.held.number, flag)
        if name == "previews":
            return steam.SetReturnAdditionalPreviews(self.held.number, flag)
        if name == "long_description":
            return steam.SetReturnLongDescription(self.held.number, flag)
        return steam.SetReturnMetadata(self.held.number, flag)

    def send(self, timeout: float | None) -> Call[WorkshopQueryCompleted]:
        """``SendQueryUGCRequest``."""
        cdef CriticalSection section
        cdef QueryQuestion question
        self.api(section)
        question.interfaces = &self.server.native.interfaces()
        question.query = self.question()
        section.end()
        return self.ask(
            "details", timeout, kWorkshopQueryCompleted, kUgcInterface, ask_the_workshop, &question,
        )

    def details(self, index: int) -> tuple[Any, ...] | None:
        """``GetQueryUGCResult``; None if there is none of that number."""
        cdef CriticalSection section
        cdef SteamUGCDetails020_t item
        memset(&item, 0, sizeof(item))
        if not self.api(section).GetQueryUGCResult(self.held.number, index, &item):
            return None
        return (
            item.m_nPublishedFileId, item.m_eResult, item.m_eFileType,
            text_from_steam(item.m_rgchTitle, sizeof(item.m_rgchTitle)),
            text_from_steam(item.m_rgchDescription, sizeof(item.m_rgchDescription)),
            item.m_ulSteamIDOwner, item.m_nCreatorAppID, item.m_nConsumerAppID,
            item.m_rtimeCreated, item.m_rtimeUpdated, item.m_eVisibility,
            item.m_bBanned, item.m_bAcceptedForUse, item.m_nFileSize, item.m_ulTotalFilesSize,
            text_from_steam(item.m_rgchURL, sizeof(item.m_rgchURL)),
            item.m_unVotesUp, item.m_unVotesDown, item.m_flScore, item.m_unNumChildren,
        )

    def tags(self, index: int, names: bool) -> tuple[str, ...]:
        """``GetQueryUGCTag``, or ``GetQueryUGCTagDisplayName``."""
        cdef CriticalSection section
        cdef char[TAG_LIMIT] text
        cdef uint32_t number
        cdef uint64_t query = self.held.number
        cdef bint told
        cdef list found = []
        cdef ServedUGC steam = self.api(section)
        for number in range(steam.GetQueryUGCNumTags(query, index)):
            if names:
                told = steam.GetQueryUGCTagDisplayName(query, index, number, text, TAG_LIMIT)
            else:
                told = steam.GetQueryUGCTag(query, index, number, text, TAG_LIMIT)
            if told:
                found.append(text_from_steam(text, TAG_LIMIT))
        return tuple(found)

    def previews(self, index: int) -> tuple[tuple[str, str, int], ...]:
        """``GetQueryUGCAdditionalPreview``: the address or id, the file's name and the type."""
        cdef CriticalSection section
        cdef char[URL_LIMIT] url
        cdef char[URL_LIMIT] file
        cdef int kind = 0
        cdef uint32_t number
        cdef list found = []
        cdef list kinds = []
        cdef ServedUGC steam = self.api(section)
        for number in range(steam.GetQueryUGCNumAdditionalPreviews(self.held.number, index)):
            if steam.GetQueryUGCAdditionalPreview(
                self.held.number, index, number, url, URL_LIMIT, file, URL_LIMIT, &kind
            ):
                found.append(text_from_steam(url, URL_LIMIT))
                found.append(text_from_steam(file, URL_LIMIT))
                kinds.append(kind)
        return tuple(zip(found[::2], found[1::2], kinds))

    def statistics(self, index: int, count: int) -> dict[int, int]:
        """``GetQueryUGCStatistic``: those that Steam tells."""
        cdef CriticalSection section
        cdef uint64_t value = 0
        cdef int number
        cdef dict found = {}
        cdef ServedUGC steam = self.api(section)
        for number in range(count):
            if steam.GetQueryUGCStatistic(self.held.number, index, number, &value):
                found[number] = value
        return found

    def game_versions(self, index: int) -> tuple[tuple[str, str], ...]:
        """``GetSupportedGameVersionData``: branches of the game, the oldest and the newest."""
        cdef CriticalSection section
        cdef char[BRANCH_LIMIT] oldest
        cdef char[BRANCH_LIMIT] newest
        cdef uint32_t number
        cdef list found = []
        cdef ServedUGC steam = self.api(section)
        for number in range(steam.GetNumSupportedGameVersions(self.held.number, index)):
            if steam.GetSupportedGameVersionData(
                self.held.number, index, number, oldest, newest, BRANCH_LIMIT
            ):
                found.append(text_from_steam(oldest, BRANCH_LIMIT))
                found.append(text_from_steam(newest, BRANCH_LIMIT))
        return tuple(zip(found[::2], found[1::2]))

    def content_descriptors(self, index: int) -> tuple[int, ...]:
        """``GetQueryUGCContentDescriptors``."""
        cdef CriticalSection section
        cdef int[MOST_DESCRIPTORS] kinds
        cdef uint32_t number
        cdef uint32_t count = self.api(section).GetQueryUGCContentDescriptors(
            self.held.number, index, kinds, MOST_DESCRIPTORS
        )
        return tuple([kinds[number] for number in range(min(count, <uint32_t>MOST_DESCRIPTORS))])

    def key_values(self, index: int) -> tuple[tuple[str, str], ...]:
        """``GetQueryUGCKeyValueTag``."""
        cdef CriticalSection section
        cdef char[TAG_LIMIT] key
        cdef char[TAG_LIMIT] value
        cdef uint32_t number
        cdef list found = []
        cdef ServedUGC steam = self.api(section)
        for number in range(steam.GetQueryUGCNumKeyValueTags(self.held.number, index)):
            if steam.GetQueryUGCKeyValueTag(
                self.held.number, index, number, key, TAG_LIMIT, value, TAG_LIMIT
            ):
                found.append(text_from_steam(key, TAG_LIMIT))
                found.append(text_from_steam(value, TAG_LIMIT))
        return tuple(zip(found[::2], found[1::2]))

    def children(self, index: int, count: int) -> tuple[int, ...] | None:
        """``GetQueryUGCChildren``: as many as Steam fills in; None if it refuses."""
        cdef CriticalSection section
        cdef vector[uint64_t] items
        cdef uint32_t size = count
        cdef ServedUGC steam = self.api(section)
        if size == 0:
            return ()
        items.resize(size)
        if not steam.GetQueryUGCChildren(self.held.number, index, items.data(), size):
            return None
        return tuple([item for item in items if item != 0])

    def metadata(self, index: int) -> str:
        """``GetQueryUGCMetadata``."""
        cdef CriticalSection section
        cdef char[METADATA_LIMIT] text
        if not self.api(section).GetQueryUGCMetadata(self.held.number, index, text, METADATA_LIMIT):
            return ""
        return text_from_steam(text, METADATA_LIMIT)

    def preview_url(self, index: int) -> str:
        """``GetQueryUGCPreviewURL``."""
        cdef CriticalSection section
        cdef char[URL_LIMIT] text
        if not self.api(section).GetQueryUGCPreviewURL(self.held.number, index, text, URL_LIMIT):
            return ""
        return text_from_steam(text, URL_LIMIT)

    cdef ServedUGC api(self, CriticalSection &section) except *:
        cdef ServedUGC steam = self.workshop.api(section)
        self.require(self.what)
        return steam


@cython.final
@cython.no_gc_clear  # `workshop` is never None
@cython.auto_pickle(False)
cdef class DetailsCore(QueryCore):
    """A query for the details of items."""

    def __init__(self, workshop, list item_ids not None):
        cdef vector[uint64_t] items
        cdef CriticalSection section
        for item_id in item_ids:
            items.push_back(item_argument(item_id))
        self.keep("details", self.workshop.api(section).CreateQueryUGCDetailsRequest(
            items.data(), <uint32_t>items.size()
        ))


cdef SteamAPICall_t ask_the_workshop(void *steam, const void *arguments) noexcept nogil:
    cdef const QueryQuestion *question = <const QueryQuestion *>arguments
    if not of_this_run(question.query):
        return 0
    return ServedUGC(question.interfaces[0]).SendQueryUGCRequest(question.query.number)


cdef void give_back_query(const Interfaces &interfaces, uint64_t query) noexcept:
    ServedUGC(interfaces).ReleaseQueryUGCRequest(query)
