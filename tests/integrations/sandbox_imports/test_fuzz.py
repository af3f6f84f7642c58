"""Whatever lies in the folder, an import ends with a company or with sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.sandbox.imports import load_csv, suggest_mapping
from store.domain.errors import BadInput
from tests.integrations.sandbox_imports.test_foreign import FILES, MAPPING

CELLS = st.one_of(
    st.sampled_from(
        [
            "31/02", "1.2M", "0001-01-01T00:00+14:00", "9999-12-31", "1/2/3", "2026-03-06T09:00+99:99", "99999999999999999999999",
            "Fleet", "A1", "U1", "Won", "Lost", "Offer", "-5", "=1+1", "'", '"', ";", "", "true", "48.000", "1,234", "12.5.26",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(ROWS)
def test_strange_cells_end_in_sentences(tmp_path: Path, rows: list[list[str]]) -> None:
    lines = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\n".join([FILES["deals.csv"].splitlines()[0], *lines]).encode("utf-8", "replace")
    _load_and_suggest(tmp_path, content)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_strange_bytes_end_in_sentences(tmp_path: Path, data: bytes, headed: bool) -> None:
    _load_and_suggest(tmp_path, (FILES["deals.csv"].encode() if headed else b"") + data)


def _load_and_suggest(folder: Path, deals: bytes) -> None:
    for name, text in FILES.items():
        (folder / name).write_bytes(deals if name == "deals.csv" else text.encode())
    for faults in ("stop", "leave out"):
        mapping = MAPPING.replace("as_of", f'default_owner = "U1"\nfaults = "{faults}"\nas_of', 1)
        (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
        assert _answer(lambda: len(load_csv(folder, folder / "mapping.toml").events)).endswith(".")
    assert _answer(lambda: suggest_mapping(folder).text[:5]).endswith(".")


def _answer(work: Callable[[], object]) -> str:
    """The result, as a sentence."""
    try:
        return f"{work()}."
    except BadInput as exc:
        return str(exc)
