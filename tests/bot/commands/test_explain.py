"""`sergas why`: the account's place in the last brief with its reasons, and each detector's word."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.commands.explain import run_why
from store.database import Database
from store.domain.attention.answers import Choice
from store.domain.attention.ledger import Entry, Ledger, Place, Reason, Tally
from store.domain.attention.worth import worth_of
from store.domain.gate.proposals import State
from store.domain.signals.kinds import Risk, SignalKind
from tests.bot.commands.terminal import Sergas, each_database
from tests.store.makers import ANNA, account, deal, proposal

NOW = datetime.now(UTC)
TODAY = NOW.date()
ENTRY = Entry(
    account_id="a1",
    account_name="Account a1",
    place=Place.COUNTED,
    reason=Reason.NO_ROOM,
    risk=Risk.HIGH,
    amount=84_200.0,
    worth=worth_of(risk=Risk.HIGH, score=0.8, amount=84_200, usual=20_000, novelty=1.0, confidence=0.7),
    statement="It is silent.",
    marks=("silent",),
    first_on=TODAY,
    topic="no_activity",
    unseen=1,
)


def why(*, everything: bool = False, as_json: bool = False) -> Callable[[], Awaitable[int]]:
    return lambda: run_why("Account a1", everything=everything, as_json=as_json)


def stored(url: str, *entries: Entry, briefed: bool = True, choose: Choice | None = None, deals: int = 1) -> None:
    """Anna owns an account, and had a brief today; nine of the ten answers she gave about silent accounts were no."""

    async def storing() -> None:
        database = Database(url)
        async with database.transaction() as tx:
            await tx.people.replace([ANNA])
            await tx.snapshots.upsert([account("a1"), *(deal(f"d{n}", "a1") for n in range(1, deals + 1))], seen_at=NOW)
            tally = Tally(accounts=10, fired={SignalKind.NO_NEXT_STEP: 9, SignalKind.NO_ACTIVITY: 2})
            if briefed:
                await tx.attention.keep(
                    Ledger(owner_id=ANNA.id, brief_id="b1", local_date=TODAY, entries=entries, tally=tally)
                )
            await tx.proposals.add(*_answers())
            if choose:
                await tx.answers.choose(ANNA.id, "no_activity", choose, at=NOW)
        await database.close()

    asyncio.run(storing())


def _answers() -> Sequence[Any]:
    states = [State.REJECTED] * 9 + [State.DONE]
    made = [proposal(f"p{n}", key=f"k{n}", state=state, decided_by=ANNA.id) for n, state in enumerate(states)]
    return [replace(each, decided_at=NOW - timedelta(days=1), created_at=NOW - timedelta(days=2)) for each in made]


@each_database
def test_it_says_first_why_the_account_was_not_raised(sergas: Sergas, url: str) -> None:
    stored(url, ENTRY)
    ran = sergas(why(everything=True))
    assert ran.code == 0
    assert ran.out.startswith("Account a1 · Anna Berg The brief of ")
    assert "only counted Account a1 under “Also at risk”, because other decisions were worth more." in ran.out
    assert "not shown in 1 brief." in ran.out
    assert "answers 1.00 Anna Berg dismissed 9 of 10 about silent accounts; never below 1 for a high risk" in ran.out
    assert "Common here, so it counts for less: no next step on 90% of accounts." in ran.out
    assert "a brief shows it again within 4 briefs at the latest" in ran.out
    assert ran.out.index("The brief of") < ran.out.index("No next step: ")


def test_in_short_it_names_each_signal_that_fires_once_and_counts_the_others(sergas: Sergas, url: str) -> None:
    stored(url, ENTRY, deals=12)
    ran = sergas(why())
    assert ran.out.startswith("Account a1 · Anna Berg The brief of ")
    assert ran.out.count("No next step: ") == 1
    assert "And 11 more deals." in ran.out
    assert "other signals don't fire. `--all` says why" in ran.out
    assert "Worth" not in ran.out
    assert ": no." not in ran.out


def test_a_choice_is_named(sergas: Sergas, url: str) -> None:
    stored(url, replace(ENTRY, risk=Risk.MEDIUM), choose=Choice.FEWER)
    ran = sergas(why(everything=True))
    assert "Anna Berg chose to see fewer about silent accounts" in ran.out
    assert "at the latest" not in ran.out


def test_without_a_brief_it_says_so_and_still_says_what_each_detector_found(sergas: Sergas, url: str) -> None:
    stored(url, briefed=False)
    ran = sergas(why())
    assert "No brief has recorded yet why Account a1 is in it or not; the next one will." in ran.out
    assert "No next step: " in ran.out


def test_an_account_on_which_nothing_was_noticed_has_no_worth(sergas: Sergas, url: str) -> None:
    stored(url)
    ran = sergas(why())
    assert "noticed nothing about Account a1." in ran.out
    assert "Worth" not in ran.out


def test_as_json_it_is_one_line_with_the_figures(sergas: Sergas, url: str) -> None:
    stored(url, ENTRY)
    told = json.loads(sergas(why(as_json=True)).out)
    brief = told["brief"]
    assert (told["account"], told["owner"], told["common"]) == ("Account a1", "Anna Berg", {"no_next_step": 0.9})
    assert (brief["place"], brief["reason"]) == ("counted", "no_room")
    assert (brief["unseen"], brief["shown_within_briefs"]) == (1, 4)
    assert [each["name"] for each in brief["factors"]] == ["risk", "money", "novelty", "confidence", "answers"]
    assert set(told["signals"]) == set(SignalKind)
    assert "no_next_step" not in told["silent"]


def test_as_json_without_a_brief_its_part_is_null(sergas: Sergas, url: str) -> None:
    stored(url, briefed=False)
    assert json.loads(sergas(why(as_json=True)).out)["brief"] is None
