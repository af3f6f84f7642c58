"""A statement as it reads on a card, beside the account's line and the write: nothing is said twice."""

from __future__ import annotations

from bot.views.write import Short, whole_line
from store.domain.crm.accounts import Kind
from store.domain.gate.write import Write
from store.domain.text.wording import one_line, quoted

_THE_DEAL = "The deal"


def sentence(text: str, write: Write, short: Short) -> str:
    """The statement with “the deal” for a deal that the write's own text names."""
    name = quoted(write.parent_name)
    if write.parent_kind is Kind.DEAL and name in text and whole_line(one_line(write.parent_name)) in short.line:
        text = text.replace(name, "the deal")
    return f"{text[:1].upper()}{text[1:]}"


def following(first: str, second: str) -> str:
    """The second sentence after the first one, about the same deal."""
    return (
        f"It{second.removeprefix(_THE_DEAL)}"
        if all(each.startswith(f"{_THE_DEAL} ") for each in (first, second))
        else second
    )
