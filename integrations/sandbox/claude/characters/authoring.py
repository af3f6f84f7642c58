"""What a competent Recommendation Author writes: the moves that the rules found, in their order, in a salesperson's words.

Every number it says stands in a fact that it cites. What came before, the history, is woven in where it is about the same thing.
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

MOST = 2
_REJECTED = frozenset({"rejected", "dismissed", "declined"})
_REMINDERS = (
    "Keep in mind what was said before: {}",
    "It ties in with what came before: {}",
    "The account's own history helps here: {}",
)
_WITH_HISTORY = ("Start from where you left off: {}", "Open with what they told you: {}", "Refer to what was said: {}")
# What to do at the end of it, and what is said where the rules left no words.
_CLOSINGS: Mapping[str, Sequence[str]] = {
    "follow_up": ("Agree on one next step and a date before you hang up.", "Leave with a date in both calendars."),
    "email": ("If no answer comes, pick up the telephone.", "Should they stay silent, call."),
    "note": ("Add what you learn on the next call.", "Keep it to what was really said."),
    "update": ("Tell whoever owns the forecast what changed.", "Have a look at the forecast afterwards."),
    "escalate": (
        "Ask your manager for one concrete step, such as a call to the sponsor.",
        "Agree on who speaks to whom.",
    ),
}
_OPENINGS: Mapping[str, str] = {
    "follow_up": "Pick up the conversation where it stands.",
    "email": "Write briefly and ask one clear question.",
    "note": "Write it down while it is fresh.",
    "update": "Bring the record in line with what is known.",
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
    """`history` is what was not told with another recommendation yet; `told_before` are facts to leave out."""
    based = [facts[each] for each in ids(candidate, "rests_on") if each in facts]
    past = _fitting(candidate, based, history)
    told = closed(text_of(past, "text")) if past else ""
    sources = [*(text_of(each, "text") for each in based), told]
    why = closed(text_of(candidate, "why"))
    reminder = dice.choice(_REMINDERS).format(told) if told else ""
    fresh = [each for each in based if not each.get("shown") and text_of(each, "id") not in told_before]
    rationale = joined([_together(fresh), why if rests_on(why, sources) else "", reminder], 400)
    action = text_of(candidate, "action") if text_of(candidate, "action") in _OPENINGS else "follow_up"
    # Whoever does the task later needs what was promised; the rest is told in the brief.
    start = dice.choice(_WITH_HISTORY).format(told) if is_promise(told) else dice.choice(_CLOSINGS[action])
    text = joined(["" if text_of(candidate, "text") else _OPENINGS[action], start], 400)
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
    """The first two facts in one breath; where they begin with the same words, these are said once."""
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
    """What of the history is about the same; else a promise, for that always matters."""
    about = key_words(
        " ".join([text_of(candidate, "title"), text_of(candidate, "why"), *(text_of(f, "text") for f in based)])
    )
    ranked = sorted(history, key=lambda each: (-len(about & key_words(text_of(each, "text"))), text_of(each, "id")))
    if ranked and about & key_words(text_of(ranked[0], "text")):
        return ranked[0]
    return next((each for each in history if is_promise(text_of(each, "text"))), None)


def _email(candidate: Mapping[str, Any], dossier: Mapping[str, Any]) -> str | None:
    """Nothing where the playbook's draft may stay; for a mail without one, a short one that names no figure."""
    if text_of(candidate, "email") or text_of(candidate, "action") != "email":
        return None
    account = dossier.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else ""
    return (
        f"Hello,\n\nI would like to hear how things stand at {name or 'your end'}. Has anything changed in your plans, "
        "or in who should be part of the conversation?\n\nWould a short call in the coming days suit you?\n\nKind regards"
    )


def _summary(
    dossier: Mapping[str, Any], facts: Mapping[str, Fact], candidates: Sequence[Mapping[str, Any]]
) -> tuple[str, list[str]]:
    """One or two sentences, and what they rest on."""
    chosen = [each for candidate in candidates for each in ids(candidate, "rests_on") if each in facts]
    told: list[str] = []
    text = ""
    # What the reader sees anyway is told again only where there is nothing else.
    fresh = [each for each in chosen if not facts[each].get("shown")]
    for each in dict.fromkeys(fresh or chosen or list(facts)):
        longer = joined([text, closed(text_of(facts[each], "text"))], 300)
        if longer != text and len(told) < MOST:
            text, told = longer, [*told, each]
    account = dossier.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else ""
    return text or f"Nothing at {name or 'this account'} asks for a decision today.", told
