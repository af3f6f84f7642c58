"""What storylines are made of: an account to begin with, a deal on its way to the turn, and ordinary business."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.history import Json
from integrations.sandbox.world.deals import Deal, deal_amount, move_to, open_deal, pursue
from integrations.sandbox.world.people import found_account
from integrations.sandbox.world.rhythm import Scene
from integrations.sandbox.world.script import Script


def opening(script: Script, *, contacts: tuple[int, int] = (2, 5), history: bool = True) -> Scene:
    """An account with its people; about half are customers already and have bought before."""
    customer = history and script.rng.random() < 0.6
    account = found_account(script, contacts=script.rng.randint(*contacts), customer=customer)
    scene = Scene(account, [])
    if customer:
        _bought_before(script, scene)
    return scene


def deal_before(
    script: Script, scene: Scene, turn: datetime, *, spare_days: int = 0, amount: int | None = None
) -> Deal:
    """A deal that was opened two to four weeks before the turn, is under way and moved on three to eight days ago.

    Its last move is recent enough that it may rest for three weeks without standing still.
    """
    opened = script.later(turn - timedelta(days=28), 0, 15)
    deal = add_deal(script, scene, opened, spare_days=spare_days, amount=amount)
    pursue(script, deal, until=turn - timedelta(days=9))
    move_to(script, deal, script.later(turn - timedelta(days=8), 0, 2), stage=deal.stage + 1)
    return deal


def add_deal(script: Script, scene: Scene, at: datetime, *, spare_days: int = 0, amount: int | None = None) -> Deal:
    deal = open_deal(script, scene.account, at, spare_days=spare_days, amount=amount)
    scene.deals.append(deal)
    return deal


def business_as_usual(script: Script, scene: Scene, *, since: datetime, largest: int | None = None) -> None:
    """One deal after the other from `since` on: each moves on, is tended and won, and after a pause comes the next."""
    at = script.later(since, 0, 20)
    while at < script.curtain:
        amount = min(deal_amount(script), largest) if largest else None
        deal = add_deal(script, scene, at, amount=amount)
        pursue(script, deal, tended=largest is None)
        at = script.later(deal.closed, 6, 30) if deal.closed < script.curtain else script.curtain


def _bought_before(script: Script, scene: Scene) -> None:
    """Deals won in former times, entered as they were when the CRM was introduced."""
    account, latest = scene.account, script.start - timedelta(days=60)
    if account.opened >= latest:
        return
    for _ in range(script.rng.randint(1, 2)):
        won = script.diary.at_work(account.opened + (latest - account.opened) * script.rng.random())
        fields: dict[str, Json] = {
            "Deal_Name": f"{account.name} – {script.rng.choice(('first order', 'starter package', 'extension'))}",
            "Account_Name": {"id": account.id},
            "Contact_Name": {"id": account.contacts[0].id},
            "Stage": "Closed Won",
            "Probability": 100,
            "Amount": deal_amount(script),
            "Closing_Date": won.date().isoformat(),
        }
        script.create("Deals", won, fields)
