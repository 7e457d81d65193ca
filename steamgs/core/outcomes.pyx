# Calling all handlers of an event, and what becomes of what they return and raise.

cdef inline int call_handlers(
    GameServerCore server, PyObject *handlers, PyObject *event, list errors
) except -1:
    cdef PyObject *handler
    cdef PyObject *result
    cdef Py_ssize_t position
    for position in range(PyTuple_GET_SIZE(handlers)):
        # The C call rather than Cython's, whose try would save and restore exception state for every
        # handler, raising or not.
        handler = PyTuple_GET_ITEM(handlers, position)
        result = call_one(handler, event)
        if result == Py_None:
            Py_DECREF(result)
        elif result != NULL:
            handle_result(server, <object>handler, <Event>event, result, errors)
        else:
            handle_raised(server, <object>handler, <Event>event, errors)
    return 0


cdef int handle_raised(GameServerCore server, handler, Event event, list errors) except -1:
    try:
        raise_pending()
    except Exception as error:
        handler_failed(server, error, event, handler, errors)
    except BaseException as interruption:
        server.note_interruption(interruption)
    return 0


cdef int handle_result(
    GameServerCore server, handler, Event event, PyObject *owned, list errors
) except -1:
    result = <object>owned
    Py_DECREF(owned)
    handler = plain_handler(handler)
    result_handler = result_handler_of(server)
    try:
        if result_handler is not None:
            result_handler(result, event, handler)
        elif hasattr(result, "cr_code"):
            result.close()
            raise TypeError(f"{handler!r} returned a coroutine, which a synchronous server does not run")
    except Exception as error:
        handler_failed(server, error, event, handler, errors)
    except BaseException as interruption:
        server.note_interruption(interruption)
    return 0


cdef int handler_failed(
    GameServerCore server, error, Event event, handler, list errors
) except -1:
    server.handler_errors.add_from_anywhere(1)
    error_handler = error_handler_of(server)
    if error_handler is None:
        errors.append(error)
        return 0
    try:
        error_handler(error, event, plain_handler(handler))
    except Exception as second:
        errors.append(second)
    except BaseException as interruption:
        server.note_interruption(interruption)
    return 0


cdef object error_handler_of(GameServerCore server):
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.error_handler


cdef object result_handler_of(GameServerCore server):
    cdef CriticalSection section
    section.begin(<PyObject *>server)
    return server.result_handler
