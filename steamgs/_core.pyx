# cython: language_level=3, binding=True, annotation_typing=False
# cython: boundscheck=False, wraparound=False, c_string_type=bytes, embedsignature.format=clinic
# cython: freethreading_compatible=True
"""steamgs' extension: Steam's callbacks as typed events, and Steam's interfaces.

One concept a file in ``steamgs/core``, one interface a file in ``steamgs/interfaces``, all included into this one module, as the C++ core has the state
of a process. ``_core.pxd`` includes the declarations; Cython reads it by itself before this file.
"""

cimport cython
from cpython.dict cimport PyDict_GetItemWithError
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.memoryview cimport PyMemoryView_FromObject
from cpython.number cimport PyNumber_AsSsize_t
from cpython.pycapsule cimport PyCapsule_New
from cpython.pythread cimport PyThread_get_thread_ident
from cpython.buffer cimport (
    PyBUF_FORMAT, PyBUF_FULL_RO, PyBUF_ND, PyBUF_SIMPLE, PyBUF_STRIDES, PyBUF_WRITABLE, PyBuffer_Release, PyBuffer_ToContiguous, PyObject_CheckBuffer,
    PyObject_GetBuffer,
)
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_AsEncodedString, PyUnicode_DecodeUTF8
from libc.errno cimport ENOSYS
from libc.float cimport FLT_MAX
from libc.stdint cimport INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, UINT16_MAX, UINT32_MAX, UINT64_MAX
from libc.string cimport memcpy, memset, strlen

import atexit
import os
import sys
from collections import deque as python_deque
from _thread import LockType, allocate_lock
from functools import partial
from operator import index
from threading import RLock
from types import CodeType, GenericAlias, MethodType

from steamgs.counters import Counters
from steamgs.enums import (
    BeginAuthSessionResult, Result, ServerMode, Universe, UserHasLicenseForAppResult,
)
from steamgs.errors import (
    AuthSessionError, AuthTimeoutError, CallCancelledError, CallFailedError, ClosedHandleError, DrainingError,
    HttpError, LogOnError, LogOnTimeoutError, MessageTooBigError, NetworkingError, NotConnectedError, NotLoggedOnError,
    NotRunningError, StatsError, SteamError, SteamHangsError, TextFilterError, TooManyPendingError, UnsupportedError,
    WorkshopError,
)
from steamgs.errors.calls import call_failed
from steamgs.errors.interfaces import send_error
from steamgs.log import logger
from steamgs.networking_address import NetworkingAddress
from steamgs.networking_identity import NetworkingIdentity
from steamgs.sessions import AuthTicket, OpenSessions, Session, SessionKind

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *, size_t)

include "core/library.pyx"
include "core/arguments.pyx"
include "core/creation.pyx"
include "core/slow_handlers.pyx"
include "core/handlers.pyx"
include "core/signal.pyx"
include "core/event.pyx"
include "core/events.pyx"
include "core/negotiation.pyx"
include "core/calling.pyx"
include "core/outcomes.pyx"
include "core/leftovers.pyx"
include "core/dispatch.pyx"
include "core/columns.pyx"
include "core/team.pyx"
include "core/calls.pyx"
include "core/questions.pyx"
include "core/awaiter.pyx"
include "core/waiting.pyx"
include "core/stream.pyx"
include "core/owned_handle.pyx"
include "core/asked_handle.pyx"
include "core/players.pyx"
include "core/pending.pyx"
include "core/authentication.pyx"
include "core/logon_progress.pyx"
include "core/wake_up.pyx"
include "core/pump.pyx"
include "core/lifecycle.pyx"
include "core/native.pyx"
include "core/metrics.pyx"
include "interfaces/gameserver/logon.pyx"
include "interfaces/gameserver/browser.pyx"
include "interfaces/gameserver/sessions.pyx"
include "interfaces/gameserver/community.pyx"
include "interfaces/stats.pyx"
include "interfaces/networking/address.pyx"
include "interfaces/networking/identity.pyx"
include "interfaces/networking/config.pyx"
include "interfaces/networking/options.pyx"
include "interfaces/networking/batch.pyx"
include "interfaces/networking/inbox.pyx"
include "interfaces/networking/sending.pyx"
include "interfaces/networking/connection.pyx"
include "interfaces/networking/connection_status.pyx"
include "interfaces/networking/poll_group.pyx"
include "interfaces/networking/listener.pyx"
include "interfaces/networking/fake_udp_port.pyx"
include "interfaces/networking/sockets.pyx"
include "interfaces/networking/status_changes.pyx"
include "interfaces/networking/routing.pyx"
include "interfaces/networking/closing.pyx"
include "interfaces/networking/texts.pyx"
include "interfaces/networking/utils.pyx"
include "interfaces/utils.pyx"
include "interfaces/networking/messages.pyx"
include "interfaces/networking/message_channel.pyx"
include "interfaces/workshop.pyx"
include "interfaces/workshop_query.pyx"
include "interfaces/workshop_search.pyx"
include "interfaces/http.pyx"
include "interfaces/inventory.pyx"
include "interfaces/inventory_result.pyx"
include "interfaces/inventory_update.pyx"
include "interfaces/of_server.pyx"
