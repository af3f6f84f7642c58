"""What a proposal would write, told from the payload itself and never from anybody's prose."""

from __future__ import annotations

from bot.views.reader import Reader
from bot.views.text import ELLIPSIS, link
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import (
    EDITABLE_ACCOUNT_FIELDS,
    AddNote,
    CreateTask,
    FieldChange,
    Proposal,
    RemoveRecord,
    Tool,
    UpdateAccount,
    Write,
)


def in_short(write: Write, reader: Reader, *, titled: str = "") -> str:
    """One line: `Will create in Zoho: task for Anna on deal “Acme”, due Tue 24 Nov, High priority: …`.

    A subject that says the very words of the title above it (`titled`) is not said again.
    """
    match write:
        case CreateTask():
            same = write.subject == titled
            subject = "" if same else f": {reader.text(write.subject, limit=110)}"
            return (
                f"_Will create in Zoho:_ {'a task of that name' if same else 'task'} for "
                f"{_assignee(write, reader, limit=40)} on {_parent(write, reader)}, due {reader.day(write.due)}, "
                f"{write.priority} priority{subject}"
            )
        case AddNote():
            title, text = reader.text(write.title, limit=70), reader.text(write.text, limit=120)
            return f"_Will add to Zoho:_ note “{title}” on {_parent(write, reader)}: “{text}”"
        case UpdateAccount():
            moves = [_move(change, reader, limit=40) for change in write.changes[:2]]
            more = f" and {len(write.changes) - 2} more" if len(write.changes) > 2 else ""
            return f"_Will change in Zoho:_ {_parent(write, reader)}: {', '.join(moves)}{more}"
        case RemoveRecord():
            title = reader.text(write.title, limit=110)
            return f"_Will remove from Zoho:_ {write.record} “{title}” on {_parent(write, reader)}"


def in_full(proposal: Proposal, reader: Reader) -> str:
    """Every field of the write on its own line, at most about 2,700 characters, and the mark it will carry in Zoho."""
    write = proposal.write
    match write:
        case CreateTask():
            fields = [
                ("Task", reader.text(write.subject, limit=255)),
                ("On", _linked_parent(write, reader)),
                ("Due", reader.day(write.due)),
                ("Priority", write.priority),
                ("For", _assignee(write, reader, limit=60)),
                ("Description", _whole(write.description, reader, limit=1_900)),
            ]
        case AddNote():
            fields = [
                ("Note", reader.text(write.title, limit=120)),
                ("On", _linked_parent(write, reader)),
                ("Text", _whole(write.text, reader, limit=2_200)),
            ]
        case UpdateAccount():
            each = 2_200 // (2 * max(1, len(write.changes)))
            moves = [_move(change, reader, limit=each) for change in write.changes]
            fields = [("Account", _linked_parent(write, reader)), *(("Change", move) for move in moves)]
        case RemoveRecord():
            title = reader.text(write.title, limit=255)
            fields = [(f"Remove {write.record}", title), ("From", _parent(write, reader))]
    lines = [f"{label}: {value}" for label, value in fields]
    mark = () if proposal.undoes else (f"Mark in Zoho: {proposal.marker}",)
    return "\n".join((*lines, *mark))


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
        case RemoveRecord():
            return undone(write)


def standing(write: Write) -> str:
    """`the task stands`: what a write that was made left behind."""
    return {
        Tool.CREATE_TASK: "the task stands",
        Tool.ADD_NOTE: "the note stands",
        Tool.UPDATE_ACCOUNT: "the change stands",
        Tool.REMOVE_RECORD: "the removal stands",
    }[write.tool]


def undone(write: Write) -> str:
    """`task removed from Zoho`: what taking a write back left behind; `write` is the one that takes back."""
    return f"{write.record} removed from Zoho" if isinstance(write, RemoveRecord) else "put back as it was in Zoho"


def _assignee(write: CreateTask, reader: Reader, *, limit: int) -> str:
    """Who would get the task, by the id that is written; the payload's own name only where nobody is known by it."""
    return reader.named(reader.names.get(write.assignee_id, write.assignee_name), limit=limit)


def _parent(write: Write, reader: Reader) -> str:
    return f"{write.parent_kind} “{reader.named(write.parent_name, limit=60)}”"


def _linked_parent(write: Write, reader: Reader) -> str:
    """Named by the payload and linked by the id that is written to, so that a wrong name shows."""
    name = reader.named(write.parent_name, limit=60)
    return f"{write.parent_kind} “{link(reader.links.record(write.parent_kind, write.parent_id), name)}”"


def _move(change: FieldChange, reader: Reader, *, limit: int) -> str:
    label = EDITABLE_ACCOUNT_FIELDS.get(change.field) or reader.text(change.field, limit=30)
    before, after = (reader.text(each or "empty", limit=limit) for each in (change.before, change.after))
    return f"{label}: {before} → {after}"


def _whole(text: str, reader: Reader, *, limit: int) -> str:
    shown = reader.text(text, limit=limit)
    return (
        f"{shown} _(press Adjust to read all of it)_"
        if shown.endswith(ELLIPSIS) and not text.endswith(ELLIPSIS)
        else shown
    )
