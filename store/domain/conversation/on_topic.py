"""Whether an answer fits its question: the accounts that this names, and the kind of fact that it asks for.

A sentence that is true and well cited may still answer another question: about another account, or with a note instead of a
date. Such a sentence counts as struck.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.domain.conversation.intents import Intent
from store.domain.crm.accounts import Kind
from store.domain.grounding.answer import SourceText
from store.domain.memory.passage import MemoryKind

_TALKS = ("note", "call", "meeting", "event", "activity", "task")
# The kinds of source that may answer each kind of question, by their label's first word or the record's kind; any for the others.
_ANSWERS: Mapping[Intent, tuple[str, ...]] = {
    Intent.LAST_CONTACT: _TALKS,
    Intent.CONTACTS: (Kind.CONTACT, "card", "deal"),
    Intent.LEFT: (Kind.CONTACT, "card", "change", "history", "note"),
    Intent.PROMISES: (*_TALKS, "decision", "recommendation", "outcome"),
    Intent.NEXT_STEP: (*_TALKS, Kind.DEAL, "card", "snoozed"),
    Intent.DEALS: (Kind.DEAL, Kind.ACCOUNT, "card", "figures", "history", "change"),
}
# Labels that say what the source is; those of evidence name a field instead.
_LABELS = frozenset({*map(str, Kind), *map(str, MemoryKind), "card", "history", "figures", "snoozed", "looked"})
_WHEN = re.compile(r"^\W*(?:when|how long)\b", re.IGNORECASE)
_HAS_DAY = re.compile(
    r"\d|\b(?:today|yesterday|tomorrow|week|month|never|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?s?\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`accounts` are the ids of those asked about, empty if the question is about none; `intent` is the kind of question, None if
    no rule knows it. `account_of` has the account of every record and card that the person may see."""

    accounts: frozenset[str]
    intent: Intent | None
    account_of: Mapping[str, str]
    message: str = ""

    def fits(self, sentence: str, sources: Sequence[SourceText]) -> bool:
        """Whether a sentence that rests on these sources may be part of the answer. One without sources claims nothing."""
        if not sources:
            return True
        about = [each for each in sources if self._is_about(each)]
        return bool(about) and any(self._is_of_kind(each) for each in about)

    def answers(self, text: str) -> bool:
        """Whether the whole text can answer the question: if it asks when, with a day."""
        if not text:
            return False
        return _HAS_DAY.search(text) is not None if _WHEN.search(self.message) else True

    def _is_about(self, source: SourceText) -> bool:
        if not self.accounts:
            return True
        places = {source.account_id, self.account_of.get(source.id, "")}
        places |= {self.account_of.get(each.record_id, "") for each in source.origins}
        return bool((places - {""}) & self.accounts)

    def _is_of_kind(self, source: SourceText) -> bool:
        wanted = _ANSWERS.get(self.intent) if self.intent is not None else None
        if wanted is None:
            return True
        label = next(iter(source.label.casefold().split()), "")
        kinds = {label} if label in _LABELS else {label, *(str(each.kind) for each in source.origins)}
        return bool(kinds & {str(each) for each in wanted})
