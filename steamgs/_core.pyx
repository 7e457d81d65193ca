# cython: language_level=3, binding=True, annotation_typing=False
# cython: boundscheck=False, wraparound=False, c_string_type=bytes
"""steamgs' extension: Steam's callbacks as typed events, and ISteamGameServer.

One concept a file in ``steamgs/core``; ``events.pxi`` is made from ``codegen/callbacks.toml``.
"""

cimport cython
from cpython.object cimport PyObject
from cpython.dict cimport PyDict_GetItemWithError
from cpython.exc cimport PyErr_CheckSignals
from cpython.pycapsule cimport PyCapsule_New
from cpython.buffer cimport (
    PyBUF_FULL_RO, PyBuffer_Release, PyBuffer_ToContiguous, PyObject_GetBuffer,
)
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_AsEncodedString, PyUnicode_DecodeUTF8
from libc.float cimport FLT_MAX
from libc.stdint cimport (
    INT32_MAX, INT32_MIN, UINT16_MAX, UINT32_MAX, UINT64_MAX,
    int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t,
)
from libc.string cimport memcpy, memset
from libcpp cimport bool as cpp_bool
from libcpp.string cimport string
from libcpp.vector cimport vector

import atexit
import os
import sys
from concurrent.futures import Future
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from logging import getLogger
from operator import index
from threading import RLock
from types import CodeType, GenericAlias, MappingProxyType, MethodType
from weakref import WeakSet

from steamgs.enums import (
    AuthSessionResponse, BeginAuthSessionResult, DenyReason, Result, UserHasLicenseForAppResult,
)
from steamgs.errors import (
    AuthSessionError, CallFailedError, NotLoggedOnError, NotRunningError, StatsError,
    SteamError,
)
from steamgs.server_stats import ServerStats
from steamgs.sessions import AuthTicket, Session, SessionKind

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *, size_t)

cdef extern from "Python.h":
    # As C sees them: borrowed pointers, and NULL where an exception is set.
    PyObject *PyObject_CallOneArg(PyObject *, PyObject *)
    ctypedef PyObject *(*vectorcallfunc)(PyObject *, PyObject **, size_t, PyObject *)
    const unsigned long Py_TPFLAGS_HAVE_VECTORCALL
    int PyType_HasFeature(PyTypeObject *, unsigned long)
    ctypedef struct PyTypeObject:
        Py_ssize_t tp_vectorcall_offset
    PyTypeObject *Py_TYPE(PyObject *)
    const size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    PyObject *PyTuple_GET_ITEM(PyObject *, Py_ssize_t)
    Py_ssize_t PyTuple_GET_SIZE(PyObject *)
    void Py_INCREF(PyObject *)
    void Py_DECREF(PyObject *)
    void Py_XDECREF(PyObject *)
    Py_ssize_t Py_REFCNT(PyObject *)
    PyObject *Py_None
    bint Py_IsInitialized() nogil
    bint PyGILState_Check() nogil

cdef extern from "core/gil.h" namespace "steamgs" nogil:
    bint alone_in_python() noexcept
    void yield_thread() noexcept

STEAM_LOG = getLogger("steamgs.steam")

cdef dict Result_members = Result._value2member_map_
cdef dict DenyReason_members = DenyReason._value2member_map_
cdef dict AuthSessionResponse_members = AuthSessionResponse._value2member_map_

include "core/steam.pxi"
include "core/library.pxi"
include "core/arguments.pxi"
include "core/signal.pxi"
include "core/event.pxi"
include "core/events.pxi"
include "core/dispatch.pxi"
include "core/pump.pxi"
include "core/logon.pxi"
include "core/server_browser.pxi"
include "core/auth.pxi"
include "core/stats.pxi"
include "core/lifecycle.pxi"
include "core/native.pxi"
