"""Carry out a written request as far as text may: adjust, snooze, dismiss. Never approve, never write.

A model says what the person means. This checks it against the person's own words (`store.domain.grounding.wishes`),
then runs the same flows as the buttons, with the same checks of who may act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agents.author.subagents.thread_companion import Adjust, Dismiss, Snooze, Wish
from agents.flows.access.identity import Caller
from agents.flows.conversation.thread import Talk, TalkCard, place_of
from agents.flows.gate.adjust_proposal import Adjustable, AdjustProposal
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.snooze_proposal import SnoozeProposal
from store.domain.conversation.choices import Choice, ChoiceKind
from store.domain.crm.people import local_day
from store.domain.errors import BadInput, GateClosed, NotFound, Refused
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.snooze import LONGEST, OUT_OF_REACH, Until
from store.domain.gate.write import Wording, Write
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.grounding import wishes
from store.domain.grounding.answer import SourceText

NO_CARD = "I see no open recommendation here that this could be about."
IN_YOUR_WORDS = "I use only wording that you wrote yourself. Write, for example, call it “Ring Sam”, or press Adjust."
NOT_ASKED = (
    "I couldn't find in your message what to change: please name the day, the person or the words. I changed nothing."
)
_MOST_CHOICES = 5
NO_TEXT = "This one changes fields of the account; please press Adjust on its card to change it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeyed:
    """The answer in plain text, and the proposal that changed; with `again` its new version appears once more. `choices` are the
    proposals that the message may mean; `sources` lead to the records that the lines name. A
    `final` one needs no model, whatever card is meant."""

    lines: tuple[str, ...]
    proposal: Proposal | None = None
    again: bool = False
    choices: tuple[Choice, ...] = ()
    sources: tuple[SourceText, ...] = ()
    final: bool = False


class ObeyWish:
    def __init__(self, adjust: AdjustProposal, snooze: SnoozeProposal, decide: DecideProposal) -> None:
        self._adjust = adjust
        self._snooze = snooze
        self._decide = decide

    async def __call__(self, caller: Caller, talk: Talk, message: str, wish: Wish) -> Obeyed | None:
        """Carry out the wish; None if the message doesn't ask for it. A refusal becomes the answer."""
        if not _is_asked(wish, message):
            return None
        card, question = _meant(talk, message, wish)
        if card is None:
            return question
        written = replace(caller, place=f"{caller.place}/text")
        try:
            match wish:
                case Adjust():
                    return await self._adjusted(written, talk, message, card, wish)
                case Snooze():
                    return await self._snoozed(written, talk, message, card, wish)
                case Dismiss():
                    return await self._dismissed(written, talk, message, card, wish)
        except (Refused, GateClosed, NotFound, BadInput) as refusal:
            return Obeyed(lines=(str(refusal),))

    async def _adjusted(self, caller: Caller, talk: Talk, message: str, card: TalkCard, wish: Adjust) -> Obeyed:
        found = await self._adjust.look(caller, card.proposal.id, card.proposal.version)
        write, told, problems = _changed(found, wish, message, talk.today)
        if not told:
            return Obeyed(lines=tuple(problems) or (NOT_ASKED,))
        decided = await self._adjust.adjust(caller, card.proposal.id, card.proposal.version, write)
        made, name = decided.proposal, called(card.proposal)
        if made.id == card.proposal.id:
            return Obeyed(lines=(f"{name} is like that already: {', '.join(told)}.", *problems))
        where = "with its own buttons" if talk.in_brief else "in the thread of your brief, with its own buttons"
        waits = f"This is version {made.version}, {where}; nothing is written until someone approves it."
        return Obeyed(lines=(f"{name} now: {', '.join(told)}.", *problems, waits), proposal=made, again=True)

    async def _snoozed(self, caller: Caller, talk: Talk, message: str, card: TalkCard, wish: Snooze) -> Obeyed:
        if card.proposal.state is State.SNOOZED:
            return Obeyed(lines=(_stays_away(card.proposal, talk),))
        if wish.days > LONGEST:
            raise BadInput(OUT_OF_REACH)
        if wish.until_change and wishes.asks_until_change(message):
            until = Until(change=True)
            decided = await self._snooze.until(caller, card.proposal.id, card.proposal.version, until)
            return Obeyed(lines=(_stays_away(decided.proposal, talk),), proposal=decided.proposal)
        if not wishes.asks_to_snooze(message, wish.days, talk.today):
            return Obeyed(lines=("How long should I snooze it? Say, for example, “skip this one for two weeks”.",))
        decided = await self._snooze.snooze(caller, card.proposal.id, card.proposal.version, days=wish.days)
        return Obeyed(lines=(_stays_away(decided.proposal, talk),), proposal=decided.proposal)

    async def _dismissed(self, caller: Caller, talk: Talk, message: str, card: TalkCard, wish: Dismiss) -> Obeyed:
        if card.proposal.state is State.REJECTED:
            return Obeyed(lines=(f"{called(card.proposal)} is dismissed.",))
        reason = wishes.reason_in(message, wish.reason)
        decided = await self._decide.reject(caller, card.proposal.id, card.proposal.version, reason)
        if decided.proposal.state is State.SNOOZED:
            return Obeyed(lines=(_stays_away(decided.proposal, talk),), proposal=decided.proposal)
        name = called(decided.proposal)
        said = f"{name} is dismissed, and nothing was written. I'll keep the reason: “{reason}”"
        return Obeyed(lines=(said,), proposal=decided.proposal)


def _is_asked(wish: Wish, message: str) -> bool:
    match wish:
        case Adjust():
            return wishes.asks_to_adjust(message)
        case Snooze():
            return wishes.asks_to_put_off(message)
        case Dismiss():
            return wishes.asks_to_dismiss(message)


def _meant(talk: Talk, message: str, wish: Wish) -> tuple[TalkCard | None, Obeyed]:
    """The card that the wish names, if the message means the same one; otherwise the question to ask, with the cards that fit."""
    place = talk.meant(message)
    if place is not None and talk.cards[place].proposal.id == wish.proposal:
        return talk.cards[place], Obeyed(lines=())
    opened = [each for each in talk.cards if each.proposal.state is State.PENDING]
    if not opened:
        return None, Obeyed(lines=(NO_CARD,))
    fit = wishes.fitting(message, [each.named for each in opened])
    return None, which([opened[each].proposal for each in fit])


def which(proposals: Sequence[Proposal]) -> Obeyed:
    """Ask which of these is meant."""
    shown = proposals[:_MOST_CHOICES]
    titles = "; ".join(f"{_quoted(each.name)} ({place_of(each)})" for each in shown)
    choices = tuple(Choice(ChoiceKind.PROPOSAL, each.id, f"{each.account_name}: {each.name}") for each in shown)
    return Obeyed(lines=(f"Which one do you mean: {titles}?",), choices=choices)


def _changed(found: Adjustable, wish: Adjust, message: str, today: date) -> tuple[Write, list[str], list[str]]:
    """The write as the person asked for it, the changes to report, and the problems with it."""
    write = found.proposal.write
    told: list[str] = []
    problems: list[str] = []
    if isinstance(write, UpdateTask):
        return (*_moved(write, wish, message, today), [])
    if isinstance(write, CreateTask):
        write, told, problems = _changed_task(write, found, wish, message, today)
    wording = write.wording()
    if wording is None:
        return write, told, [*problems, NO_TEXT]
    short, long, said, refused = _worded(wording, wish, message)
    return write.reworded(short, long), [*told, *said], [*problems, *refused]


def _moved(write: UpdateTask, wish: Adjust, message: str, today: date) -> tuple[Write, list[str]]:
    if wish.due is None or not wishes.names_day(message, wish.due, today):
        return write, []
    return write.stepped("move", wish.due), [f"due {wish.due:%a} {wish.due.day} {wish.due:%b}"]


def _changed_task(
    task: CreateTask, found: Adjustable, wish: Adjust, message: str, today: date
) -> tuple[CreateTask, list[str], list[str]]:
    told: list[str] = []
    problems: list[str] = []
    if wish.due is not None and wishes.names_day(message, wish.due, today):
        task = replace(task, due=wish.due)
        told.append(f"due {wish.due:%a} {wish.due.day} {wish.due:%b}")
    if wish.assignee is not None:
        person = _assignee(found, wish.assignee)
        if person is None:
            problems.append("I don't know of a manager to give it to.")
        elif wishes.names_assignee(message, wish.assignee, person[1]):
            task = replace(task, assignee_id=person[0], assignee_name=person[1])
            told.append(f"for {person[1]}")
    return task, told, problems


def _worded(wording: Wording, wish: Adjust, message: str) -> tuple[str, str, list[str], list[str]]:
    """Take over new wording if it uses only the person's own words and words already there."""
    short, long = wording.short, wording.long
    said: list[str] = []
    refused: list[str] = []
    known = f"{short} {long}"
    if wish.subject and wish.subject != short:
        if wishes.worded(wish.subject, message, known):
            short = wish.subject
            said.append(f"{wording.short_name} “{short[:120]}”")
        else:
            refused = [IN_YOUR_WORDS]
    if wish.text and wish.text != long:
        if wishes.worded(wish.text, message, known):
            long = wish.text
            said.append(f"{wording.long_name} “{long[:120]}”")
        else:
            refused = [IN_YOUR_WORDS]
    return short, long, said, refused


def _assignee(found: Adjustable, wanted: str) -> tuple[str, str] | None:
    owner = found.proposal.owner_id
    for person in found.assignees:
        if (person.id == owner) == (wanted == "owner"):
            return person.id, person.name
    return None


def _quoted(title: str) -> str:
    """Put it in quotation marks, and turn any inside it into single ones."""
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def called(proposal: Proposal) -> str:
    """`Acme: “Ring Sam”`."""
    return f"{proposal.account_name}: {_quoted(proposal.name)}"


def _stays_away(proposal: Proposal, talk: Talk) -> str:
    until = proposal.snoozed_until or talk.now
    day = local_day(talk.person, until)
    change = "something changes, at the latest " if proposal.until_change else ""
    return (
        f"{called(proposal)} is snoozed until {change}{day:%a} {day.day} {day:%b}; then I "
        "ask again. To be asked at once, write “bring it back”, or press Bring back on its card."
    )
