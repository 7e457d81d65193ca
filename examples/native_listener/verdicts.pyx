# distutils: language = c++
# cython: language_level=3
"""Counts Steam's verdicts on players without Python: compiled code that Steam's dispatcher calls."""

cimport steamgs
from libc.stdint cimport uint64_t
from libcpp.atomic cimport atomic

cdef extern from "steam/steam_gameserver.h" nogil:
    cppclass CSteamID:
        uint64_t ConvertToUint64()

    ctypedef struct ValidateAuthTicketResponse_t:
        CSteamID m_SteamID
        int m_eAuthSessionResponse
        CSteamID m_OwnerSteamID

    const int k_EAuthSessionResponseOK


cdef cppclass Tally:
    # Written by whichever thread ticks Steam, read by Python's: hence atomic.
    atomic[uint64_t] admitted
    atomic[uint64_t] refused
    atomic[uint64_t] borrowed


cdef void on_verdict(const ValidateAuthTicketResponse_t *event, void *context) noexcept nogil:
    cdef Tally *tally = <Tally *>context
    if event.m_eAuthSessionResponse != k_EAuthSessionResponseOK:
        tally.refused.fetch_add(1)
        return
    tally.admitted.fetch_add(1)
    if event.m_OwnerSteamID.ConvertToUint64() != event.m_SteamID.ConvertToUint64():
        tally.borrowed.fetch_add(1)


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
        """Count no more."""
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
