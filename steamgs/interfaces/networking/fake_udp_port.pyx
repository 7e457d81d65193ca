# A port of a FakeIP that is used as a UDP socket.

# More than that Steam does not send in one packet, or in one message.
cdef Py_ssize_t LARGEST_DATAGRAM = 4096


@cython.final
@cython.no_gc_clear  # `sockets` is never None
@cython.auto_pickle(False)
cdef class FakeUDPPort:
    """Datagrams by FakeIP, as of a UDP socket; of ``sockets.fake_udp_port()``.

    For code that knows only addresses. Keep datagrams below 1200 bytes, so that each fits into a packet.
    """

    cdef SteamFakeUDPPort *opened(self, CriticalSection &section) except NULL:
        if self.steam != NULL:
            section.begin(<PyObject *>self.sockets.server)
        if self.steam == NULL:
            raise ClosedHandleError("the FakeIP port")
        return self.steam

    @property
    def closed(self):
        """Whether it was closed."""
        return self.steam == NULL

    def send(self, address, data):
        """Send a datagram, unreliably. Steamworks: ``SendMessageToFakeIP``.

        :param address: the other's FakeIP and port.
        :param data: bytes or a buffer, of 4096 bytes at most.
        :raises MessageTooBigError: ``data`` is larger.
        :raises SendError: Steam refused it.
        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef AddressStruct where
        cdef Py_buffer view
        cdef int result
        address_to_steam(address, &where)
        buffer_argument("data", data, &view)
        try:
            if view.len > LARGEST_DATAGRAM:
                raise MessageTooBigError("send", Result.LIMIT_EXCEEDED)
            result = send_to_fake_ip(self.opened(section), where, view.buf, <uint32_t>view.len, 0)
            note_sent(self.sockets.server, result == RESULT_OK, view.len)
        finally:
            PyBuffer_Release(&view)
        if result != RESULT_OK:
            raise send_error("send", result)

    def receive(self, max=DEFAULT_BATCH):
        """Take datagrams that have come. ``batch[index].identity`` tells who has sent one.

        Steamworks: ``ReceiveMessages``.

        :param max: how many at most, 1 to 65536.
        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        self.opened(section)
        cdef Batch batch = new_batch(self.sockets, max)
        cdef SteamFakeUDPPort *steam = self.opened(section)
        batch.own(steam.ReceiveMessages(batch.kept.data(), batch.room), self.sockets)
        return batch

    def schedule_cleanup(self, address):
        """Steam may forget soon what it knows of this address. Steamworks: ``ScheduleCleanup``.

        :raises ClosedHandleError: it was closed.
        """
        cdef CriticalSection section
        cdef AddressStruct where
        address_to_steam(address, &where)
        self.opened(section).ScheduleCleanup(where)

    def close(self):
        """Give it up; nothing if it is closed already. Steamworks: ``DestroyFakeUDPPort``."""
        if self.steam == NULL:
            return
        cdef CriticalSection section
        section.begin(<PyObject *>self.sockets.server)
        cdef SteamFakeUDPPort *steam = self.steam
        self.steam = NULL
        self.sockets.ports.remove(self)
        steam.DestroyFakeUDPPort()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return f"<FakeUDPPort{', closed' if self.steam == NULL else ''}>"


refuse_creation(FakeUDPPort, "sockets.fake_udp_port() makes them")
