# A logon from the first call to its end, as Steam tells of it in pieces.

# How long to wait for a policy response that may not come. Some steamclients give but one from a
# server's start to its end, however often it logs on; and Valve's documents promise it to servers
# that ask for VAC alone.
_DOUBTFUL_POLICY_SECONDS = 3.0

cdef int NO_AUTHENTICATION = ServerMode.NO_AUTHENTICATION
cdef int AUTHENTICATION_AND_SECURE = ServerMode.AUTHENTICATION_AND_SECURE


#
# Methods that say so are called in a critical section on the server; the others begin one.

@cython.final
@cython.no_gc_clear  # `server` is never None
cdef class _LogonProgress:
    """What Steam has said since the server asked to be logged on.

    A logon is finished when both ``server_connected`` and ``policy_response`` have been delivered,
    in any order: before the latter nobody knows whether the server is secure.

    A server with ``ServerMode.NO_AUTHENTICATION`` takes no part in VAC, so ``server_connected`` is
    all that it waits for. One with ``ServerMode.AUTHENTICATION`` does not ask to be secure: it
    waits for the policy response too, but only for a short time, as it is not known whether Steam
    always gives one.
    """

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.waiting = []
        server.server_connected.watch(self._on_connected)
        server.server_connect_failure.watch(self._on_failure)
        server.server_disconnected.watch(self._on_disconnected)

    cdef int serves(self, int mode) except -1:
        """The server starts, with this ``ServerMode``."""
        self.has_policy = mode != NO_AUTHENTICATION
        self.asks_for_vac = mode == AUTHENTICATION_AND_SECURE
        return self.forget()

    cdef int forget(self) except -1:
        """There is no server: nothing was asked, and Steam has said nothing."""
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.policy_before = False
        self.waiting = []
        return self.begin(False)

    cdef int begin(self, bint asked) except -1:
        """In a critical section."""
        self.asked = asked
        self.connected = None
        self.failure = None
        return self.expect_policy()

    cdef int expect_policy(self) except -1:
        """In a critical section."""
        cdef Call grace = self.grace
        self.set_policy(not self.has_policy)
        self.grace = None
        if grace is not None:
            grace.cancel()
        return 0

    cdef int set_policy(self, bint policy) except -1:
        """In a critical section. Steam may tell of it again and again: it is heard while it matters."""
        self.policy = policy
        self.server.policy_response.watch(None if policy else self._on_policy)
        return 0

    cdef Call ask(self, str name, object timeout):
        """A call for the end of the logon. The caller asks Steam; :meth:`was_asked` follows.

        To ask again changes nothing of what is waited for, until the logon ends.
        """
        cdef Call call = self.server.questions.ask(name, timeout, self._late)
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if not self.asked:
            self.begin(True)
        self.waiting = [other for other in self.waiting if (<Call>other).state == CALL_WAITING]
        self.waiting.append(call)
        return call

    cdef Call was_asked(self, Call call):
        # Where the server is logged on already, Steam may have nothing more to say.
        interruption = self.look()
        if interruption is not None:
            raise interruption
        return call

    def _late(self):
        """What becomes of a call when its time is up."""
        return LogOnTimeoutError, (self.failure,)

    cdef object look(self):
        """End the calls if the logon is finished; the interruption that came meanwhile, or None."""
        cdef CriticalSection section
        cdef Call grace
        section.begin(<PyObject *>self.server)
        if self.connected is None:
            return None
        if self.policy:
            connected = self.connected
            section.end()
            return self.end(CALL_ANSWERED, connected)
        if (self.policy_before or not self.asks_for_vac) and self.grace is None:
            self.grace = grace = self.server.questions.add("policy_response")
            grace.add_done_callback(self._do_without_policy)
            return self.server.questions.limit(
                &grace.deadline, <PyObject *>grace, _DOUBTFUL_POLICY_SECONDS
            )
        return None

    cdef object end(self, int state, object outcome):
        cdef CriticalSection section
        cdef list fresh = []  # before the look: its making may start a collection
        section.begin(<PyObject *>self.server)
        waiting, self.waiting = self.waiting, fresh
        section.end()
        return self.server.questions.end_all(waiting, state, outcome)

    cdef object log_off(self):
        """The server has asked to be logged off; the interruption that came meanwhile, or None."""
        return self.fail(Result.CANCELLED)

    cdef object fail(self, result):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.begin(False)
        section.end()
        return self.end(CALL_FAILED, (LogOnError, (result, False)))

    # What Steam says, and the clock.

    def _on_connected(self, event):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.connected = event
        section.end()
        log_connection(self.server, "logged on to Steam as %s", None)
        self.server.note_interruption(self.look())

    def _on_policy(self, _):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.policy_before = True
        self.set_policy(True)
        section.end()
        self.server.note_interruption(self.look())

    def _on_failure(self, event):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        self.failure = event
        section.end()
        again = "it tries again" if event.retrying else "it does not try again"
        log_connection(self.server, f"Steam did not let the server log on (%s); {again}", event.result)
        if not event.retrying:
            self.server.note_interruption(self.fail(event.result))

    def _on_disconnected(self, event):
        cdef CriticalSection section
        if self.server.logon_asked:  # by log_off() it ends as it should
            log_connection(self.server, "the connection to Steam is gone: %s", event.result)
        section.begin(<PyObject *>self.server)
        # What Steam said of the connection that is gone says nothing of the next one.
        self.connected = None
        self.expect_policy()

    def _do_without_policy(self, call):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if call is self.grace:
            self.set_policy(True)
            section.end()
            self.server.note_interruption(self.look())


cdef int log_connection(GameServerCore server, str text, object result) except -1:
    """On the logger ``steamgs``: ``result`` is why there is no connection, or None if there is one."""
    if "logging" not in sys.modules:
        return 0  # nobody can have asked for it
    fields = {"app_id": server.app_id}
    if result is None:
        fields["steam_id"] = server.steam_id
        logger().info(text, server.steam_id, extra=fields)
    else:
        fields["reason"] = result.name
        logger().warning(text, result.name, extra=fields)
    return 0
