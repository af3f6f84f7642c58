"""Mornings for the tests of `tests.bench quality`: one owner, one account, a card with one task; change what matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.views.blocks import Block, actions, button, context, header, section
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.brief import Brief, Card, Statement
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk, SignalKind
from tests.bench.quality.seen import Seen
from tests.domain.makers import ANNA, NOW, TODAY
from tests.domain.proposals import TASK, proposal

ACCOUNT, NAME = "4200000000000000001", "Acme GmbH"
ASKED = proposal(TASK)
TASK_LINE = "→ Task for you, due Tue 24 Nov: “Call Acme” · “It is quiet.”"
WORTH = Worth(risk=1, money=1, novelty=1, confidence=1)


def card_blocks(
    text: str = TASK_LINE, *, of: Proposal = ASKED, account_id: str = ACCOUNT, why: bool = True, approve: bool = True
) -> list[Block]:
    """A full card as the contract has it: its section, then its buttons."""
    value = f"{of.id}:{of.version}"
    first = button("Approve", action_id="approve_proposal" if approve else "read_proposal", value=value)
    more = [button("Why?", action_id="why_proposal", value=f"b:{account_id}")] if why else []
    body = section(f"🔴 *<https://crm.example/tab/Accounts/{account_id}|{NAME}>* · $9,000 open\n{text}")
    return [{**body, "block_id": f"card:{account_id}"}, actions(f"decide:{value}", first, *more)]


def question_blocks(account_id: str = ACCOUNT) -> list[Block]:
    keep = button("Keep asking", action_id="keep_asking", value="p:1")
    return [{**section(f"*{NAME}*: still relevant?"), "block_id": f"question:{account_id}"}, actions("keep:p", keep)]


def container(title: str, *children: Block) -> Block:
    """Collapsed."""
    return {
        "type": "container",
        "block_id": "open",
        "title": {"type": "plain_text", "text": title},
        "child_blocks": list(children),
        "is_collapsible": True,
        "default_collapsed": True,
    }


def entry(account_id: str = ACCOUNT, name: str = NAME, **fields: Any) -> Entry:
    given: dict[str, Any] = {"place": Place.ASK, "reason": Reason.NEW, "risk": Risk.HIGH, "marks": ("m1",)}
    return Entry(
        account_id=account_id, account_name=name, amount=9_000, worth=WORTH, statement="It is quiet.", first_on=TODAY,
        **given | fields,
    )  # fmt: skip


def card(account_id: str = ACCOUNT, *kinds: SignalKind) -> Card:
    statement = Statement(text="It is quiet.", kinds=kinds or (SignalKind.NO_ACTIVITY,), evidence=())
    return Card(
        account_id=account_id, account_name=NAME, risk=Risk.HIGH, score=0.8, amount=9_000, statements=(statement,),
        recommendations=(ASKED.recommendation,), proposal_ids=(ASKED.id,),
    )  # fmt: skip


def seen(
    *blocks: Block, day: int = 0, entries: tuple[Entry, ...] = (), write: Write | None = None, **fields: Any
) -> Seen:
    """So many days after the first morning."""
    asked = replace(ASKED, write=write or ASKED.write)
    on = TODAY + timedelta(days=day)
    given: dict[str, Any] = {"cards": (card(),), "thread": ()} | fields
    return Seen(
        day=on,
        owner_id=ANNA.id,
        brief=_brief(on, given["cards"]),
        entries={each.account_id: each for each in entries},
        proposals={asked.id: asked},
        blocks=(header("Good morning, Anna"), *blocks, context("Nothing is written unless you approve it.")),
        thread=given["thread"],
    )


def _brief(on: date, cards: tuple[Card, ...]) -> Brief:
    return Brief(
        id=f"b{on}", owner_id=ANNA.id, owner_name=ANNA.name, local_date=on, generated_at=NOW, data_as_of=NOW, accounts=3,
        cards=cards, news=(), quiet=2,
    )  # fmt: skip
