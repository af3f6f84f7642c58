"""How sure we are of a recommendation, computed from its evidence and never asked of a model.

support  = 1 − ∏ (1 − strength)    over independent pieces of evidence and those that go with them
strength = weight(source), less for a field that people keep up late, for a change of the last days, for an old note
score    = support · freshness of the sync · doubt^(pieces that contradict it)
score    raised towards 1 by similar earlier advice that was approved and helped, lowered by similar advice that was rejected

Pieces are independent if they are in different records or come from different kinds of source; of the others only the
strongest counts, so that ten fields of one record prove no more than one. The formula is ours: noisy-or is the usual way to
combine independent weak indications (Pearl 1988, Probabilistic Reasoning in Intelligent Systems, ch. 4). The score orders
and explains; it is not a measured probability. `tests.bench reliability` compares it with the truth in made-up companies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import prod

from store.domain.brief.because import Origin, rests_on, sentence, times
from store.domain.crm.evidence import Confidence, ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Prior, State
from store.domain.gate.reasons import is_against
from store.domain.text.wording import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidencePolicy:
    """The weights. A change that has stood counts most, because the CRM itself dated it; an absence less, because not
    everything is logged; our own history least. A value doesn't fade: each sync confirms it. Notes and history do, with their
    half-lives. `kept_late` is what remains of the weight of a field that people often bring up to date late; `hasty` that of a
    change younger than `stands`, because a slip of the finger is put right within days.

    `fresh` is how old the last sync may be without a loss; beyond, its worth halves every `sync_half_life`, and `unread` is the
    share that remains for a state that began only after it. `doubt` is the share of the score that one piece of counter-evidence
    leaves; `helped` the share of the way to 1 that one similar, helpful recommendation adds; `rejected` the share that one
    rejected leaves. At most `priors` of each count.
    """

    weights: Mapping[Source, float] = field(
        default_factory=lambda: {
            Source.CHANGE: 0.85,
            Source.FIELD: 0.8,
            Source.ABSENCE: 0.65,
            Source.NOTE: 0.45,
            Source.HISTORY: 0.30,
        }
    )
    half_lives: Mapping[Source, timedelta] = field(
        default_factory=lambda: {
            Source.NOTE: timedelta(days=30),
            Source.HISTORY: timedelta(days=60),
        }
    )
    kept_late: Mapping[str, float] = field(default_factory=lambda: {"closing_date": 0.7, "at": 0.85})
    stands: timedelta = timedelta(days=3)
    hasty: float = 0.8
    fresh: timedelta = timedelta(hours=26)
    sync_half_life: timedelta = timedelta(days=7)
    unsynced: float = 0.3
    unread: float = 0.5
    doubt: float = 0.65
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
    """`Fairly sure: the closing date shows it, but such dates are often updated late.`"""
    return f"{SURE[confidence.level]}: {confidence.because[:1].lower()}{confidence.because[1:]}"


def confidence(
    evidence: Sequence[Evidence],
    *,
    now: datetime,
    data_as_of: datetime | None,
    priors: Sequence[Prior] = (),
    supporting: Sequence[Evidence] = (),
    against: Sequence[Evidence] = (),
    since: datetime | None = None,
    timezone: str = "UTC",
    policy: ConfidencePolicy = DEFAULT,
) -> Confidence:
    """Return the confidence in the statement that `evidence` supports, as of `now`.

    `data_as_of` is the time of the last good sync (None: never); `priors` are earlier recommendations for the same signals
    of the same account; `supporting` are records that go with the evidence, `against` is contradicting evidence; `since` is when
    it became so; days are counted in `timezone`.
    """
    strengths = _independent(evidence, now, policy)
    with_others = _independent((*evidence, *supporting), now, policy) if strengths else {}
    score = 1.0 - prod(1.0 - strength for strength in with_others.values())
    score *= _freshness(now, data_as_of, policy)
    unread = _became_so_unread(since, now, data_as_of, policy)
    score *= policy.unread if unread else 1.0
    score *= policy.doubt ** len({cited.id for cited in against})
    helped, rejected = _helped_among(priors), _rejected_among(priors)
    score = 1.0 - (1.0 - score) * (1.0 - policy.helped) ** min(helped, policy.priors)
    score *= policy.rejected ** min(rejected, policy.priors)
    because = sentence(
        speaks_for=[
            rests_on(strengths, evidence, now, timezone),
            *(f"there is {each.value}" for each in supporting[:1]),
            *_helped(helped),
        ],
        speaks_against=[
            *_staleness(now, data_as_of, policy),
            *(["it became so only after that"] if unread else []),
            *_doubts(against),
            *_rejected(rejected),
            *_habits(evidence, now, policy),
        ],
    )
    return Confidence(score=round(score, 4), level=_level(score, policy), because=because)


def _helped_among(priors: Iterable[Prior]) -> int:
    """Count the priors that were approved and written, and whose signals are gone."""
    return sum(prior.state is State.DONE and prior.still_there is False for prior in priors)


def _rejected_among(priors: Iterable[Prior]) -> int:
    """Count those rejected as bad advice: not now, not mine and already done say nothing against it."""
    return sum(is_against(prior) for prior in priors)


def _independent(evidence: Sequence[Evidence], now: datetime, policy: ConfidencePolicy) -> dict[Origin, float]:
    """Return the strongest piece for each kind of source and record."""
    strengths: dict[Origin, float] = {}
    for cited in evidence:
        strength = _strength(cited, now, policy)
        origin = (cited.source, cited.kind, cited.record_id)
        strengths[origin] = max(strengths.get(origin, 0.0), strength)
    return strengths


def _strength(cited: Evidence, now: datetime, policy: ConfidencePolicy) -> float:
    weight = policy.weights[cited.source]
    if cited.source in policy.half_lives:
        weight *= _halved(max(now - cited.at, timedelta(0)), policy.half_lives[cited.source])
    if _is_hasty(cited, now, policy):
        weight *= policy.hasty
    return weight * policy.kept_late.get(cited.field, 1.0) if cited.source is Source.FIELD else weight


def _is_hasty(cited: Evidence, now: datetime, policy: ConfidencePolicy) -> bool:
    return cited.source is Source.CHANGE and now - cited.at < policy.stands


def _halved(age: timedelta, half_life: timedelta) -> float:
    """Return the part of 1 that remains after `age`."""
    return float(0.5 ** (age / half_life))


def _freshness(now: datetime, data_as_of: datetime | None, policy: ConfidencePolicy) -> float:
    if data_as_of is None:
        return policy.unsynced
    late = max(now - data_as_of - policy.fresh, timedelta(0))
    return max(_halved(late, policy.sync_half_life), policy.unsynced)


def _became_so_unread(
    since: datetime | None, now: datetime, data_as_of: datetime | None, policy: ConfidencePolicy
) -> bool:
    """Whether something that is no longer fresh became so after it was read: by then it may have been seen to."""
    return since is not None and data_as_of is not None and now - data_as_of > policy.fresh and since > data_as_of


def _level(score: float, policy: ConfidencePolicy) -> ConfidenceLevel:
    if score >= policy.high:
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.MEDIUM if score >= policy.medium else ConfidenceLevel.LOW


def _helped(count: int) -> list[str]:
    return [f"similar advice helped here {times(count)}"] if count else []


def _staleness(now: datetime, data_as_of: datetime | None, policy: ConfidencePolicy) -> list[str]:
    if data_as_of is None:
        return ["the CRM has not been read to the end yet"]
    late = now - data_as_of
    return [f"the data is {plural(max(late.days, 1), 'day')} old"] if late > policy.fresh else []


def _doubts(against: Sequence[Evidence]) -> list[str]:
    return [f"{against[0].value} speaks against it"] if against else []


def _rejected(count: int) -> list[str]:
    return [f"similar advice was rejected {times(count)}"] if count else []


def _habits(evidence: Sequence[Evidence], now: datetime, policy: ConfidencePolicy) -> list[str]:
    """The habits that make such evidence doubtful: entering late, or by mistake."""
    said = []
    if any(each.source is Source.ABSENCE for each in evidence):
        said.append("not everything is entered there")
    if evidence and all(each.source is Source.FIELD and each.field in policy.kept_late for each in evidence):
        said.append("such dates are often updated late")
    if evidence and all(_is_hasty(each, now, policy) for each in evidence):
        said.append("it is new and may still be corrected")
    return said
