# distutils: language = c++
# cython: language_level=3
"""What the tests ask of native listeners: order, the GIL, stopping inside, and threads."""

cimport steamgs
from libc.stdint cimport uint64_t
from libcpp.atomic cimport atomic

cdef extern from "steam/steam_gameserver.h" nogil:
    cppclass CSteamID:
        uint64_t ConvertToUint64()

    ctypedef struct GSClientKick_t:
        CSteamID m_SteamID

cdef cppclass Counter:
    atomic[uint64_t] count


cdef void on_kick(const GSClientKick_t *event, void *context) noexcept with gil:
    cdef Kicks kicks = <Kicks>context
    kicks.seen.append(event.m_SteamID.ConvertToUint64())
    if kicks.stop_at_next:
        kicks.listener.stop()
    if kicks.call is not None:
        try:
            kicks.call()
        except Exception as error:
            kicks.errors.append(error)


cdef void count_kick(const GSClientKick_t *event, void *context) noexcept nogil:
    (<Counter *>context).count.fetch_add(1)


cdef class Kicks:
    """Hears kicks with the GIL, as a listener may that must: into `seen`, and by a call."""

    cdef steamgs.Listener[GSClientKick_t] listener
    cdef readonly list seen
    cdef readonly list errors
    cdef public bint stop_at_next
    cdef public object call

    def __init__(self, call=None):
        self.seen = []
        self.errors = []
        self.call = call

    def listen(self, server):
        self.listener.listen(server, on_kick, <void *>self)

    def stop(self):
        self.listener.stop()

    @property
    def listening(self):
        return self.listener.listening()


cdef class Count:
    """Counts kicks without the GIL."""

    cdef steamgs.Listener[GSClientKick_t] listener
    cdef Counter counter

    def listen(self, server):
        self.listener.listen(server, count_kick, &self.counter)

    def stop(self):
        self.listener.stop()

    def take_over(self, server):
        self.listener.take_over(server, count_kick, &self.counter)

    def stop_without_gil(self):
        with nogil:
            self.listener.stop()

    @property
    def value(self):
        return self.counter.count.load()
