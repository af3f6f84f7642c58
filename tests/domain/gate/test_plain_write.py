"""A write, whoever made it, holds no character that its card cannot show."""

from __future__ import annotations

from dataclasses import asdict, replace

from store.domain.gate.writes.add_note import TEXT_LIMIT
from store.domain.gate.writes.create_task import SUBJECT_LIMIT
from store.domain.gate.writes.remove_record import RemoveRecord
from tests.bot import samples

HIDDEN = "\u202epay\u200b at\U000e0041 once\x1b"


def hidden(_: str) -> str:
    return HIDDEN


def test_nothing_hidden_is_left_in_what_would_be_written() -> None:
    task, note, update = (asdict(make(hidden).plain()) for make in (samples.task, samples.note, samples.update))

    assert task["subject"] == task["description"] == "pay at once"
    assert note["title"] == note["text"] == "pay at once"
    assert [change["after"] for change in update["changes"]] == ["pay at once"]


def test_what_can_be_seen_stays_as_it_is() -> None:
    def honest(_: str) -> str:
        return "5 m² for Müller™ … ½ Ａ\nsecond line"

    for make in (samples.task, samples.note, samples.update):
        assert make(honest).plain() == make(honest)


def test_a_text_is_cut_at_what_the_crm_takes() -> None:
    task = replace(samples.task(), subject="s" * 9_000, description="d" * 9_000)
    plain = task.plain()
    assert plain == replace(task, subject="s" * SUBJECT_LIMIT, description="d" * TEXT_LIMIT)


def test_a_removal_has_no_text_of_its_own() -> None:
    task = samples.task()
    removal = RemoveRecord(
        parent_kind=task.parent_kind,
        parent_id=task.parent_id,
        parent_name=HIDDEN,
        record="task",
        record_id="1",
        title=HIDDEN,
        unless_modified_since=samples.NOW,
    )
    assert removal.plain() is removal
