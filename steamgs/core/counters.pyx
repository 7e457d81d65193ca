# What a server counts, in one place for those who watch it.


cdef object counters_of(GameServerCore server):
    cdef int kind
    server.players.forget_old_doubts()
    events = {}
    for kind in range(EVENT_KINDS):
        events[server.all_signals[kind].name] = server.kinds[kind].count
    return Counters(
        ticks=server.native.ticks(),
        events=events,
        warnings=server.warnings,
        batches=server.batches,
        longest_batch=server.longest_batch,
        queue_high_water=server.native.queue.high_water(),
        pump_wakes=server.native.wakes(),
        undelivered=server.undelivered,
        lost=server.native.queue.lost(),
        handler_errors=server.handler_errors,
        stream_waiting=sum([(<_Sink>sink).unread() for sink in sinks_of(server)]),
        stream_dropped=server.stream_dropped,
        sessions_pending=server._pending.taken,
        sessions_refused_by_bounds=server._pending.refused,
    )
