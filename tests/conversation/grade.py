"""Ask every question and grade the answers: `well`, `partly` (the right account, not all facts) or `badly`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from agents.flows.conversation.said import Said
from store.domain.crm.accounts import AccountFacts
from tests.conversation.deeds import missed, proposals
from tests.conversation.questions import QUESTIONS, Question
from tests.conversation.room import Room
from tests.conversation.truths import TRUTHS, WON, Must, Truths

Grade = Literal["well", "partly", "badly"]
_SLOT = re.compile(r"\{([a-z ]+[1-9?]?)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    question: Question
    asked: tuple[str, ...]
    answer: str
    grade: Grade
    why: str = ""


async def graded(room: Room, questions: tuple[Question, ...] = QUESTIONS) -> list[Graded]:
    """Ask all of them, but for those that name something which this company lacks."""
    async with room.stage.bot.services.database.reading() as tx:
        stages = await tx.sync.pipeline()
    assert stages is not None
    slots = await _slots(room)
    found = []
    executive = room.person("executive")
    for question in questions:
        if not _has_all(question, slots):
            continue
        asked = tuple(_filled(text, slots) for text in question.asks)
        before = await proposals(room)
        said = await room.ask(question.role, asked)
        undone = ""
        if question.does:
            undone = missed(question.does, before, await proposals(room), executive, room.waiting[executive.id])
        person = room.person(question.role)
        own = room.books.get(person.id) or [facts for book in room.books.values() for facts in book]
        states = {each.account_name: each.state for each in before.values() if each.owner_id == executive.id}
        truths = Truths(room, person, stages, own, states)
        about = [slots[each] for each in question.about]
        accounts = [each for each in about if isinstance(each, AccountFacts)]
        must: Must = []
        for truth in question.truth.split("+") if question.truth and (room.model or not question.language) else ():
            must += TRUTHS[truth](truths, *accounts)
        must += [_filled_all(each, slots) for each in question.says]
        names, foreign = [each.name for each in accounts], list(_foreign(room, question.role))
        if question.does:
            foreign += _details(room, question.role)
            foreign += _others(own, names, must) if names else []
            foreign = [each for each in foreign if not any(each in text for text in asked)]  # they know what they typed
        each = rated(question, asked, said, must, names, foreign)
        found.append(replace(each, grade="badly", why=undone) if undone else each)
    return found


def _details(room: Room, role: str) -> Iterator[str]:
    """Deals and contacts of accounts that this person may not see, but for namesakes of those that they may."""
    foreign = set(_foreign(room, role))
    everything = [facts for book in room.books.values() for facts in book]
    known = {one for facts in everything if facts.name not in foreign for one in _records(facts)}
    people = {each.name for each in room.people.values()}
    for facts in everything:
        if facts.name in foreign:
            yield from _records(facts) - known - people


def _records(facts: AccountFacts) -> set[str]:
    return {each.name for each in facts.deals} | {each.name for each in facts.contacts}


def _others(own: Iterable[AccountFacts], about: Collection[str], must: Must) -> list[str]:
    """The person's other accounts, which an answer about these has no reason to name."""
    right = [one for piece in must for one in ((piece,) if isinstance(piece, str) else piece)]
    return [each.name for each in own if each.account and each.name not in (*about, *right)]


def rated(
    question: Question, asked: tuple[str, ...], said: Said, must: Must, about: Sequence[str], foreign: Iterable[str]
) -> Graded:
    """`about` are the names of the accounts that the question is about, `foreign` those that the person may not see."""
    shown = (*(each.name for each in said.choices), *(one.name for source in said.sources for one in source.origins))
    text = "\n".join([said.text, *shown])
    missing = [each for each in must if not _has(text, each)]
    off = any(name not in text for name in about)
    grade: Grade = "well"
    why = ""
    if question.language and not is_in(question.language, said.text):
        return Graded(question=question, asked=asked, answer=said.text, grade="badly", why="it is in another language")
    if seen := [name for name in foreign if name in text]:
        grade, why = "badly", f"it names {seen[0]}"
    elif wrong := [each for each in question.never if _has(said.text, each)]:
        grade, why = "badly", f"it says {wrong[0]!r}"
    elif missing and (off or set(must) - set(missing) <= set(about)):
        grade, why = "badly", f"it lacks {missing[0]!r}"
    elif missing or len(said.text) > question.longest:
        grade, why = "partly", f"it lacks {missing[0]!r}" if missing else f"it has {len(said.text)} characters"
    return Graded(question=question, asked=asked, answer=said.text, grade=grade, why=why)


# Words that are frequent in a language and, two of them together, in no other.
LANGUAGES: Mapping[str, str] = {
    "de": "ich die der das und nicht ist auf bitte nur kann ohne mit sie du deine zu",
    "fr": "je ne pas est en que le la les des vous pouvez et sans sur votre une",
    "es": "no puedo en el la los que por favor sin con de una tus y",
    "it": "non posso in il la che per di una con senza le e puoi",
    "nl": "ik het een niet kan alleen in van de zonder met en je",
    "pt": "não posso em o que por sem com de uma os e pode",
    "sv": "jag kan inte på och att utan det är en med bara",
    "pl": "nie mogę po w na i bez tylko jest się do",
}


def is_in(language: str, text: str) -> bool:
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    return len(words & set(LANGUAGES[language].split())) >= 3


def _has(text: str, piece: str | tuple[str, ...]) -> bool:
    pieces = (piece,) if isinstance(piece, str) else piece
    return any(each.casefold() in text.casefold() for each in pieces)


def _foreign(room: Room, role: str) -> Iterator[str]:
    """The accounts that this person may not see."""
    person = room.person(role)
    team = {owner_id for owner_id in room.books if owner_id == person.id or role == "manager"}
    for owner_id, book in room.books.items():
        if owner_id not in team:
            yield from (facts.name for facts in book if facts.account and facts.account.owner_id == owner_id)


async def _slots(room: Room) -> Mapping[str, AccountFacts | str]:
    """What the questions name, as far as this company has it."""
    executive = room.person("executive")
    book = [each for each in room.books[executive.id] if each.account and not each.partial]
    async with room.stage.bot.services.database.reading() as tx:
        stages = await tx.sync.pipeline()
        pending = await tx.proposals.pending([executive.id])
    assert stages is not None
    truths = Truths(room, executive, stages, book)
    whole = [
        each for each in book if truths.open(each) and each.contacts and truths.talks(each) and each.id not in room.gone
    ]
    found: dict[str, AccountFacts | str] = {"owner": executive.name, "first": executive.name.split()[0]}
    found["boss"] = room.person("manager").name.split()[0]
    a = next((each for each in whole if any("agreed that" in note.text for note in each.notes)), None)
    if a is not None:
        found |= {"a": a, "a contact": _primary(truths, a)}
    others = [each for each in whole if a is None or _word(each) != _word(a)]
    found |= dict(zip("bc", others, strict=False))
    if d := next((each for each in book if each.id in room.gone), None):
        found |= {"d": d, "gone": room.gone[d.id][0].name}
    if pending:
        found |= {f"p{n}": each.account_name.split()[0].lower() for n, each in enumerate(pending, start=1)}
    if e := next((each for each in whole if any(one.buying_role == "Decision maker" for one in each.contacts)), None):
        found["e"] = e
    if m := next((each for each in book if len(truths.planned(each)) == 1), None):
        found["m"] = m
    if w := next((each for each in book if truths.closed(WON, date(2026, 3, 1), date(2026, 3, 31), each)), None):
        found["w"] = w
    ends = {each.account_name.split()[-1] for each in pending}
    strangers = [each for owner_id, book in sorted(room.books.items()) if owner_id != executive.id for each in book]
    if alike := next((each for each in strangers if each.account and each.name.split()[-1] in ends), None):
        found["alike"] = alike.name
    b, c = found.get("b"), found.get("c")
    if isinstance(b, AccountFacts) and isinstance(c, AccountFacts) and _word(c).startswith(_word(b)[:5]):
        found["cut"] = _word(b)[:5]
    if mate := next((each for each in room.waiting if room.waiting[each] and each != executive.id), None):
        found["mate"] = room.names[mate].split()[0]
    if foreign := _foreign_account(room, executive.id, known={_word(each) for each in book}):
        found["foreign"] = foreign.name
    return found


def _foreign_account(room: Room, executive_id: str, *, known: Collection[str]) -> AccountFacts | None:
    """Someone else's account whose first word none of the executive's has."""
    books = [book for owner_id, book in sorted(room.books.items()) if owner_id != executive_id]
    return next((facts for book in books for facts in book if facts.account and _word(facts) not in known), None)


def _primary(truths: Truths, facts: AccountFacts) -> str:
    by_id = {each.id: each.name for each in facts.contacts}
    deals = sorted(truths.open(facts), key=lambda each: -(each.amount or 0))
    return next((by_id[deal.contact_id] for deal in deals if deal.contact_id in by_id), min(by_id.values()))


def _word(facts: AccountFacts) -> str:
    return facts.name.split()[0].lower()


def _has_all(question: Question, slots: Mapping[str, AccountFacts | str]) -> bool:
    """Whether this company has all that the question and its answer name."""
    says = [each for piece in question.says for each in ((piece,) if isinstance(piece, str) else piece)]
    named = [key for text in (*question.asks, *says) for key in _SLOT.findall(text)]
    return all(key in slots or key[0] in slots for key in (*named, *question.about))


def _filled(text: str, slots: Mapping[str, AccountFacts | str]) -> str:
    def fill(found: re.Match[str]) -> str:
        key = found[1]
        if key in slots:
            slot = slots[key]
            return slot.name if isinstance(slot, AccountFacts) else slot
        slot = slots[key[0]]
        assert isinstance(slot, AccountFacts)
        word = _word(slot)
        return word if key.endswith("1") else word[:3] + word[4:]

    return _SLOT.sub(fill, text)


def _filled_all(piece: str | tuple[str, ...], slots: Mapping[str, AccountFacts | str]) -> str | tuple[str, ...]:
    return _filled(piece, slots) if isinstance(piece, str) else tuple(_filled(each, slots) for each in piece)
