"""What programs do with a running server: one call each, by what has to be there for it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from steamgs._core import enable_metrics, measurements

import steamgs
from item_owners import SWORD, add_alice
from steamgs import HttpMethod, NetworkingConfig
from steamgs.simulator import Simulator, make_ticket

ALICE, BOB = 76561197960287930, 76561197960287931
ITEM = 2**40 + 7
URL = "https://example.org/players"
PLACE = "127.0.0.1:27461"
INFO = b"\xff\xff\xff\xffTSource Engine Query\0"

Stage = SimpleNamespace
Operations = dict[str, Callable[[Any], object]]
# What Steam knows, once in a simulation.
FOLDER = tempfile.gettempdir()


def furnish(sim: Simulator) -> None:
    """Everything that Steam tells about: it outlives the servers of a test."""
    alice = add_alice(sim)
    alice.set_promo_items([101])
    sim.add_user(BOB)
    sim.add_group(7)
    sim.define_item(101, {"name": "Sword", "type": "item"}, price=199, base_price=299)
    sim.define_stat("kills", "int")
    sim.define_stat("accuracy", "float")
    sim.define_stat("rate", "average_rate")
    sim.define_achievement("FIRST")
    sim.add_workshop_item(
        ITEM,
        title="A map",
        metadata="m",
        size=1000,
        owner=ALICE,
        children=[ITEM + 1, 3],
        tags=["Map", "Night"],
        key_values={"mode": "ctf", "size": "large"},
        previews=["https://steam.invalid/1.png", "https://steam.invalid/2.png"],
        game_versions=[("1.0", "2.0"), ("", "beta")],
        descriptors=[1, 5],
    )
    sim.set_http_answer(URL, body="some text", headers={"X-Answer": "yes"})


def nothing(server: steamgs.GameServer, sim: Simulator) -> Stage:
    return Stage()


def a_player(server: steamgs.GameServer, sim: Simulator) -> Stage:
    server.begin_auth_session(make_ticket(ALICE, 480), ALICE)
    server.run_callbacks()
    return Stage(ticket=make_ticket(BOB, 480))


def statistics(server: steamgs.GameServer, sim: Simulator) -> Stage:
    server.stats.request_user_stats(ALICE)
    server.run_callbacks()
    return Stage(stats=server.stats)


def a_request(server: steamgs.GameServer, sim: Simulator) -> Stage:
    request = server.http.request(HttpMethod.GET, URL, cookies=server.http.cookies())
    return Stage(handle=request, release=request.release)


def a_response(server: steamgs.GameServer, sim: Simulator) -> Stage:
    stage = a_request(server, sim)
    stage.handle.send()
    server.run_callbacks()
    return stage


def cookies(server: steamgs.GameServer, sim: Simulator) -> Stage:
    handle = server.http.cookies()
    return Stage(handle=handle, release=handle.release)


def a_query(server: steamgs.GameServer, sim: Simulator) -> Stage:
    query = server.workshop.query([ITEM, 5], metadata=True, previews=True)
    return Stage(handle=query, release=query.release)


def an_answered_query(server: steamgs.GameServer, sim: Simulator) -> Stage:
    stage = a_query(server, sim)
    stage.handle.send()
    server.run_callbacks()
    return stage


def a_search(server: steamgs.GameServer, sim: Simulator) -> Stage:
    query = server.workshop.search(steamgs.WorkshopRanking.RANKED_BY_VOTE).query()
    return Stage(handle=query, release=query.release)


def a_result(server: steamgs.GameServer, sim: Simulator) -> Stage:
    alice = next(user for user in sim.users if user.steam_id == ALICE)
    result = server.inventory.deserialize(alice.item_proof())
    server.run_callbacks()
    return Stage(handle=result, release=result.release)


def definitions(server: steamgs.GameServer, sim: Simulator) -> Stage:
    inventory = server.inventory
    inventory.load_definitions()
    inventory.request_prices()
    inventory.request_promo_items(ALICE)
    server.run_callbacks()
    server.run_callbacks()
    alice = next(user for user in sim.users if user.steam_id == ALICE)
    return Stage(inventory=inventory, proof=alice.item_proof())


def a_pair(server: steamgs.GameServer, sim: Simulator) -> Stage:
    """Two connections, and messages that wait."""
    ours, theirs = server.sockets.socket_pair()
    group = server.sockets.create_poll_group()
    group.add(theirs)
    for number in range(3):
        ours.send(bytes(number))
    server.run_callbacks()
    return Stage(sockets=server.sockets, ours=ours, theirs=theirs, group=group, release=ours.close)


def a_batch(server: steamgs.GameServer, sim: Simulator) -> Stage:
    stage = a_pair(server, sim)
    stage.batch = stage.group.receive()
    stage.release = stage.theirs.close
    assert len(stage.batch) == 3
    return stage


def a_group(server: steamgs.GameServer, sim: Simulator) -> Stage:
    stage = a_pair(server, sim)
    stage.release = stage.group.close
    return stage


def a_listener(server: steamgs.GameServer, sim: Simulator) -> Stage:
    listener = server.sockets.listen_ip(PLACE)
    calling = server.sockets.connect_ip(PLACE)
    for _ in range(100):
        server.run_callbacks()
        if listener.waiting_connections:
            break
    came = listener.waiting_connections[0]
    return Stage(listener=listener, came=came, calling=calling, release=listener.close)


def somebody_calls(server: steamgs.GameServer, sim: Simulator) -> Stage:
    """There are events to be delivered: of connections, of players, and answers."""
    listener = server.sockets.listen_ip(PLACE)
    calling = server.sockets.connect_ip(PLACE)
    server.begin_auth_session(make_ticket(ALICE, 480), ALICE)
    if repr not in server.client_group_status.of(ALICE):  # handlers outlive a server's run
        server.client_group_status.of(ALICE).connect(repr)
    calls = [
        server.request_user_group_status(ALICE, 7),
        server.stats.request_user_stats(ALICE),
    ]
    return Stage(listener=listener, calling=calling, calls=calls)


def a_fake_ip(server: steamgs.GameServer, sim: Simulator) -> Stage:
    server.close()
    server.start()
    asked = server.sockets.request_fake_ip(2)
    server.log_on_anonymous()
    server.run_callbacks()
    assert asked.done()
    port = server.sockets.fake_udp_port()
    return Stage(sockets=server.sockets, port=port, release=port.close)


def a_message(server: steamgs.GameServer, sim: Simulator) -> Stage:
    alice = next(user for user in sim.users if user.steam_id == ALICE)
    alice.client.send_to(server.steam_id or 0, b"hello")
    server.run_callbacks()
    server.messages.accept(ALICE)
    return Stage(messages=server.messages, release=lambda: server.messages.close(ALICE))


def a_call(server: steamgs.GameServer, sim: Simulator) -> Stage:
    call = server.request_user_group_status(ALICE, 7)
    return Stage(call=call, release=call.cancel)


def packets(server: steamgs.GameServer, sim: Simulator) -> Stage:
    for _ in range(20):
        server.handle_incoming_packet(INFO, "127.0.0.1", 40000)
    return Stage()


def stream_of(stage: Any) -> object:
    stream = stage.server.client_kick.stream()
    stream.close()
    return list(iter(stream.take, None))


def step(awaitable: Any) -> object:
    """The first step of a task that awaits this."""

    async def steps() -> object:
        task = asyncio.ensure_future(wait())
        for _ in range(3):
            await asyncio.sleep(0)
        if not task.done():
            task.cancel()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    async def wait() -> object:
        return await awaitable

    return asyncio.run(steps())


SERVER: Operations = {
    "set_product": lambda s: s.server.set_product("x"),
    "set_game_description": lambda s: s.server.set_game_description("x"),
    "set_mod_dir": lambda s: s.server.set_mod_dir("x"),
    "set_dedicated_server": lambda s: s.server.set_dedicated_server(True),
    "set_max_player_count": lambda s: s.server.set_max_player_count(5),
    "set_bot_player_count": lambda s: s.server.set_bot_player_count(5),
    "set_server_name": lambda s: s.server.set_server_name("Grüße"),
    "set_map_name": lambda s: s.server.set_map_name("x"),
    "set_password_protected": lambda s: s.server.set_password_protected(True),
    "set_spectator_port": lambda s: s.server.set_spectator_port(5),
    "set_spectator_server_name": lambda s: s.server.set_spectator_server_name("x"),
    "clear_all_key_values": lambda s: s.server.clear_all_key_values(),
    "set_key_value": lambda s: s.server.set_key_value("x", "y"),
    "set_game_tags": lambda s: s.server.set_game_tags("x"),
    "set_game_data": lambda s: s.server.set_game_data("x"),
    "set_region": lambda s: s.server.set_region("x"),
    "set_advertise_server_active": lambda s: s.server.set_advertise_server_active(True),
    "check_listing": lambda s: s.server.check_listing(),
    "log_on_anonymous": lambda s: s.server.log_on_anonymous(),
    "log_off": lambda s: s.server.log_off(),
    "logged_on": lambda s: s.server.logged_on,
    "steam_id": lambda s: s.server.steam_id,
    "secure": lambda s: s.server.secure,
    "public_ip": lambda s: s.server.public_ip,
    "was_restart_requested": lambda s: s.server.was_restart_requested(),
    "release_memory": lambda s: s.server.release_current_thread_memory(),
    "interfaces": lambda s: s.server.interfaces(),
    "counters": lambda s: s.server.counters(),
    "enable_metrics": lambda s: enable_metrics(s.server, 0.1),
    "measurements": lambda s: measurements(s.server),
    "run_callbacks": lambda s: s.server.run_callbacks(),
    "poll": lambda s: s.server.poll(),
    "poll_columns": lambda s: s.server.poll_columns(),
    "pump": lambda s: s.server.start_pump(0.01),
    "request_user_group_status": lambda s: s.server.request_user_group_status(ALICE, 7),
    "associate_with_clan": lambda s: s.server.associate_with_clan(7),
    "compatibility": lambda s: s.server.compute_new_player_compatibility(ALICE),
    "get_server_reputation": lambda s: s.server.get_server_reputation(),
    "get_gameplay_stats": lambda s: s.server.get_gameplay_stats(),
    "get_auth_session_ticket": lambda s: s.server.get_auth_session_ticket(identity=ALICE),
    "cancel_auth_ticket": lambda s: s.server.cancel_auth_ticket(5),
    "create_bot": lambda s: s.server.create_unauthenticated_user_connection(),
    "request_user_stats": lambda s: s.server.stats.request_user_stats(ALICE),
    "server_time": lambda s: s.server.utils.server_time,
    "ip_country": lambda s: s.server.utils.ip_country,
    "connected_universe": lambda s: s.server.utils.connected_universe,
    "utils_app_id": lambda s: s.server.utils.app_id,
    "ipc_call_count": lambda s: s.server.utils.ipc_call_count,
    "ipv6_state": lambda s: s.server.utils.ipv6_state(steamgs.IPv6ConnectivityProtocol.HTTP),
    "init_filter_text": lambda s: s.server.utils.init_filter_text(),
    "filter_text": lambda s: s.server.utils.filter_text("x", steamgs.TextFilteringContext.CHAT),
    "check_file_signature": lambda s: s.server.utils.check_file_signature("game"),
    "stream": stream_of,
    "wait": lambda s: step(s.server.client_kick.wait(timeout=0.0)),
    "connect": lambda s: s.server.client_kick.of(ALICE).once(lambda _: None),
    "close": lambda s: s.server.close(),
}
PLAYER: Operations = {
    "sessions": lambda s: list(s.server.sessions),
    "begin_auth_session": lambda s: s.server.begin_auth_session(s.ticket, BOB),
    "end_auth_session": lambda s: s.server.end_auth_session(ALICE),
    "connect_and_authenticate": lambda s: s.server.send_user_connect_and_authenticate(
        "1.2.3.4", s.ticket
    ),
    "send_user_disconnect": lambda s: s.server.send_user_disconnect(ALICE),
    "user_has_license": lambda s: s.server.user_has_license_for_app(ALICE, 480),
    "update_user_data": lambda s: s.server.update_user_data(ALICE, "alice", 5),
    "update_users": lambda s: s.server.update_users([(ALICE, "alice", 5), (BOB, "bob", 6)]),
    "close": lambda s: s.server.close(),
}
STATS: Operations = {
    "store": lambda s: s.stats.store_user_stats(ALICE),
    "get_int": lambda s: s.stats.get_user_stat_int(ALICE, "kills"),
    "get_float": lambda s: s.stats.get_user_stat_float(ALICE, "accuracy"),
    "set_int": lambda s: s.stats.set_user_stat_int(ALICE, "kills", 1),
    "set_float": lambda s: s.stats.set_user_stat_float(ALICE, "accuracy", 0.5),
    "update_rate": lambda s: s.stats.update_user_avg_rate_stat(ALICE, "rate", 1.0, 2.0),
    "get_achievement": lambda s: s.stats.get_user_achievement(ALICE, "FIRST"),
    "set_achievement": lambda s: s.stats.set_user_achievement(ALICE, "FIRST"),
    "clear_achievement": lambda s: s.stats.clear_user_achievement(ALICE, "FIRST"),
    "unstored": lambda s: s.stats.unstored,
}
REQUEST: Operations = {
    "request": lambda s: s.server.http.request(
        HttpMethod.POST,
        URL,
        headers={"A": "b"},
        parameters={"c": "d"},
        user_agent="e",
        cookies=s.server.http.cookies(),
        network_timeout=5,
        absolute_timeout_ms=5,
    ).release(),
    "body": lambda s: s.server.http.request(HttpMethod.POST, URL, body=b"x").release(),
    "send": lambda s: s.handle.send(),
    "stream": lambda s: s.handle.stream(),
    "prioritize": lambda s: s.handle.prioritize(),
    "defer": lambda s: s.handle.defer(),
    "release": lambda s: s.handle.release(),
}
RESPONSE: Operations = {
    "header": lambda s: s.handle.header("X-Answer"),
    "progress": lambda s: s.handle.progress,
    "timed_out": lambda s: s.handle.timed_out,
    "body": lambda s: s.handle._core.response_body(),
}
COOKIES: Operations = {"set": lambda s: s.handle.set("example.org", "/", "a=b")}
QUERY: Operations = {
    "query": lambda s: s.server.workshop.query(
        [ITEM], metadata=True, playtime_days=2, language="german", max_age=5
    ).release(),
    "send": lambda s: s.handle.send(),
    "release": lambda s: s.handle.release(),
    "details": lambda s: s.server.workshop.details([ITEM], metadata=True),
    "app_dependencies": lambda s: s.server.workshop.app_dependencies(ITEM),
    "init": lambda s: s.server.workshop.init(Path(FOLDER)),
    "state": lambda s: s.server.workshop.state(ITEM),
    "install_info": lambda s: s.server.workshop.install_info(ITEM),
    "download_info": lambda s: s.server.workshop.download_info(ITEM),
    "suspend": lambda s: s.server.workshop.suspend_downloads(False),
    "mark_unused": lambda s: s.server.workshop.mark_unused(ITEM),
    "download": lambda s: s.server.workshop._download(ITEM, False, None),
}
ANSWERED_QUERY: Operations = {
    "results": lambda s: s.handle.results(),
    "tags": lambda s: s.handle._core.tags(0, False),
    "names": lambda s: s.handle._core.tags(0, True),
    "previews": lambda s: s.handle._core.previews(0),
    "statistics": lambda s: s.handle._core.statistics(0, 13),
    "versions": lambda s: s.handle._core.game_versions(0),
    "descriptors": lambda s: s.handle._core.content_descriptors(0),
    "key_values": lambda s: s.handle._core.key_values(0),
    "children": lambda s: s.handle._core.children(0, 2),
    "metadata": lambda s: s.handle._core.metadata(0),
    "preview_url": lambda s: s.handle._core.preview_url(0),
    "details": lambda s: s.handle._core.details(0),
}
SEARCH: Operations = {
    "search": lambda s: (
        s.server.workshop.search(
            steamgs.WorkshopRanking.RANKED_BY_VOTE,
            required_tags=["Map"],
            excluded_tags=["Day"],
            tag_groups=[["a", "b"]],
            text="map",
            required_key_values={"mode": "ctf"},
            match_any_tag=True,
            trend_days=7,
            created=(0, 5),
            updated=(0, 5),
            only_ids=True,
        )
        .query()
        .release()
    ),
    "count": lambda s: s.server.workshop.search(steamgs.WorkshopRanking.RANKED_BY_VOTE).count(),
    "send": lambda s: s.handle.send(),
}
RESULT: Operations = {
    "ready": lambda s: s.handle.ready(),
    "status": lambda s: s.handle.status,
    "timestamp": lambda s: s.handle.timestamp,
    "belongs_to": lambda s: s.handle.belongs_to(ALICE),
    "items": lambda s: s.handle.items(properties=True),
    "properties": lambda s: dict(s.handle.properties(0)),
    "serialize": lambda s: s.handle.serialize(),
    "release": lambda s: s.handle.release(),
}
INVENTORY: Operations = {
    "verify": lambda s: s.inventory.verify(s.proof, ALICE),
    "deserialize": lambda s: s.inventory.deserialize(s.proof).release(),
    "all_items": lambda s: s.inventory.all_items(),
    "items_by_id": lambda s: s.inventory.items_by_id([SWORD]),
    "generate": lambda s: s.inventory.generate({101: 1}),
    "grant": lambda s: s.inventory.grant_promo_items(),
    "add_promo_item": lambda s: s.inventory.add_promo_item(101),
    "add_promo_items": lambda s: s.inventory.add_promo_items([101]),
    "consume": lambda s: s.inventory.consume(SWORD),
    "exchange": lambda s: s.inventory.exchange({101: 1}, {SWORD: 1}),
    "transfer": lambda s: s.inventory.transfer(SWORD, 1),
    "drop": lambda s: s.inventory.drop(101),
    "inspect": lambda s: s.inventory.inspect("x"),
    "start_update": lambda s: s.inventory.start_update(),
    "load_definitions": lambda s: s.inventory.load_definitions(),
    "definition_ids": lambda s: s.inventory.definition_ids(),
    "definition": lambda s: s.inventory.definition(101),
    "property": lambda s: s.inventory._definition_property(101, "name"),
    "properties": lambda s: s.inventory._definition_property(101, None),
    "request_promo_items": lambda s: s.inventory.request_promo_items(ALICE),
    "promo_items": lambda s: s.inventory.promo_items(ALICE),
    "request_prices": lambda s: s.inventory.request_prices(),
    "prices": lambda s: s.inventory.prices(),
    "price": lambda s: s.inventory.price(101),
}
CALL: Operations = {
    "result": lambda s: s.call.result(0.05),
    "exception": lambda s: s.call.exception(0.05),
    "cancel": lambda s: s.call.cancel(),
    "add_done_callback": lambda s: s.call.add_done_callback(repr),
    "repr": lambda s: repr(s.call) and None,
    "await": lambda s: step(s.call),
}
PACKETS: Operations = {
    "outgoing_packets": lambda s: s.server.outgoing_packets(),
    "handle_incoming_packet": lambda s: s.server.handle_incoming_packet(INFO, "127.0.0.1", 5),
}
EVENTS: Operations = {
    "run_callbacks": lambda s: s.server.run_callbacks(),
    "poll": lambda s: s.server.poll(),
    "poll_columns": lambda s: s.server.poll_columns(),
    "result": lambda s: s.calls[0].result(1.0),
    "incoming": lambda s: (s.server.run_callbacks(), s.listener.incoming())[1],
    "close": lambda s: s.server.close(),
}

OPTIONS = {NetworkingConfig.SEND_BUFFER_SIZE: 2**20}
