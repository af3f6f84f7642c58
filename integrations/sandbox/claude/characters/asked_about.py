"""The subject of a message to the companion: the kind of question, and the account.

The account is one that the message names, else one that an earlier message of the thread named, else that of the card in focus.
A message with an unknown name is about an account that must be looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.claude.characters.names import names_in
from integrations.sandbox.claude.characters.vocabulary import words
from integrations.sandbox.claude.characters.words import listed, text_of
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.names import find_accounts
from store.domain.conversation.phrases import VOCABULARY, intents_of, plain_words

Card = Mapping[str, Any]
_LITTLE = words(
    "the and for with that this from has had have was were are not but they them their our you your who its will been what when "
    "which into than then there here about after before more most some any all one two did does had she him her his"
)
_CALENDAR = words(
    "january february march april may june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday christmas easter"
)
# Ways to ask that the bot's rules leave to a model.
_ALSO: Sequence[tuple[Intent, re.Pattern[str]]] = (
    (Intent.STALLED, re.compile(r"\b(?:dust|going nowhere|no movement|frozen|dead in the water|not budg\w{1,4}|sitting still)\b")),
    (Intent.SILENT, re.compile(r"\b(?:neglect\w{0,4}|ignor\w{1,4}|lost touch|forgotten about|out of touch|cold)\b")),
    (Intent.CLOSING, re.compile(r"\b(?:landing|coming in|about to (?:sign|close)|signing|wrap(?:ping)? up)\b")),
    (Intent.FIRST, re.compile(r"\b(?:tackle|1st|burning|on fire|urgent\w{0,2}|start with|on my plate|focus|matters most)\b")),
    (Intent.OVERDUE, re.compile(r"\b(?:past due|behind on|late with|missed)\b")),
    (Intent.DECIDED, re.compile(r"\b(?:said yes|signed off|okay?ed|green ?lit|agreed to)\b")),
    (Intent.AT_RISK, re.compile(r"\b(?:worried|wobbl\w{1,4}|shaky|could go wrong|losing|slip away)\b")),
    (Intent.PIPELINE, re.compile(r"\b(?:funnel|book of business|in play|on the table)\b")),
    (Intent.MEETINGS, re.compile(r"\b(?:diary|booked in|on my calendar)\b")),
    (Intent.CHANGE_DEAL, re.compile(r"^(?:bump|raise|lower|drop|reduce|increase)\b.{1,80}\bto \W{0,3}\d")),
)  # fmt: skip
_LETTERS = 5  # of a phrase's word that other forms of it begin with
_GENERAL = frozenset({Intent.GREETING, Intent.THANKS, Intent.HELP, Intent.SMALL_TALK, Intent.WHO_ARE_YOU, Intent.STOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`accounts` are the ids of known accounts; `name` is one to look for. Both are empty if the message is about none."""

    intent: Intent | None
    accounts: tuple[str, ...] = ()
    name: str = ""


def asked_in(message: str, thread: Any, cards: Sequence[Card], focus: Card | None) -> Asked:
    known = {account_of(card): name for card in cards if (name := name_of(card)) and account_of(card)}
    found = find_accounts(message, known, other=VOCABULARY)
    intent = intent_of(found.rest)
    if found.groups:
        return Asked(intent=intent, accounts=tuple(group[0] for group in found.groups if len(group) == 1))
    if intent not in _GENERAL and (name := unknown_name(message, intent)):
        return Asked(intent=intent, name=name)
    if intent is not None and not needs_account(intent):
        return Asked(intent=intent)
    earlier = [text_of(each, "said") for each in listed(thread, "earlier")] if isinstance(thread, Mapping) else []
    before = next((each for said in reversed(earlier) if (each := _known_in(said, known))), "")
    account = before or (account_of(focus) if focus is not None else "")
    return Asked(intent=intent, accounts=(account,) if account else ())


def intent_of(message: str) -> Intent | None:
    """Return the kind of question, even if it is in words that no rule of the bot knows."""
    if intents := intents_of(message):
        return intents[0]
    said = plain_words(message)
    return next((intent for intent, pattern in _ALSO if pattern.search(said)), None)


def matching(name: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the account that bears this name, and none if the search found only others."""
    named = {text_of(row, "id"): text_of(row, "name") for row in rows}
    found = _known_in(name, named)
    return next((row for row in rows if text_of(row, "id") == found), None)


def unknown_name(message: str, intent: Intent | None) -> str:
    """Return the unknown name in a message: words with capitals; else, in a question about an account, the words that no phrase
    has."""
    capitals = [each for each in names_in(message) if not all(map(is_usual, plain_words(each).split()))]
    if capitals:
        return max(capitals, key=len)
    if intent is None or not needs_account(intent):
        return ""
    said = [each.strip('?!.:;()"“”') for each in plain_words(message).split()]
    left = [each for each in said if len(each) > 2 and each.isalpha() and not is_usual(each)]
    return " ".join(left) if len(left) < 4 else ""


def is_usual(word: str) -> bool:
    """Whether a word is one of a question, a little one, or of the calendar."""
    if word in VOCABULARY or word in _LITTLE or word in _CALENDAR or len(word) < 3:
        return True
    return any(word[:length] in VOCABULARY for length in range(_LETTERS, len(word)))


def account_of(card: Card) -> str:
    account = card.get("account")
    return text_of(card, "account_id") or (text_of(account, "id") if isinstance(account, Mapping) else "")


def name_of(card: Card) -> str:
    account = card.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else text_of(card, "account")
    return name or text_of(card, "account_name")


def _known_in(message: str, known: Mapping[str, str]) -> str:
    """Return the one account that the text names, "" if it names none or several."""
    groups = find_accounts(message, known, other=VOCABULARY).groups
    return groups[0][0] if len(groups) == 1 and len(groups[0]) == 1 else ""
