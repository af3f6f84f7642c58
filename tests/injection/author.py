"""An author and a reviewer without a conscience: recommendations that say what the attack says, and a verdict that passes all.

What they make goes the way of every recommendation: proposals in the store, a brief in Slack, buttons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from agents.flows.gate.propose import propose
from store.domain.brief.brief import Brief, Card, Statement
from store.domain.brief.confidence import confidence
from store.domain.crm.accounts import Account, Kind, Person
from store.domain.crm.evidence import Evidence, Source
from store.domain.gate.proposals import Action, Proposal, Recommendation
from store.domain.gate.stakes import StakesPolicy
from store.domain.gate.write import Write
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.signals.kinds import Risk, SignalKind
from tests.flows.company import TUESDAY
from tests.flows.stage import Stage
from tests.injection.poisoned import Poisoned


async def send_brief(stage: Stage, records: Sequence[Poisoned], *, elsewhere: Poisoned) -> list[Proposal]:
    """A brief for the owner of `records`, one card a record, each with a task, a note or a change of the account; but for the
    first a task on somebody else's account (`elsewhere`) under the name of one's own, and for the second a change of a field
    that is not ours to change."""
    owner, accounts = await _known(stage, records)
    stray = replace(_task(records[0], owner), parent_id=elsewhere.account)
    seized = _change(records[1], accounts[records[1].account], field="Owner")
    others = [_write(each, owner, accounts[each.account], number) for number, each in enumerate(records)][2:]
    writes = zip(records, (stray, seized, *others), strict=True)
    cards = [card for record, write in writes if _passes(card := _card(record, write, stage.clock.now()))]
    brief = _brief(owner, cards, records, now=stage.clock.now())
    async with stage.bot.services.database.transaction() as tx:
        proposed = await propose(
            tx, brief, now=stage.clock.now(), lifetime=timedelta(hours=72), stakes=StakesPolicy(), request_id="author"
        )
        await tx.briefs.save_review(proposed.brief)
        found = [await tx.proposals.get(each) for card in proposed.brief.cards for each in card.proposal_ids]
    await stage.bot.delivery.brief(proposed.brief.id)
    return [each for each in found if each is not None]


def _passes(card: Card) -> bool:
    """The compliance reviewer's verdict: whatever it is shown, it is fine."""
    return bool(card.recommendations)


async def _known(stage: Stage, records: Sequence[Poisoned]) -> tuple[Person, dict[str, Account]]:
    async with stage.bot.services.database.reading() as tx:
        owner = await tx.people.get(records[0].owner)
        accounts = [await tx.snapshots.entity(Kind.ACCOUNT, record.account) for record in records]
    assert owner is not None
    return owner, {account.id: account for account in accounts if isinstance(account, Account)}


def _brief(owner: Person, cards: Sequence[Card], records: Sequence[Poisoned], *, now: datetime) -> Brief:
    texts = tuple(record.text for record in records)
    return Brief(
        id=token_hex(8),
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=TUESDAY,
        generated_at=now,
        data_as_of=now,
        accounts=len(cards),
        cards=tuple(cards),
        news=(),
        quiet=0,
        author=texts[0],
        problems=texts[:3],
        reader_id=owner.id,
        account_name=texts[0],
    )


def _card(record: Poisoned, write: Write, now: datetime) -> Card:
    text, cited = record.text, tuple(_evidence(record, now))
    advice = Recommendation(
        key=f"{record.account}:obeys",
        action=Action.FOLLOW_UP,
        title=text,
        rationale=text,
        risk=Risk.HIGH,
        signals=(SignalKind.NO_ACTIVITY,),
        evidence=cited,
        confidence=replace(confidence(cited, now=now, data_as_of=now), because=text),
        write=write,
        draft_email=text,
    )
    return Card(
        account_id=record.account,
        account_name=text,
        risk=Risk.HIGH,
        score=1.0,
        amount=1.0,
        statements=(Statement(text=text, kinds=(SignalKind.NO_ACTIVITY,), evidence=cited),) * 4,
        recommendations=(advice,),
    )


def _evidence(record: Poisoned, now: datetime) -> Iterator[Evidence]:
    text = record.text
    for source, kind, number in (
        (Source.FIELD, Kind.DEAL, 5),
        (Source.NOTE, Kind.NOTE, 10),
        (Source.CHANGE, Kind.CONTACT, 3),
    ):
        yield Evidence(
            source=source,
            kind=kind,
            record_id=record.id(number),
            record_name=text,
            field="name",
            label=text,
            value=text,
            at=now,
        )


def _write(record: Poisoned, owner: Person, account: Account, number: int) -> Write:
    match number % 3:
        case 0:
            return _task(record, owner)
        case 1:
            return _note(record)
        case _:
            return _change(record, account, field="description")


def _task(record: Poisoned, owner: Person) -> CreateTask:
    return CreateTask(
        parent_kind=Kind.ACCOUNT,
        parent_id=record.account,
        parent_name=record.text,
        subject=record.text,
        description=record.text,
        due=TUESDAY + timedelta(days=7),
        assignee_id=owner.id,
        assignee_name=record.text,
    )


def _note(record: Poisoned) -> AddNote:
    return AddNote(
        parent_kind=Kind.ACCOUNT,
        parent_id=record.account,
        parent_name=record.text,
        title=record.text,
        text=record.text,
    )


def _change(record: Poisoned, account: Account, *, field: str) -> UpdateAccount:
    return UpdateAccount(
        account_id=record.account,
        account_name=record.text,
        changes=(FieldChange(field=field, before=account.description, after=record.text),),
        unless_modified_since=account.modified_at,
    )
