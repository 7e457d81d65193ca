# What Steam says of a workshop item, in the newest shape.

cdef extern from "core/served.h" nogil:
    ctypedef struct SteamParamStringArray_t "steamgs::abi::SteamParamStringArray_t":
        const char **m_ppStrings
        int32_t m_nNumStrings

    ctypedef struct SteamUGCDetails020_t "steamgs::abi::SteamUGCDetails020_t":
        uint64_t m_nPublishedFileId
        int m_eResult
        int m_eFileType
        uint32_t m_nCreatorAppID
        uint32_t m_nConsumerAppID
        char m_rgchTitle[129]
        char m_rgchDescription[8000]
        uint64_t m_ulSteamIDOwner
        uint32_t m_rtimeCreated
        uint32_t m_rtimeUpdated
        int m_eVisibility
        cpp_bool m_bBanned
        cpp_bool m_bAcceptedForUse
        int32_t m_nFileSize
        char m_rgchURL[256]
        uint32_t m_unVotesUp
        uint32_t m_unVotesDown
        float m_flScore
        uint32_t m_unNumChildren
        uint64_t m_ulTotalFilesSize
