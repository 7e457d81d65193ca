# Events as columns: while poll_columns() delivers, the dispatch loop puts what comes into arrays too.

cdef size_t FEWEST_ROWS = 16

# Memory of batches that nobody has kept serves the next ones. Fresh memory costs a page fault for
# every 4 KiB, and that costs several times what it takes to fill them.
cdef ColumnRows[EVENT_KINDS] spare_rows
cdef size_t MOST_SPARE_BYTES = 16 << 20
cdef size_t spare_bytes = 0
cdef ShortLock spare_lock  # of both: batches may be let go by any thread


cdef size_t bytes_of(const ColumnKind *kind, const ColumnRows *rows) noexcept:
    cdef size_t number
    cdef size_t size = 0
    for number in range(kind.count):
        size += kind.columns[number].size
    return size * rows.capacity


cdef void free_rows(const ColumnKind *kind, ColumnRows *rows) noexcept:
    cdef size_t number
    for number in range(kind.count):
        PyMem_Free(rows.columns[number])
    memset(rows, 0, sizeof(ColumnRows))


cdef void spare_or_free(uint16_t number, const ColumnKind *kind, ColumnRows *rows) noexcept:
    """What a batch has left: the larger of two is kept for the next one."""
    global spare_bytes
    cdef ColumnRows *spare = &spare_rows[number]
    cdef ColumnRows unwanted = rows[0]
    cdef size_t others
    spare_lock.lock()
    others = spare_bytes - bytes_of(kind, spare)
    if rows.capacity > spare.capacity and others + bytes_of(kind, rows) <= MOST_SPARE_BYTES:
        unwanted = spare[0]
        spare[0] = rows[0]
        spare_bytes = others + bytes_of(kind, spare)
    spare_lock.unlock()
    free_rows(kind, &unwanted)


cdef void take_spare(uint16_t number, const ColumnKind *kind, ColumnRows *rows) noexcept:
    global spare_bytes
    cdef ColumnRows *spare = &spare_rows[number]
    spare_lock.lock()
    spare_bytes -= bytes_of(kind, spare)
    rows[0] = spare[0]
    rows.count = 0
    memset(spare, 0, sizeof(ColumnRows))
    spare_lock.unlock()


cdef void free_spares() noexcept:
    cdef ColumnRows rows
    cdef uint16_t number
    for number in range(EVENT_KINDS):
        take_spare(number, &column_kind_of(number), &rows)
        free_rows(&column_kind_of(number), &rows)


@cython.final
@cython.internal
@cython.auto_pickle(False)
cdef class _EventArrays:
    """The memory of the columns of one kind."""

    def __dealloc__(self):
        if self.kind != NULL:
            spare_or_free(self.number, self.kind, &self.rows)

    cdef int make_room(self) except -1:
        """For one more event at least."""
        if self.rows.count < self.rows.capacity:
            return 0
        if self.rows.capacity == 0:
            take_spare(self.number, self.kind, &self.rows)
        if self.rows.count == self.rows.capacity:
            self.resize(max(FEWEST_ROWS, 2 * self.rows.capacity))
        return 0

    cdef int resize(self, size_t capacity) except -1:
        cdef size_t number
        cdef void *column
        if capacity < self.rows.capacity:
            self.rows.capacity = capacity  # even if the last ones can't be made smaller
        for number in range(self.kind.count):
            column = PyMem_Realloc(
                self.rows.columns[number], capacity * self.kind.columns[number].size
            )
            if column == NULL:
                raise MemoryError
            self.rows.columns[number] = column
        self.rows.capacity = capacity
        return 0

    cdef _EventArrays copied(self):
        cdef _EventArrays copy = arrays_for(self.number)
        cdef size_t number
        copy.resize(self.rows.capacity)
        for number in range(self.kind.count):
            memcpy(
                copy.rows.columns[number], self.rows.columns[number],
                self.rows.count * self.kind.columns[number].size,
            )
        copy.rows.count = self.rows.count
        return copy

    cdef tuple columns(self):
        """Views of this memory, which must stay where it is from now on."""
        cdef size_t number
        cdef _Array array
        cdef list found = []
        if not self.shown and (self.rows.count < self.rows.capacity // 2 or self.rows.capacity == 0):
            self.resize(max(FEWEST_ROWS, self.rows.count))  # they may be kept for long
        self.shown = True
        for number in range(self.kind.count):
            if self.kind.columns[number].text:
                array = TextColumn.__new__(TextColumn)
            else:
                array = _Array.__new__(_Array)
            array.show(self, number)
            found.append(array if self.kind.columns[number].text else memoryview(array))
        return tuple(found)


cdef _EventArrays arrays_for(uint16_t number):
    cdef _EventArrays arrays = _EventArrays.__new__(_EventArrays)
    arrays.number = number
    arrays.kind = &column_kind_of(number)
    return arrays


@cython.internal
@cython.auto_pickle(False)
@cython.no_gc  # its owner knows of no Python object
cdef class _Array:
    """One column of a kind of events, as a buffer."""

    cdef void show(self, _EventArrays owner, size_t number) noexcept:
        self.owner = owner
        self.format = owner.kind.columns[number].format
        self.size = owner.kind.columns[number].size
        self.items = <char *>owner.rows.columns[number]
        self.count = owner.rows.count

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        if flags & PyBUF_WRITABLE:
            raise BufferError("columns of events are read-only")
        buffer.obj = self
        buffer.buf = self.items
        buffer.len = self.count * self.size
        buffer.itemsize = self.size
        buffer.readonly = 1
        buffer.ndim = 1
        buffer.format = <char *>self.format if flags & PyBUF_FORMAT else NULL
        buffer.shape = &self.count if flags & PyBUF_ND else NULL
        buffer.strides = &self.size if flags & PyBUF_STRIDES == PyBUF_STRIDES else NULL
        buffer.suboffsets = NULL
        buffer.internal = NULL


@cython.final
@cython.auto_pickle(False)
@cython.no_gc
cdef class TextColumn(_Array):
    """A column of texts: a sequence of bytes, each without the zeros behind it.

    It is also a buffer of fixed-size items, such as NumPy's ``S128``: ``numpy.asarray(column)``
    copies nothing. The bytes are what Steam sent, usually UTF-8.
    """

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        cdef Py_ssize_t number = PyNumber_AsSsize_t(index, IndexError)
        if number < 0:
            number += self.count
        if not 0 <= number < self.count:
            raise IndexError("column index out of range")
        text = self.items + number * self.size
        return PyBytes_FromStringAndSize(text, <Py_ssize_t>strnlen(text, self.size))

    def __iter__(self):
        return iter(self.tolist())

    def tolist(self):
        """All of them, as a list."""
        cdef Py_ssize_t number
        return [self[number] for number in range(self.count)]


@cython.final
@cython.internal
@cython.auto_pickle(False)
cdef class _Gathering:
    """The events of a batch that is to be returned as columns."""

    def __cinit__(self):
        self.arrays = [None] * EVENT_KINDS

    cdef _EventArrays arrays_of(self, uint16_t kind):
        """With room for an event."""
        cdef _EventArrays arrays = self.arrays[kind]
        if arrays is None:
            self.arrays[kind] = arrays = arrays_for(kind)
        elif arrays.shown:  # to somebody who could not return them
            self.arrays[kind] = arrays = arrays.copied()
        arrays.make_room()
        return arrays

    cdef int add(self, const Record *record) except -1:
        cdef _EventArrays arrays = self.arrays_of(record.kind)
        arrays.kind.append(arrays.rows, record[0], self.events)
        self.events += 1
        return 0

    cdef Py_ssize_t add_unheard(self, GameServerCore server) except -1:
        """Take events from the queue up to one that somebody else wants too; how many."""
        cdef uint64_t before = self.events
        cdef const Record *record
        cdef EventKind *kind
        cdef _EventArrays arrays
        cdef size_t taken
        while True:
            record = server.native.queue.peek()
            if record == NULL or record.flags != 0:
                break
            kind = &server.kinds[record.kind]
            if kind.special.get() != GATHERED or PyTuple_GET_SIZE(kind.handlers) != 0:
                break
            arrays = self.arrays_of(record.kind)
            taken = arrays.kind.take(arrays.rows, server.native.queue, self.events)
            kind.count.add(taken)
            self.events += taken
        return self.events - before

    cdef dict columns(self):
        """By the number of their kind."""
        return {
            number: (<_EventArrays>arrays).columns()
            for number, arrays in enumerate(self.arrays)
            if arrays is not None
        }


cdef void stop_gathering(GameServerCore server) noexcept:
    """The delivery has ended: what the next one brings is not of this batch."""
    mark_all(server, GATHERED, False)
    server.gathering = None


def empty_columns(int kind):
    """The columns of a kind of which no event has come."""
    return arrays_for(kind).columns()


cdef int tick_gathering(GameServerCore server, _Gathering gathering) except -1:
    try:
        server.tick(None)
    finally:
        # A delivery ends it before others may deliver; here there was nothing to deliver.
        if not kFreeThreaded and server.gathering is gathering:
            stop_gathering(server)
    return 0


@cython.auto_pickle(False)
cdef class ColumnMethods(GameServerCore):
    """Events as columns."""

    def _gather_columns(self, make):
        """Tick and deliver.

        :param make: is given the number of events, and their columns by the number of their kind;
            what it returns is returned.
        """
        cdef _Gathering gathering = _Gathering.__new__(_Gathering)
        self.require_running()
        if not self.turn.take():
            return make(0, {})
        gathering = take_ungathered(self, gathering)
        self.gathering = gathering
        mark_all(self, GATHERED, True)
        try:
            tick_gathering(self, gathering)
            return make(gathering.events, gathering.columns())
        except BaseException:
            leave_ungathered(self, gathering)
            raise


refuse_creation(TextColumn, "poll_columns() makes columns")
