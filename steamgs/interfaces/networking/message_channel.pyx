# One channel of ISteamNetworkingMessages, for asyncio.

@cython.final
@cython.no_gc_clear  # `messages` is never None
@cython.auto_pickle(False)
cdef class MessageChannel:
    """The messages that come on a channel; of ``server.messages.channel()``.

    :ivar number: the channel.
    """

    def receive(self, max=DEFAULT_BATCH):
        """As :meth:`NetworkingMessages.receive`."""
        return self.messages.receive(self.number, max)

    def close(self):
        """Let the task that iterates over it come to its end; nothing if there is none.

        What comes afterwards is for :meth:`NetworkingMessages.receive`, or for the next task.
        """
        cdef CriticalSection section
        section.begin(<PyObject *>self.messages.server)
        if not self.is_open:
            return
        self.is_open = False
        self.messages.channels.pop(self.number, None)
        if self.inbox is not None:
            end_inbox(self.messages.server.network_sockets, self.inbox)

    def __aiter__(self):
        """Batches as messages come, for ``async for`` in one task; until it, or the server, is closed.

        From now on each tick receives for it, without the GIL. A batch comes behind the events of the
        tick that has received it. While 16,384 messages or 16 MiB wait, the rest stays with Steam.
        """
        cdef CriticalSection section
        self.messages.api(section)
        if not self.is_open:
            raise ClosedHandleError(f"channel {self.number}")
        if self.inbox is None:
            inbox = new_inbox(self.messages.server.network_sockets, self.number, True)
            if self.inbox is None and self.is_open:
                self.inbox = inbox
            else:
                end_inbox(self.messages.server.network_sockets, inbox)  # as of a poll group
            if not self.is_open:
                raise ClosedHandleError(f"channel {self.number}")
        return self

    def __anext__(self):
        """The next batch."""
        if self.inbox is None:
            self.__aiter__()
        return self.inbox

    def __repr__(self):
        return f"<MessageChannel {self.number}{'' if self.is_open else ', closed'}>"


cdef MessageChannel new_channel(NetworkingMessages messages, int number):
    cdef MessageChannel channel = MessageChannel.__new__(MessageChannel)
    channel.messages = messages
    channel.number = number
    channel.is_open = True
    return channel


refuse_creation(MessageChannel, "messages.channel() makes channels")
