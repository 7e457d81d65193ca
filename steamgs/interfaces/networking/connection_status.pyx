# What Steam tells of a connection, as Python has it.

cdef object connection_info(const ConnectionInfoStruct *info):
    from steamgs.networking_status import ConnectionInfo
    address = address_from_steam(&info.m_addrRemote)
    return ConnectionInfo(
        identity_from_steam(&info.m_identityRemote),
        info.m_nUserData,
        info.m_hListenSocket,
        None if address.is_any and address.port == 0 else address,
        info.m_idPOPRemote,
        info.m_idPOPRelay,
        later_member("ConnectionState", read_enum(info.m_eState)),
        later_member("ConnectionEnd", info.m_eEndReason),
        text_from_steam(info.m_szEndDebug, 128),
        text_from_steam(info.m_szConnectionDescription, 128),
        info.m_nFlags,
    )


cdef object connection_status(const ConnectionStatusStruct *status, vector[LaneStatusStruct] &rows):
    from steamgs.networking_status import ConnectionStatus, LaneStatus
    cdef size_t index
    lanes = [
        LaneStatus(
            rows[index].m_cbPendingUnreliable, rows[index].m_cbPendingReliable,
            rows[index].m_cbSentUnackedReliable, rows[index].m_usecQueueTime / 1e6,
        )
        for index in range(rows.size())
    ]
    return ConnectionStatus(
        later_member("ConnectionState", read_enum(status.m_eState)),
        status.m_nPing,
        status.m_flConnectionQualityLocal,
        status.m_flConnectionQualityRemote,
        status.m_flOutPacketsPerSec,
        status.m_flOutBytesPerSec,
        status.m_flInPacketsPerSec,
        status.m_flInBytesPerSec,
        status.m_nSendRateBytesPerSecond,
        status.m_cbPendingUnreliable,
        status.m_cbPendingReliable,
        status.m_cbSentUnackedReliable,
        status.m_usecQueueTime / 1e6,
        max_jitter(status[0]),
        tuple(lanes),
    )
