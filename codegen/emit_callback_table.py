"""The callbacks for C++: a row for each, which whoever includes it gives a meaning."""

from __future__ import annotations

import events
from model import Model


def files(model: Model) -> dict[str, str]:
    rows = [f"STEAMGS_CALLBACK(k{row.event}, {row.struct}, {row.id})" for row in events.rows(model)]
    return {"include/common/callback_table.inc": "\n".join(["// Made by codegen/.", *rows, ""])}
