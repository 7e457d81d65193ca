cdef object identity_from_steam(const IdentityStruct *identity)
cdef int identity_to_steam(str name, object value, IdentityStruct *identity) except -1
