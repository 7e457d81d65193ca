# Python's C functions as C sees them: borrowed pointers, and NULL where an exception is set.

cdef extern from "Python.h":
    ctypedef PyObject *(*PyCFunction)(PyObject *, PyObject *)
    PyObject *PyObject_CallOneArg(PyObject *, PyObject *)
    ctypedef PyObject *(*vectorcallfunc)(PyObject *, PyObject **, size_t, PyObject *)
    const unsigned long Py_TPFLAGS_HAVE_VECTORCALL
    int PyType_HasFeature(PyTypeObject *, unsigned long)
    ctypedef object (*newfunc)(type, PyObject *, PyObject *)
    ctypedef struct PyTypeObject:
        Py_ssize_t tp_vectorcall_offset
        newfunc tp_new
        vectorcallfunc tp_vectorcall
    PyTypeObject *Py_TYPE(PyObject *)
    const size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    const Py_ssize_t PY_SSIZE_T_MAX
    PyObject *PyTuple_GET_ITEM(PyObject *, Py_ssize_t)
    Py_ssize_t PyTuple_GET_SIZE(PyObject *)
    void Py_INCREF(PyObject *)
    void Py_DECREF(PyObject *)
    void Py_XDECREF(PyObject *)
    PyObject *Py_None
    object PyList_New(Py_ssize_t)
    bint PySequence_Check(object)
    # Copies in one step. A list() of a dict is none: it allocates on the way, so that a collection may
    # run in the middle, and with it finalizers and other threads, which may change the dict.
    list PyDict_Keys(dict)
    list PyDict_Values(dict)
    list PyDict_Items(dict)
    void PyList_SET_ITEM(PyObject *, Py_ssize_t, PyObject *)
    void PyTuple_SET_ITEM(PyObject *, Py_ssize_t, PyObject *)
    PyObject *PyType_GenericAlloc(PyTypeObject *, Py_ssize_t)
    void PyObject_GC_Track(PyObject *)
    void PyObject_GC_UnTrack(PyObject *)
    int PyContext_Enter(object) except -1
    int PyContext_Exit(object) except -1
    bint Py_IsInitialized() nogil
    bint PyGILState_Check() nogil

cdef extern from "Python.h":
    bint PyLong_CheckExact(object)
    long long PyLong_AsLongLongAndOverflow(object, int *) except? -1
    bint PyUnicode_IS_COMPACT_ASCII(object)
    void *PyUnicode_DATA(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
