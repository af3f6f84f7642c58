"""One clock for one question, judged without the bot's own rules: its age, its reminder, its offer and its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from integrations.sandbox.history import CrmUser
from store.domain.gate.proposals import Proposal, State
from tests.month.hours import hours_at_work, working_days
from tests.month.questions import History, Turn, before, changed, is_the_bots, named, same_facts
from tests.month.seen import Shown, Truth

LEAST_HOURS = 8.0  # of work to decide something
_ONCE_MORE = 1.0  # working days for a question that is asked once more at its end
_NEAR_ITS_END = timedelta(hours=12)
_MOMENT = timedelta(minutes=1)
_GOES_ON = (State.SUPERSEDED, State.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The people around an owner: their manager, None if no one can be asked, and their days away."""

    owner: CrmUser
    manager: CrmUser | None = None
    away: Collection[date] = ()


def begins_anew(turn: Turn, history: History, truth: Truth, around: Around) -> Iterator[str]:
    """The same question with its age, its end, its reminder or its offer forgotten."""
    now = turn.now
    if turn.before is not None or not is_the_bots(now):
        return
    was = next((each for each in before(now, history) if each.recommendation.key == now.recommendation.key), None)
    if was is None or was.state not in _GOES_ON or not same_facts(was, now, truth) or _is_graver(was, now):
        return
    if now.first_asked > was.first_asked:
        yield f"{named(now)}: asked {_at(now.first_asked)}, though it was asked {_at(was.first_asked)}"
    left = working_days(now.created_at, now.expires_at, around.owner.time_zone, away=around.away)
    once_more = was.expires_at <= now.created_at + _NEAR_ITS_END and left <= _ONCE_MORE + 0.1
    if now.expires_at > was.expires_at + _MOMENT and not once_more:
        yield f"{named(now)}: ends {_at(now.expires_at)} instead of {_at(was.expires_at)}"
    if was.reminded_at is not None and now.reminded_at is None:
        yield f"{named(now)}: its reminder of {_at(was.reminded_at)} is forgotten"
    if was.offered_to is not None and now.offered_to is None:
        yield f"{named(now)}: its offer is forgotten"


def ended_early(turn: Turn, around: Around) -> Iterator[str]:
    """A decision that expired before the person who was asked had worked for a day."""
    now = turn.now
    if not turn.came_to(State.EXPIRED) or now.undoes is not None or not now.recommendation.signals:
        return
    asker = around.manager if now.offered_to and now.passed_by == now.owner_id else around.owner
    zone = (asker or around.owner).time_zone
    worked = hours_at_work(now.first_asked, now.expires_at, zone, away=around.away)
    if worked < LEAST_HOURS:
        yield f"{named(now)}: asked {_at(now.first_asked)}, gone {_at(now.expires_at)}, {worked:.1f} working hours later"


@dataclass(slots=True)
class Asked:
    """Which questions people were reminded of and offered."""

    told: dict[str, list[tuple[datetime, str, str, Proposal]]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, shown: Shown, truth: Truth) -> Iterator[str]:
        """A question of which its owner is reminded again, or that is offered to the same person again."""
        if shown.update or shown.sort not in ("reminder", "offer"):
            return
        if shown.sort == "offer" and (shown.brief is None or shown.brief.reason != "expiring"):
            return
        for proposal in shown.proposals:
            if not is_the_bots(proposal):
                continue
            told = self.told[proposal.account_id]
            for at, sort, reader, earlier in told:
                again = sort == shown.sort and reader == shown.reader.id and earlier.owner_id == proposal.owner_id
                if again and not _woke(proposal) and _is_one(earlier, proposal, truth):
                    yield f"{named(proposal)}: {sort} of {_at(at)} again {_at(shown.at)}"
                    break
            told.append((shown.at, shown.sort, shown.reader.id, proposal))

    def counts(self) -> Counter[str]:
        """How many questions people were reminded of and offered."""
        return Counter(sort for told in self.told.values() for _, sort, _, _ in told)

    def unasked(self, turn: Turn, around: Around, truth: Truth) -> Iterator[str]:
        """Advice that expired after three working days without a reminder to its owner, or an offer to anyone beside them. It may
        have had other facts then: the question is the same. Once someone changed one of its records, its reason may be gone."""
        now = turn.now
        if changed(now, truth):
            return
        if not turn.came_to(State.EXPIRED) or not is_the_bots(now) or now.endorsed_by is not None or _woke(now):
            return
        for sort, wanted in (("reminder", not around.away), ("offer", around.manager is not None)):
            told = [each for at, of, _, each in self.told[now.account_id] if of == sort and at >= now.first_asked]
            if wanted and not any(_asks_the_same(each, now) for each in told):
                yield f"{named(now)}: asked {_at(now.first_asked)}, gone {_at(now.expires_at)}, no {sort}"


def _is_one(earlier: Proposal, later: Proposal, truth: Truth) -> bool:
    if earlier.id == later.id:
        return True
    return same_facts(earlier, later, truth) and not _is_graver(earlier, later)


def _asks_the_same(earlier: Proposal, later: Proposal) -> bool:
    return earlier.owner_id == later.owner_id and earlier.recommendation.key == later.recommendation.key


def _is_graver(earlier: Proposal, later: Proposal) -> bool:
    """Whether it is about more than before: a higher risk is another question."""
    return later.recommendation.risk is not earlier.recommendation.risk


def _woke(proposal: Proposal) -> bool:
    return proposal.snoozed_until is not None


def _at(moment: datetime) -> str:
    return f"{moment:%a %d %b %H:%M}"
