"""``docs/reference/coverage.md``: every method and callback that a game server can use."""

from __future__ import annotations

from collections.abc import Iterator

from model import Callback, Interface, Lifetime, Method, Model


def parts(model: Model) -> dict[str, dict[str, str]]:
    return {
        "docs/reference/coverage.md": {
            "counts": "\n".join(_counts(model)),
            "interfaces": "\n".join(_interfaces(model)),
        }
    }


def _counts(model: Model) -> Iterator[str]:
    yield "| interface | versions | methods | bound | callbacks and answers | bound |"
    yield "|---|---|---|---|---|---|"
    totals = [0, 0, 0, 0]
    for face in model.interfaces.values():
        callbacks = _callbacks(model, face)
        numbers = [
            len(face.methods),
            sum(1 for one in face.methods if one.bound),
            len(callbacks),
            sum(1 for one in callbacks if one.event),
        ]
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
        first, *others = face.versions or (None,)
        last = others[-1] if others else first
        name = f"[{face.name}](#{face.name.lower()})"
        versions = "" if first is None else f"`{first.string}`"
        versions += "" if last in (first, None) else f" to `{last.string}`"
        yield f"| {name} | {versions} | {' | '.join(map(str, numbers))} |"
    yield f"| **all** | | {' | '.join(map(str, totals))} |"


def _interfaces(model: Model) -> Iterator[str]:
    for face in model.interfaces.values():
        yield from ("", f"## {face.name}", "")
        yield from ("| method | in steamgs | SDK |", "|---|---|---|")
        yield from (_method(face, method) for method in face.methods)
        if callbacks := _callbacks(model, face):
            yield from ("", "| callback | in steamgs | SDK |", "|---|---|---|")
            yield from (_callback(model, face, one) for one in callbacks)


def _callbacks(model: Model, face: Interface) -> list[Callback]:
    return [one for one in model.callbacks.values() if one.interface == face.name]


def _method(face: Interface, method: Method) -> str:
    if method.bound is not None:
        home = f"{face.attribute}." if face.attribute and "." not in method.bound else ""
        said = f"`{home}{method.bound}`"
    else:
        said = _sentence(method.left_out or face.left_out or "")
    return f"| `{method.flat}` | {said} | {_sdks(method.lifetime)} |"


def _callback(model: Model, face: Interface, one: Callback) -> str:
    if one.event is not None:
        home = f"{face.attribute}." if face.attribute else ""
        said = f"the signal `{home}{one.event.signal}`"
    else:
        said = _sentence(model.why_left_out(one) or "")
    return f"| `{one.name}` ({one.id}) | {said} | {next(iter(one.sizes))} |"


def _sentence(reason: str) -> str:
    return f"left out: {reason}"


def _sdks(lifetime: Lifetime) -> str:
    return lifetime.since if lifetime.gone is None else f"{lifetime.since}, until {lifetime.gone}"
