# How Steam gets a handle back, by its interface as it is served.
ctypedef void (*GiveBack)(const Interfaces &, uint64_t) noexcept

cdef struct HeldHandle:
    uint64_t number
    GiveBack give_back  # NULL when Steam has it back, or never gave it
