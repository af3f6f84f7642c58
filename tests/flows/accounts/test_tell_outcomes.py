"""Each measured outcome is told in exactly one brief, of whoever owns the account then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from store.domain.brief.brief import MOST_OUTCOMES
from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from tests.flows.company import ACME, ANNA, BOB, happens
from tests.flows.stage import ANNAS, BOBS, MORNING, NIGHT, Stage
from tests.store.makers import proposal

DAY = timedelta(days=1)


async def measured(stage: Stage, ids: Sequence[str], account_id: str = ACME) -> None:
    """Writes of Anna's whose outcomes were measured last night."""
    made = [
        proposal(
            id, key=id, account_id=account_id, state=State.DONE, done_at=NIGHT - 5 * DAY, created_at=NIGHT - 6 * DAY
        )
        for id in ids
    ]
    async with stage.bot.services.database.transaction() as tx:
        await tx.proposals.add(*made)
        for number, id in enumerate(ids):
            since = NIGHT - 4 * DAY
            expected = Expectation(
                proposal_id=id, account_id=account_id, movement=Movement.REPLY, record_id=account_id,
                since=since, until=since + 14 * DAY,
            )  # fmt: skip
            await tx.outcomes.expect([expected])
            await tx.outcomes.measured(
                Outcome(
                    proposal_id=id,
                    account_id=account_id,
                    verdict=OutcomeVerdict.IMPROVED,
                    score=1.0,
                    because=f"Call number {number} followed.",
                    evidence=(),
                    measured_at=NIGHT,
                )
            )


async def test_outcomes_without_room_in_one_brief_are_told_in_the_next_and_none_is_told_twice(
    either_night: Stage,
) -> None:
    ids = [f"{number:032d}" for number in range(MOST_OUTCOMES + 2)]
    await measured(either_night, ids)
    for day in range(3):
        await either_night.look(NIGHT + day * DAY)
        await either_night.morning(MORNING + day * DAY)
    async with either_night.bot.services.database.reading() as tx:
        briefs = [each for each in reversed(await tx.briefs.recent(ANNA)) if each.kind == "morning"]
    assert [len(each.came_of_it) for each in briefs] == [MOST_OUTCOMES, 2, 0]
    told = Counter(came.proposal_id for each in briefs for came in each.came_of_it)
    assert told == Counter(ids)
    shown = str([each["blocks"] for each in either_night.briefs(ANNAS)])
    assert [shown.count(f"Call number {number} followed.") for number in range(len(ids))] == [1] * len(ids)


async def test_an_outcome_goes_once_to_whoever_owns_the_account_by_then(night: Stage) -> None:
    await measured(night, ["0" * 32])
    night.clock.moment = NIGHT + timedelta(minutes=30)
    night.zoho.happens(happens("Accounts", ACME, night.clock.moment, Owner={"id": BOB}))
    assert await night.look(NIGHT + timedelta(hours=1))
    for day in range(2):
        await night.morning(MORNING + day * DAY)
    assert "Call number 0 followed." not in night.shown(ANNAS)
    told = ["Call number 0 followed." in str(each["blocks"]) for each in night.briefs(BOBS)]
    assert told.count(True) == 1
