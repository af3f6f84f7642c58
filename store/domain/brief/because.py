"""Why we are as sure as we are, in words: the ground of a statement, and a sentence with the reasons for and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence, Source
from store.domain.text.wording import joined, on_day, one_line

Origin = tuple[Source, Kind, str]  # of a piece of evidence: its source, and the kind and id of its record


def rests_on(strengths: Mapping[Origin, float], evidence: Sequence[Evidence], now: datetime, timezone: str) -> str:
    """Return a phrase like `the stage shows it`: the ground of the statement, which the phrase doesn't repeat."""
    if not strengths:
        return "nothing supports it"
    ranked = sorted(strengths, key=lambda origin: (-strengths[origin], origin))
    sources = list(dict.fromkeys(source for source, _, _ in ranked))
    if {Source.CHANGE, Source.ABSENCE} & set(sources):  # a value beside them shows the stakes
        sources = [source for source in sources if source is not Source.FIELD]
    return " and ".join(
        _shown_by(source, [each for each in evidence if each.source is source], now, timezone) for source in sources[:2]
    )


def _shown_by(source: Source, pieces: Sequence[Evidence], now: datetime, timezone: str) -> str:
    telling = [each for each in pieces if each.field != "amount"]  # an amount mostly shows the stakes
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
            return f"the {labels[0]} shows it"
        case Source.ABSENCE:
            return "the CRM has no entry"
        case Source.NOTE:
            return f"a note of {day} says so"
        case Source.HISTORY:
            return "earlier advice points there"


def _label(evidence: Evidence) -> str:
    label = one_line(evidence.label, limit=40)
    return f"{label[:1].lower()}{label[1:]}"


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def sentence(*, speaks_for: Sequence[str], speaks_against: Sequence[str]) -> str:
    """Give at most two reasons for and two against, the strongest ones."""
    text = " and ".join(speaks_for[:2])
    if speaks_against:
        text += f", but {joined(speaks_against[:2])}"
    return f"{text[:1].upper()}{text[1:]}."
