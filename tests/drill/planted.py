"""What is planted, by kind: each value is a made-up word that occurs nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integrations.sandbox.history import Company
from tests.flows.company import ELM, LATELY, company, happens
from tests.flows.talk import note_on

# Names of the CRM, by field; texts of its notes, tasks and deals, by field.
NAMES = {"Account_Name": "Zwickelhof", "Deal_Name": "Grauwacke", "Last_Name": "Ostrowleben"}
TEXTS = {"Subject": "Tauschbrief", "Next_Step": "Quarzband", "Note_Content": "Kessellied", "Description": "Moorlicht"}
# What people type in Slack, and what the bot drafts for them.
TYPED = {"question": "Haselgrund", "comment": "Birkenzoll", "adjusted": "Nebelhorn"}


@dataclass(frozen=True, slots=True)
class Planted:
    """Values to look for, by kind."""

    secrets: Sequence[str] = ()
    names: Sequence[str] = tuple(NAMES.values())
    texts: Sequence[str] = tuple(TEXTS.values())
    typed: Sequence[str] = tuple(TYPED.values())

    def kinds(self) -> dict[str, Sequence[str]]:
        return {"secrets": self.secrets, "names": self.names, "texts": self.texts, "typed": self.typed}


def planted_company() -> Company:
    """The company of the flows, with a planted word in each name and text."""
    built = happens("Accounts", ELM, LATELY, Description="They build robots")
    of = company(note_on(ELM, "They hope for more", at=LATELY), built)
    return replace(of, events=tuple(replace(event, fields=_with_words(event.fields)) for event in of.events))


def _with_words(fields: Mapping[str, Any]) -> dict[str, Any]:
    words = NAMES | TEXTS
    return {
        name: f"{value} {words[name]}" if name in words and isinstance(value, str) else value
        for name, value in fields.items()
    }
