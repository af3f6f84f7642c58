"""The evidence behind a card is shown to those who may see its account, as things are now, and to no one else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.views.why import why_modal
from store.domain.attention.ledger import Place, Reason
from store.domain.brief.brief import Brief
from store.domain.brief.why_you import why_you
from store.domain.errors import NotFound, Refused
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CORA, happens
from tests.flows.people.test_my_settings import as_shown
from tests.flows.stage import ANNAS, BOBS, CORAS, EVES, MIAS, MORNING, NIGHT, Stage, by


async def brief(stage: Stage) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        return (await tx.briefs.recent(ANNA))[0]


@pytest.mark.parametrize("user_id", [ANNAS, MIAS], ids=["owner", "manager"])
async def test_the_owner_and_their_manager_see_the_card_with_its_decision(morning: Stage, user_id: str) -> None:
    shown, proposal = await brief(morning), await morning.proposal(ACME)
    found = await morning.bot.accounts.why(by(user_id), shown.id, ACME)
    assert (found.brief.id, found.card.account_id) == (shown.id, ACME)
    assert found.card.statements
    assert found.proposals[proposal.id] == proposal


async def test_only_the_briefs_owner_is_told_what_is_new_since_their_last_brief(morning: Stage) -> None:
    shown = await brief(morning)
    own = replace((await morning.bot.accounts.why(by(ANNAS), shown.id, ACME)).card, reason=Reason.NEW, place=Place.ASK)
    assert own.worth is not None
    theirs = replace(
        (await morning.bot.accounts.why(by(MIAS), shown.id, ACME)).card, reason=Reason.NEW, place=Place.ASK
    )
    assert (theirs.worth, theirs.statements) == (None, own.statements)
    reader = replace(samples.READER, me="someone")
    assert "since your last brief" in str(why_modal(own, {}, reader))
    assert "since your last brief" not in str(why_modal(theirs, {}, reader))


async def test_a_delegate_sees_it_while_the_owner_is_away_and_not_after(morning: Stage) -> None:
    shown = await brief(morning)
    with pytest.raises(Refused):
        await morning.bot.accounts.why(by(CORAS), shown.id, ACME)
    today = date(2026, 3, 24)
    await morning.bot.people.absences.set(by(ANNAS), person_id=ANNA, first=today, last=today, delegate_id=CORA)
    assert (await morning.bot.accounts.why(by(CORAS), shown.id, ACME)).card.account_id == ACME
    morning.clock.advance(timedelta(days=1))
    with pytest.raises(Refused):
        await morning.bot.accounts.why(by(CORAS), shown.id, ACME)


@pytest.mark.parametrize(("user_id", "says"), [(BOBS, "belongs to Anna Berg"), (EVES, "find you in the CRM")])
async def test_nobody_else_sees_it_and_the_trail_says_who_tried(morning: Stage, user_id: str, says: str) -> None:
    shown = await brief(morning)
    with pytest.raises(Refused, match=says):
        await morning.bot.accounts.why(by(user_id), shown.id, ACME)
    refused = (await morning.trail(shown.id))[-1]
    assert (refused.action, refused.detail["asked"], refused.detail["slack_user"]) == (
        "request.refused",
        "why",
        user_id,
    )


async def test_what_went_to_another_owner_is_no_longer_shown_to_the_one_before(morning: Stage) -> None:
    shown = await brief(morning)
    later = MORNING + timedelta(hours=1)
    morning.zoho.happens(happens("Accounts", ACME, later, Owner={"id": BOB}))
    await morning.look(later)
    with pytest.raises(Refused, match="new owner"):
        await morning.bot.accounts.why(by(ANNAS), shown.id, ACME)


@pytest.mark.parametrize(("brief_id", "account_id"), [("0" * 16, ACME), ("", "4150868000002999999"), ("", "")])
async def test_a_brief_or_card_that_is_not_there_is_said_to_be_gone(
    morning: Stage, brief_id: str, account_id: str
) -> None:
    with pytest.raises(NotFound, match="can't find this card"):
        await morning.bot.accounts.why(by(ANNAS), brief_id or (await brief(morning)).id, account_id)


async def test_an_old_card_tells_what_became_of_its_decision(morning: Stage) -> None:
    first = await brief(morning)
    proposal = await morning.proposal(BOREALIS)
    await morning.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Not relevant")
    again = (await morning.bot.gate.reopen(by(ANNAS), proposal.id, 1)).proposal
    await morning.look(NIGHT + timedelta(days=1))
    await morning.morning(MORNING + timedelta(days=1))
    found = await morning.bot.accounts.why(by(ANNAS), first.id, BOREALIS)
    assert found.proposals[proposal.id].id == again.id
    assert found.proposals[proposal.id].state is State.PENDING


async def test_it_says_which_role_and_which_setting_brought_it(morning: Stage) -> None:
    shown, today = await brief(morning), date(2026, 3, 24)

    async def told(user_id: str) -> str:
        return why_you((await morning.bot.accounts.why(by(user_id), shown.id, ACME)).came, today=today)

    asks = "Your brief asks for at most 5 decisions, which is the default."
    assert await told(ANNAS) == f"You own this account. {asks}"
    assert await told(MIAS) == "You manage Anna Berg, who owns this."
    await morning.bot.people.my_settings.save(by(ANNAS), replace(await as_shown(morning), asks=3), whose=ANNA)
    assert (await told(ANNAS)).endswith("at most 3 decisions, which is your setting.")
    await morning.bot.people.absences.set(by(ANNAS), person_id=ANNA, first=today, last=today, delegate_id=CORA)
    assert await told(CORAS) == "You cover for Anna Berg until 24 Mar."
