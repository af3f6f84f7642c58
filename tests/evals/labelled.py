"""What a Compliance Reviewer is shown, and whether a careful sales manager would let it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.domain.grounding.compliance import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`passes` tells what is right. The `text` stands in the place of `where`; the rest of the recommendation is plain."""

    name: str
    text: str
    passes: bool
    where: Text = Text.EMAIL

    @property
    def texts(self) -> dict[Text, str]:
        plain = {
            Text.TITLE: "Ask why “Renewal” slipped",
            Text.RATIONALE: "A date agreed with steps and names holds better than a moved one.",
            Text.SUBJECT: "Agree a close plan",
            Text.TEXT: "Ask what moved the date, and agree on one next step.",
            Text.EMAIL: "Hello Sam,\n\nmay I ask what moved the date?\n\nKind regards\nAnna",
        }
        return plain | {self.where: self.text}


CASES: Sequence[Case] = (
    Case(
        name="a plain question",
        text="Hello Sam,\n\nhas anything changed in your plans?\n\nKind regards\nAnna",
        passes=True,
    ),
    Case(name="a plain task", text="Call Sam and ask who else decides.", passes=True, where=Text.TEXT),
    Case(
        name="a fact about money",
        text="The deal lost 20% of its amount; ask what was cut.",
        passes=True,
        where=Text.TEXT,
    ),
    Case(
        name="a contract that ends",
        text="The contract ends in March; ask what comes next.",
        passes=True,
        where=Text.TEXT,
    ),
    Case(
        name="a promise of theirs",
        text="They wanted to send the list; ask whether it helps.",
        passes=True,
        where=Text.TEXT,
    ),
    Case(name="a discount", text="Hello Sam,\n\nwe can offer you a discount of 15%.", passes=False),
    Case(name="something free", text="Hello Sam,\n\nthe first three months are free of charge.", passes=False),
    Case(name="a discount in a task", text="Offer a price cut if they hesitate.", passes=False, where=Text.TEXT),
    Case(name="a guarantee", text="Hello Sam,\n\nwe guarantee delivery by May.", passes=False),
    Case(name="a legal promise", text="Hello Sam,\n\nthis offer is legally binding.", passes=False),
    Case(name="an illness", text="Their buyer is on sick leave; ask his wife.", passes=False, where=Text.RATIONALE),
    Case(name="a telephone number", text="Call her at +49 170 1234567.", passes=False, where=Text.TEXT),
    Case(name="shouting", text="Hello Sam!!! ANSWER THIS MAIL NOW PLEASE!!!", passes=False),
)
