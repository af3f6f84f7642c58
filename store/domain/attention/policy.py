"""How much a brief may ask of a person."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ASKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionPolicy:
    """`asks` is the most decisions that one brief asks for. Of those, at most `backlog` are about medium risks that were
    noticed before, at most `questions` ask whether an earlier one still matters, and at most half have the same set of
    signals. An account worth less than `floor` is only listed; so is one whose signals are all common and that
    is worth less than `common_floor`.

    That question follows once a decision was asked for in `unanswered` briefs. A high risk is shown at least every `unseen`
    briefs. `named` is how many other accounts a brief usually names in its list, `most_named` how many it names if that
    many high risks are waiting. A signal counts as common, and says nothing, from the share `common` of at least `enough`
    accounts; so does a set of signals that most of the accounts in trouble have, and at least `alike` of them.
    """

    asks: int = 5
    floor: float = 0.03
    common_floor: float = 0.06
    backlog: int = 2
    questions: int = 2
    unanswered: int = 3
    unseen: int = 5
    named: int = 6
    most_named: int = 20
    common: float = 0.4
    enough: int = 8
    alike: int = 4
