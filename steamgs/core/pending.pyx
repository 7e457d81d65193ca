# How many sessions may be pending at once, so that a flood of tickets takes no memory.
#
# A session takes a place before Steam is asked, and has it until Steam has judged. Who leaves before
# that leaves the place to the verdict that may still come (see `_Doubt`): if leaving gave it back,
# those who leave at once could have Steam asked without end.

cdef uint64_t NO_LIMIT = UINT64_MAX
cdef double SECONDS_BETWEEN_REPORTS = 60.0


@cython.final
@cython.auto_pickle(False)
cdef class _Pending:
    """The places of sessions that Steam has not judged, in all and of each address."""

    def __cinit__(self):
        self.run = 1
        self.limit = NO_LIMIT
        self.limit_per_address = NO_LIMIT
        self.by_address = {}
        self.told = -SECONDS_BETWEEN_REPORTS

    @property
    def max_sessions(self):
        """How many sessions may be pending; None for no limit."""
        return None if self.limit == NO_LIMIT else self.limit

    @max_sessions.setter
    def max_sessions(self, value):
        self.limit = limit_argument("max_pending_sessions", value)

    @property
    def max_per_address(self):
        """How many of them may be of one address; None for no limit."""
        return None if self.limit_per_address == NO_LIMIT else self.limit_per_address

    @max_per_address.setter
    def max_per_address(self, value):
        self.limit_per_address = limit_argument("max_pending_per_address", value)

    def per_address(self):
        """How many are pending of each address that has any."""
        cdef dict pending = self.by_address  # held, as a server that closes meanwhile replaces it
        return dict(pending)

    cdef uint64_t take(self, _Players players, str address) except 0:
        """Take a place: the run that it is of. Refused beyond a limit, before anything is kept."""
        if self.taken >= self.limit:
            players.forget_old_doubts()
            if self.taken >= self.limit:
                self.refuse("max_pending_sessions", self.limit, address)
        if address is not None:
            self.take_at(players, address)
        self.taken += 1
        return self.run

    cdef int take_at(self, _Players players, str address) except -1:
        cdef uint64_t taken = self.taken_at(address)
        if taken >= self.limit_per_address:
            players.forget_old_doubts()
            taken = self.taken_at(address)
            if taken >= self.limit_per_address:
                self.refuse("max_pending_per_address", self.limit_per_address, address)
        self.by_address[address] = taken + 1
        return 0

    cdef uint64_t taken_at(self, str address) except? 0:
        return self.by_address.get(address, 0)

    cdef int refuse(self, str bound, uint64_t limit, str address) except -1:
        cdef double now = monotonic()
        error = TooManyPendingError(bound, limit, address)
        self.refused += 1
        if now - self.told >= SECONDS_BETWEEN_REPORTS:
            self.told = now
            logger().warning(
                "a player was refused without asking Steam, %d so far: %s", self.refused, error,
                extra={"reason": bound, "count": self.refused},
            )
        raise error

    cdef int give_back(self, str address) except -1:
        cdef uint64_t taken
        self.taken -= 1
        if address is not None:
            taken = self.taken_at(address)
            if taken > 1:
                self.by_address[address] = taken - 1
            else:
                del self.by_address[address]
        return 0

    cdef int forget(self) except -1:
        """The server has closed: whoever has a place has none in its next run."""
        self.run += 1
        self.taken = 0
        self.by_address = {}
        return 0


cdef uint64_t limit_argument(str name, object value) except 0:
    return NO_LIMIT if value is None else integer_argument(name, value, 1, UINT32_MAX)
