# What a server counts, in one place for those who watch it.


cdef object counters_of(GameServerCore server):
    cdef int kind
    forget_old_doubts_of(server)
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
    )


cdef int forget_old_doubts_of(GameServerCore server) except -1:
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.players.forget_old_doubts()
