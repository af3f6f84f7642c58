"""The time zone of people and times: what the files say of it, or a guess from the offsets of their times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from integrations.sandbox.imports.formats import known_zone
from integrations.sandbox.imports.suggest.tables import Table
from integrations.sandbox.imports.suggest.toml import comment, heading, pair

_OFFSET = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?P<sign>[+-])(?P<hours>\d{2}):?00", re.ASCII)


def is_zone(cell: str) -> bool:
    try:
        return bool(known_zone(cell))
    except ValueError:
        return False


def zone_lines(tables: Sequence[Table], for_people: bool) -> list[str]:
    """Return the [format] of all files: the zone that most of their times show, or what to say if none does. `for_people` says
    that a column has the people's zones."""
    found: Counter[str] = Counter()
    cells: dict[str, str] = {}
    has_times = False
    for column in (column for table in tables for column in table.columns.values() if column.is_days):
        for cell, count in column.counts.items():
            has_times = has_times or ":" in cell
            if (match := _OFFSET.search(cell)) and match["hours"] != "00":
                zone = f"Etc/GMT{'-' if match['sign'] == '+' else '+'}{int(match['hours'])}"
                found[zone] += count
                cells.setdefault(zone, cell)
    if found:
        zone = found.most_common(1)[0][0]
        why = f"check: a guess, from times such as {cells[zone]}; better a place, such as Europe/Berlin"
        return [heading("format"), pair("time_zone", zone, why)]
    if for_people and not has_times:
        return []
    whose = "times" if for_people else "people and times"
    return [
        heading("format"),
        comment(f'check: time_zone = "Europe/Berlin", or where else they work; without it, {whose} are taken as UTC'),
    ]
