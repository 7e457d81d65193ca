/* Counted, not guessed: how often threads other than the main one take the GIL, and how many Python
   frames run on any. Loaded with LD_PRELOAD, it stands before CPython's own functions; read with ctypes. */
#define _GNU_SOURCE
#include <Python.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_ulong gil_acquisitions;
static atomic_ulong frames;

static void count_acquisition(void) {
    if (syscall(SYS_gettid) != getpid()) {
        ++gil_acquisitions;
    }
}

unsigned long steamgs_gil_acquisitions(void) { return gil_acquisitions; }
unsigned long steamgs_frames(void) { return frames; }

PyGILState_STATE PyGILState_Ensure(void) {
    static PyGILState_STATE (*next)(void);
    if (next == NULL) {
        next = (PyGILState_STATE(*)(void))dlsym(RTLD_NEXT, "PyGILState_Ensure");
    }
    count_acquisition();
    return next();
}

void PyEval_RestoreThread(PyThreadState *state) {
    static void (*next)(PyThreadState *);
    if (next == NULL) {
        next = (void (*)(PyThreadState *))dlsym(RTLD_NEXT, "PyEval_RestoreThread");
    }
    count_acquisition();
    next(state);
}

PyObject *_PyEval_EvalFrameDefault(PyThreadState *, struct _PyInterpreterFrame *, int);
void _PyInterpreterState_SetEvalFrameFunc(
    PyInterpreterState *,
    PyObject *(*)(PyThreadState *, struct _PyInterpreterFrame *, int));

static PyObject *count_frame(PyThreadState *thread, struct _PyInterpreterFrame *frame, int thrown) {
    ++frames;
    return _PyEval_EvalFrameDefault(thread, frame, thrown);
}

void steamgs_count_frames(void) {
    _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState_Get(), count_frame);
}
