"""What nobody decides comes up again in time, first with its owner, then with whoever may decide beside them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from agents.flows.gate.offer import ask
from bot.wiring.root import build_bot
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from store.tables.core import ProposalRow, table_of
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, GRANITE, HARBOUR
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, Stage, by

# The briefs of Tuesday 24 March, 8:30 in Berlin, expire on Friday at 8:30.
THURSDAY = datetime(2026, 3, 26, 7, 30, tzinfo=UTC)
THURSDAY_AT_FIVE = datetime(2026, 3, 26, 16, 0, tzinfo=UTC)  # in Berlin: the last working hour before they expire
REMINDS, OFFERS = "expire tomorrow at 08:30", "Anna Berg and Bob Chan have not decided on"


async def test_the_owner_is_reminded_of_all_that_expires_in_one_message_and_once(either_morning: Stage) -> None:
    stage = either_morning
    known = len(stage.briefs(ANNAS))
    stage.clock.moment = THURSDAY - timedelta(minutes=1)
    await stage.bot.gate.remind()
    assert len(stage.briefs(ANNAS)) == known

    stage.clock.moment = THURSDAY
    await stage.bot.gate.remind()
    await stage.bot.gate.remind()
    reminders = await _posted(stage, ANNAS, REMINDS)
    assert len(reminders) == 1
    pending = await _pending(stage, ACME) + await _pending(stage, BOREALIS)
    assert all(f"decide:{each.id}:{each.version}" in str(reminders[0]["blocks"]) for each in pending)


async def test_two_workers_at_once_send_one_reminder_and_one_offer(either_morning: Stage) -> None:
    stage = either_morning
    other = build_bot(stage.bot.services)
    for moment, user_id, says in ((THURSDAY, ANNAS, REMINDS), (THURSDAY_AT_FIVE, MIAS, OFFERS)):
        stage.clock.moment = moment
        await asyncio.gather(stage.bot.gate.remind(), other.gate.remind(), stage.bot.gate.remind())
        await _posted(stage, user_id, says)
    assert len(_with(stage, ANNAS, REMINDS.split()[0])) == 1
    assert len(_with(stage, MIAS, OFFERS)) == 1


async def test_a_reminder_waits_for_the_working_hours_of_its_owner(morning: Stage) -> None:
    """Bob's brief came at 16:30 in Tokyo."""
    morning.clock.moment = THURSDAY + timedelta(hours=2)  # 18:30 in Tokyo
    await morning.bot.gate.remind()
    assert not _with(morning, BOBS, "expire")

    morning.clock.moment = datetime(2026, 3, 26, 23, 5, tzinfo=UTC)  # 8:05 on Friday
    await morning.bot.gate.remind()
    assert len(await _posted(morning, BOBS, "expires today at 16:30")) == 1


async def test_an_offer_never_comes_at_night_or_on_a_weekend(night: Stage) -> None:
    """Wednesday's advice expires on Monday at 8:30, so Mia hears of it on Friday afternoon."""
    wednesday = datetime(2026, 3, 25, 7, 30, tzinfo=UTC)
    await night.morning(wednesday)
    heard = []
    for hour in range(24, 24 * 5):
        night.clock.moment = wednesday + timedelta(hours=hour)
        if await night.bot.gate.remind():
            heard.append(night.clock.moment)
    assert _with(night, MIAS, OFFERS)
    assert all(each.weekday() < 5 for each in heard)
    in_berlin = [each for each in heard if 7 <= each.hour < 17]
    in_tokyo = [each for each in heard if each.hour < 9 or each.hour >= 23]
    assert {*in_berlin, *in_tokyo} == {*heard}


async def test_nothing_that_is_decided_is_in_a_reminder(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approved(proposal, says="task created, due")
    morning.clock.moment = THURSDAY
    await morning.bot.gate.remind()
    assert "Acme Robotics" not in str((await _posted(morning, ANNAS, "expire"))[0]["blocks"])


async def test_the_manager_is_offered_what_is_left_and_their_decision_shows_everywhere(either_morning: Stage) -> None:
    stage = either_morning
    stage.clock.moment = THURSDAY_AT_FIVE
    await stage.bot.gate.remind()
    await stage.bot.gate.remind()
    [offer] = await _posted(stage, MIAS, OFFERS)
    proposal = await stage.proposal(ACME)
    assert "You can decide these for them" in str(offer["blocks"])

    await stage.press(MIAS, "approve_proposal", proposal, at=MIAS)
    await stage.until(MIAS, "task created, due")
    await stage.until(ANNAS, "Mia Lind")
    assert len(stage.zoho.ledger) == 1
    told = await _entries(stage, "proposals.offered")
    assert {(entry.detail["reason"], entry.detail["to"]) for entry in told} == {("expiring", await _id_of(stage, MIAS))}


async def test_a_manager_gets_one_message_for_all_owners_and_only_the_cards_they_may_decide(morning: Stage) -> None:
    morning.clock.moment = THURSDAY_AT_FIVE
    await morning.bot.gate.remind()
    [offer] = await _posted(morning, MIAS, OFFERS)
    bobs = await morning.proposal(GRANITE)
    assert f"decide:{bobs.id}" in str(offer["blocks"])
    async with morning.bot.services.database.transaction() as tx:
        people = [replace(each, manager_id=None) if each.id == BOB else each for each in await tx.people.all()]
        await tx.people.replace(people)
    await morning.bot.gate.remind()
    await morning.handled()
    [offer] = _with(morning, MIAS, "Anna Berg has not decided on")
    assert f"decide:{bobs.id}" not in str(offer["blocks"])
    hers = await morning.proposal(ACME)
    assert f"decide:{hers.id}" in str(offer["blocks"])


async def test_a_reminder_and_an_offer_say_what_the_owners_card_says_the_gravest_first(morning: Stage) -> None:
    async with morning.bot.services.database.reading() as tx:
        (brief,) = [each for each in [await tx.briefs.get(key) for key in await tx.messages.briefs_of(ANNA)] if each]
    said = {card.account_id: card.statements[0].text for card in brief.cards}
    for moment, user_id, says in ((THURSDAY, ANNAS, REMINDS), (THURSDAY_AT_FIVE, MIAS, OFFERS)):
        morning.clock.moment = moment
        await morning.bot.gate.remind()
        await _posted(morning, user_id, says)
    async with morning.bot.services.database.reading() as tx:
        known = [await tx.briefs.get(key) for key in await _briefs(morning)]
    asked = [each for each in known if each is not None and each.kind in ("reminder", "offer")]
    hers = [[card for card in each.cards if card.account_id in said] for each in asked]
    assert len(hers) == 2
    for cards in hers:
        told = {card.account_id: card.statements[0].text for card in cards}
        assert told[ACME] == f"{said[ACME].removesuffix('.')} (as of 24 Mar)."  # it counts days, on Tuesday
        assert {id: text.replace(" (as of 24 Mar)", "") for id, text in told.items()} == {id: said[id] for id in told}
        ranks = [(list(Risk).index(card.risk), -card.amount) for card in cards]
        assert len(ranks) > 1
        assert ranks == sorted(ranks)


async def test_a_managers_home_offers_the_gravest_first_whatever_expires_first(morning: Stage) -> None:
    gravest, rows = await morning.proposal(BOREALIS), table_of(ProposalRow)
    morning.clock.moment = THURSDAY_AT_FIVE
    await morning.bot.gate.remind()
    async with morning.bot.services.database.transaction() as tx:
        later = {"expires_at": gravest.expires_at + timedelta(hours=1)}
        await tx.proposals._connection.execute(update(rows).where(rows.c.id == gravest.id).values(later))
    home = await morning.bot.people.home(by(MIAS))
    assert [each.account_name for each in home.offered] == ["Borealis Foods", "Acme Robotics", "Granite Works"]


async def test_nobody_is_offered_what_has_no_manager(morning: Stage) -> None:
    morning.clock.moment = datetime(2026, 3, 24, 12, 30, tzinfo=UTC)
    await morning.morning(morning.clock.moment)  # 8:30 in New York: Cora's brief
    cora = await morning.proposal(HARBOUR)
    for hours in (24, 15):  # half past eight and half past five, on the day before
        morning.clock.moment = cora.expires_at - timedelta(hours=hours)
        await morning.bot.gate.remind()
    assert not _with(morning, MIAS, "Cora Diaz")
    assert len(await _posted(morning, CORAS, "expire")) == 1


async def test_a_reminder_is_rendered_again_when_its_proposals_expire(morning: Stage) -> None:
    morning.clock.moment = THURSDAY
    await morning.bot.gate.remind()
    await _posted(morning, ANNAS, REMINDS)
    morning.clock.advance(timedelta(days=1, minutes=1))
    await morning.sweep()
    await morning.slack.until(
        lambda: any(
            "expired undecided." in str(each["blocks"]) for each in _with(morning, ANNAS, "nothing left to decide")
        )
    )
    assert "Approve" not in str(
        [block for block in _with(morning, ANNAS, "nothing left to decide")[0]["blocks"] if block["type"] == "actions"]
    )


async def test_the_owner_reads_once_who_decided_for_them_and_why(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.clock.moment = THURSDAY_AT_FIVE
    await morning.bot.gate.remind()
    await morning.until(MIAS, "have not decided on")
    await morning.press(MIAS, "approve_proposal", proposal, at=MIAS)
    await morning.until(ANNAS, "task created, due")

    said = "Mia Lind, your manager, decided for you before it expired: Acme Robotics (<"
    for day, count in ((27, 1), (30, 1)):
        await morning.look(datetime(2026, 3, day, 4, 0, tzinfo=UTC))
        await morning.morning(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        assert str([each["blocks"] for each in morning.briefs(ANNAS)]).count(said) == count


async def test_a_reminder_whose_decisions_were_made_before_it_was_posted_does_not_come(morning: Stage) -> None:
    proposal = await morning.proposal(GRANITE)
    async with morning.bot.services.database.transaction() as tx:
        bob = await tx.people.get(BOB)
        assert bob is not None
        now = morning.clock.now()
        brief = await ask(tx, [proposal], kind="reminder", owner=bob, reader=bob, now=now, currency="$")
    await morning.bot.gate.decide.reject(by(BOBS), proposal.id, proposal.version, "Not useful")
    before = len(morning.briefs(BOBS))
    await morning.bot.delivery.brief(brief.id)
    await morning.bot.delivery.catch_up()
    assert len(morning.briefs(BOBS)) == before


async def test_silence_writes_nothing_to_the_end_of_everything(either_morning: Stage) -> None:
    """At first no further brief comes, and everything expires; then a new one every morning, and it waits again."""
    stage = either_morning
    stage.clock.advance(timedelta(hours=2))
    for half_days in range(18):
        stage.clock.advance(timedelta(hours=11))
        if half_days > 7:
            await stage.bot.jobs.due.tick()
        await stage.bot.gate.remind()
        await stage.sweep()

    assert stage.zoho.ledger == ()
    for account_id in (ACME, GRANITE):
        made = await stage.proposals(account_id)
        assert State.EXPIRED in {await stage.state(each.id) for each in made}
    async with stage.bot.services.database.reading() as tx:
        actions = {entry.action for entry in await tx.audit.entries()}
    assert {"proposals.reminded", "proposals.offered", "proposal.expired"} <= actions
    assert not any(action.startswith(("write.", "proposal.approved")) for action in actions)


async def _posted(stage: Stage, user_id: str, says: str) -> list[dict[str, Any]]:
    """The same once there is one: the bot's own round, which begins with it, may be the one that posts it."""
    await stage.slack.until(lambda: bool(_with(stage, user_id, says)))
    return _with(stage, user_id, says)


def _with(stage: Stage, user_id: str, says: str) -> list[dict[str, Any]]:
    """The bot's main messages to somebody whose notification says this."""
    return [message for message in stage.briefs(user_id) if says in str(message["text"])]


async def _pending(stage: Stage, account_id: str) -> list[Proposal]:
    return [each for each in await stage.proposals(account_id) if await stage.state(each.id) is State.PENDING]


async def _entries(stage: Stage, action: str) -> list[AuditEntry]:
    async with stage.bot.services.database.reading() as tx:
        return [entry for entry in await tx.audit.entries() if entry.action == action]


async def _id_of(stage: Stage, user_id: str) -> str | None:
    async with stage.bot.services.database.reading() as tx:
        return await tx.links.person_of("T0SERGAS", user_id)


async def _briefs(stage: Stage) -> set[str]:
    """The ids of everything that Anna and her manager got."""
    people = [ANNA, str(await _id_of(stage, MIAS))]
    async with stage.bot.services.database.reading() as tx:
        return {each for person in people for each in await tx.messages.briefs_of(person)}
