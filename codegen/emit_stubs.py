"""Type stubs of the extension."""

from __future__ import annotations

import events
from model import Model
from stubs import stubs


def parts(model: Model) -> dict[str, dict[str, str]]:
    return {"steamgs/_core.pyi": {"events": stub_events(model), "classes": stubs()}}


def stub_events(model: Model) -> str:
    lines: list[str] = []
    for row in events.rows(model):
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
    for interface in events.interfaces(model):
        lines += ["@disjoint_base", f"class {interface.signals}:"]
        lines += [f'    """{interface.doc}"""', ""]
        for row in interface.callbacks:
            lines += ["    @property", f"    def {row.signal}(self) -> Signal[{row.event}]:"]
            lines += [f'        """{row.doc}"""']
    return "\n".join(lines)
