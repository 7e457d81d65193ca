# Classes whose objects steamgs alone makes, since they stand for something of Steam's: a program can't,
# neither with a call nor with `__new__`, which would make one that stands for nothing.
#
# In this module `Class.__new__(Class)` calls what Cython has made, not the type's slot, so it still makes
# them, and without a check.

cdef dict makers = {}


cdef object refuse_new(type class_, PyObject *arguments, PyObject *keywords):
    raise TypeError(makers.get(class_, f"only steamgs makes objects of {class_.__name__}"))


cdef int refuse_creation(type class_, str makers_of_it=None) except -1:
    """Make programs' attempts raise a TypeError, which says what does make them."""
    if makers_of_it is not None:
        makers[class_] = makers_of_it
    (<PyTypeObject *>class_).tp_new = refuse_new
    (<PyTypeObject *>class_).tp_vectorcall = NULL  # by which a call would go past tp_new
    return 0
