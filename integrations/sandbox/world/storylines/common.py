"""Building blocks of storylines: an account to begin with, a deal on its way to the turn, and ordinary business."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.history import Json
from integrations.sandbox.world.deals import deal_amount, move_to, open_deal, pursue
from integrations.sandbox.world.people import found_account
from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.records import Account, Contact, Deal
from integrations.sandbox.world.rhythm import keep_in_touch, write_note
from integrations.sandbox.world.script import Script
from store.domain.signals.kinds import SignalKind

_WRITTEN_DOWN = 0.65


def opening(script: Script, *, contacts: tuple[int, int] = (2, 5)) -> Account:
    """Write an account with its people; about half are customers already and have bought before."""
    customer = script.rng.random() < 0.6
    account = found_account(script, contacts=script.rng.randint(*contacts), customer=customer)
    if customer:
        _bought_before(script, account)
    return account


def deal_before(script: Script, account: Account, turn: datetime) -> Deal:
    """Write a deal that opened two or three weeks before the turn, is under way and moved three to eight days ago.

    Its last move is recent enough that it may rest for three weeks without stalling, and winning it takes as many.
    """
    deal = open_deal(script, account, script.later(turn, -22, -13))
    pursue(script, deal, until=turn - timedelta(days=9))
    move_to(script, deal, script.later(turn, -8, -6), stage=deal.stage + 1)
    return deal


def note_of_turn(script: Script, account: Account, at: datetime, topic: Topic, *, about: Contact) -> None:
    """Write what someone heard about the turn. In a company with noise, not everyone writes that down."""
    if not script.part.noise or script.rng.random() < _WRITTEN_DOWN:
        write_note(script, account, at, topic, about=about)


def business_as_usual(script: Script, account: Account, *, since: datetime, largest: int | None = None) -> None:
    """Write one deal after the other from `since` on: each moves on, is tended and won, and after a pause the next begins."""
    at = script.later(since, 0, 20)
    while at < script.curtain:
        amount = min(deal_amount(script), largest) if largest else None
        deal = open_deal(script, account, at, amount=amount)
        pursue(script, deal, tended=largest is None)
        at = script.later(deal.closed, 6, 30) if deal.closed < script.curtain else script.curtain


def earlier_years(script: Script) -> None:
    """Write the talks from the account's beginning until its story, for looks as early as that."""
    account = script.account
    assert account is not None
    begins = script.start - timedelta(days=40)
    keep_in_touch(script, account, since=account.opened, until=begins, planned=False)
    write_note(script, account, script.diary.at_work(begins), Topic.CHECK_IN)


def _bought_before(script: Script, account: Account) -> None:
    """Write earlier won deals, entered when the CRM was introduced."""
    latest = script.start - timedelta(days=60)
    if account.opened >= latest:
        return
    for what in script.rng.sample(("first order", "starter package", "extension"), script.rng.randint(1, 2)):
        won = script.diary.at_work(account.opened + (latest - account.opened) * script.rng.random())
        fields: dict[str, Json] = {
            "Deal_Name": f"{account.short} {what}",
            "Account_Name": script.link(account.id),
            "Contact_Name": script.link(account.contacts[0].id),
            "Stage": "Closed Won",
            "Probability": 100,
            "Amount": deal_amount(script),
            "Closing_Date": won.date().isoformat(),
        }
        deal_id = script.create("Deals", won, fields)
        script.news(SignalKind.NEW_DEAL, deal_id, at=won, note="entered as already won")
