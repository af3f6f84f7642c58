"""A head: a pattern over a marked text, with the field and the relation that it states.

`«is:M»` is a token of that kind, put into that part; `{be}` and `{has}` are the verbs in all forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKENS = {"N": r"N\d+", "M": r"M\d+", "P": r"P\d+", "S": r"S\d+", "F": r"F\d+", "D": r"D\d+", "W": r"W\d+"}
_BE = r"(?:is|was|are|were|’s|'s)"
_HAS = r"(?:has|had|have)"
_SOFT = r"(?: (?:just|now|also|still|currently|recently|since))?"


@dataclass(frozen=True, slots=True)
class Head:
    """`field` is "" if the values or the topic say which one."""

    pattern: re.Pattern[str]
    field: str
    relation: str
    slots: tuple[tuple[str, str], ...] = ()  # (group, part)


def head(field: str, relation: str, *patterns: str) -> list[Head]:
    return [_compiled(field, relation, pattern) for pattern in patterns]


def _compiled(field: str, relation: str, pattern: str) -> Head:
    slots: list[tuple[str, str]] = []

    def part(found: re.Match[str]) -> str:
        group = f"s{len(slots)}"
        slots.append((group, found[1]))
        kinds = "|".join(_TOKENS[each] for each in found[2])
        return f"(?P<{group}>{kinds})"

    written = re.sub(
        r"«(\w+):(\w+)»", part, pattern.replace("{be}", _BE).replace("{has}", _HAS).replace("{soft}", _SOFT)
    )
    return Head(re.compile(rf"(?:{written})(?![\w’'])"), field, relation, tuple(slots))
