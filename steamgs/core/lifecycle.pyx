# Starting and closing. One server runs in a process, by Valve's design; each step of both is either
# finished or undone, whatever is raised between two instructions.

cdef GameServerCore claimed = None  # the server that starts, runs or closes
cdef object claims = object()  # in a critical section on this, it is read and written in one step
cdef GameServerCore locked_for_fork = None
cdef bint real_steam_was_here = False  # before a fork, if not now
cdef bint forked_from_real_steam = False


cdef class LifecycleMethods(GameServerCore):
    """The life of a server from :meth:`start` to :meth:`close`, and in forked children."""

    def start(self) -> Self:
        """Load the library and start the server; log on next (``SteamGameServer_InitEx``).

        If it raises, nothing is left behind.

        :raises SteamLibraryError: no usable library; each attempt is listed.
        :raises SteamInitError: Steam refused, and its message says why; or the query port can't be
            opened, and the message names the port and the address.
        :raises ValueError: a port is 0, and there is no simulator to choose one.
        :raises SteamError: a server is already running in this process; or this process was forked
            from one that has used the real Steam, whose steamclient can't be started here again. Use
            ``multiprocessing``'s start method ``"spawn"``.
        """
        cdef GameServerCore claimer = claim(self)
        if claimer is not None:
            which = "this" if claimer is self else "another"
            raise SteamError(f"{which} game server is already running in this process")
        try:
            with self.lifecycle_lock:
                begin_or_undo(self)
        finally:
            if not self.started:
                let_go(self)
        return self

    def close(self) -> None:
        """End all sessions, log off and shut Steam down (``SteamGameServer_Shutdown``).

        Calls without an answer fail with a NotRunningError. Handlers stay connected for another
        :meth:`start`. It does nothing if the server is not running. It may be called from any thread,
        inside handlers and in the pump's ``on_events``, and is called automatically when the
        interpreter exits. If it is interrupted, the exception is raised when everything is closed.

        :raises SteamError: called by a native listener, inside Steam's dispatcher.
        """
        if self.native.dispatching_here():
            raise SteamError("a native listener can't close the server that has called it")
        # Whoever closes waits for the notifier, which therefore must not wait for them.
        if not self.lifecycle_lock.acquire(not pump().notifying_here()):
            return
        try:
            if self.started:
                finish(self)
        finally:
            self.lifecycle_lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

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


cdef GameServerCore claim(GameServerCore server):
    """None, or the server that has the process."""
    global claimed
    cdef CriticalSection section
    section.begin(<PyObject *>claims)
    if claimed is not None:
        return claimed
    claimed = server
    return None


cdef GameServerCore claimer():
    cdef CriticalSection section
    section.begin(<PyObject *>claims)
    return claimed


cdef int let_go(GameServerCore server) except -1:
    """Another one may start, unless it has already."""
    global claimed
    cdef CriticalSection section
    section.begin(<PyObject *>claims)
    if claimed is server:
        claimed = None
    return 0


cdef int begin_or_undo(GameServerCore server) except -1:
    try:
        return begin(server)
    except BaseException:
        finish(server)
        raise


cdef int begin(GameServerCore server) except -1:
    global real_steam_was_here
    cdef CriticalSection section
    cdef InitParameters parameters
    cdef string message
    cdef int result
    parameters.ip, parameters.game_port, parameters.query_port, mode, version = server._prepare()
    parameters.mode = <EServerMode><int>mode
    parameters.version = version
    server.progress.serves(mode)
    server.steam_utils.filters = False
    if forked_from_real_steam and not simulated_steamclient_loaded():
        raise SteamError(
            "this process was forked from one that has used Steam, whose steamclient can't be "
            "started here again: start processes with multiprocessing's start method 'spawn'"
        )
    with nogil:
        result = server.native.init(parameters, message)
    real_steam_was_here = real_steam_was_here or not simulated_steamclient_loaded()
    if result != 0:
        server._refused(result, (<bytes>message).decode("utf-8", "replace"))
    # From here to the end nothing lets another thread, or a signal's handler, in.
    section.begin(<PyObject *>server)
    pump().open(&server.native)
    server.runs += 1
    server.steam = server.native.interface()
    server.started = True
    server._closed = False
    section.end()
    server._has_started()
    return 0


cdef int finish(GameServerCore server) except -1:
    """Close, or undo what :meth:`start` began. What interrupts it is raised at the end."""
    cdef _Interruptions interruptions = _Interruptions.__new__(_Interruptions)
    cdef bint was_running = server.started
    server.started = False
    if was_running:
        server._closed = True
        stop_steam(server)
        server.progress.forget()
        interruptions.note(server.questions.close())
        forget_sockets(server.network_sockets)
        forget_channels(server.network_messages)
        interruptions.note(close_sinks(server))
        interruptions.note(server.players.close())
        interruptions.outlast(server._has_closed)
    interruptions.outlast(server._release)
    let_go(server)
    return interruptions.raise_first()


cdef int stop_steam(GameServerCore server) except -1:
    # No Python code runs in here: sessions can't be opened, or a pump started, once steam is NULL.
    cdef CriticalSection section
    cdef ISteamGameServer *steam
    section.begin(<PyObject *>server)
    steam = server.steam
    server.steam = NULL
    end_sessions(server, steam)
    server.on_events = None
    server.wake_up = None
    if server.team is not None:
        server.team.close()
    section.end()
    with nogil:
        # Not with the GIL: the pump may be waiting for it, or a native listener.
        pump().close(&server.native)
    section.begin(<PyObject *>server)
    server.network_utils.output = 0
    close_messages(server.network_messages)
    close_sockets(server.network_sockets)
    give_back_handles(server)
    section.end()
    with nogil:
        server.native.shutdown()
    # At the interpreter's exit, a thread that asks for the GIL too late asks a dead interpreter:
    # let all of them come back first. None is in Steam any more, so that takes no time; but some
    # may wait for the notifier, if that is what closes.
    while server.without_gil.get() > 0 and not pump().notifying_here():
        with nogil:
            yield_thread()
    discard_unread(server)
    forget_leftovers(server)
    free_spares()
    return 0


cdef int discard_unread(GameServerCore server) except -1:
    # With the GIL, as whoever is in the middle of a delivery reads the queue with it. Where there is
    # none, that thread drops what it has not read.
    cdef uint64_t dropped = 0
    cdef bint reads = not kFreeThreaded or delivers_here(server)
    cdef bint takes_turn = not reads and server.turn.take()
    while not server.native.queue.try_discard(dropped, reads or takes_turn):
        with nogil:
            yield_thread()
    if takes_turn:
        server.turn.give_back()
    server.undelivered.add_from_anywhere(dropped)
    return 0


cdef bint delivers_here(GameServerCore server) noexcept:
    """Whether this thread is delivering."""
    return server.turn.taken() and server.deliverer.get() == PyThread_get_thread_ident()


cdef int abandon(GameServerCore server) except -1:
    """In a forked child: there is no server here, no pump's thread, and nobody else who waits."""
    cdef _Interruptions interruptions = _Interruptions.__new__(_Interruptions)
    server.steam = NULL
    server.started = False
    if server.team is not None:
        server.team.abandoned = True
        server.team = None
        mark_all(server, PARALLEL, False)
    server.turn.give_back()
    server.deliverer.set(0)
    stop_gathering(server)
    server.without_gil.set(0)
    server.lifecycle_lock = RLock()
    server.on_events = None
    server.wake_up = None
    server.unpolled = None
    server.ungathered = None
    server.network_utils.output = 0
    strand_messages(server.network_messages)
    strand_sockets(server.network_sockets)
    forget_handles(server)
    server.statistics.changed = set()
    with nogil:
        server.native.abandon()
    forget_sockets(server.network_sockets)
    forget_channels(server.network_messages)
    server.progress.forget()
    server.questions.abandon()
    server.players.abandon()
    abandon_sinks(server)
    interruptions.outlast(server._abandoned)
    interruptions.outlast(server._release)
    let_go(server)
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

    cdef int note(self, interruption) except -1:
        self.first = first_of(self.first, interruption)
        return 0

    cdef int raise_first(self) except -1:
        if self.first is not None:
            raise self.first
        return 0


# Around a fork: another thread may be in Steam's library, and in the child would never come out.

def _before_fork() -> None:
    """Wait until nobody is in Steam's library."""
    global locked_for_fork
    cdef GameServerCore server
    while True:
        server = claimer()
        if server is None:
            return
        with nogil:
            server.native.lock_for_fork()
        if claimer() is server:
            locked_for_fork = server
            return
        server.native.unlock_after_fork()


def _after_fork_in_parent() -> None:
    """Go on."""
    global locked_for_fork
    cdef GameServerCore server = locked_for_fork
    locked_for_fork = None
    if server is not None:
        server.native.unlock_after_fork()


def _after_fork_in_child() -> None:
    """There is no game server here."""
    global locked_for_fork, forked_from_real_steam
    cdef GameServerCore server = locked_for_fork
    locked_for_fork = None
    renew_pump()
    forked_from_real_steam = forked_from_real_steam or real_steam_was_here
    if server is not None:
        abandon(server)


def _close_at_exit() -> None:
    """Close what still runs."""
    cdef GameServerCore server = claimer()
    if server is not None:
        server.close()
    with nogil:
        pump().collect_threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
atexit.register(_close_at_exit)
