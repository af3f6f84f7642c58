"""The words of a header or a file name, each in one form: `OpportunityID`, `deal_id` and `Deal Id` are all `deal id`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SAME: Mapping[str, str] = {
    word: meaning
    for meaning, words in {
        "account": "accounts company companies organization organizations organisation organisations customer customers client "
        "clients firm firms",
        "deal": "deals opportunity opportunities opp opps",
        "contact": "contacts person persons people",
        "user": "users",
        "owner": "owners agent agents rep reps representative seller sellers salesperson salespeople salesman responsible "
        "assignee assigned",
        "created": "create creation opened engage engaged added start started entry",
        "close": "closed closing deadline due",
        "modified": "updated changed update modify",
        "expected": "est estimated forecasted planned potential",
        "amount": "value revenue price sum total acv arr mrr size budget worth cost",
        "email": "mail emails",
        "id": "identifier uid guid uuid key number no nr code",
        "date": "day on at time timestamp datetime",
        "stage": "phase step stages",
        "activity": "activities engagement engagements interaction interactions",
        "note": "notes comment comments remark remarks",
        "first": "given forename",
        "last": "family surname",
        "phone": "telephone mobile",
        "website": "web url domain site",
        "industry": "sector branch vertical",
        "employees": "headcount staff",
        "team": "teams",
        "product": "products",
        "title": "position",
        "text": "body content message",
        "subject": "topic",
        "active": "enabled",
        "probability": "likelihood",
        "won": "win success successful",
        "lost": "lose loss",
        "call": "calls",
        "meeting": "meetings appointment appointments",
        "task": "tasks todo todos",
        "event": "events",
        "lead": "leads prospect prospects",
        "pipeline": "pipelines funnel",
        "days": "d",
        "type": "kind category",
    }.items()
    for word in words.split()
}


def words_of(text: str) -> tuple[str, ...]:
    """Split at capitals, digits and signs, and give each word its one form."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return tuple(_SAME.get(word, word) for word in re.findall(r"[^\W_]+", apart.lower()))


def fit(words: tuple[str, ...], phrase: str, *, own: str) -> float:
    """Return how well a header says a phrase: 1 if it says just that, apart from its own module's name, less with more words, 0
    if a word is missing."""
    wanted = phrase.split()
    said = [word for word in words if word != own or word in wanted] or list(words)
    if not set(wanted) <= set(said):
        return 0.0
    return len(wanted) / max(len(said), len(wanted))
