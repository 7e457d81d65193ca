# ISteamUtils, as far as it concerns a server.

# Steam sets no limit; nobody says as much in one go.
cdef size_t FILTERED_LIMIT = 65536
# What stands for a filtered letter may take so many bytes.
cdef size_t FILTERED_GROWTH = 4

cdef struct SignatureQuestion:
    const Interfaces *interfaces
    const char *path


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class Utils(UtilsSignals):
    """``server.utils``: Steam's time, this host as Steam sees it, the text filter, signed files.

    The object exists as long as the server object, and what it has works while the server is
    running. A steamclient without ISteamUtils makes everything raise an UnsupportedError.
    """

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)

    @property
    def server_time(self) -> int:
        """Steam's time, in seconds since 1970-01-01 UTC, whatever this host's clock says.

        Steamworks: ``GetServerRealTime``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).GetServerRealTime()

    @property
    def ip_country(self) -> str | None:
        """The country that Steam sees this server in, in two letters (ISO 3166); None if not known.

        ``ip_country_changed`` tells that it may be another one. Steamworks: ``GetIPCountry``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef const char *country = self.api(section).GetIPCountry()
        if country == NULL or country[0] == 0:
            return None
        return text_from_steam(country, strlen(country))

    @property
    def connected_universe(self) -> Universe:
        """The Steam that the server is connected to. Steamworks: ``GetConnectedUniverse``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return Universe(self.api(section).GetConnectedUniverse())

    @property
    def app_id(self) -> int:
        """The app id as Steam has it. Steamworks: ``GetAppID``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).GetAppID()

    @property
    def ipc_call_count(self) -> int:
        """How often steamclient has called Steam's process since this was last asked.

        Steamworks: ``GetIPCCallCount``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        return self.api(section).GetIPCCallCount()

    def ipv6_state(self, protocol: IPv6ConnectivityProtocol) -> IPv6ConnectivityState:
        """Whether IPv6 works on this host, as far as Steam has tried it.

        Steamworks: ``GetIPv6ConnectivityState``.

        :raises NotRunningError: the server is not running.
        """
        from steamgs.later_enums import IPv6ConnectivityState
        cdef int number = member_argument("protocol", "IPv6ConnectivityProtocol", protocol)
        cdef CriticalSection section
        return IPv6ConnectivityState(self.api(section).GetIPv6ConnectivityState(number))

    def init_filter_text(self) -> None:
        """Load the text filter, once in each run of the server. Steamworks: ``InitFilterText``.

        :raises TextFilterError: Steam has no filter for this game, or can't load it.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.filters = self.api(section).InitFilterText(0)
        if not self.filters:
            raise TextFilterError("init_filter_text: Steam has no text filter for this game")

    def filter_text(
        self, text: str, context: TextFilteringContext, *, steam_id: int | None = None
    ) -> str:
        """Return a text as Steam wants it shown: words that are not wanted are made unreadable.

        Steamworks: ``FilterText``.

        :param text: at most 65,535 bytes of UTF-8.
        :param context: what the text is.
        :param steam_id: whose text it is, whose own settings then count; None if nobody's.
        :raises TextFilterError: :meth:`init_filter_text` was not called, or Steam refused.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes given = text_argument("text", text, FILTERED_LIMIT)
        cdef int kind = member_argument("context", "TextFilteringContext", context)
        cdef CSteamID author
        if steam_id is not None:
            author = steam_id_argument("steam_id", steam_id)
        cdef size_t size = FILTERED_GROWTH * len(given) + 1
        cdef bytearray filtered = bytearray(size)
        cdef char *buffer = filtered
        cdef CriticalSection section
        cdef ServedUtils steam = self.api(section)
        if not self.filters:
            raise TextFilterError("filter_text: call init_filter_text() first")
        if steam.FilterText(kind, author, <const char *>given, buffer, <uint32_t>size) < 0:
            raise TextFilterError("filter_text: Steam refused the text")
        return text_from_steam(buffer, size)

    def check_file_signature(
        self, path: str | PathLike[str], *, timeout: float | None = None
    ) -> Call[FileSignatureChecked]:
        """Let Steam check a file of the game that its publisher has signed.

        The signal ``file_signature_checked`` is emitted as well. Steamworks: ``CheckFileSignature``.

        :param path: the file; Steam takes a path that is relative from where the game is installed.
        :param timeout: seconds after which the call fails with a TimeoutError; None for no limit.
        :raises CallFailedError: Steam refused the call; from the call: the answer was lost.
        :raises NotRunningError: the server is not running; from the call: it was closed.
        """
        cdef bytes name = text_argument("path", path_argument("path", path), 0, False)
        cdef CriticalSection section
        self.api(section)
        section.end()
        cdef SignatureQuestion question
        question.interfaces = &self.server.native.interfaces()
        question.path = name
        return self.server.ask(
            "check_file_signature", timeout, kFileSignatureChecked, kUtilsInterface,
            0, ask_for_signature, &question,
        )

    @cython.final
    cdef ServedUtils api(self, CriticalSection &section) except *:
        optional_interface(self.server, kUtilsInterface, section)
        return ServedUtils(self.server.native.interfaces())


cdef SteamAPICall_t ask_for_signature(void *steam, const void *arguments) noexcept nogil:
    cdef const SignatureQuestion *question = <const SignatureQuestion *>arguments
    return ServedUtils(question.interfaces[0]).CheckFileSignature(question.path)
