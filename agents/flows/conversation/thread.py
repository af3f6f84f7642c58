"""A conversation at the moment someone writes: the person, the brief in question, the cards they may see, and the
owners whose records they may look up. Read from the store for every message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.scope import owners_seen_by
from store.database import Tx
from store.domain.brief.brief import AGAIN, Brief, Card
from store.domain.conversation.choices import Choice, ChoiceKind
from store.domain.crm.accounts import Kind, Person
from store.domain.crm.evidence import Evidence
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Proposal, State
from store.domain.grounding.answer import Origin, SourceText
from store.domain.grounding.wishes import meant
from store.domain.running.messages import Earlier
from store.domain.text.wording import one_line

_CARDS, _EVIDENCE, _BRIEFS, _EARLIER = 20, 6, 5, 8


@dataclass(frozen=True, slots=True)
class Where:
    """A Slack channel and, inside a thread, the message that started it."""

    channel: str
    thread_ts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkCard:
    """A proposal of the conversation in its newest version, and the card that shows it."""

    proposal: Proposal
    card: Card

    @property
    def title(self) -> str:
        return self.proposal.name

    @property
    def named(self) -> str:
        """The text that a message may name it by."""
        return f"{self.title} {self.place}"

    @property
    def place(self) -> str:
        return place_of(self.proposal)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        of_card = (each for statement in self.card.statements for each in statement.evidence)
        found = {each.id: each for each in (*self.proposal.recommendation.evidence, *of_card)}
        return tuple(found.values())[:_EVIDENCE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`owners` are the people whose records the person may see, themselves first; the memory is asked as `memory_of`,
    one of them. `focus` is the index of the card to assume if a message names none; `put_off` are the snoozed
    proposals. With `asks_only` nothing that the message wishes is done: it is a translation. With `in_brief` it takes place in the
    brief's thread, where its cards are. `chosen_account`, `chosen_card` and `chosen_proposal` are the meaning that the person
    picked for their message. `seen` collects the owners whose data an answer looked at.
    `sign` is that of the organisation's currency, "" if the CRM doesn't say."""

    person: Person
    now: datetime
    brief_id: str | None
    cards: tuple[TalkCard, ...]
    owners: tuple[str, ...]
    memory_of: str
    focus: int | None = None
    put_off: tuple[Proposal, ...] = ()
    looked_at: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    sign: str = ""
    asks_only: bool = False
    in_brief: bool = False
    chosen_account: str = ""
    chosen_card: int | None = None
    chosen_proposal: str = ""
    seen: set[str] = field(default_factory=set)

    def meant(self, message: str) -> int | None:
        """The index of the card that the message means."""
        if self.chosen_card is not None:
            return self.chosen_card
        return meant(message, [each.named for each in self.cards], self.focus)

    @property
    def today(self) -> date:
        return local_day(self.person, self.now)

    def day_in(self, days: int) -> date:
        """The day that many days from today."""
        return self.today + timedelta(days=days)

    def told(self) -> dict[str, Any]:
        """The conversation as the model sees it."""
        return {
            "today": self.today.isoformat(),
            "focus": self.cards[self.focus].proposal.id if self.focus is not None else "",
            "cards": [_told(each, self.names) for each in self.cards],
            "put_off": [
                {"account": each.account_name, "advice": each.name, "until": _day(each.snoozed_until)}
                for each in self.put_off
            ],
            "why_not": list(self.looked_at),
            "earlier": [{"by": "you" if each.ours else "them", "said": each.text} for each in self.earlier],
        }

    def sources(self) -> dict[str, SourceText]:
        """The sources that an answer may cite, by id."""
        found: dict[str, SourceText] = {}
        for each in self.cards:
            found.update((one.id, _of_evidence(one, each.card)) for one in each.evidence)
            found[each.proposal.id] = _of_card(each, self.names)
        for put_off in self.put_off:
            text = f"{put_off.account_name}: {put_off.name}: until {_day(put_off.snoozed_until)}"
            found[f"put_off:{put_off.id}"] = SourceText(id=f"put_off:{put_off.id}", text=text, label="Snoozed")
        if self.looked_at:
            found["why_not"] = SourceText(id="why_not", text="\n".join(self.looked_at), label="Looked at")
        return found


async def read_talk(tx: Tx, caller: Caller, where: Where, *, now: datetime, earlier: Sequence[Earlier] = ()) -> Talk:
    """Read the conversation; `earlier` is oldest first. Raises: Refused for a caller unknown to the CRM."""
    person = await known_person(tx, caller)
    owners = await owners_seen_by(tx, person)
    brief, again, in_brief = await _brief_of(tx, person, where)
    cards = await _cards(tx, brief, frozenset(owners)) if brief else ()
    return Talk(
        person=person,
        now=now,
        brief_id=brief.id if brief else None,
        cards=cards,
        owners=owners,
        memory_of=brief.owner_id if brief and brief.owner_id in owners else person.id,
        focus=_focus(cards, again, earlier),
        earlier=tuple(earlier)[-_EARLIER:],
        in_brief=in_brief,
        put_off=tuple(await tx.proposals.snoozed([person.id]))[:_CARDS],
        names=await tx.people.names(),
        sign=(await tx.sync.currency()).sign,
    )


def place_of(proposal: Proposal) -> str:
    """The account, and the deal if it is about one."""
    account, parent = proposal.account_name, proposal.write.parent_name
    return account if parent == account else f"{account}, {parent}"


def picked(talk: Talk, chosen: Choice | None) -> Talk:
    """The conversation with the account or card that the person picked. They can pick only what they may see: all else is not among
    their cards and accounts."""
    if chosen is None:
        return talk
    if chosen.kind is ChoiceKind.ACCOUNT:
        return replace(talk, chosen_account=chosen.id)
    at = next((at for at, each in enumerate(talk.cards) if each.proposal.id == chosen.id), None)
    return replace(talk, chosen_card=at, chosen_proposal=chosen.id)


async def _brief_of(tx: Tx, person: Person, where: Where) -> tuple[Brief | None, str | None, bool]:
    """The brief of this thread, otherwise the latest brief with cards that the person received; the proposal shown
    last in its thread; and whether this is its thread."""
    standing = await tx.messages.at(where.channel, where.thread_ts) if where.thread_ts else None
    ids = await tx.messages.briefs_of(person.id)
    in_brief = standing is not None and bool(standing.brief_id) and standing.person_id == person.id
    if in_brief and standing is not None:
        ids = [standing.brief_id or ""]
    for brief_id in ids[:_BRIEFS]:
        brief = await tx.briefs.get(brief_id)
        if brief is not None and (brief.cards or standing is not None):
            parts = [each.part for each in await tx.messages.of_brief(brief_id) if each.part.startswith(AGAIN)]
            shown = parts[-1].removeprefix(AGAIN) if parts and standing is not None else None
            return brief, shown, in_brief
    return None, None, False


async def _cards(tx: Tx, brief: Brief, owners: frozenset[str]) -> tuple[TalkCard, ...]:
    """The brief's cards about records whose owner the person may see, by the CRM data of the last sync."""
    shown = [proposal_id for card in brief.cards for proposal_id in card.proposal_ids]
    proposals = await tx.proposals.in_force(shown)
    found: list[TalkCard] = []
    for card in brief.cards[:_CARDS]:
        for proposal_id in card.proposal_ids:
            proposal = proposals.get(proposal_id)
            if proposal is None or proposal.owner_id not in owners:
                continue
            write = proposal.write
            if await tx.snapshots.may_act_on(proposal.owner_id, write.parent_kind, write.parent_id):
                found.append(TalkCard(proposal=proposal, card=card))
    return tuple(found)


def _focus(cards: Sequence[TalkCard], again: str | None, earlier: Sequence[Earlier]) -> int | None:
    """The card that the person named last in the thread, else the one shown last there, else the only open one."""
    names = [each.named for each in cards]
    for said in reversed(earlier):
        if not said.ours and (named := meant(said.text, names, None)) is not None and len(cards) > 1:
            return named
    shown = next((place for place, each in enumerate(cards) if each.proposal.id == again), None)
    if shown is not None:
        return shown
    opened = [place for place, each in enumerate(cards) if each.proposal.state is State.PENDING]
    return opened[0] if len(opened) == 1 else None


def _told(each: TalkCard, names: Mapping[str, str]) -> dict[str, Any]:
    proposal = each.proposal
    return {
        "proposal": proposal.id,
        "title": each.title,
        "rationale": _why(each),
        "account_id": proposal.account_id,
        "account": proposal.account_name,
        "state": str(proposal.state),
        "write": _write(proposal, names),
        "evidence": [{"id": one.id, "text": _says(one)} for one in each.evidence],
    }


def _why(each: TalkCard) -> str:
    return " ".join([*(one.text for one in each.card.statements[:4]), each.proposal.recommendation.rationale])


def _write(proposal: Proposal, names: Mapping[str, str]) -> str:
    write = proposal.write
    return f"{write.in_words(one_line, names)} on {write.parent_name}"


def _says(evidence: Evidence) -> str:
    return f"{evidence.record_name}, {evidence.label}: {evidence.value}"


def _of_evidence(evidence: Evidence, card: Card) -> SourceText:
    return SourceText(id=evidence.id, text=_says(evidence), origins=(_origin(evidence, card),), label=evidence.label)


def _origin(evidence: Evidence, card: Card) -> Origin:
    """The record to link to; a note has no page of its own, so its account."""
    if evidence.kind is Kind.NOTE and card.account_id:
        return Origin(kind=Kind.ACCOUNT, record_id=card.account_id, name=card.account_name)
    return Origin(kind=evidence.kind, record_id=evidence.record_id, name=evidence.record_name)


def _of_card(each: TalkCard, names: Mapping[str, str]) -> SourceText:
    """A card says the same as its evidence, so a citation of it links to the records of the evidence."""
    origins = [_origin(one, each.card) for one in (*each.proposal.recommendation.evidence, *each.evidence)]
    proposal = each.proposal
    state = f"{proposal.state}, decide by {_day(proposal.expires_at)}"
    text = "\n".join(
        [each.title, proposal.account_name, _why(each), _write(proposal, names), state, *map(_says, each.evidence)]
    )
    unique = {(one.kind, one.record_id): one for one in origins}
    return SourceText(id=proposal.id, text=text, origins=tuple(unique.values())[:3], label="Card")


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""
