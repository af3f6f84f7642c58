"""How sure we are of a recommendation, computed from its evidence and never asked of a model.

support  = 1 − ∏ (1 − weight(source) · ½^(age / half-life(source)))    over independent pieces of evidence
score    = support · freshness of the sync · doubt^(pieces that contradict it)
score    raised towards 1 by similar earlier advice that was approved and helped, lowered by similar advice that was rejected

Pieces are independent if they are in different records or come from different kinds of source; of the others only the
strongest counts, so that ten fields of one record prove no more than one. The formula is ours: noisy-or is the usual way to
combine independent weak indications (Pearl 1988, Probabilistic Reasoning in Intelligent Systems, ch. 4). The score orders
and explains; it is not a measured probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import prod
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Confidence, ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Prior, State
from store.domain.gate.reasons import is_against
from store.domain.text.wording import joined, on_day, one_line, plural


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidencePolicy:
    """The weights. An observed change counts most, because the CRM itself dated it; an absence less, because not everything
    is logged; our own history least. Half-lives: a change matters for weeks, a current value for a year. An absence has the
    date of the look itself, so only the age of the sync ages it.

    `fresh` is how old the last sync may be without a loss; beyond, its worth halves every `sync_half_life`. `doubt` is the
    share of the score that one piece of counter-evidence leaves; `helped` the share of the way to 1 that one similar,
    helpful recommendation adds; `rejected` the share that one rejected leaves. At most `priors` of each count.
    """

    weights: Mapping[Source, float] = field(
        default_factory=lambda: {
            Source.CHANGE: 0.75,
            Source.FIELD: 0.65,
            Source.ABSENCE: 0.55,
            Source.NOTE: 0.45,
            Source.HISTORY: 0.30,
        }
    )
    half_lives: Mapping[Source, timedelta] = field(
        default_factory=lambda: {
            Source.CHANGE: timedelta(days=30),
            Source.FIELD: timedelta(days=365),
            Source.ABSENCE: timedelta(days=30),
            Source.NOTE: timedelta(days=30),
            Source.HISTORY: timedelta(days=60),
        }
    )
    fresh: timedelta = timedelta(hours=26)
    sync_half_life: timedelta = timedelta(days=7)
    unsynced: float = 0.3
    doubt: float = 0.8
    helped: float = 0.15
    rejected: float = 0.8
    priors: int = 3
    high: float = 0.75
    medium: float = 0.45


DEFAULT = ConfidencePolicy()
SURE: Mapping[ConfidenceLevel, str] = {
    ConfidenceLevel.HIGH: "Sure",
    ConfidenceLevel.MEDIUM: "Fairly sure",
    ConfidenceLevel.LOW: "Not sure",
}


def in_words(confidence: Confidence) -> str:
    """`Fairly sure: only the stage shows it.`"""
    return f"{SURE[confidence.level]}: {confidence.because[:1].lower()}{confidence.because[1:]}"


def confidence(
    evidence: Sequence[Evidence],
    *,
    now: datetime,
    data_as_of: datetime | None,
    priors: Sequence[Prior] = (),
    against: Sequence[Evidence] = (),
    timezone: str = "UTC",
    policy: ConfidencePolicy = DEFAULT,
) -> Confidence:
    """Return the confidence in the statement that `evidence` supports, as of `now`.

    `data_as_of` is the time of the last good sync (None: never); `priors` are earlier recommendations for the same signals
    of the same account; `against` is contradicting evidence; days are counted in `timezone`.
    """
    strengths = _independent(evidence, now, policy)
    score = 1.0 - prod(1.0 - strength for strength in strengths.values())
    score *= _freshness(now, data_as_of, policy)
    score *= policy.doubt ** len({cited.id for cited in against})
    helped, rejected = _helped_among(priors), _rejected_among(priors)
    score = 1.0 - (1.0 - score) * (1.0 - policy.helped) ** min(helped, policy.priors)
    score *= policy.rejected ** min(rejected, policy.priors)
    because = _sentence(
        speaks_for=[_rests_on(strengths, evidence, now, timezone), *_helped(helped)],
        speaks_against=[
            *_staleness(now, data_as_of, policy),
            *_doubts(against),
            *_rejected(rejected),
            *_not_entered(source for source, _, _ in strengths),
        ],
    )
    return Confidence(score=round(score, 4), level=_level(score, policy), because=because)


def _helped_among(priors: Iterable[Prior]) -> int:
    """Count the priors that were approved and written, and whose signals are gone."""
    return sum(prior.state is State.DONE and prior.still_there is False for prior in priors)


def _rejected_among(priors: Iterable[Prior]) -> int:
    """Count those rejected as bad advice: not now, not mine and already done say nothing against it."""
    return sum(is_against(prior) for prior in priors)


_Origin = tuple[Source, Kind, str]


def _independent(evidence: Sequence[Evidence], now: datetime, policy: ConfidencePolicy) -> dict[_Origin, float]:
    """Return the strongest piece for each kind of source and record."""
    strengths: dict[_Origin, float] = {}
    for cited in evidence:
        age = max(now - cited.at, timedelta(0))
        strength = policy.weights[cited.source] * _halved(age, policy.half_lives[cited.source])
        origin = (cited.source, cited.kind, cited.record_id)
        strengths[origin] = max(strengths.get(origin, 0.0), strength)
    return strengths


def _halved(age: timedelta, half_life: timedelta) -> float:
    """Return the part of 1 that remains after `age`."""
    return float(0.5 ** (age / half_life))


def _freshness(now: datetime, data_as_of: datetime | None, policy: ConfidencePolicy) -> float:
    if data_as_of is None:
        return policy.unsynced
    late = max(now - data_as_of - policy.fresh, timedelta(0))
    return max(_halved(late, policy.sync_half_life), policy.unsynced)


def _level(score: float, policy: ConfidencePolicy) -> ConfidenceLevel:
    if score >= policy.high:
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.MEDIUM if score >= policy.medium else ConfidenceLevel.LOW


def _rests_on(strengths: Mapping[_Origin, float], evidence: Sequence[Evidence], now: datetime, timezone: str) -> str:
    """Return a phrase like `only the stage shows it`: what the statement rests on, which doesn't say it again."""
    if not strengths:
        return "nothing supports it"
    ranked = sorted(strengths, key=lambda origin: (-strengths[origin], origin))
    sources = list(dict.fromkeys(source for source, _, _ in ranked))
    if {Source.CHANGE, Source.ABSENCE} & set(sources):  # a value beside them is what is at stake
        sources = [source for source in sources if source is not Source.FIELD]
    alone = len(sources) == 1
    return " and ".join(
        _shown_by(source, [each for each in evidence if each.source is source], now, timezone, alone=alone)
        for source in sources[:2]
    )


def _shown_by(source: Source, pieces: Sequence[Evidence], now: datetime, timezone: str, *, alone: bool) -> str:
    telling = [each for each in pieces if each.field != "amount"]  # an amount mostly says what is at stake
    labels = list(dict.fromkeys(_label(each) for each in telling or pieces))
    last = max(pieces, key=lambda each: each.at)
    day = on_day(last.at.astimezone(ZoneInfo(timezone)).date(), today=now.astimezone(ZoneInfo(timezone)).date())
    match source:
        case Source.CHANGE:
            return (
                "the CRM dates the change"
                if len({each.change_id for each in pieces}) == 1
                else "the CRM dates each change"
            )
        case Source.FIELD if len(labels) > 1:
            return f"the {joined(labels[:2])} show it"
        case Source.FIELD:
            return f"{'only ' if alone else ''}the {labels[0]} shows it"
        case Source.ABSENCE:
            return "the CRM has no entry"
        case Source.NOTE:
            return f"a note of {day} says so"
        case Source.HISTORY:
            return "earlier advice points there"


def _label(evidence: Evidence) -> str:
    label = one_line(evidence.label, limit=40)
    return f"{label[:1].lower()}{label[1:]}"


def _helped(times: int) -> list[str]:
    return [f"similar advice helped here {_times(times)}"] if times else []


def _staleness(now: datetime, data_as_of: datetime | None, policy: ConfidencePolicy) -> list[str]:
    if data_as_of is None:
        return ["the CRM has not been read to the end yet"]
    late = now - data_as_of
    return [f"the data is {plural(max(late.days, 1), 'day')} old"] if late > policy.fresh else []


def _doubts(against: Sequence[Evidence]) -> list[str]:
    return [f"{against[0].value} speaks against it"] if against else []


def _rejected(times: int) -> list[str]:
    return [f"similar advice was rejected {_times(times)}"] if times else []


def _not_entered(sources: Iterable[Source]) -> list[str]:
    return ["not everything is entered there"] if Source.ABSENCE in sources else []


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _sentence(*, speaks_for: Sequence[str], speaks_against: Sequence[str]) -> str:
    """Give at most two reasons for and two against, the strongest ones."""
    text = " and ".join(speaks_for[:2])
    if speaks_against:
        text += f", but {joined(speaks_against[:2])}"
    return f"{text[:1].upper()}{text[1:]}."
