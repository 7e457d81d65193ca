"""Samples as tables and as a picture: medians, with the minimum and the maximum."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.scenarios import FLOOR

# Of one measured thing: metric -> samples.
Metrics = dict[str, list[float]]
BARE = "bare Python call"


def spread(values: list[float] | None, form: str = ".1f") -> str:
    if not values:
        return ""
    middle = format(statistics.median(values), form)
    if len(values) == 1:
        return middle
    return f"{middle} ({format(min(values), form)} to {format(max(values), form)})"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join([row(*header), row(*["---"] * len(header)), *(row(*line) for line in rows)])


def dispatch(samples: dict[str, Metrics]) -> str:
    bursts = [metric for metric in samples[FLOOR] if metric != "idle"]
    lines = [
        [name, spread(metrics.get("idle")), *(spread(metrics.get(burst)) for burst in bursts)]
        for name, metrics in samples.items()
    ]
    text = table(
        ["nanoseconds", "idle tick", *(f"event, burst: {burst}" for burst in bursts)], lines
    )
    return f"{text}\n\n{ratios(samples, '100000' if '100000' in bursts else bursts[0])}"


def ratios(samples: dict[str, Metrics], burst: str) -> str:
    """The comparisons: with the floor, with a bare call, and with other bindings.

    Each is made round by round: where other load was in the way of one process, its range says so.
    """
    event = {name: m[burst] for name, m in samples.items() if burst in m}
    beyond = {name: difference(values, event[FLOOR]) for name, values in event.items()}
    fields = beyond["steamgs, handler reads all fields"]
    native = beyond["steamgs, native listener alone"]
    no_op = beyond["steamgs, no-op handler"]
    alone = event["steamgs, native listener alone"]
    idle = {name: m["idle"] for name, m in samples.items() if "idle" in m}
    peer = "ctypes (CFUNCTYPE)"
    lines = [
        f"In bursts of {burst}, after the floor is subtracted. Each contender is a process of its "
        "own; `make ratios` counts instructions, or measures in one process:",
        "",
        f"- a no-op handler: {times(no_op, event[BARE], '.2f')} bare calls",
        f"- a native listener alone: {times(alone, event[FLOOR], '.2f')} times the floor (which is "
        "not subtracted)",
    ]
    for name in (peer, "steamworks-swig (manual dispatch)"):
        if name in beyond:
            line = f"- reading all fields, {name} takes {times(beyond[name], fields)} times a "
            line += "Python handler's time"
            if statistics.median(native) > 0:
                line += f", {times(beyond[name], native, '.0f')} times a native listener's"
            lines.append(line)
    slower = times(idle["steamgs, no-op handler"], idle[peer], ".2f")
    lines.append(f"- an idle tick: {slower} times that of ctypes")
    return "\n".join(lines)


def difference(values: list[float], floor: list[float]) -> list[float]:
    return [value - least for value, least in zip(values, floor, strict=True)]


def times(values: list[float], reference: list[float], form: str = ".1f") -> str:
    measured = [pair for pair in zip(values, reference, strict=True) if pair[1] > 0]
    return spread([value / of for value, of in measured], form)


def storm(samples: dict[str, Metrics]) -> str:
    lines = [
        [
            name,
            spread(m["cpu_us"]),
            spread(m["wall_us"]),
            spread(m["lost"], ".0f"),
            spread(m["left"], ".0f"),
        ]
        for name, m in samples.items()
    ]
    header = [
        "login storm",
        "CPU per player, us",
        "time per player, us",
        "lost",
        "left in the table",
    ]
    return table(header, lines)


def steady(samples: dict[str, Metrics]) -> str:
    ours = samples["steamgs"]
    lines = [
        ["C++ floor", spread(samples[FLOOR]["update"]), ""],
        ["`update_users`", spread(ours["bulk_ns"]), spread(ours["bulk_cpu_share"], ".1%")],
        ["`update_user_data`", spread(ours["single_ns"]), spread(ours["single_cpu_share"], ".1%")],
    ]
    return table(["steady state at 10 Hz", "per update, ns", "share of one processor"], lines)


def messages(samples: dict[str, Metrics]) -> str:
    lines = [
        [name, *(spread(metrics.get(what)) for what in ("received", "sent"))]
        for name, metrics in samples.items()
    ]
    return table(["messages of 64 bytes, ns each", "received", "sent"], lines)


def pump(samples: dict[str, Metrics]) -> str:
    lines = []
    for name, m in samples.items():
        per_tick = [cpu / n * 1e6 for cpu, n in zip(m["cpu_seconds"], m["ticks"], strict=True)]
        lines.append(
            [
                name,
                spread(m["ticks"], ".0f"),
                spread(m["cpu_seconds"], ".4f"),
                spread(per_tick, ".2f"),
            ]
            + [spread(m.get(metric), ".0f") for metric in ("gil_acquisitions", "python_frames")]
        )
    header = [
        "idle pump",
        "ticks",
        "CPU, s",
        "CPU per tick, us",
        "GIL acquisitions",
        "Python frames",
    ]
    return table(header, lines)


def queries(samples: dict[str, Metrics]) -> str:
    names = ("answers_a_second", "lost", "game_turn_us", "game_turn_while_asked_us")
    lines = [
        [name, *(spread(metrics.get(metric), ".0f") for metric in names)]
        for name, metrics in samples.items()
    ]
    header = ["server queries", "answers per second", "lost"]
    return table([*header, "a turn of the game loop, us", "the same during queries, us"], lines)


def floods(samples: dict[str, Metrics]) -> str:
    memory, sleeper = samples["memory"], samples["sleeper"]
    return "\n".join(
        [
            f"- {memory['events'][0]:.0f} events: resident memory grew by "
            f"{memory['growth_bytes'][0] / 1024:.0f} KiB after the first tenth.",
            f"- A mixed burst while the consumer slept: {sleeper['delivered'][0]:.0f} delivered in "
            f"{sleeper['seconds'][0]:.2f} s, {'in' if sleeper['in_order'][0] else 'OUT OF'} order, "
            f"high-water mark {sleeper['high_water'][0]:.0f}; each took "
            f"{sleeper['bytes_an_event'][0]:.0f} bytes of memory while it waited.",
        ]
    )


def instructions(samples: dict[str, Metrics]) -> str:
    lines = [[name, spread(m["instructions"], ".0f")] for name, m in samples.items()]
    return table(["instructions per event (including posting it)", ""], lines)


SECTIONS: dict[str, Callable[[dict[str, Metrics]], str]] = {
    "dispatch": dispatch,
    "storm": storm,
    "steady": steady,
    "messages": messages,
    "pump": pump,
    "queries": queries,
    "floods": floods,
    "instructions": instructions,
}


def footprint(samples: Metrics) -> str:
    bare = statistics.median(samples["python"])
    lines = [
        [name, spread(values), f"{statistics.median(values) - bare:.1f}"]
        for name, values in samples.items()
        if name != "wheel_bytes"
    ]
    text = table(["start-up, ms", "", "more than the interpreter"], lines)
    return f"{text}\n\nThe wheel has {samples['wheel_bytes'][0] / 1024:.0f} KiB."


def markdown(report: dict[str, Any]) -> str:
    parts = [
        f"Python {report['python']}, {report['machine']}, {report['date']}; "
        f"{report['rounds']} rounds: medians (minimum to maximum)."
    ]
    for title, scenarios in report["libraries"].items():
        parts.append(f"## {title}")
        parts += [SECTIONS[name](samples) for name, samples in scenarios.items()]
    if "footprint" in report:
        parts += ["## Footprint", footprint(report["footprint"])]
    return "\n\n".join(parts) + "\n"


def plot(report: dict[str, Any], path: str) -> None:
    import matplotlib.pyplot as plt

    pictures = list(bars(report))
    # One above the other and narrow, so that a telephone shows it in a size that can be read.
    heights = [0.32 * len(shown) + 0.9 for _, shown in pictures]
    figure, axes = plt.subplots(
        len(pictures),
        1,
        figsize=(5.2, sum(heights)),
        squeeze=False,
        gridspec_kw={"height_ratios": heights},
    )
    for (title, shown), axis in zip(pictures, axes[:, 0], strict=True):
        colours = ["tab:blue" if name.startswith("steamgs") else "silver" for name in shown]
        axis.barh(list(shown), list(shown.values()), color=colours)
        axis.set_xscale("log")
        axis.set_xlim(5, 5 * max(shown.values()))
        axis.set_xticks([])
        axis.set_xticks([], minor=True)
        axis.invert_yaxis()
        axis.set_title(title, loc="right", fontsize=10)
        axis.tick_params(labelsize=9)
        for position, value in enumerate(shown.values()):
            axis.text(value, position, f" {value:.0f}", va="center")
        axis.spines[["top", "right", "bottom"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=150)


def bars(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
    """The medians of each picture, by its title."""
    for title, scenarios in report["libraries"].items():
        if samples := scenarios.get("dispatch"):
            burst = "100000" if "100000" in samples[FLOOR] else next(iter(samples[FLOOR]))
            shown = {name: m[burst] for name, m in samples.items() if burst in m}
            yield f"{title}: ns per event (logarithmic)", medians(shown)
    for title, scenarios in report["libraries"].items():
        if (samples := scenarios.get("messages")) and title != "The simulator's front":
            for what in ("received", "sent"):
                shown = {name.replace("`", ""): m[what] for name, m in samples.items() if what in m}
                yield f"{title}: ns per message {what} (logarithmic)", medians(shown)


def medians(samples: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in samples.items()}
