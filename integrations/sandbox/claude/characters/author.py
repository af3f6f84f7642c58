"""A competent Recommendation Author: presents the rules' moves, in their order, in a salesperson's words.

Every number it writes is in a fact that it cites. It weaves in history that is about the same subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.words import (
    clip,
    closed,
    ids,
    is_promise,
    joined,
    key_words,
    listed,
    rests_on,
    text_of,
)
from integrations.sandbox.claude.prompt import Prompt

MOST, LINE = 2, 120  # recommendations; characters of a task's line
_REJECTED = frozenset({"rejected", "dismissed", "declined"})
_REMINDERS = (
    "Keep the earlier conversation in mind: {}",
    "It ties in with an earlier event: {}",
    "The account's own history helps here: {}",
)
_WITH_HISTORY = (
    "Start from where you left off: {}",
    "Open with their own words: {}",
    "Refer to the last conversation: {}",
)
# Last lines, and first lines for moves without words from the rules.
_CLOSINGS: Mapping[str, Sequence[str]] = {
    "follow_up": ("Agree on one next step and a date before you hang up.", "Leave with a date in both calendars."),
    "email": ("If no answer comes, pick up the telephone.", "Should they stay silent, call."),
    "note": ("Add what you learn on the next call.", "Keep it to their actual words."),
    "update": ("Let the owner of the forecast know the change.", "Have a look at the forecast afterwards."),
    "escalate": (
        "Ask your manager for one concrete step, such as a call to the sponsor.",
        "Agree on who speaks to whom.",
    ),
}
_OPENINGS: Mapping[str, str] = {
    "follow_up": "Pick up the conversation where you left it.",
    "email": "Write briefly and ask one clear question.",
    "note": "Write it down while it is fresh.",
    "update": "Bring the record up to date.",
    "escalate": "Bring your manager in before it slips further.",
}

Fact = Mapping[str, Any]


def recommend(prompt: Prompt, dice: Random) -> Said:
    dossier = prompt.object("dossier")
    facts = {text_of(each, "id"): each for each in listed(dossier, "facts")}
    candidates = [each for each in listed(dossier, "candidates") if not _was_rejected(each, dossier)][:MOST]
    written: list[dict[str, Any]] = []
    past = list(listed(dossier, "history"))
    summary, cited = _summary(dossier, facts, candidates)
    told = cited if any(each.get("shown") for each in facts.values()) else []
    for each in candidates:
        written.append(_recommendation(each, dossier, facts, past, told, dice))
        past = [known for known in past if text_of(known, "id") not in written[-1]["cites"]]
    return Said(value={"summary": summary, "cites": cited, "recommendations": written})


def _was_rejected(candidate: Mapping[str, Any], dossier: Mapping[str, Any]) -> bool:
    title = text_of(candidate, "title").casefold()
    return any(
        text_of(each, "state") in _REJECTED and text_of(each, "title").casefold() == title
        for each in listed(dossier, "earlier")
    )


def _recommendation(
    candidate: Mapping[str, Any],
    dossier: Mapping[str, Any],
    facts: Mapping[str, Fact],
    history: Sequence[Fact],
    told_before: Sequence[str],
    dice: Random,
) -> dict[str, Any]:
    """`history` is not yet used in another recommendation; `told_before` are facts to leave out."""
    based = [facts[each] for each in ids(candidate, "rests_on") if each in facts]
    past = _fitting(candidate, based, history)
    told = closed(text_of(past, "text")) if past else ""
    sources = [*(text_of(each, "text") for each in based), told]
    why = closed(text_of(candidate, "why"))
    reminder = dice.choice(_REMINDERS).format(told) if told else ""
    fresh = [each for each in based if not each.get("shown") and text_of(each, "id") not in told_before]
    rationale = joined([_together(fresh), why if rests_on(why, sources) else "", reminder], 400)
    action = text_of(candidate, "action") if text_of(candidate, "action") in _OPENINGS else "follow_up"
    # Whoever does the task needs the promise; else the rules' own line says it better.
    promise = joined([dice.choice(_WITH_HISTORY).format(told)], LINE) if is_promise(told) else ""
    text = promise or ("" if text_of(candidate, "text") else dice.choice(_CLOSINGS[action]))
    used = bool(told) and told in rationale + text
    return {
        "candidate": text_of(candidate, "id"),
        "title": "",
        "rationale": "" if rationale == why else rationale or _OPENINGS[action],
        "cites": [text_of(each, "id") for each in (*based, *([past] if past and used else []))],
        "subject": "" if text_of(candidate, "subject") else clip(text_of(candidate, "title"), 120),
        "text": text,
        "email": _email(candidate, dossier),
    }


def _together(based: Sequence[Fact]) -> str:
    """Join the first two facts, writing words that both begin with only once."""
    told = [text_of(each, "text") for each in based[:2]]
    if len(told) < 2:
        return "".join(closed(each) for each in told)
    first, second = told[0].rstrip(". "), told[1]
    same = 0
    pairs = zip(first.split(), second.split(), strict=False)
    for one, other in pairs:
        if one != other:
            break
        same += 1
    if same >= 2:
        return closed(f"{first} and {' '.join(second.split()[same:])}")
    return f"{closed(first)} {closed(second)}"


def _fitting(candidate: Mapping[str, Any], based: Sequence[Fact], history: Sequence[Fact]) -> Fact | None:
    """Return a fact of the history about the same subject; else a promise, which always matters."""
    about = key_words(
        " ".join([text_of(candidate, "title"), text_of(candidate, "why"), *(text_of(f, "text") for f in based)])
    )
    ranked = sorted(history, key=lambda each: (-len(about & key_words(text_of(each, "text"))), text_of(each, "id")))
    if ranked and about & key_words(text_of(ranked[0], "text")):
        return ranked[0]
    return next((each for each in history if is_promise(text_of(each, "text"))), None)


def _email(candidate: Mapping[str, Any], dossier: Mapping[str, Any]) -> str | None:
    """Return None if the playbook's draft may stay; for a move without a draft, a short mail that names no figure."""
    if text_of(candidate, "email") or text_of(candidate, "action") != "email":
        return None
    account = dossier.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else ""
    return (
        f"Hello,\n\nI would like to hear how things are going at {name or 'your end'}. Has anything changed in your plans, "
        "or in who should be part of the conversation?\n\nWould a short call in the coming days suit you?\n\nKind regards"
    )


def _summary(
    dossier: Mapping[str, Any], facts: Mapping[str, Fact], candidates: Sequence[Mapping[str, Any]]
) -> tuple[str, list[str]]:
    """Return one or two sentences and the facts they rest on."""
    chosen = [each for candidate in candidates for each in ids(candidate, "rests_on") if each in facts]
    told: list[str] = []
    text = ""
    # Repeat facts that the reader sees anyway only if there are no others.
    fresh = [each for each in chosen if not facts[each].get("shown")]
    for each in dict.fromkeys(fresh or chosen or list(facts)):
        longer = joined([text, closed(text_of(facts[each], "text"))], 300)
        if longer != text and len(told) < MOST:
            text, told = longer, [*told, each]
    account = dossier.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else ""
    return text or f"Nothing at {name or 'this account'} asks for a decision today.", told
