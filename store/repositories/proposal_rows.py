"""Convert proposals to rows and back; groups of states."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select

from store.codec import (
    decode_basis,
    decode_differences,
    decode_recommendation,
    decode_write,
    encode_basis,
    encode_differences,
    encode_recommendation,
    encode_write,
)
from store.domain.gate.proposals import OPEN, Prior, Proposal, State
from store.tables.core import ProposalRow, table_of

proposals = table_of(ProposalRow)

SETTLED = frozenset(State) - {*OPEN, State.SUPERSEDED, State.RETRACTED}


# Made once, since an alias makes every column again.
earlier, later = proposals.alias(), proposals.alias()
_HAS_NEWER = (
    select(later.c.id).where(later.c.lineage == proposals.c.lineage, later.c.version > proposals.c.version).exists()
)


def has_newer() -> ColumnElement[bool]:
    """Select proposals that a newer version replaced: adjusted or drifted ones, and decisions that were taken back."""
    return _HAS_NEWER


def row_of(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal, name) for name in _PLAIN} | {
        "key": proposal.recommendation.key,
        "recommendation": encode_recommendation(proposal.recommendation),
        "write": encode_write(proposal.write),
        "basis": encode_basis(proposal.basis),
        "drifted": encode_differences(proposal.drifted),
        "shown": True,
    }


def proposal_of(row: RowMapping) -> Proposal:
    return Proposal(
        **{name: row[name] for name in _PLAIN if name != "state"},
        state=State(row["state"]),
        recommendation=decode_recommendation(row["recommendation"]),
        write=decode_write(row["write"]),
        basis=decode_basis(row["basis"]),
        drifted=decode_differences(row["drifted"]),
    )


def prior_of(row: RowMapping) -> Prior:
    proposal = proposal_of(row)
    return Prior(
        key=proposal.recommendation.key,
        title=proposal.recommendation.title,
        name=proposal.name,
        action=proposal.recommendation.action,
        signals=proposal.recommendation.signals,
        state=proposal.state,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        reason=proposal.reason,
        created_at=proposal.created_at,
        marks=proposal.recommendation.marks,
        lifted_at=proposal.lifted_at,
    )


_ENCODED = ("recommendation", "write", "basis", "drifted")
# Fields of a proposal with a column of the same name, stored unchanged.
_PLAIN = tuple(field.name for field in fields(Proposal) if field.name not in _ENCODED)
