"""How sure the playbook is of what its advice rests on: the evidence, and what else in the records speaks for it or against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agents.author.playbook.situation import Situation, against
from store.domain.brief.confidence import confidence
from store.domain.crm.evidence import Confidence, Evidence
from store.domain.gate.proposals import Prior


def sureness(
    situation: Situation, evidence: Sequence[Evidence], *, data_as_of: datetime | None, priors: Sequence[Prior] = ()
) -> Confidence:
    """Return how sure we are that a situation is as its evidence says."""
    context = situation.context
    return confidence(
        evidence,
        now=context.now,
        data_as_of=data_as_of,
        priors=priors,
        against=against(situation),
        timezone=context.timezone,
    )
