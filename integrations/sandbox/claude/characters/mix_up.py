"""The mix-up character: well-formed sentences that put true pieces together wrongly, between honest ones.

It cites everything it was given, so no citation gives it away. `meant` keeps the meaning of each sentence, so that a
judge can compare it with the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.competent import Competent
from integrations.sandbox.claude.characters.meaning import Meant
from integrations.sandbox.claude.characters.mixtures import honest, mixed
from integrations.sandbox.claude.characters.pieces import pieces_in
from integrations.sandbox.claude.characters.words import listed, text_of
from integrations.sandbox.claude.prompt import AUTHOR, COMPANION, Prompt, items_of


class MixUp:
    def __init__(self) -> None:
        self.meant: list[Meant] = []
        self._competent = Competent()

    def say(self, prompt: Prompt, dice: Random) -> Said:
        said = self._competent.say(prompt, dice)
        if not isinstance(said.value, dict):
            return said
        if prompt.agent == AUTHOR:
            return Said(value=self._advice(said.value, prompt.object("dossier"), dice))
        if prompt.agent == COMPANION and said.value.get("answer"):
            return Said(value=self._answer(said.value, prompt, dice))
        return said

    def _advice(self, value: Mapping[str, Any], dossier: Mapping[str, Any], dice: Random) -> dict[str, Any]:
        known = [*listed(dossier, "facts"), *listed(dossier, "history")]
        texts, cites = [text_of(each, "text") for each in known], [text_of(each, "id") for each in known]
        account = dossier.get("account")
        account_id = text_of(account, "id") if isinstance(account, Mapping) else ""
        advice = []
        for each in value["recommendations"]:
            more = {"rationale": self._written(texts, account_id, dice, 2), "cites": cites}
            line = {"text": self._written(texts, account_id, dice, 1)} if dice.random() < 0.5 else {}
            advice.append({**each, **more, **line})
        summary = self._written(texts, account_id, dice, 2)
        return {**value, "summary": summary, "cites": cites, "recommendations": advice}

    def _answer(self, value: Mapping[str, Any], prompt: Prompt, dice: Random) -> dict[str, Any]:
        texts = list(_told(prompt))
        return {**value, "answer": f"{value['answer']} {self._written(texts, '', dice, 5)}"}

    def _written(self, texts: Iterable[str], account_id: str, dice: Random, count: int) -> str:
        """So many sentences, every third an honest one."""
        pieces = pieces_in(texts)
        true = sum(dice.random() < 1 / 3 for _ in range(count))
        found = [*honest(pieces, dice, true), *mixed(pieces, dice, count - true)]
        dice.shuffle(found)
        self.meant += [replace(each, account_id=account_id) for each in found]
        return " ".join(each.text for each in found)


def _told(prompt: Prompt) -> Iterator[str]:
    """What the tools and the thread say, in the words of a dossier's facts."""
    thread = prompt.object("thread")
    for card in listed(thread, "cards"):
        yield from text_of(card, "rationale").split(". ")[:1]
    for result in prompt.results:
        rows = items_of(result.value)
        if isinstance(result.value, Mapping):
            rows = [*rows, *(row for name in ("open_deals", "contacts") for row in listed(result.value, name))]
        for row in rows:
            if text_of(row, "stage"):
                worth = f", is worth {row['amount']:,.0f}" if isinstance(row.get("amount"), int | float) else ""
                closes = f" and is to close on {_day(text_of(row, 'closing_date'))}" if row.get("closing_date") else ""
                yield f"“{text_of(row, 'name')}” is in {text_of(row, 'stage')}{worth}{closes}."
            elif text_of(row, "title") and text_of(row, "name"):
                yield f"{text_of(row, 'name')} is {text_of(row, 'title')}."


def _day(iso: str) -> str:
    day = date.fromisoformat(iso[:10])
    return f"{day.day} {day:%b %Y}"
