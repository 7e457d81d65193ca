# distutils: language = c++
# cython: language_level=3, freethreading_compatible=True
"""Takes a game's messages in compiled code that the tick calls, without Python: here it counts them."""

cimport steamgs
from libc.stdint cimport uint64_t
from libcpp.atomic cimport atomic, memory_order_relaxed


cdef cppclass Tally:
    # They are atomic because Python's threads read them while the thread that ticks Steam writes
    # them. Only one thread writes, so the addition itself need not be atomic.
    atomic[uint64_t] messages
    atomic[uint64_t] bytes


cdef void add(atomic[uint64_t] &counter, uint64_t number) noexcept nogil:
    counter.store(counter.load(memory_order_relaxed) + number, memory_order_relaxed)


cdef void on_messages(
    steamgs.SteamNetworkingMessage_t **messages, int count, void *context
) noexcept nogil:
    cdef Tally *tally = <Tally *>context
    cdef int index
    for index in range(count):
        add(tally.bytes, <uint64_t>messages[index].m_cbSize)
        # The message is ours: whoever takes one releases it, once.
        messages[index].m_pfnRelease(messages[index])
    add(tally.messages, <uint64_t>count)


cdef class Traffic:
    """How many messages, and how many bytes, have come to a poll group."""

    cdef Tally tally
    cdef steamgs.MessageConsumer consumer

    def __init__(self, group):
        self.consumer.consume(group, on_messages, &self.tally)

    def stop(self):
        """Leave the messages to Python again."""
        self.consumer.stop()

    @property
    def messages(self):
        return self.tally.messages.load()

    @property
    def bytes(self):
        return self.tally.bytes.load()
