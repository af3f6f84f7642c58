"""What a person's answers to advice on a topic say about more of it: a factor of its worth, bounded and reversible.

The topic of advice is its weightiest signal. Approving it, adjusted or not, takes it; rejecting it dismisses it. Advice that
expired unanswered says little: four of those count as one dismissal. A snooze says nothing, nor does a rejection that holds
nothing against the advice: not now, not mine, done already.

The share taken is the mean of a Beta distribution: each owner starts from the company's share with the weight of STRENGTH
answers, and their own answers are added to it; the company starts likewise from one half, with the weight of three owners, and
each owner counts in it as at most STRENGTH answers, so that one person's habits don't become everyone's. Empirical Bayes for
proportions: Gelman et al., Bayesian Data Analysis, 3rd ed., 5.1 and 5.3.

    company = (taken + COMPANY / 2) / (answers + COMPANY)           the other owners' answers
    share   = (taken + STRENGTH * company) / (answers + STRENGTH)   the owner's own answers

The factor is 1 at a share of one half, LEAST at 0 and MOST at 1, and linear between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.domain.attention.ledger import Tally

STRENGTH = 8
COMPANY = 3 * STRENGTH
LEAST, MOST = 0.5, 1.25
LAPSES = 4  # so many expiries count as one dismissal
# Something changed if a factor is this far from 1 and rests on so many answers.
FELT, FEW = 0.1, 3
# A pattern is strong enough for a question from this many answers and this share of dismissals.
MANY, MOSTLY = 8, 0.8


class Verdict(StrEnum):
    TAKEN = "taken"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"  # it expired, and no one answered


class Choice(StrEnum):
    """A person's own word on a topic. It overrides what their answers say."""

    FEWER = "fewer"
    AS_BEFORE = "as_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one piece of advice; `key` is the same for the same advice on the same record."""

    key: str
    topic: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A person's answers on one topic."""

    taken: int = 0
    dismissed: int = 0
    lapsed: int = 0

    @property
    def weighed(self) -> tuple[int, int]:
        """(taken, dismissed), with lapses at their lower weight."""
        return self.taken, self.dismissed + self.lapsed // LAPSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """The lesson on one topic. `learned` is the factor that the answers give, `factor` the one in force."""

    topic: str
    count: Count
    learned: float
    choice: Choice | None = None

    @property
    def factor(self) -> float:
        match self.choice:
            case Choice.FEWER:
                return LEAST
            case Choice.AS_BEFORE:
                return 1.0
            case _:
                return self.learned

    @property
    def is_felt(self) -> bool:
        """Whether their own answers, or a choice of fewer, change anything worth mentioning; or would, but for a choice."""
        learned = sum(self.count.weighed) >= FEW and abs(self.learned - 1.0) >= FELT
        return learned or self.choice is Choice.FEWER

    @property
    def is_question(self) -> bool:
        """Whether to ask if they want fewer: they dismissed nearly all, and have not chosen."""
        taken, dismissed = self.count.weighed
        answers = taken + dismissed
        return self.choice is None and answers >= MANY and dismissed >= MOSTLY * answers


def counted(answers: Iterable[Answer]) -> dict[str, Count]:
    """Count answers by topic. Expiries of the same advice count once, and not at all if it was answered another time."""
    given = list(answers)
    answered = {each.key for each in given if each.verdict is not Verdict.LAPSED}
    lapsed = {(each.topic, each.key) for each in given if each.key not in answered}
    tally = Counter[tuple[str, Verdict]](
        (each.topic, each.verdict) for each in given if each.verdict is not Verdict.LAPSED
    )
    tally.update((topic, Verdict.LAPSED) for topic, _ in lapsed)
    return {
        topic: Count(
            taken=tally[topic, Verdict.TAKEN],
            dismissed=tally[topic, Verdict.DISMISSED],
            lapsed=tally[topic, Verdict.LAPSED],
        )
        for topic in sorted({topic for topic, _ in tally})
    }


def lessons(
    own: Mapping[str, Count], others: Mapping[str, tuple[int, int]], choices: Mapping[str, Choice]
) -> dict[str, Lesson]:
    """Return a lesson for every topic that anyone answered or chose about; for any other, the factor is 1. `others` counts
    the other owners' answers: (taken, dismissed)."""
    topics = sorted({*own, *others, *choices})
    return {
        topic: Lesson(
            topic=topic,
            count=own.get(topic, Count()),
            learned=factor_of(own.get(topic, Count()).weighed, others.get(topic, (0, 0))),
            choice=choices.get(topic),
        )
        for topic in topics
    }


def factor_of(own: tuple[int, int], others: tuple[int, int]) -> float:
    """Return the factor for these answers, (taken, dismissed): the person's own and the other owners'."""
    share = _share(own, _share(others, 0.5, COMPANY), STRENGTH)
    factor = LEAST + 2 * (1.0 - LEAST) * share if share < 0.5 else 1.0 + 2 * (MOST - 1.0) * (share - 0.5)
    return round(factor, 4)


def worth_a_word(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """Return the lessons to tell a person of: questions first, then by how much they change and how many answers say so."""
    told = [each for each in lessons if each.is_felt or each.is_question]
    return tuple(
        sorted(
            told,
            key=lambda each: (not each.is_question, -abs(each.factor - 1.0), -sum(each.count.weighed), each.topic),
        )
    )


def weighed(counts: Mapping[str, Count]) -> dict[str, tuple[int, int]]:
    """Return an owner's counts as a tally holds them: at most STRENGTH answers on a topic, in the same proportion."""
    return {topic: _at_most(count.weighed, STRENGTH) for topic, count in counts.items() if any(count.weighed)}


def others_of(company: Tally, own: Tally | None) -> dict[str, tuple[int, int]]:
    """Return the company's answers without those of one owner, whose tally is part of it."""
    mine = own.answers if own else {}
    return {
        topic: (max(0, taken - mine.get(topic, (0, 0))[0]), max(0, dismissed - mine.get(topic, (0, 0))[1]))
        for topic, (taken, dismissed) in company.answers.items()
    }


def _share(answers: tuple[int, int], prior: float, strength: int) -> float:
    taken, dismissed = answers
    return (taken + strength * prior) / (taken + dismissed + strength)


def _at_most(answers: tuple[int, int], most: int) -> tuple[int, int]:
    taken, dismissed = answers
    if taken + dismissed <= most:
        return answers
    kept = round(most * taken / (taken + dismissed))
    return kept, most - kept
