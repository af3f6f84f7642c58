"""The buttons of a decision, each with the id and version that was shown, so that a press means exactly that."""

from __future__ import annotations

from bot.views.action_ids import (
    ADJUST,
    APPROVE,
    BRING_BACK,
    KEEP_ASKING,
    LIFT,
    NOT_RELEVANT,
    READ,
    REJECT,
    REOPEN,
    SNOOZE,
    UNDO,
    WHY,
)
from bot.views.blocks import Block, actions, button, select
from bot.views.reader import Reader
from bot.views.status import may_be_undone
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reopen_proposal import may_lift, may_reopen

# Days, or another word of `bot.inbound.envelope.pressed_snooze`.
SNOOZES = (
    ("1", "Tomorrow"),
    ("monday", "Monday"),
    ("14", "Two weeks"),
    ("date", "A date…"),
    ("change", "Until something changes"),
)


def decide(proposal: Proposal, *, whole: bool, why: str = "", kept: bool = False) -> Block:
    """Approve, Adjust, Snooze, Reject, Why? Unless the card shows the `whole` write, Approve is in the view that does. `why`
    names the evidence, `brief_id:account_id`. On a card that was `kept` a moment ago, Why? comes first: where Keep was, a
    second press decides nothing."""
    value = value_of(proposal)
    approve = button("Approve", action_id=APPROVE, value=value, style="primary")
    answers = (approve if whole else _read(proposal, why), *_others(proposal))
    return actions(f"decide:{value}", *((*_why(why), *answers) if kept else (*answers, *_why(why))))


def besides_approve(proposal: Proposal, *, why: str = "") -> Block:
    """Adjust, Snooze, Reject, Why?: the other answers, in a modal whose submission approves."""
    return actions(f"decide:{value_of(proposal)}", *_others(proposal), *_why(why))


def only_adjust(proposal: Proposal) -> Block:
    """Adjust, in a modal that is otherwise submitted or closed."""
    value = value_of(proposal)
    return actions(f"decide:{value}", button("Adjust", action_id=ADJUST, value=value))


def open_decision(proposal: Proposal, brief_id: str) -> Block:
    """Decide: opens the whole write with all answers."""
    return button("Decide", action_id=READ, value=f"{value_of(proposal)}:{brief_id}")


def ask_again(proposal: Proposal, *, why: str = "") -> Block:
    """Keep, Snooze, Not relevant, Why?: the answers to whether a decision still matters."""
    value = value_of(proposal)
    return actions(
        f"decide:{value}",
        button("Keep", action_id=KEEP_ASKING, value=value),
        _snooze(proposal),
        button("Not relevant", action_id=NOT_RELEVANT, value=value),
        *_why(why),
    )


def way_back(proposal: Proposal, reader: Reader, undo: Proposal | None = None) -> Block | None:
    """Undo after a write, Propose again after an undo, Bring back after Snooze or Reject; None if none of these would count."""
    value = value_of(proposal)
    if may_be_undone(proposal, reader, undo):
        return button("Undo", action_id=UNDO, value=value)
    if proposal.state is State.SNOOZED:
        return button("Bring back", action_id=BRING_BACK, value=value)
    if may_reopen(proposal, now=reader.now):
        label = "Propose again" if proposal.state is State.UNDONE else "Bring back"
        return button(label, action_id=REOPEN, value=value)
    return None


def lift(proposal: Proposal, reader: Reader) -> Block | None:
    """Bring back after the time to decide: a next brief may ask again. None if there is nothing to bring back."""
    return (
        button("Bring back", action_id=LIFT, value=value_of(proposal)) if may_lift(proposal, now=reader.now) else None
    )


def log(proposal: Proposal) -> Block:
    """Log it: opens what would be written of work that was done already."""
    return button("Log it", action_id=READ, value=value_of(proposal))


def draft(why: str) -> Block:
    """Opens the evidence, which begins with the draft of the e-mail once its proposal is approved."""
    return button("Draft e-mail", action_id=WHY, value=why)


def value_of(proposal: Proposal) -> str:
    return f"{proposal.id}:{proposal.version}"


def _read(proposal: Proposal, why: str) -> Block:
    brief_id = why.partition(":")[0]
    value = f"{value_of(proposal)}:{brief_id}" if brief_id else value_of(proposal)
    return button("Read and approve", action_id=READ, value=value, style="primary")


def _others(proposal: Proposal) -> list[Block]:
    value = value_of(proposal)
    adjust, reject = button("Adjust", action_id=ADJUST, value=value), button("Reject", action_id=REJECT, value=value)
    return [adjust, _snooze(proposal), reject]


def _snooze(proposal: Proposal) -> Block:
    value = value_of(proposal)
    return select(((f"{value}:{until}", label) for until, label in SNOOZES), action_id=SNOOZE, placeholder="Snooze")


def _why(why: str) -> list[Block]:
    return [button("Why?", action_id=WHY, value=why)] if why else []
