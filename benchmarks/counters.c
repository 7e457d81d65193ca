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

static void *library_of(void *address) {
    Dl_info info;
    return dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/* Whether the functions below are called at all: not where the interpreter is in the executable
   itself, as Debian's is, as the executable stands before what is preloaded. */
int steamgs_counts_gil(void) {
    void *called = dlsym(RTLD_DEFAULT, "PyGILState_Ensure");
    return library_of(called) == library_of(&gil_acquisitions);
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
