"""``steamgs top``: how running servers are doing."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from itertools import islice
from typing import TYPE_CHECKING

from steamgs.cli import page
from steamgs.cli.arguments import interval
from steamgs.command_line import COULD_NOT, FAILED, complain, printable, say

if TYPE_CHECKING:
    from steamgs.top import Scrape, State

__all__ = ["add_arguments", "run"]

_EXTRA_MISSING = "this needs the package 'prometheus_client': pip install 'steamgs[metrics]'"
_TITLES = ("server", "Steam", "players", "ticks/s", "late ms", "events/s", "out/s", "queue", "kB/s")
# 80 columns together, with a space between them.
_WIDTHS = (21, 5, 7, 7, 7, 8, 6, 5, 6)
# What is left out first where there is less room: numbers of the columns.
_LEAST_WANTED = (7, 8, 5, 6, 4, 3, 2)
_MOST_REASONS = 3
_TOO_SLOW = "no whole answer in time"
_TOO_NEW = "has just begun to answer; rates need one more look"


def add_arguments(top: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    top.add_argument(
        "servers", metavar="HOST:PORT", nargs="+", help="where a server's metrics are, or a URL"
    )
    top.add_argument(
        "--interval",
        type=interval,
        default=2.0,
        metavar="SECONDS",
        help="how often to look (default: 2)",
    )
    top.add_argument("--once", action="store_true", help="look for one interval, and end")


def run(options: argparse.Namespace) -> int:
    """Look and print, until a signal ends it; the exit status with ``--once`` is 1 if one fails."""
    try:
        from steamgs import top  # noqa: PLC0415 - needs an extra
    except ImportError:
        complain("steamgs", _EXTRA_MISSING)
        return COULD_NOT
    urls: dict[str, str] = {}
    for place in options.servers:
        try:
            urls[place] = top.url_of(place)
        except ValueError as error:
            complain("steamgs", f"{place}: {error}")
            return COULD_NOT
    looks: dict[str, _Look] = {}
    before = _look(looks, urls, options.interval)
    while True:
        time.sleep(options.interval)
        now = _look(looks, urls, options.interval)
        rows = {place: _row(before[place], now[place]) for place in urls}
        _print(rows, options)
        if options.once:
            return FAILED if any(isinstance(row, str) for row in rows.values()) else 0
        before = now


class _Look:
    """One look at one server, in a thread of its own, which ends with the process at the latest."""

    def __init__(self, url: str, timeout: float) -> None:
        self.found: Scrape | str = _TOO_SLOW
        self._thread = threading.Thread(target=self._read, args=(url, timeout), daemon=True)
        self._thread.start()

    def wait(self, until: float) -> None:
        """Wait for its end, but not for longer than that."""
        self._thread.join(max(until - time.monotonic(), 0.0))

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return not self._thread.is_alive()

    def _read(self, url: str, timeout: float) -> None:
        from steamgs import top  # noqa: PLC0415

        try:
            self.found = top.scrape(url, timeout)
        except top.NoMetricsError as error:
            self.found = str(error)


def _look(
    looks: dict[str, _Look], urls: dict[str, str], interval: float
) -> dict[str, Scrape | str]:
    """What each server says, or why there is nothing. One that hangs holds up no others."""
    timeout = max(interval, 1.0)
    for place, url in urls.items():
        if place not in looks or looks[place].over:
            looks[place] = _Look(url, timeout)
    until = time.monotonic() + timeout + 0.5
    for look in looks.values():
        look.wait(until)
    return {place: look.found for place, look in looks.items()}


def _row(before: Scrape | str, now: Scrape | str) -> State | str:
    from steamgs import top  # noqa: PLC0415

    if isinstance(now, str):
        return now
    return _TOO_NEW if isinstance(before, str) else top.state(before, now)


def _print(rows: dict[str, State | str], options: argparse.Namespace) -> None:
    clock = time.strftime("%H:%M:%S")
    if not options.once and page.can_draw():
        columns, room = page.size()
        head = f"{clock}, every {options.interval:g} s; Ctrl-C ends it"
        page.draw([head, "", *_page(rows, columns, room - 2)])
        return
    for place, row in rows.items():
        words = printable(row) if isinstance(row, str) else _line(row)
        say(f"{clock}  {printable(place)}: {words}")
    sys.stdout.flush()


def _page(rows: dict[str, State | str], columns: int = 80, room: int = 1000) -> list[str]:
    """A table, and below it why players were turned away, as far as there is room."""
    kept, widths = _layout(rows, columns)
    lines = [_columns([_TITLES[index] for index in kept], widths)]
    shown = list(rows.items())
    if 1 + len(shown) > room:
        shown = shown[: max(room - 2, 0)]
    for place, row in shown:
        name = page.cut(printable(place), widths[0])
        if isinstance(row, str):
            lines.append(page.cut(f"{name:<{widths[0]}} {printable(row)}", columns))
        else:
            cells = (name, *_cells(row))
            lines.append(_columns([cells[index] for index in kept], widths))
    if len(shown) < len(rows):
        lines.append(page.cut(_left_out(list(rows.values())[len(shown) :]), columns))
    why = [
        page.cut(f"{printable(place)} has turned away: {_reasons(row)}", columns)
        for place, row in rows.items()
        if not isinstance(row, str) and row.reasons
    ]
    return [*lines, "", *why][:room] if why else lines[:room]


def _layout(rows: dict[str, State | str], columns: int) -> tuple[list[int], list[int]]:
    """Which columns there are, and how wide: the name has what the others leave."""
    kept = list(range(len(_TITLES)))
    for index in _LEAST_WANTED:
        if sum(_WIDTHS[one] + 1 for one in kept) - 1 <= columns:
            break
        kept.remove(index)
    others = [_WIDTHS[index] for index in kept[1:]]
    left = columns - sum(width + 1 for width in others)
    longest = max(len(printable(place)) for place in rows)
    return kept, [max(min(left, max(longest, _WIDTHS[0])), 1), *others]


def _left_out(rows: list[State | str]) -> str:
    silent = sum(isinstance(row, str) for row in rows)
    text = f"... and {len(rows)} more, for which the window is too small"
    return f"{text}; {silent} without an answer" if silent else text


def _cells(row: State) -> tuple[str, ...]:
    late = "" if row.lateness is None else f"{row.lateness * 1000:.1f}"
    traffic = (row.in_bytes + row.out_bytes) / 1000
    numbers = (row.ticks, row.events, row.turned_away, row.queue, traffic)
    ticks, events, away, queue, kilobytes = map(_number, numbers)
    players = page.cut(str(row.players), _WIDTHS[2])
    return _steam(row), players, ticks, late, events, away, queue, kilobytes


def _line(row: State) -> str:
    late = "" if row.lateness is None else f", late {row.lateness * 1000:.1f} ms"
    words = (
        f"Steam {_steam(row)}, {row.players} players, {row.ticks:.1f} ticks/s{late}, "
        f"{row.events:.1f} events/s, {row.admitted:.1f} in/s, {row.turned_away:.1f} out/s, "
        f"{row.queue} waiting, {(row.in_bytes + row.out_bytes) / 1000:.1f} kB/s"
    )
    return f"{words}; {_reasons(row)}" if row.reasons else words


def _steam(row: State) -> str:
    if not row.running:
        return "down"
    return "drain" if row.draining else "on" if row.logged_on else "off"


def _reasons(row: State) -> str:
    shown = islice(row.reasons.items(), _MOST_REASONS)
    text = ", ".join(f"{count} {printable(reason)}" for reason, count in shown)
    return f"{text}, ..." if len(row.reasons) > _MOST_REASONS else text


def _columns(texts: list[str], widths: list[int]) -> str:
    first, *others = zip(texts, widths, strict=True)
    return " ".join([f"{first[0]:<{first[1]}}", *(f"{text:>{width}}" for text, width in others)])


def _number(value: float) -> str:
    """In five characters at most."""
    if value < 1000:
        return f"{value:.1f}" if value % 1 and value < 100 else f"{value:.0f}"
    for unit in ("k", "M", "G"):
        value /= 1000
        if value < 1000:
            return f"{value:.1f}{unit}" if value < 100 else f"{value:.0f}{unit}"
    return "much"
