# Calling a handler at the least cost. What it raises stays raised: it returns NULL then.

cdef inline PyObject *call_one(PyObject *callee, PyObject *argument) noexcept:
    """``PyObject_CallOneArg`` without its checks of the callee's manners: NULL if it raised."""
    cdef (PyObject *)[2] arguments  # the first is room for a bound method's self
    cdef vectorcallfunc function
    if not PyType_HasFeature(Py_TYPE(callee), Py_TPFLAGS_HAVE_VECTORCALL):
        return call_other(callee, argument)
    memcpy(&function, <char *>callee + Py_TYPE(callee).tp_vectorcall_offset, sizeof(function))
    if function == NULL:  # as a partial() of what has none
        return call_other(callee, argument)
    arguments[1] = argument
    return function(callee, &arguments[1], 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)


cdef PyObject *call_other(PyObject *callee, PyObject *argument) noexcept:
    if not isinstance(<object>callee, _Sink):
        return PyObject_CallOneArg(callee, argument)
    if give_to_sink(callee, argument) < 0:
        return NULL
    Py_INCREF(Py_None)
    return Py_None


cdef int take_event(_Sink sink, Event event) except -1:
    return sink.take(event)


# Called so that what it raises stays raised.
cdef int (*give_to_sink)(PyObject *, PyObject *) noexcept
give_to_sink = <int (*)(PyObject *, PyObject *) noexcept>take_event


cdef int raise_pending() except -1:
    """Says that an exception is set, to let Cython's try take it."""
    return -1


cdef int log_how_many_wait(GameServerCore server) except -1:
    """Unless another thread has just done so."""
    cdef size_t waiting = server.native.queue.take_warning()
    if waiting != 0:
        logger().warning(
            "%d events from Steam wait: is the thread or event loop that delivers them held up?", waiting,
            extra={"reason": "events_wait", "count": waiting},
        )
    return 0


cdef int log_warning(const Record *record) except -1:
    log = logger("steamgs.steam")
    (log.warning if record.word() else log.info)("%s", logged_text(record))
    return 0


cdef int log_network_text(const Record *record) except -1:
    """A line of ``networking_utils.debug_output``; the word is its level there."""
    from logging import DEBUG, ERROR, INFO, WARNING
    cdef uint64_t level = record.word()
    levels = (INFO, ERROR, ERROR, INFO, WARNING, INFO)
    logger("steamgs.steam").log(levels[level] if level < 6 else DEBUG, "%s", logged_text(record))
    return 0


cdef str logged_text(const Record *record):
    return PyUnicode_DecodeUTF8(<const char *>record.payload(), record.payload_size(), "backslashreplace")
