# ISteamHTTP, as steamgs/http needs it, which makes of it what programs see.

# Steam sets no limits; nobody says as much in one line.
cdef enum:
    LINE_LIMIT = 65536

cdef struct HttpQuestion:
    const Interfaces *interfaces
    HandleQuestion request
    bint streamed


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class HttpCore(HTTPSignals):
    """What ``server.http`` asks Steam."""

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)

    def __init__(self, server):
        pass

    @cython.final
    cdef ServedHTTP api(self, CriticalSection &section) except *:
        optional_interface(self.server, kHttpInterface, section)
        return ServedHTTP(self.server.native.interfaces())


@cython.final
@cython.no_gc_clear  # `http` is never None, once there is a handle
@cython.auto_pickle(False)
cdef class CookiesCore(OwnedHandle):
    """A container of cookies."""

    def __cinit__(self, HttpCore http not None, from_responses):
        cdef bint changes = flag_argument("from_responses", from_responses)
        cdef CriticalSection section
        cdef uint32_t number = http.api(section).CreateCookieContainer(changes)
        if number == 0:
            raise HttpError("cookies")
        self.http = http
        self.server = http.server
        self.hold(number, give_back_cookies)

    def __init__(self, http, from_responses):
        pass

    def set(self, host: str, url: str, cookie: str) -> bool:
        """``SetCookie``."""
        cdef bytes whose = line_argument("host", host, False)
        cdef bytes where = line_argument("url", url, False)
        cdef bytes text = line_argument("cookie", cookie, False)
        cdef CriticalSection section
        cdef ServedHTTP steam = self.http.api(section)
        self.require("the cookie container")
        return steam.SetCookie(
            <uint32_t>self.held.number, <const char *>whose, <const char *>where, <const char *>text
        )


@cython.final
@cython.no_gc_clear  # `http` is never None, once there is a handle
@cython.auto_pickle(False)
cdef class RequestCore(AskedHandle):
    """A request, and its response."""

    def __cinit__(self, HttpCore http not None, method, url, host):
        cdef int kind = member_argument("method", "HttpMethod", method)
        cdef bytes address = line_argument("url", url, False)
        cdef CriticalSection section
        cdef uint32_t number = http.api(section).CreateHTTPRequest(kind, <const char *>address)
        if number == 0:
            raise HttpError("request", host)
        self.http = http
        self.server = http.server
        self.what = "the request"
        self.hold(number, give_back_request)

    def __init__(self, http, method, url, host):
        pass

    @property
    def number(self) -> int:
        return self.held.number

    # What is to be sent: False if Steam refuses.

    def header(self, name: str, value: str) -> bool:
        """``SetHTTPRequestHeaderValue``."""
        cdef bytes key = line_argument("headers", name, False)
        cdef bytes text = line_argument("headers", value)
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestHeaderValue(
            <uint32_t>self.held.number, <const char *>key, <const char *>text
        )

    def parameter(self, name: str, value: str) -> bool:
        """``SetHTTPRequestGetOrPostParameter``."""
        cdef bytes key = text_argument("parameters", name, 0, False)
        cdef bytes text = text_argument("parameters", value)
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestGetOrPostParameter(
            <uint32_t>self.held.number, <const char *>key, <const char *>text
        )

    def body(self, content_type: str, data: bytes) -> bool:
        """``SetHTTPRequestRawPostBody``."""
        cdef bytes kind = line_argument("content_type", content_type, False)
        if not isinstance(data, bytes):
            raise TypeError(f"body must be bytes, not {type(data).__name__}")
        cdef Py_ssize_t size = PyBytes_GET_SIZE(data)
        if size > UINT32_MAX:
            raise ValueError(f"body must be at most {UINT32_MAX} bytes, not {size}")
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestRawPostBody(
            <uint32_t>self.held.number, <const char *>kind,
            <uint8_t *>PyBytes_AS_STRING(data), <uint32_t>size,
        )

    def user_agent(self, text: str) -> bool:
        """``SetHTTPRequestUserAgentInfo``."""
        cdef bytes info = line_argument("user_agent", text, False)
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestUserAgentInfo(
            <uint32_t>self.held.number, <const char *>info
        )

    def cookies(self, jar: CookiesCore) -> bool:
        """``SetHTTPRequestCookieContainer``."""
        cdef CookiesCore given = jar
        cdef CriticalSection section
        cdef ServedHTTP steam = self.api(section)
        if given.server is not self.server:
            raise ValueError("cookies must be of the same server")
        given.require("the cookie container")
        self.jar = given
        return steam.SetHTTPRequestCookieContainer(
            <uint32_t>self.held.number, <uint32_t>given.held.number
        )

    def network_timeout(self, seconds: int) -> bool:
        """``SetHTTPRequestNetworkActivityTimeout``."""
        cdef uint32_t limit = <uint32_t>integer_argument("network_timeout", seconds, 1, UINT32_MAX)
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestNetworkActivityTimeout(
            <uint32_t>self.held.number, limit
        )

    def absolute_timeout(self, milliseconds: int) -> bool:
        """``SetHTTPRequestAbsoluteTimeoutMS``."""
        cdef uint32_t limit = <uint32_t>integer_argument(
            "absolute_timeout_ms", milliseconds, 1, UINT32_MAX
        )
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestAbsoluteTimeoutMS(<uint32_t>self.held.number, limit)

    def verify(self, certificate: bool) -> bool:
        """``SetHTTPRequestRequiresVerifiedCertificate``."""
        cdef bint required = flag_argument("verify_certificate", certificate)
        cdef CriticalSection section
        return self.api(section).SetHTTPRequestRequiresVerifiedCertificate(
            <uint32_t>self.held.number, required
        )

    # On its way.

    def send(self, streamed: bool, timeout: float | None) -> Call[HttpRequestCompleted]:
        """``SendHTTPRequest``, or ``SendHTTPRequestAndStreamResponse``."""
        cdef CriticalSection section
        cdef HttpQuestion question
        self.api(section)
        question.interfaces = &self.server.native.interfaces()
        question.request = self.question()
        section.end()
        question.streamed = streamed
        return self.ask(
            "stream" if streamed else "send", timeout, kHttpRequestCompleted, kHttpInterface,
            send_request, &question,
        )

    def prioritize(self) -> bool:
        """``PrioritizeHTTPRequest``."""
        cdef CriticalSection section
        return self.api(section).PrioritizeHTTPRequest(<uint32_t>self.held.number)

    def defer(self) -> bool:
        """``DeferHTTPRequest``."""
        cdef CriticalSection section
        return self.api(section).DeferHTTPRequest(<uint32_t>self.held.number)

    def progress(self) -> float | None:
        """``GetHTTPDownloadProgressPct``: in per cent."""
        cdef CriticalSection section
        cdef float percent = 0.0
        if not self.api(section).GetHTTPDownloadProgressPct(<uint32_t>self.held.number, &percent):
            return None
        return percent

    # The response.

    def response_header(self, name: str) -> str | None:
        """``GetHTTPResponseHeaderValue``."""
        cdef bytes key = line_argument("name", name, False)
        cdef CriticalSection section
        cdef uint32_t size = 0
        cdef ServedHTTP steam = self.api(section)
        if not steam.GetHTTPResponseHeaderSize(
            <uint32_t>self.held.number, <const char *>key, &size
        ):
            return None
        cdef vector[char] text  # no Python object, whose making may start a collection
        text.resize(<size_t>size + 1)
        if not steam.GetHTTPResponseHeaderValue(
            <uint32_t>self.held.number, <const char *>key, <uint8_t *>text.data(), size
        ):
            return None
        return text_from_steam(text.data(), size)

    def response_body(self) -> bytes | None:
        """``GetHTTPResponseBodyData``."""
        cdef CriticalSection section
        cdef uint32_t size = 0
        cdef ServedHTTP steam = self.api(section)
        if not steam.GetHTTPResponseBodySize(<uint32_t>self.held.number, &size):
            return None
        if size == 0:
            return b""
        cdef bytes data = PyBytes_FromStringAndSize(NULL, size)
        if not steam.GetHTTPResponseBodyData(
            <uint32_t>self.held.number, <uint8_t *>PyBytes_AS_STRING(data), size
        ):
            return None
        return data

    def pieces(self) -> EventStream[HttpDataReceived]:
        """What Steam tells of pieces from now on, those of other requests among them."""
        return self.http.data_received.stream(None)

    def piece(self, offset: int, size: int) -> bytes | None:
        """``GetHTTPStreamingResponseBodyData``."""
        cdef uint32_t begin = offset
        cdef uint32_t length = size
        cdef CriticalSection section
        cdef ServedHTTP steam = self.api(section)
        cdef bytes data = PyBytes_FromStringAndSize(NULL, length)
        if not steam.GetHTTPStreamingResponseBodyData(
            <uint32_t>self.held.number, begin, <uint8_t *>PyBytes_AS_STRING(data), length
        ):
            return None
        return data

    def timed_out(self) -> bool:
        """``GetHTTPRequestWasTimedOut``."""
        cdef CriticalSection section
        cdef cpp_bool late = False
        cdef bint told = self.api(section).GetHTTPRequestWasTimedOut(
            <uint32_t>self.held.number, &late
        )
        return bool(told and late)

    cdef ServedHTTP api(self, CriticalSection &section) except *:
        cdef ServedHTTP steam = self.http.api(section)
        self.require(self.what)
        return steam


cdef bytes line_argument(str name, object value, bint may_be_empty=True):
    """Text that becomes part of a line of HTTP, in which a break would begin another line."""
    cdef bytes encoded = text_argument(name, value, LINE_LIMIT, may_be_empty)
    if b"\r" in encoded or b"\n" in encoded:
        raise ValueError(f"{name} must not contain a line break")
    return encoded


cdef SteamAPICall_t send_request(void *steam, const void *arguments) noexcept nogil:
    cdef const HttpQuestion *question = <const HttpQuestion *>arguments
    cdef ServedHTTP http = ServedHTTP(question.interfaces[0])
    cdef uint32_t request = <uint32_t>question.request.number
    cdef uint64_t call = 0
    cdef bint sent
    if not of_this_run(question.request):
        return 0
    if question.streamed:
        sent = http.SendHTTPRequestAndStreamResponse(request, &call)
    else:
        sent = http.SendHTTPRequest(request, &call)
    return call if sent else 0


cdef void give_back_request(const Interfaces &interfaces, uint64_t number) noexcept:
    ServedHTTP(interfaces).ReleaseHTTPRequest(<uint32_t>number)


cdef void give_back_cookies(const Interfaces &interfaces, uint64_t number) noexcept:
    ServedHTTP(interfaces).ReleaseCookieContainer(<uint32_t>number)
