"""The life of a booking in the ledger, from the proposal to the undo. Run by `tests.gate.test_other_kind` in a copy of the product
that has the files of this kind and of its system beside its own, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from store.domain.gate.writes.book_credit import BookCredit

from agents.flows.gate.offer import ask
from agents.flows.records.anchor_audit import verify_audit
from bot.settings import load_settings
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Confidence, ConfidenceLevel
from store.domain.gate.approvals import approved_change
from store.domain.gate.proposals import Action, AdviceSource, Proposal, Recommendation, SourceKind, State
from store.domain.gate.write import digest_of
from store.domain.memory.from_proposals import of_proposal
from store.domain.memory.passage import Names
from store.domain.signals.kinds import Risk
from tests.flows.company import ACME, ANNA
from tests.flows.gate.test_execute_write import SETTLE, TIMEOUT
from tests.flows.stage import ANNAS, MORNING, NIGHT, Stage, stage, value_of


@asynccontextmanager
async def desk(folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    async with stage(f"sqlite+aiosqlite:///{folder}/sergas.db", folder, **settings) as made:
        await made.bot.services.database.migrate()
        assert await made.look(NIGHT)
        made.clock.moment = MORNING
        yield made


async def propose(made: Stage, points: int, reason: str = "Loyal for ten years") -> Proposal:
    """On a card of its own, as a desk would propose it that no signal has to wake."""
    write = BookCredit(
        parent_kind=Kind.ACCOUNT, parent_id=ACME, parent_name="Acme GmbH", points=points, reason=reason
    ).plain()
    advice = Recommendation(
        key=token_hex(4), action=Action.UPDATE, title=f"Book {points} points", rationale="They earned them.",
        risk=Risk.LOW, evidence=(), write=write, source=AdviceSource(kind=SourceKind.DESK, name="loyalty"),
        confidence=Confidence(score=0.8, level=ConfidenceLevel.HIGH, because="The contract says so."),
    )  # fmt: skip
    made_id, now = token_hex(16), made.clock.now()
    proposal = Proposal(
        id=made_id, lineage=made_id, version=1, brief_id=None, owner_id=ANNA, account_id=ACME, account_name="Acme GmbH",
        recommendation=advice, write=write, digest=digest_of(write), state=State.PENDING, created_at=now,
        expires_at=now + timedelta(hours=72),
    )  # fmt: skip
    async with made.bot.services.database.transaction() as tx:
        owner = await tx.people.get(ANNA)
        assert owner is not None
        await tx.proposals.add(proposal)
        brief = await ask(tx, [proposal], kind="reminder", owner=owner, reader=owner, now=now, currency="$")
    await made.bot.delivery.brief(brief.id)
    await made.slack.until(lambda: f"decide:{value_of(proposal)}" in made.shown(ANNAS))
    return proposal


def typed_in(points: str, reason: str) -> dict[str, dict[str, str]]:
    return {"points": {"points": points}, "reason": {"reason": reason}}


def ledger(made: Stage) -> Any:
    writer: Any = made.bot.services.writers["ledger"]
    return writer.book


def booked(made: Stage) -> list[int]:
    return [entry["points"] for entry in ledger(made).entries()]


async def get(made: Stage, proposal_id: str) -> Proposal:
    async with made.bot.services.database.reading() as tx:
        found = await tx.proposals.get(proposal_id)
    assert found is not None
    return found


async def test_a_booking_is_proposed_adjusted_approved_undone_and_in_the_trail(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        proposal = await propose(made, 5)
        shown = made.shown(ANNAS)
        assert "Book 5 points in the ledger for" in shown
        await made.slack.click(ANNAS, "why_proposal")
        await made.slack.until(lambda: "From the loyalty desk" in str(made.slack.modal(ANNAS)))

        await made.open_modal("adjust_proposal", proposal)
        assert "Nothing is written to the ledger yet." in str(made.slack.modal(ANNAS))
        refused = await made.slack.submit(ANNAS, typed_in("5000", "Too much"))
        assert "Book between 1 and 1000 points." in str(refused.errors)
        assert (await made.slack.submit(ANNAS, typed_in("7", "Thank you"))).ok
        await made.slack.until(lambda: "Book 7 points" in made.shown(ANNAS))
        async with made.bot.services.database.reading() as tx:
            adjusted = (await tx.proposals.by_lineage(proposal.lineage))[-1]
        assert isinstance(adjusted.write, BookCredit)
        assert (adjusted.write.points, adjusted.write.reason) == (7, "Thank you")
        assert booked(made) == []

        await made.approved(adjusted, says="entry 1 booked in the ledger")
        assert booked(made) == [7]
        assert adjusted.marker in ledger(made).entries()[0]["text"]

        await made.slack.click(ANNAS, "undo_write", value=value_of(adjusted), channel=made.slack.channel(ANNAS))
        await made.slack.until(lambda: "Possible until" in str(made.slack.modal(ANNAS)))
        assert "Points: 7 → 0" in str(made.slack.modal(ANNAS))
        assert (await made.slack.submit(ANNAS, {})).ok
        await made.until(ANNAS, "restored in the ledger")
        assert booked(made) == [7, -7]

        done = await get(made, adjusted.id)
        assert done.state is State.UNDONE
        actions = [entry.action for entry in await made.trail(adjusted.id)]
        assert actions[0] == "proposal.adjusted"
        assert {"proposal.approved", "write.attempted", "write.done"} <= set(actions)
        assert actions[-1] == "write.undone"
        assert (await verify_audit(made.bot.services.database, None)).ok
        assert "7 points: “Thank you”" in str(of_proposal(done, Names()))
        assert made.zoho.ledger == ()


async def test_a_booking_whose_process_died_or_whose_answer_was_lost_is_found_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        arrived, lost, silent = [await propose(made, points) for points in (1, 2, 3)]
        claimed = await made.claimed(arrived)
        await made.bot.services.writers["ledger"].write(approved_change(claimed))
        await made.claimed(lost)
        await made.restart()
        ledger(made).silent = 1
        await made.approved(silent, says="the ledger's answer was lost")
        assert await made.state(silent.id) is State.UNKNOWN
        assert booked(made) == [1, 3]

        await made.sweep(after=TIMEOUT)
        assert await made.state(arrived.id) is await made.state(silent.id) is State.DONE
        assert await made.state(lost.id) is State.SENDING
        await made.sweep(after=SETTLE)
        await made.sweep(after=timedelta(minutes=5))
        assert await made.state(lost.id) is State.DONE
        assert booked(made) == [1, 3, 2]


async def test_a_booking_can_need_a_second_approver(tmp_path: Path) -> None:
    settings = load_settings({"second_approver_tools": "book_credit"}, env_file=None)
    assert settings.gate.stakes.kinds == {"book_credit"}
    async with desk(tmp_path, second_approver_tools="book_credit") as made:
        proposal = await propose(made, 4)
        await made.approved(proposal, says="needs a second approver")
        assert booked(made) == []
        assert await made.state(proposal.id) is State.PENDING
