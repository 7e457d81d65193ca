# ISteamNetworkingMessages: messages to an identity, without connections.

# A flag of a message: begin a new session if the last one has failed.
cdef enum:
    SEND_RESTART = 32


@cython.no_gc_clear  # `server` is never None: a dead pair is taken apart by the server
cdef class NetworkingMessages(NetworkingMessagesSignals):
    """``server.messages``: messages to others by their identity, as if over UDP, by Steam's relays.

    Steam keeps a session with each of them, which begins with the first message and falls asleep
    when nobody has sent one for some minutes. Whoever writes first is told of by the signal
    ``session_request``, and their messages come once they are accepted. Closing the server closes
    all sessions.

    For a game with a connection for each player, ``server.sockets`` is faster, and tells more.
    """

    def __cinit__(self, GameServerCore server not None):
        self.server = server
        self.take_signals(server.all_signals)
        self.channels = {}

    @cython.final
    cdef MessagesApi *api(self, CriticalSection &section) except NULL:
        section.begin(<PyObject *>self.server)
        if self.steam == NULL:
            self.steam = <MessagesApi *>optional_interface(
                self.server, kNetworkingMessagesInterface, section
            )
        return self.steam

    def send(
        self, identity, data, *, channel=0, reliable=True, no_nagle=False, no_delay=False, restart=False
    ):
        """Send a message; it begins a session if there is none, and accepts one that was requested.

        Steamworks: ``SendMessageToUser``.

        :param identity: a Steam id, a text such as ``"steamid:..."``, or a NetworkingIdentity.
        :param data: bytes, or anything with the buffer protocol, of 524,288 bytes at most.
        :param channel: where the other side receives it, 0 or more.
        :param reliable: whether it is sent until it arrives, and in order.
        :param no_nagle: don't wait a moment for more messages that would fit in the same packet.
        :param no_delay: drop it if it can't be sent at once; for unreliable ones.
        :param restart: begin a new session if the last one has failed.
        :raises NotConnectedError: the last session has failed, and ``restart`` is false.
        :raises SendLimitError: too much waits to be sent to them.
        :raises MessageTooBigError: ``data`` is larger.
        :raises SendError: Steam refused it: ``FAIL`` where it has no memory.
        :raises TypeError: ``data`` has no buffer.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct to
        cdef Py_buffer view
        cdef MessagesApi *steam
        cdef int result
        cdef int flags = send_flags(reliable, no_nagle, no_delay)
        cdef int number = channel_argument(channel)
        if flag_argument("restart", restart):
            flags |= SEND_RESTART
        identity_to_steam("identity", identity, &to)
        buffer_argument("data", data, &view)
        try:
            if view.len > LARGEST_MESSAGE:
                raise MessageTooBigError("send", Result.LIMIT_EXCEEDED)
            steam = self.api(section)
            result = steam.SendMessageToUser(to, view.buf, <uint32_t>view.len, flags, number)
            note_sent(self.server, result == RESULT_OK, view.len)
            if result == RESULT_OK:
                self.known.add(steam, to)
        finally:
            PyBuffer_Release(&view)
        if result != RESULT_OK:
            raise send_error("send", result)

    def receive(self, channel=0, max=DEFAULT_BATCH):
        """Take messages of a channel, oldest first; an empty batch if none has come.

        ``batch.with_identities()`` tells who has sent them. Steamworks: ``ReceiveMessagesOnChannel``.

        :param channel: 0 or more.
        :param max: how many at most, 1 to 65536.
        :raises RuntimeError: an asyncio task iterates over the channel, and gets its messages.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef int number = channel_argument(channel)
        self.api(section)
        cdef NetworkingSockets sockets = self.server.network_sockets
        cdef Batch batch = new_batch(sockets, max)
        cdef MessagesApi *steam = self.api(section)
        if number in self.channels and (<MessageChannel>self.channels[number]).inbox is not None:
            raise RuntimeError("an asyncio task reads the messages of this channel")
        batch.own(steam.ReceiveMessagesOnChannel(number, batch.kept.data(), batch.room), sockets)
        return batch

    def channel(self, number):
        """A channel, for ``async for batch in server.messages.channel(0)``; one object for each.

        :param number: 0 or more.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef int key = channel_argument(number)
        self.api(section)
        if key not in self.channels:
            made = new_channel(self, key)
            self.api(section)  # still: a collection may have closed the server
            return self.channels.setdefault(key, made)
        return self.channels[key]

    def accept(self, identity):
        """Let somebody who has asked for a session send messages.

        Steamworks: ``AcceptSessionWithUser``.

        :param identity: as of :meth:`send`; the event of ``session_request`` has it.
        :raises NetworkingError: they have not asked, or not lately.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        identity_to_steam("identity", identity, &who)
        cdef MessagesApi *steam = self.api(section)
        if not steam.AcceptSessionWithUser(who):
            raise NetworkingError("accept")
        self.known.add(steam, who)

    def close(self, identity):
        """End the session with somebody; nothing if there is none.

        What was received and not taken is dropped. Steamworks: ``CloseSessionWithUser``.

        :param identity: as of :meth:`send`.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        identity_to_steam("identity", identity, &who)
        self.api(section).CloseSessionWithUser(who)
        self.known.remove(who)

    def close_channel(self, identity, channel):
        """Drop what somebody has sent on a channel; the session ends with its last channel.

        Steamworks: ``CloseChannelWithUser``.

        :param identity: as of :meth:`send`.
        :param channel: 0 or more.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        cdef int number = channel_argument(channel)
        identity_to_steam("identity", identity, &who)
        self.api(section).CloseChannelWithUser(who, number)

    def session_info(self, identity):
        """What is known of the session with somebody; None if there is none.

        Steamworks: ``GetSessionConnectionInfo``.

        :param identity: as of :meth:`send`.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        cdef ConnectionInfoStruct info
        identity_to_steam("identity", identity, &who)
        memset(&info, 0, sizeof(info))
        cdef int state = self.api(section).GetSessionConnectionInfo(who, &info, NULL)
        return None if state == STATE_NONE else connection_info(&info)

    def session_status(self, identity):
        """How the session with somebody does, as of a connection; None if there is none.

        Steamworks: ``GetSessionConnectionInfo``.

        :param identity: as of :meth:`send`.
        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        cdef IdentityStruct who
        cdef ConnectionStatusStruct status
        cdef vector[LaneStatusStruct] no_lanes
        identity_to_steam("identity", identity, &who)
        memset(&status, 0, sizeof(status))
        cdef int state = self.api(section).GetSessionConnectionInfo(who, NULL, &status)
        return None if state == STATE_NONE else connection_status(&status, no_lanes)


cdef int channel_argument(object channel) except -1:
    return <int>integer_argument("channel", channel, 0, INT32_MAX)


cdef void close_messages(NetworkingMessages messages) noexcept:
    """Before Steam shuts down. No Python code runs in here."""
    cdef MessagesApi *steam = messages.steam
    messages.steam = NULL
    if steam != NULL:
        messages.known.close_all(steam)


cdef void strand_messages(NetworkingMessages messages) noexcept:
    """In a forked child: the sessions are the parent's."""
    messages.steam = NULL
    messages.known.clear()


cdef int forget_channels(NetworkingMessages messages) except -1:
    """The server has ended, and its sockets have told the tasks that read."""
    cdef CriticalSection section
    section.begin(<PyObject *>messages.server)
    for channel in messages.channels.values():
        (<MessageChannel>channel).is_open = False
    messages.channels = {}
    return 0
