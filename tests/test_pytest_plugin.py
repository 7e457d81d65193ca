"""The fixtures that steamgs gives to tests of game servers: used as the example uses them."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_steamgs

import steamgs
from conftest import ROOT
from fronts import valve_library


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_example_project_passes(front: str, tmp_path: Path) -> None:
    folder = tmp_path / "tested_server"
    shutil.copytree(ROOT / "examples" / "tested_server", folder)
    options = [f"--steamgs-library={valve_library()}"] if front == "valve" else []
    result = run_pytest(folder, "--strict-markers", "-W", "error", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 passed" in result.stdout


def test_tests_run_in_several_processes(front: str, tmp_path: Path) -> None:
    # The queries of each must be answered by its own server, while those of others run.
    (tmp_path / "test_it.py").write_text(
        "import a2s, pytest, steamgs\n"
        "@pytest.mark.parametrize('number', range(8))\n"
        "def test_it(number, game_server, steam_simulator):\n"
        "    game_server.set_server_name(f'server {number}')\n"
        "    game_server.set_advertise_server_active(True)\n"
        "    assert steam_simulator.server.query_port_open\n"
        "    assert 0 < game_server.game_port != game_server.query_port\n"
        "    for _ in range(50):\n"
        "        info = a2s.info(('127.0.0.1', game_server.query_port), timeout=10)\n"
        "        assert info.server_name == f'server {number}'\n"
        "        assert info.port == game_server.game_port\n"
    )
    options = [f"--steamgs-library={valve_library()}"] if front == "valve" else []
    result = run_pytest(tmp_path, "-n", "2", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "8 passed" in result.stdout


def test_workshop_items(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(game_server, steam_workshop_item, tmp_path):\n"
        "    needed = steam_workshop_item(text='needed')\n"
        "    item = steam_workshop_item(text='hello', children=[needed])\n"
        "    assert (needed, item, steam_workshop_item(77)) == (1, 2, 77)\n"
        "    game_server.workshop.init(tmp_path)\n"
        "    done = game_server.workshop.install_and_wait(item, timeout=10)\n"
        "    assert list(done.items) == [needed, item]\n"
        "    assert (done.items[item].folder / 'content.bin').read_bytes() == b'hello'\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_items_of_players(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest, steamgs\n"
        "def test_it(\n"
        "    game_server, steam_player, steam_item_definition, steam_inventory_item, steam_wait\n"
        "):\n"
        "    sword = steam_item_definition({'name': 'Sword'}, price=499)\n"
        "    assert (sword, steam_item_definition()) == (1, 2)\n"
        "    assert steam_item_definition(definition=77) == 77\n"
        "    alice, bob = steam_player(), steam_player()\n"
        "    item = steam_inventory_item(alice, sword, properties={'kills': '7'})\n"
        "    coins = steam_inventory_item(bob, 5, 300, item=2**40)\n"
        "    assert (item, coins, steam_inventory_item(bob, 5)) == (1, 2**40, 2)\n"
        "    def verified(proof, steam_id):\n"
        "        verification = game_server.inventory.verify(proof, steam_id, properties=True)\n"
        "        game_server.run_callbacks()\n"
        "        return verification.result(0).items\n"
        "    (found,) = verified(alice.item_proof(), alice.steam_id)\n"
        "    assert (found.item_id, found.definition) == (item, sword)\n"
        "    assert found.properties == {'kills': '7'}\n"
        "    found = verified(bob.item_proof(), bob.steam_id)\n"
        "    assert sorted(one.quantity for one in found) == [1, 300]\n"
        "    with pytest.raises(steamgs.WrongOwnerError):\n"
        "        verified(alice.item_proof(), bob.steam_id)\n"
        "    game_server.inventory.load_definitions()\n"
        "    steam_wait(game_server.inventory.definitions_updated)\n"
        "    assert game_server.inventory.definition(sword).properties['name'] == 'Sword'\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_answers_of_http_and_the_text_filter(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest, steamgs\n"
        "URL = 'https://example.org/players'\n"
        "def ask(server, url):\n"
        "    get, headers = steamgs.HttpMethod.GET, {'X-Id': '7'}\n"
        "    with server.http.request(get, url, headers=headers) as request:\n"
        "        call = request.send()\n"
        "        server.run_callbacks()\n"
        "        return call.result(0)\n"
        "def test_http(game_server, steam_http_answer):\n"
        "    other = steam_http_answer(URL + '/other')\n"
        "    asked = steam_http_answer(URL, body='hello', status=201)\n"
        "    assert asked() == []\n"
        "    response = ask(game_server, URL)\n"
        "    assert (response.status, response.body) == (201, b'hello')\n"
        "    (sent,) = asked()\n"
        "    assert (sent.url, sent.headers['X-Id']) == (URL, '7')\n"
        "    assert other() == []\n"
        "    steam_http_answer(URL, failure='no_response')\n"
        "    with pytest.raises(steamgs.HttpError):\n"
        "        ask(game_server, URL)\n"
        "    assert len(asked()) == 2\n"
        "def test_text(game_server, steam_text_filter):\n"
        "    steam_text_filter('darn', always=['heck'])\n"
        "    utils, context = game_server.utils, steamgs.TextFilteringContext\n"
        "    utils.init_filter_text()\n"
        "    assert utils.filter_text('darn heck', context.CHAT) == '**** ****'\n"
        "    assert utils.filter_text('darn heck', context.GAME_CONTENT) == 'darn ****'\n"
        "def test_no_filter(game_server, steam_text_filter):\n"
        "    steam_text_filter(available=False)\n"
        "    with pytest.raises(steamgs.TextFilterError):\n"
        "        game_server.utils.init_filter_text()\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_page_lists_every_fixture() -> None:
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(pytest_steamgs.__all__)


CONNECTED_PLAYERS = """
import asyncio
import pytest
import steamgs

PLACE = "127.0.0.1:27015"


def accept_all(server):
    server.sockets.listen_ip(PLACE)

    @server.sockets.connection_status_changed.connect
    def accept(event):
        if event.state is steamgs.ConnectionState.CONNECTING:
            server.sockets.connection(event.handle).accept()


def test_of_a_server(game_server, steam_player, steam_connection):
    accept_all(game_server)
    assert steam_connection(steam_player(), PLACE).state == "connected"


def test_of_a_server_that_no_test_names(steam_player, steam_connection):
    with pytest.raises(pytest.fail.Exception, match="is not connected"):
        steam_connection(steam_player(), PLACE)


def test_of_an_asynchronous_server(async_game_server, steam_player, steam_connection):
    async def serve(connection):
        async with connection:
            async for message in connection:
                connection.send(message.data.upper())

    async def main():
        async with async_game_server as server:
            await server.log_on_anonymous()
            with server.sockets.listen_ip(PLACE) as listener:
                async with asyncio.TaskGroup() as tasks:
                    alice = asyncio.ensure_future(steam_connection(steam_player(), PLACE))
                    tasks.create_task(serve(await anext(listener)))
                    connection = await alice
                    connection.send(b"hello")
                    while not (answers := connection.receive()):
                        await asyncio.sleep(0.001)
                    connection.close()
            return answers

    (answer,) = asyncio.run(asyncio.wait_for(main(), 30))
    assert answer.data == b"HELLO"


def test_whom_nobody_accepts(async_game_server, steam_player, steam_connection):
    async def main():
        async with async_game_server as server:
            server.sockets.listen_ip(PLACE)
            with pytest.raises(pytest.fail.Exception, match="is not connected"):
                await steam_connection(steam_player(), PLACE, seconds=1)

    asyncio.run(main())


def test_links(game_server, steam_simulator, steam_player, steam_connection, steam_link):
    def ping():
        return connection.status().ping

    accept_all(game_server)
    alice = steam_player()
    connection = steam_connection(alice, PLACE)
    with steam_link(alice, latency=1.0):
        assert ping() == 2000
    assert ping() == 0
    steam_simulator.set_link(latency=0.3)
    with steam_link(alice, latency=1.0):
        assert ping() == 2000
    assert ping() == 600
    alice.set_link(latency=0.2)
    with steam_link(alice, latency=1.0):
        with steam_link(alice, cut=True):
            assert ping() == 0
        assert ping() == 2000
    assert ping() == 400
    steam_simulator.set_link(latency=0.1)
    assert ping() == 200


def test_a_link_that_was_cut_stays_cut(
    game_server, steam_simulator, steam_player, steam_connection, steam_link
):
    accept_all(game_server)
    alice = steam_player()
    connection = steam_connection(alice, PLACE)
    alice.cut_link()
    with steam_link(alice, cut=True):
        pass
    with steam_link(alice):
        alice.restore_link()
    steam_simulator.advance(60)
    assert connection.state == "problem"
"""


def test_connected_players(front: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(CONNECTED_PLAYERS)
    options = [f"--steamgs-library={valve_library()}"] if front == "valve" else []
    result = run_pytest(tmp_path, "-W", "error", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "6 passed" in result.stdout


def test_the_marker_gives_arguments(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest, steamgs\n"
        "@pytest.mark.game_server(\n"
        "    440, mode=steamgs.ServerMode.AUTHENTICATION,\n"
        "    query_port=steamgs.QUERY_PORT_SHARED, game_port=27015)\n"
        "def test_it(game_server):\n"
        "    assert (game_server.app_id, game_server.game_port) == (440, 27015)\n"
        "    assert game_server.query_port == steamgs.QUERY_PORT_SHARED\n"
        "    assert game_server.mode is steamgs.ServerMode.AUTHENTICATION\n"
        "    assert not game_server.secure\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout


def test_what_the_plugin_says_of_its_marker_is_true() -> None:
    assert pytest_steamgs.__doc__ is not None
    (named,) = re.findall(r"mark\.game_server\((.*?)\)", pytest_steamgs.__doc__)
    arguments = inspect.signature(steamgs.GameServer).parameters
    assert set(re.findall(r"(\w+)=", named)) <= set(arguments)


def test_a_broken_server_fails_its_tests(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(game_server, steam_player, steam_wait):\n"
        "    alice = steam_player()\n"
        "    game_server.begin_auth_session(alice.auth_session_ticket(), alice.steam_id)\n"
        "    game_server.end_auth_session(alice.steam_id)\n"
        "    steam_wait(game_server.validate_auth_ticket_response)\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 1
    assert "no ValidateAuthTicketResponse came in 60 seconds" in result.stdout


def test_pytest_starts_without_importing_steamgs(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert 'steamgs' not in sys.modules\n"
    )
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout


def test_fixtures_are_listed_with_what_they_are_for() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "--fixtures", "-q"],
        cwd=ROOT / "examples" / "tested_server",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for name in ("steam_simulator", "game_server", "async_game_server", "steam_player"):
        assert f"\n{name} -- " in result.stdout


@pytest.mark.parametrize(
    ("option", "words"),
    [("--help", "--steamgs-library=PATH"), ("--markers", "@pytest.mark.game_server(app_id=480")],
)
def test_help_speaks_of_it(option: str, words: str, tmp_path: Path) -> None:
    assert words in run_pytest(tmp_path, option).stdout


def test_pytest_runs_as_a_module_beside_the_source() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only"]
    subprocess.run([*command, "tests/test_values.py"], cwd=ROOT, check=True, timeout=120)
