# Starting and closing. One server runs in a process, by Valve's design; each step of both is either
# finished or undone, whatever is raised between two instructions.

cdef Lifecycle claimed = None  # the server that starts, runs or closes; read and written in one step
cdef Lifecycle locked_for_fork = None
cdef bint real_steam_was_here = False  # before a fork, if not now
cdef bint forked_from_real_steam = False

# How often a step is tried again that was interrupted: nobody presses Ctrl-C so often.
cdef int MANY_INTERRUPTIONS = 1000


cdef class Lifecycle(UserStats):
    """What becomes of a server from :meth:`start` to :meth:`close`, and in forked children."""

    def __cinit__(self):
        self.lifecycle_lock = RLock()

    def start(self) -> Self:
        """Load the library and start the server; log on next (``SteamGameServer_InitEx``).

        If it raises, nothing is left behind.

        :raises SteamLibraryError: no usable library; each attempt is listed.
        :raises SteamInitError: Steam refused; its message says why. Or the query port can't be
            opened: the message names it and its address.
        :raises ValueError: a port is 0, and there is no simulator to choose one.
        :raises SteamError: a server is running in this process already; or this process was forked
            from one that has used the real Steam, whose steamclient can't be started here again:
            use ``multiprocessing``'s method ``"spawn"``.
        """
        global claimed
        if claimed is not None:
            which = "this" if claimed is self else "another"
            raise SteamError(f"{which} game server is running in this process already")
        claimed = self
        try:
            with self.lifecycle_lock:
                self.begin_or_undo()
        finally:
            if not self.started:
                claimed = None
        return self

    cdef int begin_or_undo(self) except -1:
        try:
            return self.begin()
        except BaseException:
            self.finish()
            raise

    cdef int begin(self) except -1:
        global real_steam_was_here
        cdef InitParameters parameters
        cdef string message
        cdef int result
        parameters.ip, parameters.game_port, parameters.query_port, mode, version = self._prepare()
        parameters.mode = <EServerMode><int>mode
        parameters.version = version
        if forked_from_real_steam and not simulated_steamclient_loaded():
            raise SteamError(
                "this process was forked from one that has used Steam, whose steamclient can't be "
                "started here again: start processes by multiprocessing's method 'spawn'"
            )
        with nogil:
            result = self.native.init(parameters, message)
        real_steam_was_here = real_steam_was_here or not simulated_steamclient_loaded()
        if result != 0:
            self._refused(result, (<bytes>message).decode("utf-8", "replace"))
        # From here to the end nothing lets another thread, or a signal's handler, in.
        pump().open(&self.native)
        self.steam = self.native.interface()
        self.started = True
        self._has_started()
        return 0

    def close(self) -> None:
        """End all sessions, log off and shut Steam down (``SteamGameServer_Shutdown``).

        Futures of calls without an answer are cancelled. Handlers stay connected for another
        :meth:`start`. Does nothing when not running. Works from any thread, inside handlers and in the
        pump's ``on_events``, and runs by itself when the interpreter exits. Whatever interrupts it
        is raised when everything is closed.

        :raises SteamError: called by a native listener, inside Steam's dispatcher.
        """
        if self.native.dispatching_here():
            raise SteamError("a native listener can't close the server that has called it")
        # Whoever closes waits for the pump's thread, which therefore must not wait for them.
        if not self.lifecycle_lock.acquire(not pump().on_own_thread()):
            return
        try:
            if self.started:
                self.finish()
        finally:
            self.lifecycle_lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    cdef int finish(self) except -1:
        """Close, or undo what :meth:`start` began. What interrupts it is raised at the end."""
        global claimed
        cdef _Interruptions interruptions = _Interruptions.__new__(_Interruptions)
        cdef bint was_running = self.started
        self.started = False
        if was_running:
            self.stop_steam()
            while self.questions:
                _, question = self.questions.popitem()
                interruptions.outlast((<_Question>question).future.cancel)
            while self.close_listeners:
                listener, _ = self.close_listeners.popitem()
                interruptions.outlast(listener)
            interruptions.outlast(self._has_closed)
        interruptions.outlast(self._release)
        claimed = None
        return interruptions.raise_first()

    @cython.final
    cdef int stop_steam(self) except -1:
        # No Python code runs in here: sessions can't be opened, or a pump started, once steam is NULL.
        cdef ISteamGameServer *steam = self.steam
        self.steam = NULL
        self.end_sessions(steam)
        self.on_events = None
        with nogil:
            # Not with the GIL: the pump may be waiting for it, or a native listener.
            pump().close(&self.native)
            self.native.shutdown()
        # At the interpreter's exit, a thread that asks for the GIL too late asks a dead interpreter:
        # let all of them come back first. None is in Steam any more, so that takes no time; but some
        # may wait for the pump's thread to end.
        while self.without_gil > 0 and not pump().on_own_thread():
            with nogil:
                yield_thread()
        # With the GIL, as whoever is in the middle of a delivery reads the queue with it.
        while not self.native.queue.try_discard(self.undelivered):
            with nogil:
                yield_thread()
        self.unpolled = None
        return 0

    # What subclasses do, in Python: each may be interrupted at any instruction.

    def _prepare(self) -> tuple[int, int, int, int, bytes]:
        """Make ready to start; ``(ip, game port, query port, mode, version)``. May raise."""
        raise NotImplementedError

    def _refused(self, result: int, message: str) -> NoReturn:
        """Raise what ``ESteamAPIInitResult`` and Steam's message come to."""
        raise NotImplementedError

    def _has_started(self) -> None:
        """The server runs. If this raises, it is closed again."""

    def _has_closed(self) -> None:
        """Tell those who wait that the server is gone. Called again if it is interrupted."""

    def _release(self) -> None:
        """Undo :meth:`_prepare`, as far as it came. Called again if it is interrupted."""

    def _abandoned(self) -> None:
        """This is a forked child, and the server is the parent's. Called again if interrupted."""

    cdef int abandon(self) except -1:
        """In a forked child: there is no server here, no pump's thread, and nobody else who waits."""
        global claimed, forked_from_real_steam
        cdef _Interruptions interruptions = _Interruptions.__new__(_Interruptions)
        self.steam = NULL
        self.started = False
        self.delivering = False
        self.without_gil = 0
        self.lifecycle_lock = RLock()
        self.on_events = None
        self.unpolled = None
        with nogil:
            self.native.abandon()
        self.questions.clear()
        self.close_listeners.clear()
        self.open_sessions.clear()
        for stream in list(self.streams):
            interruptions.outlast(stream._abandon)
        interruptions.outlast(self._abandoned)
        interruptions.outlast(self._release)
        claimed = None
        return interruptions.raise_first()


@cython.final
cdef class _Interruptions:
    """Runs steps to their ends, whatever is raised in between by Ctrl-C and its like."""

    cdef int outlast(self, step) except -1:
        cdef int tries
        for tries in range(MANY_INTERRUPTIONS):
            try:
                step()
                return 0
            except BaseException as error:
                if self.first is None:
                    self.first = error
        return 0

    cdef int raise_first(self) except -1:
        if self.first is not None:
            raise self.first
        return 0


# Around a fork: another thread may be in Steam's library, and in the child would never come out.

def _before_fork() -> None:
    """Wait until nobody is in Steam's library."""
    global locked_for_fork
    cdef Lifecycle server
    while True:
        server = claimed
        if server is None:
            return
        with nogil:
            server.native.lock_for_fork()
        if claimed is server:
            locked_for_fork = server
            return
        server.native.unlock_after_fork()


def _after_fork_in_parent() -> None:
    """Go on."""
    global locked_for_fork
    cdef Lifecycle server = locked_for_fork
    locked_for_fork = None
    if server is not None:
        server.native.unlock_after_fork()


def _after_fork_in_child() -> None:
    """There is no game server here."""
    global locked_for_fork, forked_from_real_steam
    cdef Lifecycle server = locked_for_fork
    locked_for_fork = None
    renew_pump()
    forked_from_real_steam = forked_from_real_steam or real_steam_was_here
    if server is not None:
        server.abandon()


def _close_at_exit() -> None:
    """Close what still runs."""
    if claimed is not None:
        claimed.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
atexit.register(_close_at_exit)
