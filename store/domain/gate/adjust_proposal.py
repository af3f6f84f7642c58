"""The rules that an adjusted write must meet before it is shown again; the rules of a kind of write are in its own
file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from store.domain.crm.accounts import Person
from store.domain.errors import BadInput, Refused
from store.domain.gate.fields import FieldRules, field_problems
from store.domain.gate.write import Adjustment, Problem, Write


class FieldProblems(BadInput):
    """`problems` are (field of the write, one sentence), to be shown beside the fields."""

    def __init__(self, problems: Sequence[Problem]) -> None:
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
    """Check that an adjusted write keeps its kind and record, and that we and its system accept its fields.

    `choices` are the CRM's picklists of an account, by our field name; `rules` are the CRM's rules for the written
    fields.

    Raises: Refused if it changes the kind or the record; FieldProblems if a field isn't acceptable.
    """
    if write.kind != replaces.kind or (write.parent_kind, write.parent_id) != (
        replaces.parent_kind,
        replaces.parent_id,
    ):
        raise Refused("An adjusted proposal must stay the same kind of write on the same record.")
    problems = write.problems(Adjustment(replaces=replaces, owner=owner, people=people, choices=choices, today=today))
    named = {field for field, _ in problems}
    problems += [problem for problem in field_problems(write, rules or {}) if problem[0] not in named]
    if problems:
        raise FieldProblems(problems)
