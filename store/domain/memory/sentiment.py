"""The mood of notes by a small list of words, counted and never guessed: the reader can look at every note behind a number.

A denial among the three words before a word reverses it. A mood is (good − bad) / (good + bad) over the words found, from
−1 to 1; if none is found there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.domain.memory.passage import MemoryKind, Passage

GOOD = frozenset(
    """agree agreed agrees approved champion confident delighted eager enthusiastic excellent excited glad good great happy
    helpful impressed interested keen love loved loves perfect pleased positive praised progress recommend renew renewed
    satisfied signed smooth solved strong success successful support supportive thankful thanks trust valuable value win
    begeistert gut überzeugt unterschrieben zufrieden""".split()  # noqa: SIM905 - words read better than a list of strings
)
BAD = frozenset(
    """angry annoyed bad blocked blocker broken bug cancel cancelled churn competitor complain complained complaint concern
    concerned concerns confused critical delay delayed delays difficult disappointed dissatisfied dropped escalate escalated
    expensive fail failed fails frozen frustrated frustrating hesitant issue issues late leave leaving lost missed negative
    outage overdue poor postponed problem problems reject rejected risk slow stuck terminate unclear unhappy unresolved upset
    worried worry wrong enttäuscht schlecht teuer unzufrieden verärgert""".split()  # noqa: SIM905 - words read better than a list of strings
)
DENYING = frozenset(
    "cannot don't doesn't didn't hardly isn't aren't never no nobody none not nothing wasn't weren't without won't kein keine nicht".split()  # noqa: SIM905, E501 - words read better than a list of strings
)
REACH = 3  # words that a denial reaches
FEW = 3  # fewer words of mood than this make no trend

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?;:\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How many good and bad words there are, and which, each denied one with `not` before it."""

    good: int
    bad: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodOfPeriod:
    """The mood of notes from `since` to before `until`: `notes` is how many were read, `passage_ids` are those with a mood."""

    since: datetime
    until: datetime
    notes: int
    good: int
    bad: int
    passage_ids: tuple[str, ...]

    @property
    def mood(self) -> float | None:
        found = self.good + self.bad
        return round((self.good - self.bad) / found, 3) if found else None


def mood_of(text: str) -> Mood:
    good, bad, words = 0, 0, []
    for sentence in _SENTENCE_END.split(text):
        tokens = [match[0].casefold().replace("’", "'") for match in _WORD.finditer(sentence)]
        for place, token in enumerate(tokens):
            if token not in GOOD and token not in BAD:
                continue
            denied = any(each in DENYING for each in tokens[max(place - REACH, 0) : place])
            is_good = (token in GOOD) is not denied
            good, bad = good + is_good, bad + (not is_good)
            words.append(f"not {token}" if denied else token)
    return Mood(good=good, bad=bad, words=tuple(words))


def moods(passages: Sequence[Passage], *, now: datetime, period: timedelta, periods: int) -> tuple[MoodOfPeriod, ...]:
    """Return the mood of notes in each of the last periods, the oldest first."""
    return tuple(
        _mood_between(passages, now - (back + 1) * period, now - back * period) for back in reversed(range(periods))
    )


def trend_of(periods: Sequence[MoodOfPeriod]) -> str:
    """Return one sentence on the last two periods, with its counts; it says so if there are too few."""
    if len(periods) < 2:
        return "There is no earlier period to compare with."
    before, last = periods[-2:]
    counts = f"{before.good} good and {before.bad} bad words before, {last.good} good and {last.bad} bad lately"
    if before.mood is None or last.mood is None or min(before.good + before.bad, last.good + last.bad) < FEW:
        return f"Too few words to tell a trend: {counts}."
    turn = last.mood - before.mood
    word = "better than" if turn > 0.2 else "worse than" if turn < -0.2 else "about as"
    return f"The mood of the notes is {word} before: {counts}."


def _mood_between(passages: Sequence[Passage], since: datetime, until: datetime) -> MoodOfPeriod:
    notes = [each for each in passages if each.kind is MemoryKind.NOTE and since <= each.at < until]
    found = [(each, mood_of(f"{each.title}. {each.text}")) for each in notes]
    return MoodOfPeriod(
        since=since,
        until=until,
        notes=len({each.record_id for each in notes}),
        good=sum(mood.good for _, mood in found),
        bad=sum(mood.bad for _, mood in found),
        passage_ids=tuple(each.id for each, mood in found if mood.words),
    )
