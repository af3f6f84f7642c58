"""Greetings, thanks, and the small tests by which people see whether a model answers at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation

_END = r"[ !.?,)😀👋🙏]{0,10}$"
_SAYINGS: Sequence[tuple[str, str]] = (
    (
        rf"^(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening|day))(?: (?:there|claude|all|bot|again))?{_END}",
        "Hello! {offer}",
    ),
    (
        r"^(?:ok(?:ay)?,? |great,? |perfect,? )?(?:thanks?|thank you|thx|ty|cheers)"
        rf"(?: (?:a lot|so much|very much|claude|again))?{_END}",
        "You're welcome.",
    ),
    (rf"^(?:bye|goodbye|see you|good ?night){_END}", "Goodbye!"),
    (rf"^(?:hi,? |hello,? )?how are you(?: doing)?(?: today)?{_END}", "All well here. {offer}"),
    (
        r"^(?:who|what) are you\b|\bare you (?:a )?(?:bot|human|real|claude|ai|chatgpt|gpt|robot)\b|\bwhat(?:'s| is) your name\b",
        "I'm a scripted stand-in for Claude: no model, but the same API. {offer}",
    ),
    (
        rf"^/?(?:help|what can you do|what do you do){_END}",
        "I use the tools you give me, fill in a schema, and answer from a text you send.",
    ),
    (rf"^(?:ping|test|testing|are you there|does this work){_END}", "I'm here."),
)
_PATTERNS = tuple((re.compile(pattern), answer) for pattern, answer in _SAYINGS)
_REPEAT = re.compile(
    r"^(?:please )?(?:reply|respond|answer|say)(?: back)?(?: with)?(?: (?:only|just|exactly))?(?: with)?"
    r"(?: the (?:single )?words?)?:? [“\"']?([^”\"'\n]{1,80}?)[”\"']?(?: (?:and nothing else|in one word))?[.!]?$",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?<![\d.])(-?\d{1,12}(?:\.\d{1,6})?) ?(\+|-|\*|x|×|/|plus|minus|times|divided by) ?(-?\d{1,12}(?:\.\d{1,6})?)(?![\d.])"
)
_LONGEST = 300  # characters


def small_talk(message: str, *, tools: bool) -> str:
    """Return the answer to small talk, "" for anything else."""
    said = " ".join(message[: _LONGEST + 1].split())
    if len(said) > _LONGEST:
        return ""
    offer = "What shall I look up?" if tools else "How can I help?"
    lower = said.casefold().replace("’", "'")
    for pattern, answer in _PATTERNS:
        if pattern.search(lower):
            return answer.format(offer=offer)
    if repeat := _REPEAT.match(said):
        return repeat[1].strip()
    return _summed(lower)


def _summed(said: str) -> str:
    found = _SUM.search(said)
    if found is None or not re.match(r"(?:what|how much|calculate|compute|\d|-)", said):
        return ""
    one, sign, other = Decimal(found[1]), found[2], Decimal(found[3])
    try:
        value = {
            "+": lambda: one + other, "plus": lambda: one + other, "-": lambda: one - other, "minus": lambda: one - other,
            "/": lambda: one / other, "divided by": lambda: one / other,
        }.get(sign, lambda: one * other)()  # fmt: skip
    except (DivisionByZero, InvalidOperation):
        return "That has no result: nothing can be divided by 0."
    return f"{value.normalize():f}"
