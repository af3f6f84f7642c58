"""Why a person rejects advice, and what follows from each reason: one table.

| reason | what follows | it returns |
| --- | --- | --- |
| It's wrong | the evidence is questioned: its facts are left out | when they change |
| Not now | it is snoozed | by itself |
| Not mine | it is offered once to whom it belongs, and its facts are left out | with changed facts, after a month |
| Already done | a note of it waits for an approval | with changed facts, after a week |
| Something else | it rests | with changed facts, after two weeks |

The same advice with the same facts never returns unchanged. Facts are compared by their marks, which stay the same however
many days pass. A rest ends early if the very fact that the advice is about is another one now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.domain.gate.proposals import Prior, State

NOT_NOW_DAYS = 5  # working days


class RejectReason(StrEnum):
    WRONG = "wrong"
    NOT_NOW = "not_now"
    NOT_MINE = "not_mine"
    DONE = "done"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """`label` names the reason, `tells` says to the person what follows. The advice rests for `rest` (`always`: also when something
    else happens there), and with `rests_signal` all other advice on the same fact. If the fact itself is left out, `hides` says
    who did that to it, without the name. It is held `against` like advice if it says that the advice was bad."""

    label: str
    tells: str
    rest: timedelta
    always: bool = False
    rests_signal: bool = False
    hides: str = ""
    against: bool = False


CONSEQUENCES: Mapping[RejectReason, Consequence] = {
    RejectReason.WRONG: Consequence(
        label="It's wrong",
        tells="I leave it out until these facts change.",
        rest=timedelta(0),
        rests_signal=True,
        hides="called it wrong",
        against=True,
    ),
    RejectReason.NOT_NOW: Consequence(
        label="Not now", tells=f"I ask again in {NOT_NOW_DAYS} working days.", rest=timedelta(0)
    ),
    RejectReason.NOT_MINE: Consequence(
        label="Not mine",
        tells="I offer it to whom it belongs.",
        rest=timedelta(days=30),
        always=True,
        rests_signal=True,
        hides="said that it isn't theirs",
    ),
    RejectReason.DONE: Consequence(
        label="Already done", tells="You can log it with one press.", rest=timedelta(days=7), rests_signal=True
    ),
    RejectReason.OTHER: Consequence(
        label="Something else",
        tells="It rests for two weeks at least, and until its facts change.",
        rest=timedelta(days=14),
        against=True,
    ),
}
_UNMARKED = timedelta(days=14)  # the rest of a row of an earlier release, whose facts can't be compared
# How earlier releases named these reasons; any other text is OTHER.
_FORMERLY: Mapping[str, RejectReason] = {"The CRM data is wrong": RejectReason.WRONG}
_BY_LABEL: Mapping[str, RejectReason] = {**_FORMERLY, **{each.label: reason for reason, each in CONSEQUENCES.items()}}


def reason_of(text: str | None) -> RejectReason:
    """The reason in a stored text: its label, and a comment after a colon if there is one."""
    return _BY_LABEL.get((text or "").partition(":")[0].strip(), RejectReason.OTHER)


def comment_in(text: str | None) -> str:
    """What the person added; all of it if it doesn't begin with a reason of ours."""
    label, _, comment = (text or "").partition(":")
    return comment.strip() if label.strip() in _BY_LABEL else (text or "").strip()


def is_against(prior: Prior) -> bool:
    """Whether an earlier rejection says that the advice was bad."""
    return prior.state is State.REJECTED and CONSEQUENCES[reason_of(prior.reason)].against


def hidden_by(mark: str, priors: Collection[Prior]) -> Prior | None:
    """The rejection because of which this very fact is left out, if any: someone called it wrong, or said that it isn't theirs."""
    found = (each for each in _in_force(priors) if CONSEQUENCES[reason_of(each.reason)].hides)
    return next((each for each in found if mark in each.marks), None)


def rests(key: str, marks: Sequence[str], priors: Collection[Prior], *, now: datetime) -> bool:
    """Whether an earlier rejection keeps this advice back. The first of its `marks` is the fact that it is about."""
    return any(_keeps_back(prior, key, marks, now) for prior in _in_force(priors))


def _in_force(priors: Collection[Prior]) -> Iterator[Prior]:
    """The rejections that no one lifted."""
    return (each for each in priors if each.state is State.REJECTED and each.lifted_at is None)


def _keeps_back(prior: Prior, key: str, marks: Sequence[str], now: datetime) -> bool:
    follows = CONSEQUENCES[reason_of(prior.reason)]
    about = marks[0] if marks else ""
    if prior.key != key and not (follows.rests_signal and about in prior.marks):
        return False
    since = now - (prior.decided_at or prior.created_at)
    if not prior.marks:
        return since < _UNMARKED
    is_same = about in prior.marks or (follows.always and prior.key == key)
    return set(marks) <= set(prior.marks) or (since < follows.rest and is_same)
