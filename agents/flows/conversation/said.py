"""An answer in a conversation, before it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.conversation.choices import Choice
from store.domain.conversation.figures import Figures
from store.domain.gate.proposals import Proposal
from store.domain.grounding.answer import SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer: `text` is plain and says everything, `figures` show the same better. `note` names the author unless it is the
    companion. `proposal` changed; with `again` its card appears once more in the thread of `brief_id`, which is
    `elsewhere` if the message was not written there. `choices` are the
    meanings that the message may have. `by_model` is the id of an answer of a model, which its reader may call useful or not."""

    text: str
    sources: tuple[SourceText, ...] = ()
    note: str = ""
    proposal: Proposal | None = None
    again: bool = False
    elsewhere: bool = False
    brief_id: str | None = None
    choices: tuple[Choice, ...] = ()
    figures: Figures | None = None
    by_model: str = ""
