"""Which tools the companion uses for a question, step by step: first to find the account, then to read the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from integrations.sandbox.claude.answers import Call
from integrations.sandbox.claude.characters.asked_about import Asked, matching
from integrations.sandbox.claude.characters.wishes import month_in
from integrations.sandbox.claude.characters.words import clip, text_of
from integrations.sandbox.claude.prompt import Prompt, items_of
from store.domain.conversation.intents import Intent, needs_account

DETAILS, NAMES, DEALS = "zoho_get_account_details", "zoho_search_accounts", "zoho_list_open_deals"
SEARCH, DRAFT = "cognee_search_memory", "desk_draft"
# The tool of the person's own desk for each kind of question about their day.
DESK: Mapping[Intent, tuple[str, Mapping[str, Any]]] = {
    **{
        intent: ("desk_my_day", {"what": intent.value})
        for intent in (
            Intent.FIRST, Intent.NEWS, Intent.AT_RISK, Intent.SILENT, Intent.OVERDUE, Intent.MEETINGS, Intent.WAITING,
            Intent.SNOOZED,
        )
    },
    Intent.PIPELINE: ("desk_pipeline", {"what": "by_stage"}),
    Intent.CLOSING: ("desk_pipeline", {"what": "closing"}),
    Intent.STALLED: ("desk_pipeline", {"what": "stalled"}),
    Intent.DECIDED: ("desk_decisions", {}),
    Intent.RESULTS: ("desk_decisions", {}),
    Intent.TEAM: ("desk_team", {}),
}  # fmt: skip
_FROM_MEMORY = frozenset({Intent.PROMISES, Intent.LEFT})
_OF_DEALS = frozenset({Intent.STALLED, Intent.PIPELINE, Intent.CLOSING, Intent.AT_RISK})
_OPEN = re.compile(r"\b(?:stalled|stuck|open deals|everything)\b", re.IGNORECASE)
_KIND = re.compile(r"\b(?P<agenda>agenda|prep\w{0,8}|talking points)|(?P<summary>summar\w{1,5}|recap)\b", re.IGNORECASE)
_MISSED = re.compile(
    r"why (?:(?:wasn[’']t|isn[’']t|weren[’']t|aren[’']t) (?P<name>.{1,200}?)"
    r"|(?:was|is|were|are) (?P<other>.{1,200}?) (?:not|missing))"
    r" (?:on|in|from) (?:the|my|today[’']s) (?:list|brief)",
    re.IGNORECASE,
)


def looks(prompt: Prompt, message: str, asked: Asked, today: date) -> list[Call]:
    """Return the next calls, none once everything was read."""
    if (missed := missed_in(message)) or asked.name:
        if not _done(prompt, NAMES):
            return _offered(
                prompt, Call(NAMES, {"name": clip(missed or asked.name, 120), "limit": 3 if missed else 10})
            )
        found = found_account(prompt, missed or asked.name)
        accounts: Sequence[str] = (found,) if found else ()
        if not accounts:
            return []
    else:
        accounts = asked.accounts
    if accounts:
        return _of_accounts(prompt, message, asked.intent, accounts, today, read=bool(missed))
    if prompt.rounds:
        return []
    if (
        asked.intent is not None
        and asked.intent in DESK
        and (calls := _offered(prompt, _at_desk(asked.intent, message)))
    ):
        return calls
    if asked.intent in _OF_DEALS or _OPEN.search(message):
        return _offered(prompt, Call(DEALS, {"limit": 50}))
    alone = asked.intent is not None and needs_account(asked.intent) and asked.intent not in _FROM_MEMORY
    return _offered(prompt, _search(message, "", today)) if is_question(message) and not alone else []


def missed_in(message: str) -> str:
    """Return the account that the message misses on the list."""
    found = _MISSED.search(message)
    return (found["name"] or found["other"]).strip(" “”\"'") if found else ""


def found_account(prompt: Prompt, name: str) -> str:
    """Return the id of the account with this name among those that the search found."""
    rows = [row for result in prompt.gave(NAMES) for row in items_of(result.value)]
    found = matching(name, rows)
    return text_of(found, "id") if found else ""


def is_why(message: str) -> bool:
    return re.match(r"\s{0,20}why\b", message, re.IGNORECASE) is not None


def is_question(message: str) -> bool:
    return "?" in message or len(message.split()) > 2


def _of_accounts(
    prompt: Prompt, message: str, intent: Intent | None, accounts: Sequence[str], today: date, *, read: bool
) -> list[Call]:
    calls: list[Call] = []
    for account in accounts[:2]:
        if intent is Intent.DRAFT and DRAFT in prompt.tools:
            found = _KIND.search(message)
            kind = next((each for each in ("agenda", "summary") if found and found[each]), "mail")
            calls.append(Call(DRAFT, {"account_id": account, "kind": kind}))
        elif intent in _FROM_MEMORY or (intent is None and not is_why(message) and not read):
            calls.append(_search(message, account, today))
        else:
            calls.append(Call(DETAILS, {"account_id": account}))
    done = {(each.tool, text_of(each.arguments, "account_id")) for each in prompt.results}
    return [call for call in _offered(prompt, *calls) if (call.name, text_of(call.arguments, "account_id")) not in done]


def _at_desk(intent: Intent, message: str) -> Call:
    name, arguments = DESK[intent]
    filled = dict(arguments)
    if name != "desk_team":
        filled["when"] = clip(message, 60)
    if name == "desk_decisions":
        filled["of_team"] = "team" in message.casefold()
    return Call(name, filled)


def _search(message: str, account: str, today: date) -> Call:
    search: dict[str, Any] = {"query": clip(message, 400) or "news", "limit": 5}
    if account:
        search["account_id"] = account
    if month := month_in(message.casefold(), today):
        search["since"], search["until"] = (datetime.combine(day, time(), UTC).isoformat() for day in month)
    return Call(SEARCH, search)


def _offered(prompt: Prompt, *calls: Call) -> list[Call]:
    return [call for call in calls if call.name in prompt.tools]


def _done(prompt: Prompt, tool: str) -> bool:
    return any(result.tool == tool for result in prompt.results)
