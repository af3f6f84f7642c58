"""Notes as mail programs write them: their sentences are kept and understood, their markup is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from integrations.sandbox.history import CrmEvent, Json
from store.domain.crm.accounts import Kind, Note
from store.domain.memory.commitments import CommitmentState, commitments
from tests.flows.company import ACME, ANNA, FIRST_NIGHT
from tests.flows.stage import NIGHT, stage

HEAD = f"<html><head><style>{'p.MsoNormal { margin: 0cm } ' * 300}</style></head><body>"
MAIL = (
    f"{HEAD}<p>Hi&nbsp;Anna,</p><p>We <b>cannot</b> sign before the review; 10<sup>2</sup> pallets are too many &amp; our sponsor "
    "left. 😡</p><p>We promised to send the revised offer by Friday 6 March.</p></body></html>"
)
NOTE = "4150868000009999007"


async def test_of_a_mail_in_html_its_sentences_are_kept_and_its_promise_is_due_on_its_day(
    database_url: str, tmp_path: Path
) -> None:
    fields: dict[str, Json] = {
        "Note_Title": "RE: Fleet &amp; more", "Note_Content": MAIL, "Parent_Id": {"id": ACME}, "$se_module": "Accounts",
    }  # fmt: skip
    at = datetime(2026, 2, 10, 9, tzinfo=UTC)
    async with stage(database_url, tmp_path) as made:
        made.zoho.happens(CrmEvent(at=at, op="create", module="Notes", id=NOTE, user_id=ANNA, fields=fields))
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        async with made.bot.services.database.reading() as tx:
            note = await tx.snapshots.entity(Kind.NOTE, NOTE)
    assert isinstance(note, Note)
    assert note.title == "RE: Fleet & more"
    assert note.text == (
        "Hi Anna,\nWe cannot sign before the review; 10² pallets are too many & our sponsor left. 😡\n"
        "We promised to send the revised offer by Friday 6 March."
    )
    for day, standing in ((6, CommitmentState.OPEN), (7, CommitmentState.OVERDUE)):
        (promise,) = commitments([note], [], now=datetime(2026, 3, day, 12, tzinfo=UTC))
        assert (promise.due, promise.standing) == (datetime(2026, 3, 6, tzinfo=UTC).date(), standing)
        assert promise.said == "We promised to send the revised offer by Friday 6 March"
