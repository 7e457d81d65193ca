# What tasks await: sessions, events, the next event of a stream.
#
# It is its own iterator and, as far as asyncio's tasks are concerned, its own future: one object where
# a coroutine with a future inside has five. A task is resumed when the batch of events has been
# delivered, directly if that happened in a callback of its loop (no task is running then), and by
# `loop.call_soon()` otherwise.
#
# The thread that delivers writes down what has come, then marks the awaiter as woken. The task's
# unmarks it, then looks at what has come, then says how to wake it. Each of these is done in a critical
# section, so one of the two threads sees what the other has done.

cdef extern from "core/awaitable.h" namespace "steamgs":
    ctypedef PyObject *(*AwaitableStep)(PyObject *) noexcept
    void fill_awaitable_type(object, AwaitableStep, object)
    PyCFunction take_apart(object, PyObject **) noexcept
    object call_together(PyCFunction, object, object)
    void fetch_early(PyObject *) noexcept

cdef object WAITING = object()

# asyncio's functions; whoever awaits has loaded it already.
cdef object get_running_loop = None
cdef object current_task = None
cdef object CancelledError = None


cdef int load_asyncio() except -1:
    global get_running_loop, current_task, CancelledError
    import asyncio
    CancelledError = asyncio.CancelledError
    current_task = asyncio.current_task
    get_running_loop = asyncio.get_running_loop
    return 0


cdef object current_task_of(object loop):
    if get_running_loop is None:
        load_asyncio()
    return current_task(loop)


@cython.auto_pickle(False)
cdef class _Awaiter:
    """What a task awaits, once or again and again."""

    # To be done by each kind.

    cdef object advance(self):
        """Go on: the result, or WAITING. What it raises is raised in the task."""
        raise NotImplementedError

    cdef int stop(self) except -1:
        """The task does not want it any more: it was cancelled, or is gone."""
        return 0

    cdef GameServerCore owner(self):
        raise NotImplementedError

    cdef int expire(self) except -1:
        """The time is up."""
        return 0

    cdef int orphaned(self) except -1:
        """There is something to look at, but the task's loop was closed: it will never go on."""
        return 0

    # A coroutine's protocol.

    def __await__(self):
        return self

    def __next__(self):
        return step_of(self)  # never called: the type's slot is filled

    def send(self, value, /):
        """Go on; raise ``StopIteration`` with the result when there is one."""
        result = self.step()
        if result is WAITING:
            return self
        raise StopIteration(result)

    def throw(self, kind, value=None, traceback=None, /):
        """Stop waiting, and raise what is thrown."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.forget_task()
        section.end()
        self.stop()
        if isinstance(kind, BaseException):
            raise kind
        error = value if isinstance(value, BaseException) else kind() if value is None else kind(value)
        raise error if traceback is None else error.with_traceback(traceback)

    def close(self):
        """Stop waiting: the task is gone."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        # But it goes with this object, not before: whoever closes its coroutine is still in there.
        wakeup = self.wakeup
        self.forget_task()
        self.context = wakeup
        section.end()
        self.stop()

    cdef int begin(self) except -1:
        """A task begins to wait."""
        if get_running_loop is None:
            load_asyncio()
        self.loop = get_running_loop()
        self.begun = True
        return 0

    cdef object step(self):
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        self.woken = False
        section.end()
        result = self.advance()
        self.blocking = result is WAITING
        return result

    # A future's protocol, as tasks use it.

    @property
    def _asyncio_future_blocking(self):
        # Not False: to everybody but the task that was given it, it is a coroutine and no future.
        return True if self.blocking else None

    @_asyncio_future_blocking.setter
    def _asyncio_future_blocking(self, value):
        self.blocking = value

    def get_loop(self):
        """The loop of the task that waits."""
        return self.loop

    def add_done_callback(self, callback, /, *, context=None):
        """Call ``callback(self)`` when there is something to look at, in the loop."""
        cdef CriticalSection section
        cdef PyObject *wakeup
        cdef PyCFunction function = take_apart(callback, &wakeup)
        cdef bint woken
        section.begin(<PyObject *>self)
        self.wakeup_function = function
        self.wakeup = <object>wakeup
        self.context = context
        woken = self.woken
        section.end()
        if woken:
            self.schedule()  # it came from another thread, after this one had looked

    def cancel(self, msg=None):
        """The task is cancelled: wake it, unless it will wake anyway."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        if self.wakeup is None:
            return False
        self.was_cancelled = True
        self.cancel_message = msg
        section.end()
        self.schedule()
        return True

    def result(self):
        """Nothing, or the cancellation: the result itself is what the task is resumed with."""
        if self.was_cancelled:
            self.was_cancelled = False
            message, self.cancel_message = self.cancel_message, None
            raise CancelledError() if message is None else CancelledError(message)

    # Waking it.

    cdef int limit(self, double seconds) except -1:
        """Have :meth:`expire` called in so many seconds, unless it ends before."""
        cdef GameServerCore server = self.owner()
        if seconds == float("inf"):
            return 0
        if server._loop is not self.loop:
            # Events are delivered elsewhere, by who knows whom.
            self.timer = self.loop.call_later(max(seconds, 0.0), self._expire)
            return 0
        interruption = server.questions.limit(&self.deadline, <PyObject *>self, seconds)
        if interruption is not None:
            raise interruption
        return 0

    cdef int end_limit(self) except -1:
        cdef CriticalSection section
        self.deadline.cancel()
        if self.timer is None:
            return 0
        section.begin(<PyObject *>self)
        timer, self.timer = self.timer, None
        section.end()
        if timer is not None:
            timer.cancel()
        return 0

    def _expire(self):
        self.timer = None
        self.expire()

    cdef int wake(self) except -1:
        """There is something to look at. From any thread."""
        cdef CriticalSection section
        cdef GameServerCore server = self.owner()
        cdef unsigned long deliverer = server.deliverer.get()
        section.begin(<PyObject *>self)
        self.woken = True
        if self.wakeup is None or self.queued:
            return 0
        self.queued = True
        # With thousands of tasks, this one's memory is in no cache.
        fetch_early(<PyObject *>self.wakeup)
        fetch_early(<PyObject *>self.context)
        section.end()
        if deliverer != 0 and deliverer == PyThread_get_thread_ident():
            server.resumable.append(self)
            return 0
        return self.schedule()

    cdef int schedule(self) except -1:
        """Let the task's loop resume it, whatever runs now. May be done twice."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        loop = self.loop
        context = self.context
        if self.wakeup is None:
            return 0
        self.queued = True  # before it is: from then on the loop may run the task in another thread
        section.end()
        try:
            if loop.is_closed():
                return self.orphaned()
            if running_loop() is loop:
                loop.call_soon(self._wake_up, context=context)
            else:
                loop.call_soon_threadsafe(self._wake_up, context=context)
        except RuntimeError:
            if not loop.is_closed():  # which may happen between the look and the call
                self.queued = False
                raise
        except BaseException:
            self.queued = False
            raise
        return 0

    def _wake_up(self):
        """Resume the task, if it sleeps still."""
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        wakeup = self.wakeup
        self.forget_wakeup()
        section.end()
        if wakeup is not None:
            call_together(self.wakeup_function, wakeup, self)

    cdef int resume(self, object done) except -1:
        """Resume the task, in its context: in a callback of its loop, where no task runs.

        The task takes ``done``, a finished future of its loop, for what it has awaited: it looks at a
        future's result in C, and at that of anything else by the name.
        """
        cdef CriticalSection section
        section.begin(<PyObject *>self)
        context = self.context
        wakeup = self.wakeup
        argument = self if self.was_cancelled else done
        self.forget_wakeup()
        section.end()
        if wakeup is None:
            return 0
        if context is None:
            call_together(self.wakeup_function, wakeup, argument)
            return 0
        PyContext_Enter(context)
        try:
            call_together(self.wakeup_function, wakeup, argument)
        finally:
            PyContext_Exit(context)
        return 0

    cdef void forget_wakeup(self) noexcept:
        """In a critical section, where others may wake it."""
        self.wakeup = None
        self.context = None
        self.queued = False

    cdef void forget_task(self) noexcept:
        self.forget_wakeup()
        self.was_cancelled = False
        self.blocking = False


def _schedule(awaiter):
    (<_Awaiter>awaiter).schedule()


cdef object schedule_all(list awaiters):
    """Let their loops resume them. Returns the interruption that came meanwhile, or None."""
    interruption = None
    for awaiter in awaiters:
        interruption = first_of(interruption, persist(_schedule, awaiter))
    return interruption


cdef object resume_all(list awaiters, object loop, object done):
    """Resume tasks of this loop, in a callback of it; others by their own loops.

    ``done`` is a finished future of the loop.

    Returns the first interruption, or None. What else a loop's callback raised goes to the loop.
    """
    cdef _Awaiter awaiter
    interruption = None
    for awaiter in awaiters:
        if awaiter.loop is not loop or interruption is not None:
            interruption = first_of(interruption, persist(_schedule, awaiter))
            continue
        try:
            awaiter.resume(done)
        except BaseException as error:
            interruption = error
    return interruption


cdef object step_of(_Awaiter awaiter):
    return awaiter.step()


cdef int make_awaitable(type class_) except -1:
    """Fill the slots of a kind of awaiters, which are not inherited after the class is made."""
    fill_awaitable_type(class_, <AwaitableStep>step_of, WAITING)
    return 0
