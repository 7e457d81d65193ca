# distutils: language = c++
# cython: language_level=3, freethreading_compatible=True
"""Counts Steam's verdicts in compiled code that Steam's dispatcher calls, without Python."""

cimport steamgs
from libc.stdint cimport uint64_t
from libcpp.atomic cimport atomic, memory_order_relaxed

cdef extern from "steam/steam_gameserver.h" nogil:
    cppclass CSteamID:
        uint64_t ConvertToUint64()

    ctypedef struct ValidateAuthTicketResponse_t:
        CSteamID m_SteamID
        int m_eAuthSessionResponse
        CSteamID m_OwnerSteamID

    const int k_EAuthSessionResponseOK


cdef cppclass Tally:
    # They are atomic because Python's threads read them while the thread that ticks Steam writes
    # them. Only one thread writes, so the addition itself need not be atomic, which would cost as
    # much as everything else.
    atomic[uint64_t] admitted
    atomic[uint64_t] refused
    atomic[uint64_t] borrowed


cdef void add_one(atomic[uint64_t] &counter) noexcept nogil:
    counter.store(counter.load(memory_order_relaxed) + 1, memory_order_relaxed)


cdef void on_verdict(const ValidateAuthTicketResponse_t *event, void *context) noexcept nogil:
    cdef Tally *tally = <Tally *>context
    if event.m_eAuthSessionResponse != k_EAuthSessionResponseOK:
        add_one(tally.refused)
        return
    add_one(tally.admitted)
    if event.m_OwnerSteamID.ConvertToUint64() != event.m_SteamID.ConvertToUint64():
        add_one(tally.borrowed)


cdef class Verdicts:
    """How many players Steam has admitted and refused, and how many play a borrowed copy."""

    cdef Tally tally
    cdef steamgs.Listener[ValidateAuthTicketResponse_t] listener

    def __init__(self, server, alone=False):
        if alone:  # then the signal of this callback is silent
            self.listener.take_over(server, on_verdict, &self.tally)
        else:
            self.listener.listen(server, on_verdict, &self.tally)

    def stop(self):
        """Stop counting."""
        self.listener.stop()

    @property
    def admitted(self):
        return self.tally.admitted.load()

    @property
    def refused(self):
        return self.tally.refused.load()

    @property
    def borrowed(self):
        return self.tally.borrowed.load()
