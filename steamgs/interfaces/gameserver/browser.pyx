# What the server browser shows, and its packets where the game's socket carries them.

# Steam's limits in bytes, the NUL included.
cdef enum:
    NAME_LIMIT = 64
    DESCRIPTION_LIMIT = 64
    MAP_LIMIT = 32
    MOD_DIR_LIMIT = 32
    TAGS_LIMIT = 128
    GAME_DATA_LIMIT = 2048
    PACKET_LIMIT = 16 * 1024

cdef struct PacketAddress:
    uint32_t host
    uint16_t port


cdef class BrowserMethods(GameServerCore):
    """ISteamGameServer's settings for the server browser and the shared query port."""

    def _listing_state(self) -> tuple[dict[str, object], frozenset[str], bool]:
        """The settings since the start, those that came after a logon, whether one was asked."""
        return dict(self.settings), frozenset(self.settings_too_late), self.logon_asked

    def _forget_listing(self) -> None:
        """Steam's server starts with none of this."""
        self.settings.clear()
        self.settings_too_late.clear()
        self.logon_asked = False

    def set_product(self, product: str) -> None:
        """Set the game's product name, by which Steam checks versions. Call it before logging on.

        Required for a server to be listed. Steamworks: ``SetProduct``.

        :param product: not empty.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("product", product, 0, False)
        cdef CriticalSection section
        self.api(section).SetProduct(text)
        remember(self, "product", product)

    def set_game_description(self, description: str) -> None:
        """Set the game's name as the server browser shows it. Call it before logging on.

        Required for a server to be listed. Steamworks: ``SetGameDescription``.

        :param description: 1 to 63 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("description", description, DESCRIPTION_LIMIT, False)
        cdef CriticalSection section
        self.api(section).SetGameDescription(text)
        remember(self, "description", description)

    def set_mod_dir(self, mod_dir: str) -> None:
        """Set the directory that identifies a mod, empty for the game. Call it before logging on.

        Steamworks: ``SetModDir``.

        :param mod_dir: at most 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("mod_dir", mod_dir, MOD_DIR_LIMIT)
        cdef CriticalSection section
        self.api(section).SetModDir(text)
        remember(self, "mod_dir", mod_dir)

    def set_dedicated_server(self, dedicated: bool) -> None:
        """Set whether this is a dedicated server. Call it before logging on.

        Steamworks: ``SetDedicatedServer``.

        :raises NotRunningError: the server is not running.
        """
        cdef bint flag = flag_argument("dedicated", dedicated)
        cdef CriticalSection section
        self.api(section).SetDedicatedServer(flag)
        remember(self, "dedicated", flag)

    def set_max_player_count(self, count: int) -> None:
        """Set the maximum number of players. Steamworks: ``SetMaxPlayerCount``.

        :param count: 0 to 2**31-1; the protocol of server queries shows at most 255.
        :raises NotRunningError: the server is not running.
        """
        cdef int players = <int>integer_argument("count", count, 0, INT32_MAX)
        cdef CriticalSection section
        self.api(section).SetMaxPlayerCount(players)
        remember(self, "max_players", players)

    def set_bot_player_count(self, count: int) -> None:
        """Set how many of the players are bots. Steamworks: ``SetBotPlayerCount``.

        :raises NotRunningError: the server is not running.
        """
        cdef int players = <int>integer_argument("count", count, 0, INT32_MAX)
        cdef CriticalSection section
        self.api(section).SetBotPlayerCount(players)

    def set_server_name(self, name: str) -> None:
        """Set the server's name as the server browser shows it. Steamworks: ``SetServerName``.

        :param name: 1 to 63 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("name", name, NAME_LIMIT, False)
        cdef CriticalSection section
        self.api(section).SetServerName(text)
        remember(self, "name", name)

    def set_map_name(self, name: str) -> None:
        """Set the name of the current map. Steamworks: ``SetMapName``.

        :param name: 1 to 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("name", name, MAP_LIMIT, False)
        cdef CriticalSection section
        self.api(section).SetMapName(text)
        remember(self, "map", name)

    def set_password_protected(self, protected: bool) -> None:
        """Set whether players need a password. Steamworks: ``SetPasswordProtected``.

        :raises NotRunningError: the server is not running.
        """
        cdef bint flag = flag_argument("protected", protected)
        cdef CriticalSection section
        self.api(section).SetPasswordProtected(flag)
        remember(self, "password", flag)

    def set_spectator_port(self, port: int) -> None:
        """Set the port for spectators, 0 for none. Steamworks: ``SetSpectatorPort``.

        :raises NotRunningError: the server is not running.
        """
        cdef uint16_t number = port_argument("port", port)
        cdef CriticalSection section
        self.api(section).SetSpectatorPort(number)

    def set_spectator_server_name(self, name: str) -> None:
        """Set the spectator server's name. Steamworks: ``SetSpectatorServerName``.

        :param name: at most 31 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("name", name, MAP_LIMIT)
        cdef CriticalSection section
        self.api(section).SetSpectatorServerName(text)

    def clear_all_key_values(self) -> None:
        """Remove all rules. Steamworks: ``ClearAllKeyValues``.

        :raises NotRunningError: the server is not running.
        """
        cdef CriticalSection section
        self.api(section).ClearAllKeyValues()

    def set_key_value(self, key: str, value: str) -> None:
        """Add or change a rule that server queries show. Steamworks: ``SetKeyValue``.

        :param key: not empty.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes key_text = text_argument("key", key, 0, False)
        cdef bytes value_text = text_argument("value", value)
        cdef CriticalSection section
        self.api(section).SetKeyValue(key_text, value_text)

    def set_game_tags(self, tags: str) -> None:
        """Set tags by which the server browser can filter. Steamworks: ``SetGameTags``.

        :param tags: at most 127 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("tags", tags, TAGS_LIMIT)
        cdef CriticalSection section
        self.api(section).SetGameTags(text)

    def set_game_data(self, data: str) -> None:
        """Set data by which the server browser can filter. Steamworks: ``SetGameData``.

        :param data: at most 2047 bytes of UTF-8.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("data", data, GAME_DATA_LIMIT)
        cdef CriticalSection section
        self.api(section).SetGameData(text)

    def set_region(self, region: str) -> None:
        """Set the region's name, empty for the whole world. Steamworks: ``SetRegion``.

        :raises NotRunningError: the server is not running.
        """
        cdef bytes text = text_argument("region", region)
        cdef CriticalSection section
        self.api(section).SetRegion(text)

    def set_advertise_server_active(self, active: bool) -> None:
        """Set whether to be listed and to answer queries; off until you turn it on.

        Steamworks: ``SetAdvertiseServerActive``.

        :raises NotRunningError: the server is not running.
        """
        cdef bint flag = flag_argument("active", active)
        cdef CriticalSection section
        self.api(section).SetAdvertiseServerActive(flag)
        remember(self, "advertised", flag)

    def handle_incoming_packet(self, data: Buffer, host: str | IPv4Address, port: int) -> bool:
        """Pass a packet from the game's own socket to Steam, if it begins with ``FF FF FF FF``.

        For servers with ``query_port=steamgs.QUERY_PORT_SHARED``. Call :meth:`outgoing_packets`
        afterwards. Steamworks: ``HandleIncomingPacket``.

        :param data: the packet, 1 to 65535 bytes.
        :param host: the sender's IPv4 address.
        :param port: the sender's port, 1 to 65535. A forged packet may come from port 0, which
            raises OverflowError, so drop it first.
        :returns: whether it was a packet for Steam.
        :raises NotRunningError: the server is not running.
        """
        cdef bytes packet = packet_argument("data", data)
        cdef uint32_t address = ipv4_argument("host", host)
        cdef uint16_t number = port_argument("port", port, 1)
        cdef CriticalSection section
        self.require_running()
        self.settings["packets"] = True
        return self.api(section).HandleIncomingPacket(
            <const char *>packet, <int>len(packet), address, number
        )

    def outgoing_packets(self) -> list[tuple[bytes, tuple[str, int]]]:
        """Return the packets that Steam wants sent from the game's socket, as ``(data, (host, port))``.

        Send each with ``sock.sendto(*packet)``. Call this method in every iteration of the loop,
        after the incoming packets. Steamworks: ``GetNextOutgoingPacket``.

        :raises NotRunningError: the server is not running.
        """
        cdef char[PACKET_LIMIT] buffer
        cdef PacketAddress to
        cdef vector[PacketAddress] addresses
        cdef int size
        # Until Steam is done no tuple is made, as that may start a collection, which may close the server.
        cdef list packets = []
        cdef size_t index
        cdef CriticalSection section
        self.require_running()
        self.settings["carries"] = True
        cdef ISteamGameServer *steam = self.api(section)
        while True:
            to.host, to.port = 0, 0
            size = steam.GetNextOutgoingPacket(buffer, PACKET_LIMIT, &to.host, &to.port)
            if size <= 0:
                break
            packets.append(buffer[:size])
            addresses.push_back(to)
        return [
            (packets[index], (dotted(addresses[index].host), addresses[index].port))
            for index in range(addresses.size())
        ]


cdef str dotted(uint32_t address):
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


cdef bytes packet_argument(str name, object value):
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")
    cdef Py_buffer view
    try:
        PyObject_GetBuffer(value, &view, PyBUF_FULL_RO)
    except Exception as error:
        raise ValueError(f"{name} can't be read: {error}") from None
    try:
        if not 1 <= view.len <= UINT16_MAX:
            raise ValueError(f"{name} must be 1 to {UINT16_MAX} bytes, not {view.len}")
        packet = PyBytes_FromStringAndSize(NULL, view.len)
        PyBuffer_ToContiguous(PyBytes_AS_STRING(packet), &view, view.len, b"C")
        return packet
    finally:
        PyBuffer_Release(&view)


cdef int remember(GameServerCore server, str setting, value) except -1:
    """Remember a setting for :meth:`GameServer.check_listing`, as Steam can't be asked for it."""
    server.settings[setting] = value
    if server.logon_asked:
        server.settings_too_late.add(setting)
    return 0
