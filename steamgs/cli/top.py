"""``steamgs top``: how running servers are doing."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from steamgs.cli.arguments import interval
from steamgs.command_line import COULD_NOT, FAILED, complain, printable, say

if TYPE_CHECKING:
    from steamgs.top import Scrape, State

__all__ = ["add_arguments", "run"]

_EXTRA_MISSING = "this needs the package 'prometheus_client': pip install 'steamgs[metrics]'"
_CLEAR = "\033[H\033[J"
_TITLES = ("server", "Steam", "players", "ticks/s", "late ms", "events/s", "out/s", "queue", "kB/s")
# 80 columns together, with a space between them.
_WIDTHS = (21, 5, 7, 7, 7, 8, 6, 5, 6)
_MOST_REASONS = 3
_THREADS = 16


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
    # Their threads end with the process, whatever they wait for.
    with ThreadPoolExecutor(min(len(urls), _THREADS)) as readers:
        before = _look(readers, urls, options.interval)
        while True:
            time.sleep(options.interval)
            now = _look(readers, urls, options.interval)
            rows = {place: _row(before[place], now[place]) for place in urls}
            _print(rows, options)
            if options.once:
                return FAILED if any(isinstance(row, str) for row in rows.values()) else 0
            before = now


def _look(
    readers: ThreadPoolExecutor, urls: dict[str, str], interval: float
) -> dict[str, Scrape | str]:
    """What each server says, or why there is nothing."""
    from steamgs import top  # noqa: PLC0415

    def read(url: str) -> Scrape | str:
        try:
            return top.scrape(url, timeout=max(interval, 1.0))
        except top.NoMetricsError as error:
            return str(error)

    return dict(zip(urls, readers.map(read, urls.values()), strict=True))


def _row(before: Scrape | str, now: Scrape | str) -> State | str:
    from steamgs import top  # noqa: PLC0415

    if isinstance(now, str):
        return now
    return top.state(now if isinstance(before, str) else before, now)


def _print(rows: dict[str, State | str], options: argparse.Namespace) -> None:
    clock = time.strftime("%H:%M:%S")
    if sys.stdout.isatty() and not options.once:
        say(f"{_CLEAR}{clock}, every {options.interval:g} s; Ctrl-C ends it\n")
        for line in _page(rows):
            say(line)
    else:
        for place, row in rows.items():
            words = printable(row) if isinstance(row, str) else _line(row)
            say(f"{clock}  {printable(place)}: {words}")
    sys.stdout.flush()


def _page(rows: dict[str, State | str]) -> list[str]:
    lines = [_columns(_TITLES)]
    for place, row in rows.items():
        name = _cut(printable(place), _WIDTHS[0])
        if isinstance(row, str):
            lines.append(_cut(f"{name:<{_WIDTHS[0]}} {printable(row)}", 80))
            continue
        late = "" if row.lateness is None else f"{row.lateness * 1000:.1f}"
        traffic = (row.in_bytes + row.out_bytes) / 1000
        numbers = (row.ticks, row.events, row.turned_away, row.queue, traffic)
        ticks, events, away, queue, kilobytes = map(_number, numbers)
        players = _cut(str(row.players), _WIDTHS[2])
        lines.append(
            _columns((name, _steam(row), players, ticks, late, events, away, queue, kilobytes))
        )
    for place, row in rows.items():
        if not isinstance(row, str) and row.reasons:
            lines += ["", _cut(f"{printable(place)} has turned away: {_reasons(row)}", 80)]
    return lines


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


def _columns(texts: tuple[str, ...]) -> str:
    first, *others = zip(texts, _WIDTHS, strict=True)
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


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
