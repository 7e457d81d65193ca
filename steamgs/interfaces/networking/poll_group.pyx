# Connections whose messages are received together.

@cython.final
@cython.no_gc_clear  # `sockets` is never None
@cython.auto_pickle(False)
cdef class PollGroup:
    """Connections whose messages are received in one call; of ``sockets.create_poll_group()``.

    A connection is in one group at most. Each :class:`Listener` has one for those it has accepted.

    :ivar handle: Steam's number of it.
    """

    cdef Sockets *opened(self, CriticalSection &section) except NULL:
        if self.is_open:
            section.begin(<PyObject *>self.sockets.server)
        if not self.is_open:
            raise ClosedHandleError(f"poll group {self.handle}")
        return self.sockets.api(section)

    @property
    def closed(self):
        """Whether it was closed."""
        return not self.is_open

    def add(self, connection):
        """Put a connection in here, out of the group that it was in.

        Messages that have come and were not received go with it. Steamworks:
        ``SetConnectionPollGroup``.

        :raises ClosedHandleError: this or the connection was closed.
        :raises RuntimeError: an asyncio task has iterated over the connection.
        :raises ValueError: the connection is another server's.
        """
        cdef CriticalSection section
        cdef Sockets *steam = self.opened(section)
        cdef Connection one = connection_argument(self.sockets, connection)
        one.opened(section)
        if one.reader is not None:
            raise RuntimeError("an asyncio task reads the messages of this connection")
        self.put(steam, one)

    cdef int put(self, Sockets *steam, Connection connection) except -1:
        if not steam.SetConnectionPollGroup(connection.handle, self.handle):
            raise NetworkingError("add")
        connection.group_of = self
        return 0

    def remove(self, connection):
        """Take a connection out of here; its messages are then received from itself.

        :raises ClosedHandleError: this or the connection was closed.
        :raises ValueError: the connection is not in here.
        """
        cdef CriticalSection section
        cdef Sockets *steam = self.opened(section)
        cdef Connection one = connection_argument(self.sockets, connection)
        one.opened(section)
        if one.group_of is not self:
            raise ValueError(f"{connection!r} is not in {self!r}")
        if not steam.SetConnectionPollGroup(one.handle, 0):
            raise NetworkingError("remove")
        one.group_of = None

    def receive(self, max=DEFAULT_BATCH):
        """Take messages that have come, oldest first; an empty batch if none has.

        Steamworks: ``ReceiveMessagesOnPollGroup``.

        :param max: how many at most, 1 to 65536.
        :raises ClosedHandleError: it was closed.
        :raises RuntimeError: an asyncio task has iterated over the group, or native code consumes it.
        """
        cdef CriticalSection section
        self.opened(section)
        cdef Batch batch = new_batch(self.sockets, max)
        cdef Sockets *steam = self.opened(section)
        if inbox_in_use(self.inbox) is not None:
            raise RuntimeError("an asyncio task or native code reads the messages of this group")
        batch.own(
            steam.ReceiveMessagesOnPollGroup(self.handle, batch.kept.data(), batch.room), self.sockets
        )
        return batch

    def close(self):
        """Give it up; nothing if it is closed already. Its connections stay open, in no group.

        Steamworks: ``DestroyPollGroup``.
        """
        cdef CriticalSection section
        cdef uint64_t run
        if not self.is_open:
            return
        self.sockets.api(section)
        if not self.is_open:
            return
        run = self.sockets.server.runs
        self.is_open = False
        self.sockets.groups.pop(self.handle, None)
        for connection in self.sockets.connections:
            if (<Connection>connection).group_of is self:
                (<Connection>connection).group_of = None
        if self.inbox is not None:
            end_inbox(self.sockets, self.inbox)
        # Where the server was closed meanwhile, another group may have this number by now.
        if self.sockets.steam != NULL and self.sockets.server.runs == run:
            self.sockets.steam.DestroyPollGroup(self.handle)

    def __aiter__(self):
        """Batches as messages come, for ``async for`` in one task; until the group is closed.

        From now on each tick receives for it, without the GIL: in the pump's thread, if that runs. A
        batch comes behind the events of the tick that has received it, and before those of the next:
        so the end of a connection may be told before the last messages that came over it. While
        16,384 messages or 16 MiB wait, the rest stays with Steam, whose transport then slows those
        who send.
        """
        cdef CriticalSection section
        self.opened(section)
        self.inbox = inbox_in_use(self.inbox)
        if self.inbox is None:
            inbox = new_inbox(self.sockets, self.handle)
            if self.inbox is None and self.is_open:
                self.inbox = inbox
            else:
                end_inbox(self.sockets, inbox)  # others came first, while this thread had let them
            self.opened(section)
        elif self.inbox.native.get().has_consumer():
            raise RuntimeError("native code reads the messages of this group")
        return self

    def __anext__(self):
        """The next batch."""
        if self.inbox is None or self.inbox.native.get().has_consumer():
            self.__aiter__()
        return self.inbox

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return f"<PollGroup {self.handle}{'' if self.is_open else ', closed'}>"


cdef PollGroup new_poll_group(NetworkingSockets sockets):
    cdef PollGroup group = PollGroup.__new__(PollGroup)
    group.sockets = sockets
    return opened_group(group)


cdef PollGroup opened_group(PollGroup group):
    """Have Steam make it; it is there before, as a connection is."""
    cdef CriticalSection section
    cdef uint32_t handle = group.sockets.api(section).CreatePollGroup()
    if handle == 0:
        raise NetworkingError("create_poll_group")
    group.handle = handle
    group.is_open = True
    group.sockets.groups[handle] = group
    return group


cdef _Inbox consume_group(PollGroup group, InboxConsumer consumer, void *context):
    """Have native code receive for a group, in each tick."""
    cdef CriticalSection section
    group.opened(section)
    if inbox_in_use(group.inbox) is not None:
        raise RuntimeError("the messages of this group are read already")
    group.inbox = new_inbox(group.sockets, group.handle, False, consumer, context)
    return group.inbox


refuse_creation(PollGroup, "sockets.create_poll_group() makes poll groups")
