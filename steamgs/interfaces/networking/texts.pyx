# Texts that Steam gives in forms of its own.

cdef str text_of(string &text):
    cdef bytes encoded = text
    return encoded.decode("utf-8", "replace")


cdef str data_center_name(uint32_t number):
    """The letters that the number of a data center (POP) is made of: three, or four."""
    letters = [number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF, number >> 24 & 0xFF]
    return bytes([letter for letter in letters if letter]).decode("latin-1")


cdef uint32_t data_center_argument(str name, object value) except? 0:
    """The number that the letters of a data center make."""
    cdef bytes letters = text_argument(name, value)
    cdef const unsigned char *letter = <const unsigned char *>PyBytes_AS_STRING(letters)
    if len(letters) not in (3, 4) or not letters.isalnum():
        raise ValueError(f"{name} must be 3 or 4 letters, such as 'iad', not {value!r}")
    cdef uint32_t number = <uint32_t>letter[0] << 16 | <uint32_t>letter[1] << 8 | letter[2]
    return number | <uint32_t>letter[3] << 24  # which is NUL, for three
