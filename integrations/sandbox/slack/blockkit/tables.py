"""The table block and the data_table block, which the reader can sort and page through.

Sources: https://docs.slack.dev/reference/block-kit/blocks (table-block, data-table-block).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit.objects import NAME
from integrations.sandbox.slack.blockkit.rich_text import RICH_TEXT
from integrations.sandbox.slack.blockkit.rules import (
    anything,
    boolean,
    by_type,
    items,
    number,
    one_of,
    problem,
    shape,
    string,
    whole,
)

CELL_TEXT = string(at_most=2000)
CELL = by_type(
    {
        "raw_text": shape({"type": anything, "text": CELL_TEXT}),
        "raw_number": shape({"type": anything, "value": number, "text": CELL_TEXT}),
        "rich_text": RICH_TEXT,
    }
)

TABLE = shape(
    {"type": anything, "rows": items(items(CELL, at_most=20), at_most=100)},
    {
        "block_id": NAME,
        "column_settings": items(
            shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), at_most=20
        ),
    },
)


def _rectangular(value: Mapping[str, Any], at: str) -> Iterator[str]:
    """The first row has the headings, which are plain; every row is as long; the row header is one of the columns."""
    rows = value.get("rows")
    rows = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    if not rows:
        return
    for column, cell in enumerate(rows[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            yield problem("unsupported type: rich_text", f"{at}/rows/0/{column}/type")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield problem("all rows must have the same number of cells", f"{at}/rows/{index}")
    named = value.get("row_header_column_index")
    if isinstance(named, int) and named >= len(rows[0]):
        yield problem("must be the index of a column", f"{at}/row_header_column_index")


DATA_TABLE = shape(
    {
        "type": anything,
        "caption": string(at_most=2000),
        "rows": items(items(CELL, at_most=20), at_least=2, at_most=101),
    },
    {
        "block_id": NAME,
        "page_size": whole(low=1, high=100),
        "row_header_column_index": whole(low=0, high=19),
    },
    also=_rectangular,
)
