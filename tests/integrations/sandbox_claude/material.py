"""An account as the agents are told of it."""

from __future__ import annotations

from typing import Any

ACCOUNT = {"id": "700000000000101", "name": "Northwind", "today": "2026-11-20"}
DOSSIER: dict[str, Any] = {
    "account": {
        "name": "Northwind",
        "owner": "Anna Berg",
        "open_amount": 48000,
        "currency": "EUR",
        "today": "2026-11-20",
    },
    "facts": [
        {"id": "f1", "text": "The renewal has stood at Negotiation for 34 days", "on": "deal", "date": "2026-10-17"},
        {
            "id": "f2",
            "text": "Nobody has been in touch with Jo Lind since 2 October",
            "on": "account",
            "date": "2026-10-02",
        },
        {"id": "f3", "text": "The renewal was due to close on 14 November", "on": "deal", "date": "2026-11-14"},
    ],
    "history": [
        {"id": "h1", "text": "The office moved to Malmö.", "date": "2026-05-02"},
        {"id": "h2", "text": "Jo Lind asked for the renewal on the terms of last year.", "date": "2026-09-11"},
    ],
    "candidates": [
        {
            "id": "c1",
            "action": "follow_up",
            "title": "Get the renewal moving or close it",
            "why": "Ask what it takes to reach the next stage.",
            "rests_on": ["f1", "f3"],
            "subject": "Get the renewal moving: agree what it takes",
            "text": "Call and ask what is missing.",
            "due": "2026-11-24",
            "email": None,
        },
        {
            "id": "c2",
            "action": "email",
            "title": "Write to Jo Lind at Northwind",
            "why": "A short, concrete mail is the cheapest way to learn where they stand.",
            "rests_on": ["f2"],
            "subject": "E-mail Jo Lind: where do we stand?",
            "text": "Send the draft from the brief.",
            "due": None,
            "email": "Hello Jo,\n\nIt has been a while since we last spoke.\n\nKind regards\nAnna",
        },
        {
            "id": "c3",
            "action": "note",
            "title": "Note what changed",
            "why": "",
            "rests_on": [],
            "text": "",
            "email": None,
        },
    ],
    "earlier": [],
}
PASSAGES: list[dict[str, Any]] = [
    {
        "id": "note:700000000000901#0",
        "kind": "note",
        "record_id": "700000000000901",
        "title": "Call with Jo",
        "text": "Jo wants the old terms. We will send the revised offer by Friday. The weather was fine.",
        "at": "2026-09-11T09:00:00+00:00",
    },
    {
        "id": "meeting:700000000000902#0",
        "kind": "meeting",
        "record_id": "700000000000902",
        "title": "Quarterly review",
        "text": "The rollout in Malmö went well.",
        "at": "2026-06-18T09:00:00+00:00",
    },
    {
        "id": "recommendation:x#0",
        "kind": "recommendation",
        "record_id": "x",
        "title": "Call Northwind",
        "text": "Call Northwind. We will send a draft.",
        "at": "2026-10-18T09:00:00+00:00",
    },
]
INSIGHT: dict[str, Any] = {
    "account_id": ACCOUNT["id"],
    "accounts": 1,
    "account": {
        "moods": [
            {
                "since": "2026-10-21",
                "until": "2026-11-20",
                "notes": 2,
                "good": 0,
                "bad": 3,
                "passage_ids": ["note:700000000000901#0"],
            }
        ],
        "trend": "The mood of the notes is worse than before: 3 of 3 words",
        "commitments": [
            {
                "by": "us",
                "what": "send the revised offer",
                "said": "We will send the revised offer by Friday.",
                "standing": "overdue",
                "passage_ids": ["note:700000000000901#0"],
            },
            {"by": "us", "what": "call", "said": "We will call.", "standing": "kept", "passage_ids": ["note:1#0"]},
        ],
    },
}
DETAILS: dict[str, Any] = {
    "account": {"id": ACCOUNT["id"], "name": "Northwind"},
    "open_deals": [
        {
            "id": "700000000000201",
            "name": "Add-on",
            "stage": "Qualification",
            "amount": 4000.0,
            "modified_at": "2026-11-01",
        },
        {
            "id": "700000000000202",
            "name": "Renewal",
            "stage": "Negotiation",
            "amount": 44000.0,
            "closing_date": "2026-11-14",
            "next_step": "Ask for the order number",
            "modified_at": "2026-10-17",
        },
    ],
    "notes": [{"id": "700000000000901", "text": "Jo wants the old terms. No news since."}],
    "activities": [{"id": "700000000000301", "subject": "Call Jo", "done": False}],
}
CARD_ID, OTHER_CARD = "a" * 32, "b" * 32
THREAD: dict[str, Any] = {
    "today": "2026-11-20",
    "turns": [],
    "cards": [
        {
            "id": CARD_ID,
            "title": "Get the renewal moving or close it",
            "account": {"id": ACCOUNT["id"], "name": "Northwind"},
            "rationale": "The renewal has stood at Negotiation for 34 days",
        },
        {
            "id": OTHER_CARD,
            "title": "Write to Mia Falk",
            "account": {"id": "700000000000102", "name": "Halden"},
            "rationale": "Nobody has been in touch since March",
        },
    ],
}
