cdef class ServerBrowser(Logon):
    cdef dict settings
    cdef set settings_too_late

    cdef int remember(self, str setting, value) except -1
