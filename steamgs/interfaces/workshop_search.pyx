# A search of ISteamUGC: a query for items that nobody has named.

cdef enum:
    CURSOR_LIMIT = 256
    SEARCH_LIMIT = 65536


@cython.final
@cython.no_gc_clear  # `workshop` is never None
@cython.auto_pickle(False)
cdef class SearchCore(QueryCore):
    """A page of what a search finds: by its number, or by the cursor behind the one before."""

    def __init__(self, workshop, ranking, kind, creator_app_id, consumer_app_id, page):
        cdef int order = member_argument("ranking", "WorkshopRanking", ranking)
        cdef int matching = member_argument("kind", "WorkshopMatch", kind)
        cdef uint32_t creator = <uint32_t>integer_argument(
            "creator_app_id", creator_app_id, 0, UINT32_MAX
        )
        cdef uint32_t consumer = <uint32_t>integer_argument(
            "consumer_app_id", consumer_app_id, 0, UINT32_MAX
        )
        cdef bytes cursor
        cdef uint32_t number
        cdef uint64_t query
        cdef CriticalSection section
        if isinstance(page, str):
            cursor = text_argument("page", page, CURSOR_LIMIT, False)
            query = self.workshop.api(section).CreateQueryAllUGCRequestCursor(
                order, matching, creator, consumer, <const char *>cursor
            )
        else:
            number = <uint32_t>integer_argument("page", page, 1, UINT32_MAX)
            query = self.workshop.api(section).CreateQueryAllUGCRequestPage(
                order, matching, creator, consumer, number
            )
        self.keep("search", query)

    def required_tag(self, tag: str) -> bool:
        """``AddRequiredTag``."""
        cdef bytes text = text_argument("required_tags", tag, TAG_LIMIT, False)
        cdef CriticalSection section
        return self.api(section).AddRequiredTag(self.held.number, <const char *>text)

    def excluded_tag(self, tag: str) -> bool:
        """``AddExcludedTag``."""
        cdef bytes text = text_argument("excluded_tags", tag, TAG_LIMIT, False)
        cdef CriticalSection section
        return self.api(section).AddExcludedTag(self.held.number, <const char *>text)

    def tag_group(self, tags: Iterable[str]) -> bool:
        """``AddRequiredTagGroup``."""
        cdef vector[const char *] texts
        cdef SteamParamStringArray_t group
        cdef bytes text
        cdef list kept = []
        for tag in tags:
            text = text_argument("tag_groups", tag, TAG_LIMIT, False)
            kept.append(text)
            texts.push_back(<const char *>text)
        if texts.empty():
            raise ValueError("tag_groups must have a tag each")
        group.m_ppStrings = texts.data()
        group.m_nNumStrings = <int32_t>texts.size()
        cdef CriticalSection section
        return self.api(section).AddRequiredTagGroup(self.held.number, &group)

    def required_key_value(self, key: str, value: str) -> bool:
        """``AddRequiredKeyValueTag``."""
        cdef bytes name = text_argument("required_key_values", key, TAG_LIMIT, False)
        cdef bytes text = text_argument("required_key_values", value, TAG_LIMIT)
        cdef CriticalSection section
        return self.api(section).AddRequiredKeyValueTag(
            self.held.number, <const char *>name, <const char *>text
        )

    def text(self, text: str) -> bool:
        """``SetSearchText``."""
        cdef bytes wanted = text_argument("text", text, SEARCH_LIMIT, False)
        cdef CriticalSection section
        return self.api(section).SetSearchText(self.held.number, <const char *>wanted)

    def match_any_tag(self, any_tag: bool) -> bool:
        """``SetMatchAnyTag``."""
        cdef bint flag = flag_argument("match_any_tag", any_tag)
        cdef CriticalSection section
        return self.api(section).SetMatchAnyTag(self.held.number, flag)

    def trend_days(self, days: int) -> bool:
        """``SetRankedByTrendDays``."""
        cdef uint32_t number = <uint32_t>integer_argument("trend_days", days, 1, UINT32_MAX)
        cdef CriticalSection section
        return self.api(section).SetRankedByTrendDays(self.held.number, number)

    def created(self, begin: int, end: int) -> bool:
        """``SetTimeCreatedDateRange``."""
        cdef uint32_t first = <uint32_t>integer_argument("created", begin, 0, UINT32_MAX)
        cdef uint32_t last = <uint32_t>integer_argument("created", end, first, UINT32_MAX)
        cdef CriticalSection section
        return self.api(section).SetTimeCreatedDateRange(self.held.number, first, last)

    def updated(self, begin: int, end: int) -> bool:
        """``SetTimeUpdatedDateRange``."""
        cdef uint32_t first = <uint32_t>integer_argument("updated", begin, 0, UINT32_MAX)
        cdef uint32_t last = <uint32_t>integer_argument("updated", end, first, UINT32_MAX)
        cdef CriticalSection section
        return self.api(section).SetTimeUpdatedDateRange(self.held.number, first, last)

    def only_ids(self, flag: bool) -> bool:
        """``SetReturnOnlyIDs``."""
        cdef bint only = flag_argument("only_ids", flag)
        cdef CriticalSection section
        return self.api(section).SetReturnOnlyIDs(self.held.number, only)

    def only_total(self) -> bool:
        """``SetReturnTotalOnly``."""
        cdef CriticalSection section
        return self.api(section).SetReturnTotalOnly(self.held.number, True)


cdef object app_ids_from_steam(const uint32_t *app_ids, int count):
    """Without those behind the last that is set."""
    cdef int used = count
    while used > 0 and app_ids[used - 1] == 0:
        used -= 1
    cdef int index
    return tuple([app_ids[index] for index in range(used)])


cdef int app_ids_to_steam(str name, object value, uint32_t *app_ids, int count) except -1:
    if not isinstance(value, tuple) or len(value) > count:
        raise TypeError(f"{name} must be a tuple of at most {count} app ids")
    cdef int index
    memset(app_ids, 0, count * sizeof(app_ids[0]))
    for index in range(<int>len(value)):
        app_ids[index] = <uint32_t>integer_argument(name, value[index], 0, UINT32_MAX)
    return 0
