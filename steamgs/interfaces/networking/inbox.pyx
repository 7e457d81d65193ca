# What asyncio tasks read: new connections, changes of one, batches, and the messages of one.
#
# A tick receives for groups that a task iterates over, without the GIL, behind the callbacks of the same
# tick (`steamgs::Inbox`). A record in the queue tells that messages have come, so they are delivered
# there: behind the events of their tick.

# How much may wait for a task before Steam keeps the rest, and its transport slows those who send.
DEFAULT_INBOX_MESSAGES = 16384
DEFAULT_INBOX_BYTES = 16 * 1024 * 1024
cdef size_t READER_MESSAGES = 1024
cdef size_t READER_BYTES = 2 * 1024 * 1024


@cython.auto_pickle(False)
cdef class _Mailbox(_Awaiter):

    cdef GameServerCore owner(self):
        return self.server

    cdef object next_item(self):
        """What there is to be had; None if there is nothing now."""
        raise NotImplementedError

    cdef object advance(self):
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if self.wakeup is not None:
            raise RuntimeError("another task is waiting for this already")
        item = self.next_item()
        if item is not None:
            return item
        if not self.is_open:
            raise StopAsyncIteration
        self.begin()
        return WAITING

    cdef int orphaned(self) except -1:
        self.forget_task()  # a task of another loop may go on
        return 0

    cdef int end(self) except -1:
        """Nothing will come any more."""
        self.is_open = False
        return self.wake()


@cython.final
@cython.auto_pickle(False)
cdef class _Arrivals(_Mailbox):
    """The connections that come to a listener."""

    cdef object next_item(self):
        cdef Listener listener = self.listener
        while listener.fresh:
            connection = listener.fresh.pop(0)
            if listener.still_waits(connection):
                return connection
        return None


@cython.auto_pickle(False)
cdef class _ConnectionWait(_Mailbox):
    """What becomes of a connection, which knows of this only while a task waits."""

    cdef int begin(self) except -1:
        cdef dict waits = {}
        _Mailbox.begin(self)
        if self.connection.waits is None:
            self.connection.waits = waits
        self.connection.waits[self] = None
        return 0

    cdef object advance(self):
        cdef int state = self.connection.last_state
        result = _Mailbox.advance(self)
        if result is WAITING and self.connection.last_state != state:
            self.woken = True  # a collection in there has delivered what this waits for
        return result

    cdef int stop(self) except -1:
        cdef CriticalSection section
        section.begin(<PyObject *>self.server)
        if self.connection.waits is not None:
            self.connection.waits.pop(self, None)
        return 0

    cdef int orphaned(self) except -1:
        _Mailbox.orphaned(self)
        return self.stop()


@cython.final
@cython.auto_pickle(False)
cdef class _StateChange(_ConnectionWait):
    """That a connection is connected; raises if it never will be."""

    cdef object next_item(self):
        cdef CriticalSection section
        cdef Connection connection = self.connection
        if connection.is_open and connection.last_state == STATE_CONNECTED:
            self.stop()
            return True
        if not connection.is_open or connection.last_state in (STATE_CLOSED_BY_PEER, STATE_PROBLEM):
            self.stop()
            connection.opened(section)
            info = connection.info()
            raise NotConnectedError(
                f"connect ({info.end_reason.name}: {info.end_text})", Result.NO_CONNECTION
            )
        return None


@cython.final
@cython.auto_pickle(False)
cdef class _Ending(_ConnectionWait):
    """That a connection has ended, on either side."""

    cdef object next_item(self):
        cdef Connection connection = self.connection
        if connection.is_open and connection.last_state not in (STATE_CLOSED_BY_PEER, STATE_PROBLEM):
            return None
        self.stop()
        return later_member("ConnectionState", connection.last_state)


@cython.final
@cython.auto_pickle(False)
cdef class _Inbox(_Mailbox):
    """Batches of the messages that ticks have received."""

    cdef object next_item(self):
        return self.next_batch()

    cdef Batch next_batch(self):
        """None if nothing has come."""
        cdef ReceivedBatch *received
        cdef Batch batch
        if self.taken == NULL:
            self.taken = self.native.get().take()
        if self.taken == NULL:
            return None
        received = self.taken
        batch = Batch.__new__(Batch)
        batch.table = self.sockets.table
        batch.kept.own_array(received.messages, received.size)
        self.native.get().used(received.size, received.bytes)
        self.taken = received.next
        del received
        return batch

    cdef int let_go(self) except -1:
        """Steam is about to shut down, or the group is closed: nobody will read what is left."""
        while self.next_batch() is not None:
            pass
        return 0

    def __dealloc__(self):
        cdef ReceivedBatch *next
        cdef size_t index
        while self.taken != NULL:  # only if the server's end was skipped
            next = self.taken.next
            del self.taken
            self.taken = next


@cython.final
@cython.auto_pickle(False)
cdef class _Reader(_Mailbox):
    """The messages of one connection."""

    cdef object next_item(self):
        if not self.messages and self.held_back and self.connection.is_open:
            self.held_back = False
            route_to_reader(self.connection.sockets, self.connection)
        if not self.messages and not self.fetch():
            return None
        message = <Message>self.messages.popleft()
        self.bytes -= <size_t>(<Message>message).raw().m_cbSize
        return message

    cdef int put(self, Message message) except -1:
        self.messages.append(message)
        self.bytes += <size_t>message.raw().m_cbSize
        if not self.held_back and (
            <size_t>len(self.messages) >= READER_MESSAGES or self.bytes >= READER_BYTES
        ):
            self.held_back = True
            self.connection.sockets.held_back += 1
            hold_back(self.connection.sockets, self.connection)
        return self.wake()

    cdef bint fetch(self) except -1:
        """Look for what has come before the end; whether there is anything."""
        cdef Connection connection = self.connection
        cdef Py_ssize_t index
        if self.is_open or not connection.is_open:
            return False
        # What a tick has received and not put down yet comes before what is still with Steam.
        hold_back(connection.sockets, connection)
        wait_for_tick(self.server)
        read_routed(connection.sockets)
        if self.messages:
            return True
        batch = connection.take(DEFAULT_BATCH)
        for index in range(len(batch)):
            self.messages.append(batch[index])
            self.bytes += <size_t>(<Message>batch[index]).raw().m_cbSize
        return len(self.messages) != 0


cdef int wait_for_tick(GameServerCore server) except -1:
    server.without_gil.add_from_anywhere(1)
    with nogil:
        server.native.wait_for_tick()
    server.without_gil.add_from_anywhere(-1)
    return 0


cdef _Inbox new_inbox(
    NetworkingSockets sockets, uint32_t number, bint of_channel=False,
    InboxConsumer consumer=NULL, void *context=NULL,
):
    """Ticks receive for this group, or for this channel of ``server.messages``, from now on.

    What they receive is for a task, or for native code if there is a ``consumer``.
    """
    cdef CriticalSection section
    cdef _Inbox inbox = _Inbox.__new__(_Inbox)
    cdef bint added
    sockets.last_token += 1
    inbox.server = sockets.server
    inbox.sockets = sockets
    inbox.token = sockets.last_token
    inbox.is_open = True
    inbox.native = make_shared[NativeInbox](
        of_channel, number, <uint64_t>inbox.token, <size_t>DEFAULT_INBOX_MESSAGES, <size_t>DEFAULT_INBOX_BYTES
    )
    inbox.native.get().set_consumer(consumer, context)
    sockets.inboxes[inbox.token] = inbox
    sockets.server.without_gil.add_from_anywhere(1)
    with nogil:
        # Not with the GIL: a listener that runs now may be waiting for it.
        added = sockets.server.native.add_inbox(inbox.native)
    sockets.server.without_gil.add_from_anywhere(-1)
    sockets.api(section)
    return inbox


cdef _Inbox inbox_in_use(_Inbox inbox):
    """None if nobody reads there: native code may have stopped."""
    return None if inbox is None or inbox.native.get().stopped() else inbox


cdef int end_inbox(NetworkingSockets sockets, _Inbox inbox) except -1:
    """Its group is closed."""
    cdef uint64_t token = inbox.token
    if sockets.inboxes.pop(token, None) is None:
        return 0
    sockets.server.without_gil.add_from_anywhere(1)
    with nogil:
        sockets.server.native.remove_inbox(token)
    sockets.server.without_gil.add_from_anywhere(-1)
    sockets.held_back += inbox.native.get().held_back()
    inbox.let_go()
    return inbox.end()


make_awaitable(_Arrivals)
make_awaitable(_StateChange)
make_awaitable(_Ending)
make_awaitable(_Inbox)
make_awaitable(_Reader)
refuse_creation(_Mailbox)
refuse_creation(_Arrivals)
refuse_creation(_ConnectionWait)
refuse_creation(_StateChange)
refuse_creation(_Ending)
refuse_creation(_Inbox)
refuse_creation(_Reader)
