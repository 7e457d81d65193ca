"""Type stubs of the extension."""

from __future__ import annotations

from callbacks import Callback, read_table
from model import Model
from stubs import stubs


def parts(model: Model) -> dict[str, dict[str, str]]:
    return {"steamgs/_core.pyi": {"events": stub_events(read_table()), "classes": stubs()}}


def stub_events(callbacks: tuple[Callback, ...]) -> str:
    lines: list[str] = []
    for row in callbacks:
        lines += [
            "@final",
            f"class {row.event}(Event):",
            f'    """{row.docstring}',
            '    """',
            "",
        ]
        lines.append(f"    __match_args__ = {row.names}".replace("'", '"'))
        arguments = "".join(f", {field.name}: {field.argument}" for field in row.fields)
        lines.append(f"    def __init__(self{arguments}) -> None: ...")
        for field in row.fields:
            lines += ["    @property", f"    def {field.name}(self) -> {field.annotation}:"]
            lines += [f'        """{field.doc}"""']
        lines.append("")
    lines += [
        "@disjoint_base",
        "class Signals:",
        '    """The signals of a game server, one for each callback."""',
        "",
    ]
    for row in callbacks:
        lines += ["    @property", f"    def {row.signal}(self) -> Signal[{row.event}]:"]
        lines += [f'        """{row.doc}"""']
    lines += [
        "    @property",
        "    def signals(self) -> tuple[Signal[Any], ...]:",
        '        """All signals, in the order of the table of callbacks."""',
        "    def _on_close(self, listener: Callable[[], object]) -> None:",
        '        """Have ``listener()`` called when the server closes, once."""',
        "    def _forget_on_close(self, listener: Callable[[], object]) -> None:",
        '        """Undo :meth:`_on_close`; harmless if it was called already."""',
    ]
    return "\n".join(lines)
