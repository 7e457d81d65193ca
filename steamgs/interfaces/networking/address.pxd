cdef object address_from_steam(const AddressStruct *address)
cdef int address_to_steam(object value, AddressStruct *address) except -1
