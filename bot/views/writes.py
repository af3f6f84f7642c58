"""What a proposal would write, told from the payload itself and never from anybody's prose."""

from __future__ import annotations

from bot.views.reader import Reader
from bot.views.text import ELLIPSIS, link, mrkdwn
from store.domain.accounts import Kind
from store.domain.proposals import EDITABLE_ACCOUNT_FIELDS, AddNote, CreateTask, Proposal, Tool, UpdateAccount, Write


def in_short(write: Write, reader: Reader) -> str:
    """One line, at most about 300 characters: `Will create in Zoho: task “…” on Acme, due Tue 24 Nov, High priority, for Anna`."""
    match write:
        case CreateTask():
            subject = mrkdwn(write.subject, limit=110)
            return (
                f"_Will create in Zoho:_ task “{subject}” on {_parent(write)}, due {reader.day(write.due)}, "
                f"{write.priority} priority, for {mrkdwn(write.assignee_name, limit=40)}"
            )
        case AddNote():
            title, text = mrkdwn(write.title, limit=70), mrkdwn(write.text, limit=120)
            return f"_Will add to Zoho:_ note “{title}” on {_parent(write)}: “{text}”"
        case UpdateAccount():
            moves = [_move(change.field, change.before, change.after, limit=40) for change in write.changes[:2]]
            more = f" and {len(write.changes) - 2} more" if len(write.changes) > 2 else ""
            return f"_Will change in Zoho:_ {_parent(write)}: {', '.join(moves)}{more}"


def in_full(proposal: Proposal, reader: Reader, *, limit: int = 1_100) -> str:
    """Every field of the write on its own line, at most `limit` characters, and the mark it will carry in Zoho."""
    write = proposal.write
    room = max(60, limit - 500)
    match write:
        case CreateTask():
            fields = [
                ("Task", mrkdwn(write.subject, limit=255)),
                ("On", _parent(write)),
                ("Due", reader.day(write.due)),
                ("Priority", write.priority),
                ("For", mrkdwn(write.assignee_name, limit=60)),
                ("Description", _whole(write.description, room - 120)),
            ]
        case AddNote():
            fields = [
                ("Note", mrkdwn(write.title, limit=120)),
                ("On", _parent(write)),
                ("Text", _whole(write.text, room)),
            ]
        case UpdateAccount():
            each = max(20, room // (2 * max(1, len(write.changes))))
            moves = [_move(change.field, change.before, change.after, limit=each) for change in write.changes]
            fields = [("Account", _parent(write)), *(("Change", move) for move in moves)]
    lines = [f"{label}: {value}" for label, value in fields]
    return "\n".join((*lines, f"Mark in Zoho: {proposal.marker}"))


def outcome(proposal: Proposal, reader: Reader) -> str:
    """`task created in Zoho`, as a link to what now stands there."""
    write = proposal.write
    match write:
        case CreateTask():
            return link(reader.links.record(Kind.ACTIVITY, proposal.crm_id or ""), "task created in Zoho")
        case AddNote():
            return link(reader.links.record(write.parent_kind, write.parent_id), "note added in Zoho")
        case UpdateAccount():
            return link(reader.links.record(Kind.ACCOUNT, write.account_id), "account updated in Zoho")


def standing(write: Write) -> str:
    """`the task stands`: what a write that was made left behind."""
    return {
        Tool.CREATE_TASK: "the task stands",
        Tool.ADD_NOTE: "the note stands",
        Tool.UPDATE_ACCOUNT: "the change stands",
    }[write.tool]


def _parent(write: Write) -> str:
    return f"{write.parent_kind} “{mrkdwn(write.parent_name, limit=60)}”"


def _move(field: str, before: str | None, after: str | None, *, limit: int) -> str:
    label = EDITABLE_ACCOUNT_FIELDS.get(field) or mrkdwn(field, limit=30)
    return f"{label}: {mrkdwn(before or '', limit=limit)} → {mrkdwn(after or '', limit=limit)}"


def _whole(text: str, limit: int) -> str:
    shown = mrkdwn(text, limit=limit - 40)
    return (
        f"{shown} _(press Adjust to read all of it)_"
        if shown.endswith(ELLIPSIS) and not text.endswith(ELLIPSIS)
        else shown
    )
