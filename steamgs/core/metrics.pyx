# What a server counts and measures, in one place for those who watch it.

# How many connections Steam is asked about before other threads have their turn.
cdef size_t CONNECTIONS_AT_ONCE = 1024


cdef class MetricMethods(GameServerCore):
    """What a server says of its handlers."""

    @property
    def slow_handler_seconds(self) -> float | None:
        """Log a warning when a handler takes longer than this, in seconds; None (the default): never.

        The warning names the handler and the event, on the logger ``steamgs``, at most once a second
        for each handler. A coroutine function counts as done when it has returned its coroutine.
        Each call of a handler costs more while this is set; streams and waits cost the same.
        """
        cdef _SlowWatch watch = slow_watch_of(self)
        return None if watch is None else watch.limit

    @slow_handler_seconds.setter
    def slow_handler_seconds(self, seconds: float | None) -> None:
        set_slow_watch(self, seconds)


cdef object counters_of(GameServerCore server):
    cdef int kind
    forget_old_doubts_of(server)
    waiting, waiting_bytes, held_back = waiting_messages_of(server.network_sockets)
    events = {}
    for kind in range(EVENT_KINDS):
        events[server.all_signals[kind].name] = server.kinds[kind].count.get()
    return Counters(
        ticks=server.native.ticks(),
        events=events,
        warnings=server.warnings.get(),
        batches=server.batches.get(),
        longest_batch=server.longest_batch.get(),
        queue_high_water=server.native.queue.high_water(),
        pump_wakes=server.native.wakes(),
        undelivered=server.undelivered.get(),
        lost=server.native.queue.lost(),
        handler_errors=server.handler_errors.get(),
        stream_waiting=sum([(<_Sink>sink).unread() for sink in sinks_of(server)]),
        stream_dropped=server.stream_dropped.get(),
        sessions_pending=server._pending.taken,
        sessions_refused_by_bounds=server._pending.refused,
        messages_waiting=waiting,
        messages_waiting_bytes=waiting_bytes,
        messages_held_back=held_back,
    )


cdef int forget_old_doubts_of(GameServerCore server) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.players.forget_old_doubts()


def enable_metrics(GameServerCore server not None, double tick_interval):
    """Measure times, and what Steam says about players, from now on and for good.

    ``tick_interval`` is how often the program means to tick Steam, in seconds; 0 if it is not known.
    """
    with nogil:
        server.native.enable_meter(tick_interval)


def histogram_bounds() -> tuple[float, ...]:
    """The upper limits of the buckets of all histograms, in seconds, without that of the last."""
    cdef size_t index
    return tuple([histogram_bound(index) / 1e9 for index in range(kHistogramBounds)])


def measurements(GameServerCore server not None):
    """What has been measured; all zeros before :func:`enable_metrics`."""
    from steamgs.measurements import Measurements
    cdef Meter *meter = server.native.meter()
    cdef CriticalSection section
    cdef size_t waiting
    cdef size_t index
    cdef Player *player
    cdef list sessions = [0, 0, 0, 0]
    cdef dict connections
    with nogil:
        waiting = server.native.queue.waiting()
    section.begin(<PyObject *>server)
    for index in range(server.players.table.end()):
        player = server.players.table.at(index)
        if player != NULL:
            sessions[player.open] += 1
    connections = connections_by_state(server.network_sockets)
    section.end()
    return Measurements(
        tick_duration=times_of(<Histogram *>NULL if meter == NULL else &meter.tick_duration),
        tick_lateness=times_of(<Histogram *>NULL if meter == NULL else &meter.tick_lateness),
        delivery=times_of(<Histogram *>NULL if meter == NULL else &meter.delivery),
        verdict=times_of(<Histogram *>NULL if meter == NULL else &meter.verdict),
        requests=reasons_of(<Reasons *>NULL if meter == NULL else &meter.requests),
        responses=reasons_of(<Reasons *>NULL if meter == NULL else &meter.responses),
        approvals=reasons_of(<Reasons *>NULL if meter == NULL else &meter.approvals).get(0, 0),
        denials=reasons_of(<Reasons *>NULL if meter == NULL else &meter.denials),
        kicks=reasons_of(<Reasons *>NULL if meter == NULL else &meter.kicks),
        queue_waiting=waiting,
        sessions={SESSION_KINDS[kind].value: sessions[kind] for kind in range(1, 4)},
        sessions_unjudged=0 if meter == NULL else meter.unjudged(),
        calls_waiting=len(server.questions.waiting),
        calls_answered=server.questions.ended[CALL_ANSWERED].get(),
        calls_failed=server.questions.ended[CALL_FAILED].get(),
        calls_cancelled=server.questions.ended[CALL_CANCELLED].get(),
        slow_handlers=server.slow_handlers.get(),
        connections=connections,
        traffic=traffic_of(server.network_sockets),
        received=(0, 0) if meter == NULL else count_of(&meter.traffic.in_),
        sent=(0, 0) if meter == NULL else count_of(&meter.traffic.out),
        not_sent=(0, 0) if meter == NULL else count_of(&meter.traffic.refused),
    )


cdef dict connections_by_state(NetworkingSockets sockets):
    """How many are open, by the number of their state; in a critical section."""
    cdef ConnectionTable *table = sockets.table.get()
    cdef size_t place
    cdef int state
    found = {}
    for place in range(table.places()):
        if table.handle_at(place) != 0:
            state = (<Connection>table.at(place)).last_state
            found[state] = found.get(state, 0) + 1
    return found


cdef tuple traffic_of(NetworkingSockets sockets):
    """What all open connections receive and send in a second, and what waits to be sent, in bytes."""
    cdef vector[uint32_t] handles = open_handles(sockets)
    cdef size_t index
    cdef size_t end = 0
    cdef int result
    cdef ConnectionStatusStruct status
    cdef double received = 0, sent = 0
    cdef int64_t waiting = 0
    cdef CriticalSection section
    while end < handles.size():
        with nogil:
            pass
        section.begin(<PyObject *>sockets.server)
        if sockets.steam == NULL:
            break
        index, end = end, min(end + CONNECTIONS_AT_ONCE, handles.size())
        for index in range(index, end):
            result = sockets.steam.GetConnectionRealTimeStatus(handles[index], &status, 0, NULL)
            if result == RESULT_OK:  # otherwise it was closed meanwhile
                received += status.m_flInBytesPerSec
                sent += status.m_flOutBytesPerSec
                waiting += <int64_t>status.m_cbPendingUnreliable + status.m_cbPendingReliable
        section.end()
    return (received, sent, waiting)


cdef vector[uint32_t] open_handles(NetworkingSockets sockets) except *:
    cdef CriticalSection section
    cdef ConnectionTable *table = sockets.table.get()
    cdef vector[uint32_t] handles
    cdef size_t place
    section.begin(<PyObject *>sockets.server)
    handles.reserve(table.size())
    for place in range(table.places()):
        if table.handle_at(place) != 0:
            handles.push_back(table.handle_at(place))
    return handles


cdef tuple count_of(TrafficCount *count):
    """Messages and bytes."""
    return (count.messages.load(), count.bytes.load())


cdef tuple times_of(Histogram *histogram):
    """The count of each bucket, and the sum in seconds. NULL: nothing is measured."""
    cdef size_t index
    if histogram == NULL:
        return ((0,) * (kHistogramBounds + 1), 0.0)
    counts = [histogram.count(index) for index in range(kHistogramBounds + 1)]
    return (tuple(counts), histogram.sum_seconds())


cdef dict reasons_of(Reasons *reasons):
    """How often each value has come; -1 stands for all that no enum of ours could have."""
    cdef int value
    found = {}
    if reasons != NULL:
        for value in range(kMostReasons + 1):
            if reasons.get(value) != 0:
                found[-1 if value == kMostReasons else value] = reasons.get(value)
    return found
