"""What a write may be, whoever asks for it: the rules an adjusted proposal is held against before it is shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from store.domain.crm.accounts import Person
from store.domain.errors import BadInput, Refused
from store.domain.gate.fields import FieldRules, field_problems
from store.domain.gate.proposals import EDITABLE_ACCOUNT_FIELDS, AddNote, CreateTask, RemoveRecord, UpdateAccount, Write
from store.domain.text.redaction import visible

# Zoho's own limits on these fields (task subject and note title: single line; description and note content: multi-line).
SUBJECT_LIMIT = 255
TITLE_LIMIT = 120
TEXT_LIMIT = 8_000
LATEST_DUE = timedelta(days=366)
NOT_ADJUSTABLE = "Taking something back has nothing to adjust: undo it as it is, or leave it."


class FieldProblems(BadInput):
    """`problems` are (field of the write, one sentence), to be shown beside the fields."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = tuple(problems)


def check_write(
    write: Write,
    *,
    replaces: Write,
    owner: Person,
    people: Mapping[str, Person],
    choices: Mapping[str, Sequence[str]],
    today: date,
    rules: FieldRules | None = None,
) -> None:
    """An adjusted write keeps its tool and its record, and its fields must be acceptable to us and to the CRM.

    `choices` are the CRM's picklists of an account, by our field name; `rules` what it said of the fields that are written.

    Raises: Refused where it would change the tool or the record; FieldProblems where a field will not do.
    """
    if write.tool is not replaces.tool or (write.parent_kind, write.parent_id) != (
        replaces.parent_kind,
        replaces.parent_id,
    ):
        raise Refused("An adjusted proposal must stay the same kind of write on the same record.")
    match write:
        case CreateTask():
            problems = _task_problems(write, owner=owner, people=people, today=today)
        case AddNote():
            problems = _note_problems(write)
        case UpdateAccount():
            assert isinstance(replaces, UpdateAccount)
            problems = _update_problems(write, replaces, choices)
        case RemoveRecord():
            raise Refused(NOT_ADJUSTABLE)
    named = {field for field, _ in problems}
    problems += [problem for problem in field_problems(write, rules or {}) if problem[0] not in named]
    if problems:
        raise FieldProblems(problems)


def plain_write(write: Write) -> Write:
    """The write without characters that nobody can see, whoever made it: a card cannot show them, so nothing may write them."""
    match write:
        case CreateTask():
            return replace(
                write,
                subject=visible(write.subject, limit=SUBJECT_LIMIT),
                description=visible(write.description, limit=TEXT_LIMIT),
            )
        case AddNote():
            return replace(
                write, title=visible(write.title, limit=TITLE_LIMIT), text=visible(write.text, limit=TEXT_LIMIT)
            )
        case UpdateAccount():
            plain = (replace(each, after=visible(each.after or "", limit=TEXT_LIMIT) or None) for each in write.changes)
            return replace(write, changes=tuple(plain))
        case RemoveRecord():
            return write


def _task_problems(
    write: CreateTask, *, owner: Person, people: Mapping[str, Person], today: date
) -> list[tuple[str, str]]:
    problems = [*_text("subject", write.subject, SUBJECT_LIMIT), *_length("description", write.description, TEXT_LIMIT)]
    if write.due < today:
        problems.append(("due", "The due date lies in the past."))
    if write.due > today + LATEST_DUE:
        problems.append(("due", "The due date is more than a year away."))
    assignee = people.get(write.assignee_id)
    if assignee is None or not assignee.active or assignee.id not in (owner.id, owner.manager_id):
        problems.append(("assignee_id", "A task can go to the account's owner or their manager."))
    return problems


def _note_problems(write: AddNote) -> list[tuple[str, str]]:
    return [*_text("title", write.title, TITLE_LIMIT), *_text("text", write.text, TEXT_LIMIT)]


def _update_problems(
    write: UpdateAccount, replaces: UpdateAccount, choices: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    before = {change.field: change.before for change in replaces.changes}
    problems = []
    for change in write.changes:
        label = EDITABLE_ACCOUNT_FIELDS.get(change.field)
        if label is None or change.field not in before or change.before != before[change.field]:
            problems.append((change.field, "This field is not part of the proposal."))
        elif not change.after:
            problems.append((change.field, f"{label} must not be empty."))
        elif change.field in choices and change.after not in choices[change.field]:
            problems.append((change.field, f"{label} must be one of: {', '.join(choices[change.field])}."))
        else:
            problems.extend(_length(change.field, change.after, TEXT_LIMIT))
    if write.unless_modified_since != replaces.unless_modified_since or not write.changes:
        raise Refused("An adjusted update must rest on the same version of the record and change something.")
    return problems


def _text(field: str, value: str, limit: int) -> list[tuple[str, str]]:
    return [(field, "This must not be empty.")] if not value.strip() else _length(field, value, limit)


def _length(field: str, value: str, limit: int) -> list[tuple[str, str]]:
    if len(value) <= limit:
        return []
    return [(field, f"This is {len(value)} characters long; the CRM takes {limit}.")]
