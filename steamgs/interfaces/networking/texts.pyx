# Texts that Steam gives in forms of its own.

cdef str text_of(string &text):
    cdef bytes encoded = text
    return encoded.decode("utf-8", "replace")


cdef str data_center_name(uint32_t number):
    """The letters that the number of a data center (POP) is made of: three, or four."""
    letters = [number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF, number >> 24 & 0xFF]
    return bytes([letter for letter in letters if letter]).decode("latin-1")
