"""The course of a deal in a script: stages, amount, closing date, next step, the end.

A deal that is pursued moves on every 9 to 18 days, so it never stops for long, keeps a next step and has a closing date
well after the day on which it will be won. Any departure from that belongs to a storyline, which labels it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from integrations.sandbox.history import STANDARD_STAGES, Json
from integrations.sandbox.world.people import now_a_customer
from integrations.sandbox.world.records import FOREVER, Account, Contact, Deal
from integrations.sandbox.world.script import Script
from store.domain.signals.kinds import SignalKind

OPEN_STAGES = tuple(stage for stage in STANDARD_STAGES if stage.forecast_type == "Open")
_LAST = len(OPEN_STAGES) - 1
_LONGEST_STAGE = 25  # days, weekends included

_PURPOSES = (
    "platform rollout", "renewal", "pilot", "second site", "warehouse module", "licence extension", "analytics package",
    "service contract", "integration project", "migration", "training package", "mobile extension",
)  # fmt: skip
NEXT_STEPS = (
    "Send the revised offer to {first}", "Demo for {first}'s team", "Call {first} about the budget", "Agree the pilot scope",
    "Get the security questionnaire back", "Meet procurement", "Reference call with a customer", "Legal review of the contract",
    "Workshop on site", "Confirm the start date with {first}",
)  # fmt: skip


def open_deal(
    script: Script,
    account: Account,
    at: datetime,
    *,
    amount: int | None = None,
    closing: date | None = None,
    spare_days: int = 0,
    next_step: bool = True,
) -> Deal:
    """Write a new deal. Unless `closing` is given, its closing date leaves time for all stages, some more days and
    `spare_days`."""
    contact = account.present(at)[0]
    amount = amount or deal_amount(script)
    ahead = len(OPEN_STAGES) * _LONGEST_STAGE + script.rng.randint(10, 35) + spare_days
    closing = closing or (at + timedelta(days=ahead)).date()
    name = f"{account.short} {script.rng.choice(_PURPOSES)}"
    fields: dict[str, Json] = {
        "Deal_Name": name,
        "Account_Name": script.link(account.id),
        "Contact_Name": script.link(contact.id),
        "Stage": OPEN_STAGES[0].name,
        "Probability": OPEN_STAGES[0].probability,
        "Amount": amount,
        "Closing_Date": closing.isoformat(),
        "Next_Step": next_step_for(script, contact) if next_step else None,
    }
    deal = Deal(script.create("Deals", at, fields), name, at, 0, at, amount, closing, contact, account)
    account.deals.append(deal)
    script.news(SignalKind.NEW_DEAL, deal.id, at=at, note="a new deal")
    return deal


def deal_amount(script: Script) -> int:
    """Between 5,000 and 400,000, most around 40,000."""
    return int(min(400_000, max(5_000, round(script.rng.lognormvariate(10.6, 0.9), -2))))


def next_step_for(script: Script, contact: Contact) -> str:
    return script.rng.choice(NEXT_STEPS).format(first=contact.first)


def pursue(
    script: Script,
    deal: Deal,
    *,
    until: datetime = FOREVER,
    after: datetime | None = None,
    next_steps: bool = True,
    tended: bool = False,
) -> None:
    """Move the deal from stage to stage, none before `after`, until it is won or the next move would come after `until`.

    In a company with noise, a deal that is pursued to its end may be lost on the way. A `tended` deal is also adjusted
    slightly on the way, by less than any threshold.
    """
    to_its_end, until = until == FOREVER, min(until, script.curtain)
    while True:
        at = script.diary.at_work(max(deal.entered + script.days(9, 18), after or deal.entered))
        if at >= until:
            return
        if to_its_end and script.part.noise and script.rng.random() < script.peril(deal.id, at):
            lose(script, deal, at)
            return
        if deal.stage == _LAST:
            win(script, deal, at)
            return
        move_to(script, deal, at, stage=deal.stage + 1, next_step=next_steps, tended=tended)


def move_to(
    script: Script, deal: Deal, at: datetime, *, stage: int, next_step: bool = True, tended: bool = False
) -> None:
    """Write a move to another open stage, with the next step that follows from it."""
    deal.stage, deal.entered = stage, at
    fields: dict[str, Json] = {"Stage": OPEN_STAGES[stage].name, "Probability": OPEN_STAGES[stage].probability}
    if next_step:
        fields["Next_Step"] = next_step_for(script, deal.contact)
    if tended and script.rng.random() < 0.3:
        deal.amount = int(round(deal.amount * script.rng.uniform(0.95, 1.2), -2))
        fields["Amount"] = deal.amount
    if tended and script.rng.random() < 0.2:
        deal.closing += timedelta(days=script.rng.randint(1, 5))
        fields["Closing_Date"] = deal.closing.isoformat()
    script.update("Deals", deal.id, at, fields)


def win(script: Script, deal: Deal, at: datetime) -> None:
    _close(script, deal, at, stage="Closed Won", probability=100)
    script.news(SignalKind.DEAL_WON, deal.id, at=at, note="the deal was won")
    now_a_customer(script, deal.account, script.later(at, 1, 4))


def lose(script: Script, deal: Deal, at: datetime) -> None:
    _close(script, deal, at, stage="Closed Lost", probability=0)
    script.news(SignalKind.DEAL_LOST, deal.id, at=at, note="the deal was lost")


def revise(script: Script, deal: Deal, at: datetime, *, closing: date | None = None, less: float | None = None) -> None:
    """In one edit, postpone the closing date by a week or more, lower the amount by the share `less` of at least 0.12, or
    both; and label it."""
    fields: dict[str, Json] = {}
    if closing is not None:
        fields["Closing_Date"] = closing.isoformat()
        note = f"closing date moved from {deal.closing} to {closing}"
        script.moved(SignalKind.CLOSE_DATE_SLIPPED, deal.id, at=at, note=note)
        deal.closing = closing
    if less is not None:
        amount = int(round(deal.amount * (1 - less), -2))
        fields["Amount"] = amount
        note = f"amount cut from {deal.amount} to {amount}"
        script.moved(SignalKind.AMOUNT_DROPPED, deal.id, at=at, note=note)
        deal.amount = amount
    script.update("Deals", deal.id, at, fields)


def replace_sponsor(script: Script, deal: Deal, at: datetime, contact: Contact) -> None:
    """Give the deal another primary contact, and label it."""
    note = f"{contact.name} in place of {deal.contact.name}"
    deal.contact = contact
    script.update("Deals", deal.id, at, {"Contact_Name": script.link(contact.id)})
    script.moved(SignalKind.SPONSOR_CHANGED, deal.id, at=at, note=note)


def _close(script: Script, deal: Deal, at: datetime, *, stage: str, probability: int) -> None:
    deal.closed = at
    script.settle(deal.id, at)
    script.update(
        "Deals", deal.id, at, {"Stage": stage, "Probability": probability, "Closing_Date": at.date().isoformat()}
    )
