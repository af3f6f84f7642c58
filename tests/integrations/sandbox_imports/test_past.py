"""A file of earlier stages makes the deals' past true, and leaves their present alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sandbox.imports import ImportFaults, load_csv, suggest_mapping
from integrations.sandbox.imports.past import Moment, with_past
from tests.integrations.sandbox_imports.exports import put

MARCH = datetime(2026, 3, 2, 9, 14, 58, tzinfo=UTC)
FILES = {
    "deals.csv": "deal_id,title,company,owner,stage,created_at,closed_at\nD1,Fleet,Delta,Ada,Offer,2026-03-02T09:14:58Z,\n"
    "D2,Vans,Delta,Ada,Won,2026-03-03T10:00:00Z,2026-03-20T10:00:00Z\nD3,Ovens,Elm,Ada,Talks,2026-03-04T10:00:00Z,\n",
    "stage_history.csv": "event,deal_id,old_stage,new_stage,changed_at\n1,D1,,New,2026-03-02T09:14:58Z\n"
    "2,D1,New,Talks,2026-03-05T10:00:00Z\n3,D1,Talks,Offer,2026-03-09T10:00:00Z\n4,D2,Offer,Won,2026-03-20T10:00:00Z\n"
    "4,D2,Offer,Won,2026-03-20T10:00:00Z\n",
}


def stages_of(folder: Path) -> dict[str, list[tuple[str, object]]]:
    (folder.parent / "mapping.toml").write_text(suggest_mapping(folder).text, encoding="utf-8")
    company = load_csv(folder, folder.parent / "mapping.toml")
    names = {event.id: str(name) for event in company.events if (name := event.fields.get("Deal_Name"))}
    told: dict[str, list[tuple[str, object]]] = {}
    for event in company.events:
        if "Stage" in event.fields:
            told.setdefault(names[event.id], []).append((str(event.at.date()), event.fields["Stage"]))
    return {name: list(dict.fromkeys(stages)) for name, stages in told.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put(tmp_path / "data", FILES)


def test_the_draft_takes_the_stages_from_the_history(folder: Path) -> None:
    assert stages_of(folder) == {
        "Fleet": [("2026-03-02", "New"), ("2026-03-05", "Talks"), ("2026-03-09", "Offer")],
        "Vans": [("2026-03-03", "Offer"), ("2026-03-20", "Won")],
        "Ovens": [("2026-03-04", "Talks")],
    }


def test_the_draft_counts_the_history_among_the_files_that_it_uses(folder: Path) -> None:
    assert "Files not used" not in suggest_mapping(folder).text


def test_a_history_that_ends_elsewhere_does_not_change_what_the_deal_is(folder: Path) -> None:
    put(folder, {"stage_history.csv": FILES["stage_history.csv"].replace("Talks,Offer,2026", "Talks,Lost,2026")})
    assert stages_of(folder)["Fleet"][-2:] == [("2026-03-09", "Lost"), ("2026-03-09", "Offer")]


def test_a_history_of_a_deal_that_is_not_there_is_a_fault(folder: Path) -> None:
    (folder.parent / "mapping.toml").write_text(suggest_mapping(folder).text, encoding="utf-8")
    put(folder, {"stage_history.csv": f"{FILES['stage_history.csv']}5,D9,,New,2026-03-02\n6,D1,,New,31/02/2026\n"})
    with pytest.raises(ImportFaults) as caught:
        load_csv(folder, folder.parent / "mapping.toml")
    assert [str(fault) for fault in caught.value.faults] == [
        "stage_history.csv, line 7, column deal_id: there is no “D9” among the Deals.",
        "stage_history.csv, line 8, column changed_at: “31/02/2026” is not a date.",
    ]


STAGE = st.sampled_from(["New", "Talks", "Offer", "Won", "Lost"])
TIME = st.integers(-5, 60).map(lambda days: MARCH + timedelta(days=days))
MOMENTS = st.lists(
    st.builds(
        lambda at, new, old: Moment(at=at, fields={"Stage": new}, before={"Stage": old} if old else {}),
        TIME,
        STAGE,
        st.none() | STAGE,
    ),
    min_size=1,
    max_size=6,
)


@given(STAGE, st.lists(st.tuples(TIME.filter(lambda at: at > MARCH), STAGE), max_size=2), MOMENTS)
def test_whatever_the_past_the_record_ends_as_its_own_line_says(
    stage: str, own: list[tuple[datetime, str]], past: list[Moment]
) -> None:
    changes = [(at, {"Stage": each}) for at, each in own]
    _, merged = with_past({"Stage": stage, "Amount": 5}, MARCH, list(changes), past)  # type: ignore[arg-type]  # a list of dicts
    last = max(enumerate(own), key=lambda each: (each[1][0], each[0]))[1][1] if own else stage
    end = max(enumerate(merged), key=lambda each: (each[1][0], each[0]))[1][1]["Stage"] if merged else None
    began, _ = with_past({"Stage": stage, "Amount": 5}, MARCH, list(changes), past)  # type: ignore[arg-type]  # as above
    assert (end or began["Stage"], began["Amount"]) == (last, 5)
    assert all(at > MARCH for at, _ in merged)
