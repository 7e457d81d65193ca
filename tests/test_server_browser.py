"""What the server browser shows, and its packets over the game's own socket."""

from __future__ import annotations

import struct
import sys

import steamgs
from conftest import MakeServer
from steamgs.simulator import KeyValue, Simulator

INFO_REQUEST = b"\xff\xff\xff\xffTSource Engine Query\0"


def test_every_setting_reaches_steam(server: steamgs.GameServer, sim: Simulator) -> None:
    server.set_product("product")
    server.set_game_description("d" * 63)
    server.set_mod_dir("mod")
    server.set_dedicated_server(True)
    server.set_max_player_count(64)
    server.set_bot_player_count(3)
    server.set_server_name("Ünïcode sérver 🎮")
    server.set_map_name("m" * 31)
    server.set_password_protected(True)
    server.set_spectator_port(27020)
    server.set_spectator_server_name("tv")
    server.set_game_tags("t" * 127)
    server.set_game_data("g" * 2047)
    server.set_region("255")
    server.set_advertise_server_active(True)
    state = sim.server
    assert (state.product, state.description, state.mod_dir) == ("product", "d" * 63, "mod")
    assert (state.dedicated, state.max_players, state.bots) == (True, 64, 3)
    assert (state.name, state.map) == ("Ünïcode sérver 🎮", "m" * 31)
    assert (state.password_protected, state.spectator_port) == (True, 27020)
    assert (state.spectator_name, state.region) == ("tv", "255")
    assert (state.tags, state.game_data, state.advertised) == ("t" * 127, "g" * 2047, True)
    server.set_password_protected(False)
    server.set_dedicated_server(False)
    server.set_advertise_server_active(False)
    server.set_game_tags("")
    state = sim.server
    assert (state.password_protected, state.dedicated, state.advertised) == (False, False, False)
    assert state.tags == ""


def test_key_values_keep_their_order(server: steamgs.GameServer, sim: Simulator) -> None:
    for key, value in (("b", "1"), ("a", "2"), ("b", "3"), ("ключ", "значение")):
        server.set_key_value(key, value)
    assert list(sim.server.key_values) == [
        KeyValue("b", "3"),
        KeyValue("a", "2"),
        KeyValue("ключ", "значение"),
    ]
    server.clear_all_key_values()
    assert not sim.server.key_values


def test_texts_that_are_not_utf8_are_kept(server: steamgs.GameServer, sim: Simulator) -> None:
    server.set_server_name("old \udce9\udcff encoding")
    assert sim.server.name == "old \udce9\udcff encoding"


def shared_server(make_server: MakeServer) -> steamgs.GameServer:
    server = make_server(game_port=27015, query_port=steamgs.QUERY_PORT_SHARED).start()
    server.set_product("product")
    server.set_game_description("A game")
    server.set_server_name("A server")
    server.set_map_name("a_map")
    server.set_max_player_count(32)
    server.set_dedicated_server(True)
    server.set_advertise_server_active(True)
    return server


def test_a_query_over_the_shared_port(make_server: MakeServer) -> None:
    server = shared_server(make_server)
    sender = ("127.0.0.1", 50000)
    assert server.handle_incoming_packet(INFO_REQUEST, *sender)
    ((challenge, address),) = server.outgoing_packets()
    assert address == sender
    assert challenge[:5] == b"\xff\xff\xff\xffA"
    assert len(challenge) <= len(INFO_REQUEST)
    assert server.handle_incoming_packet(INFO_REQUEST + challenge[5:], *sender)
    ((reply, address),) = server.outgoing_packets()
    assert address == sender
    assert reply[:6] == b"\xff\xff\xff\xffI\x11"
    name, map_, folder, game = reply[6:].split(b"\0")[:4]
    assert (name, map_, folder, game) == (b"A server", b"a_map", b"product", b"A game")
    rest = reply[6 + sum(len(part) + 1 for part in (name, map_, folder, game)) :]
    system = {"win32": b"w", "darwin": b"m"}.get(sys.platform, b"l")
    assert struct.unpack_from("<HBBBcc", rest) == (480, 0, 32, 0, b"d", system)
    assert server.outgoing_packets() == []


def test_a_challenge_is_for_one_sender(make_server: MakeServer) -> None:
    server = shared_server(make_server)
    server.handle_incoming_packet(INFO_REQUEST, "127.0.0.1", 50000)
    ((challenge, _),) = server.outgoing_packets()
    server.handle_incoming_packet(INFO_REQUEST + challenge[5:], "127.0.0.2", 50000)
    ((reply, _),) = server.outgoing_packets()
    assert reply[4:5] == b"A"


def test_packets_of_the_game_are_left_alone(make_server: MakeServer) -> None:
    server = shared_server(make_server)
    for packet in (b"hello", b"\xff\xff\xff", b"\0" * 1400):
        assert not server.handle_incoming_packet(packet, "127.0.0.1", 50000)
    assert server.handle_incoming_packet(bytearray(INFO_REQUEST), "127.0.0.1", 50000)
    assert server.handle_incoming_packet(memoryview(INFO_REQUEST), "127.0.0.1", 50001)
    assert len(server.outgoing_packets()) == 2


def test_a_server_that_is_not_advertised_keeps_silent(make_server: MakeServer) -> None:
    server = shared_server(make_server)
    server.set_advertise_server_active(False)
    server.handle_incoming_packet(INFO_REQUEST, "127.0.0.1", 50000)
    assert server.outgoing_packets() == []


def test_without_the_shared_port_no_packet_is_taken(server: steamgs.GameServer) -> None:
    server.set_advertise_server_active(True)
    assert not server.handle_incoming_packet(INFO_REQUEST, "127.0.0.1", 50000)
    assert server.outgoing_packets() == []
