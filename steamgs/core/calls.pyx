# One answer that comes later, for all who want it: threads, tasks of any loop, callbacks.
#
# A call is settled first and told of after that. Between the two, and in between those who are told,
# no exception gets out, so whatever comes (Ctrl-C comes at any instruction of Python) nobody is left
# waiting. Errors are made when they are read: making one runs Python code, and each reader's has a
# traceback of its own.

# How often a step is tried again that was interrupted: nobody presses Ctrl-C so often.
cdef int MANY_INTERRUPTIONS = 1000


@cython.final
@cython.no_gc_clear  # `server` is never None
@cython.auto_pickle(False)
cdef class Call:
    """The result of a method that Steam answers later: await it, wait for its result, or add a callback.

    When you get a call, Steam has already been asked. Any number of threads, and of tasks in any loop,
    may wait for the same call. Cancelling a task that awaits it cancels only that task. You may ignore
    the call. All methods may be called from any thread.

    ``Call[AssociateClan]`` in an annotation says what the answer is.
    """

    __class_getitem__ = classmethod(GenericAlias)

    def __cinit__(self, GameServerCore server not None, str name not None, uint64_t token):
        self.server = server
        self.name = name
        self.token = token
        self.state = CALL_WAITING

    def __await__(self):
        """Wait for the answer, in a task of any asyncio loop.

        :raises SteamError: as :meth:`result` does. A call that was cancelled raises
            CallCancelledError, so it can't be mistaken for a cancellation of the task.
        """
        if self.state == CALL_WAITING:
            from asyncio import get_running_loop  # whoever awaits has it already
            waker = get_running_loop().create_future()
            if self.add_sleeper(waker):
                try:
                    yield from waker
                finally:
                    self.forget_sleeper(waker)
        return self.read()

    def result(self, timeout=None):
        """Wait for the answer and return it. Events may be delivered during the wait.

        On a :class:`steamgs.GameServer`, this thread delivers if no other one does: it ticks Steam a
        hundred times a second, or delivers what the pump has collected, and calls handlers as
        ``run_callbacks()`` does. Otherwise it sleeps without the GIL. Ctrl-C ends the wait, and the
        call continues.

        :param timeout: seconds; None waits without limit, and 0 does not wait at all.
        :raises TimeoutError: the call has not ended in time. It goes on.
        :raises RuntimeError: waiting would block for ever: an event loop runs in this thread, or this
            thread is delivering (in a handler, a done-callback, ``on_events`` or a native listener).
        :raises NotRunningError: the server was closed before Steam answered.
        :raises CallFailedError: the answer was lost (an I/O failure).
        :raises CallCancelledError: the call was cancelled.
        :raises ExceptionGroup: handlers raised exceptions during the wait; ask again for the answer.
        """
        self.wait(timeout)
        return self.read()

    def exception(self, timeout=None):
        """Wait for the end and return what :meth:`result` would raise; None if there is an answer.

        It waits as :meth:`result` does, and raises the same exceptions if it can't wait.

        :param timeout: seconds; None waits without limit, and 0 does not wait at all.
        :raises TimeoutError: the call has not ended in time. It goes on.
        :raises RuntimeError: waiting would block for ever, as for :meth:`result`.
        """
        self.wait(timeout)
        return None if self.state == CALL_ANSWERED else self.error()

    def done(self):
        """Whether the call has ended: answered, failed or cancelled."""
        return self.state != CALL_WAITING

    def cancelled(self):
        """Whether :meth:`cancel` has ended the call."""
        return self.state == CALL_CANCELLED

    def cancel(self):
        """Stop waiting for the answer; everyone who waits gets a CallCancelledError.

        Steam is not told, as it can't take a request back. Its answer is still emitted as a signal.

        :returns: False if the call had ended before.
        """
        if not self.settle(CALL_CANCELLED, (CallCancelledError, (self.name,))):
            return False
        self.server.questions.forget(self)
        interruption = self.tell()
        if interruption is not None:
            raise interruption
        return True

    def add_done_callback(self, function, /):
        """Call ``function(call)`` once, when the call ends; at once if it has ended.

        Callbacks are called in the order in which they were added, in the thread that ends the call:
        the one that delivers, closes or cancels. Their exceptions are logged (logger ``steamgs``) and
        counted in ``handler_errors`` of ``server.counters()``; the other callbacks are still called.

        :raises TypeError: ``function`` is not callable, or a coroutine function.
        """
        cdef bint later
        cdef list callbacks = []  # now: its making may start a collection, which may end the call
        check_callback("function", function)
        with cython.critical_section(self):
            later = self.state == CALL_WAITING or self.callbacks is not None
            if later:
                if self.callbacks is None:
                    self.callbacks = callbacks
                self.callbacks.append(function)
        if not later:
            interruption = self.run_callback(function)
            if interruption is not None:
                raise interruption

    def __repr__(self):
        if self.state == CALL_ANSWERED:
            return f"<Call {self.name}, answered: {self.outcome!r}>"
        if self.state == CALL_FAILED:
            return f"<Call {self.name}, failed: {self.error()!r}>"
        return f"<Call {self.name}, {'cancelled' if self.state == CALL_CANCELLED else 'waiting'}>"

    # Ending it.

    cdef bint settle(self, int state, object outcome) noexcept:
        """End the call, if it has not ended before. Nobody knows until :meth:`tell`."""
        cdef bint first
        with cython.critical_section(self):
            first = self.state == CALL_WAITING
            if first:
                self.outcome = outcome
                self.state = state
        if first:
            self.server.questions.ended[state].add_from_anywhere(1)
        return first

    cdef object tell(self):
        """Wake those who wait, then call the callbacks. For whoever has settled it, once.

        Returns what was raised first that is no Exception, such as KeyboardInterrupt, or None.
        """
        cdef list sleepers
        with cython.critical_section(self):
            sleepers, self.sleepers = self.sleepers, None
        interruption = None
        if sleepers is not None:
            for sleeper in sleepers:
                interruption = first_of(interruption, persist(_wake, sleeper))
        while True:
            function = self.next_callback()
            if function is None:
                return interruption
            interruption = first_of(interruption, self.run_callback(function))

    cdef object next_callback(self):
        """The callback to call next; None, and nothing can be added any more, if there is none."""
        with cython.critical_section(self):
            if not self.callbacks:
                self.callbacks = None
                function = None
            else:
                function = self.callbacks.pop(0)
        return function

    cdef object run_callback(self, object function):
        try:
            try:
                function(self)
            except Exception:
                self.server.handler_errors.add_from_anywhere(1)
                logger().exception("a done-callback of %r raised", self)
        except BaseException as interruption:
            return interruption
        return None

    cdef tuple lateness(self):
        """What becomes of it, or of who waits, when the time is up."""
        if self.late is not None:
            return self.late()
        return (TimeoutError, (f"{self.name}: Steam has not answered in time",))

    # Waiting for it.

    cdef bint add_sleeper(self, object sleeper) except -1:
        """Have it woken when the call ends; False if it has ended."""
        cdef bint waiting
        cdef list sleepers = []  # now: its making may start a collection, which may end the call
        with cython.critical_section(self):
            waiting = self.state == CALL_WAITING
            if waiting:
                if self.sleepers is None:
                    self.sleepers = sleepers
                self.sleepers.append(sleeper)
        return waiting

    cdef int forget_sleeper(self, object sleeper) except -1:
        cdef Py_ssize_t position
        with cython.critical_section(self):
            if self.sleepers is not None:
                for position in range(len(self.sleepers)):
                    if self.sleepers[position] is sleeper:
                        del self.sleepers[position]
                        break
        return 0

    cdef int wait(self, object timeout) except -1:
        cdef double seconds = timeout_argument(timeout)
        if self.state == CALL_WAITING:
            if seconds > 0.0:
                wait_for_answer(self.server, self, seconds)
            else:
                raise_outcome(self.lateness())
        return 0

    cdef object error(self):
        make, arguments = self.outcome
        return make(*arguments)

    cdef object read(self):
        cdef CriticalSection section
        section.begin(<PyObject *>self)  # whoever has settled it has written the outcome
        if self.state == CALL_ANSWERED:
            return self.outcome
        raise self.error()


# What the classes that are made of calls are given: they keep it for later, so it is checked here.

def check_callback(name: str, function: object) -> None:
    """Raise a TypeError unless this can be called, and not to be awaited."""
    if not callable(function):
        raise TypeError(f"{name} must be callable, not {type(function).__name__}")
    if is_coroutine_function(function):
        raise TypeError(f"{function!r} is a coroutine function: await the call in it instead")


def checked_timeout(timeout: float | None) -> float:
    """A timeout in seconds, infinite for None; raises for what is none."""
    return timeout_argument(timeout)


cdef int raise_outcome(tuple outcome) except -1:
    make, arguments = outcome
    raise make(*arguments)


# Those who wait.

def _wake(sleeper):
    """Wake a thread, or a task in its own loop, which may be closed by now. Harmless if done before."""
    if type(sleeper) is LockType:
        if sleeper.locked():
            sleeper.release()
        return
    loop = sleeper.get_loop()
    if loop is running_loop():
        _wake_here(sleeper)
    elif not loop.is_closed():
        try:
            loop.call_soon_threadsafe(_wake_here, sleeper)
        except RuntimeError:
            if not loop.is_closed():  # which may happen between the look and the call
                raise


def _wake_here(waker):
    """Wake a task in the loop of this thread."""
    if not waker.done():
        waker.set_result(None)


cdef inline object first_of(object interruption, object another):
    return another if interruption is None else interruption


cdef object persist(object step, object argument):
    """Do a step to its end, however often it is interrupted; the first interruption, or None."""
    cdef int tries
    interruption = None
    for tries in range(MANY_INTERRUPTIONS):
        try:
            step(argument)
            break
        except Exception:
            logger().exception("%r of a call failed", step)
            break
        except BaseException as error:
            if interruption is None:
                interruption = error
    return interruption


cdef object running_loop():
    """The asyncio loop that runs in this thread, or None; asyncio need not have been imported."""
    asyncio = sys.modules.get("asyncio")
    look = getattr(asyncio, "_get_running_loop", None)
    return None if look is None else look()


# How long a thread that waits goes without a tick, or without a look at what others have delivered.
cdef double TICK_SECONDS = 0.01


cdef int wait_for_answer(GameServerCore server, Call call, double seconds) except -1:
    """Sleep until the call has ended; deliver meanwhile, if this thread may and no other one does."""
    refuse_to_block(server)
    cdef double deadline = monotonic() + seconds
    cdef double left = seconds
    cdef bint delivers = server._may_deliver_here()
    lock = allocate_lock()
    lock.acquire()
    if not call.add_sleeper(lock):
        return 0
    try:
        while call.state == CALL_WAITING:
            if left <= 0.0:
                raise_outcome(call.lateness())
            if not delivers:
                lock.acquire(True, min(left, WAIT_SLICE))
            else:
                deliver_and_rest(server, call, lock, min(left, TICK_SECONDS))
            PyErr_CheckSignals()
            left = deadline - monotonic()
    finally:
        call.forget_sleeper(lock)
    return 0


cdef int deliver_and_rest(GameServerCore server, Call call, object lock, double seconds) except -1:
    if server.steam == NULL or not server.turn.take():
        lock.acquire(True, seconds)  # for another thread, which may leave some
        return 0
    server.tick(None)
    if call.state != CALL_WAITING:
        return 0
    if server.native.pumped():
        sleep_until_events(server, seconds)
    else:
        lock.acquire(True, seconds)
    return 0


cdef int refuse_to_block(GameServerCore server) except -1:
    if running_loop() is not None:
        raise RuntimeError(
            "an event loop is running in this thread, and waiting would block it: await the call"
        )
    if (
        server.native.dispatching_here()
        or pump().notifying_here()
        or delivers_here(server)
        or delivering_in_parallel()
    ):
        raise RuntimeError(
            "this thread is delivering events, so it would wait for itself: use add_done_callback()"
        )
    return 0
