"""A situation, the subject of a recommendation: signals on one record, with the deal, contact and task behind them."""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.crm.accounts import AccountFacts, Activity, Contact, Deal, Kind, Person
from store.domain.crm.evidence import Evidence, Source
from store.domain.crm.money import comparable
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, standing
from store.domain.signals.findings import biggest, statement_of, subject_of
from store.domain.signals.kinds import Risk, Signal, SignalKind
from store.domain.text.wording import one_line, quoted

MOVEMENTS = frozenset({SignalKind.CLOSE_DATE_SLIPPED, SignalKind.AMOUNT_DROPPED, SignalKind.STAGE_MOVED_BACK})
ACCOUNT_KINDS = frozenset({SignalKind.NO_ACTIVITY, SignalKind.SINGLE_THREADED, SignalKind.OWNER_CHANGED})
NAME_LIMIT, PERSON_LIMIT = 255, 130  # as long as Zoho's names may be
_ROLES = ("sponsor", "champion", "decision maker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Signals on one record, the weightiest first, with the facts and people that advice needs."""

    signals: tuple[Signal, ...]
    facts: AccountFacts
    context: SignalContext
    owner: Person
    manager: Person | None

    @property
    def main(self) -> Signal:
        return self.signals[0]

    @property
    def kinds(self) -> tuple[SignalKind, ...]:
        return tuple(signal.kind for signal in self.signals)

    @property
    def marks(self) -> tuple[str, ...]:
        """What identifies its facts, the main one first."""
        return tuple(signal.mark for signal in self.signals)

    @property
    def says(self) -> str:
        """The facts as the CRM record itself should tell them, where names are at hand and must not be cut."""
        said = statement_of(self.signals, subject="The deal")
        short = subject_of(self.deal, self.facts, self.context) if self.deal else ""
        return said.replace(short, "this deal") if short else said

    @property
    def changes(self) -> str:
        """One line for each change in the wrong direction, with both values."""
        cited = [each for signal in self.signals if signal.kind in MOVEMENTS for each in signal.evidence]
        return "\n".join(f"{each.label}: {each.value}" for each in cited if each.source is Source.CHANGE)

    @property
    def task(self) -> Activity | None:
        return next((each for each in self.facts.activities if each.id == self.main.record_id), None)

    @property
    def deal(self) -> Deal | None:
        """The deal in question; for a whole account its biggest open deal, if any."""
        deals = {deal.id: deal for deal in self.facts.deals}
        cited = [each.record_id for each in self.main.evidence if each.kind is Kind.DEAL]
        task = self.task
        named = [self.main.record_id, *cited, (task.deal_id or "") if task else ""]
        if (found := next((deals[each] for each in named if each in deals), None)) is not None:
            return found
        open_deals = self.context.pipeline.open_deals(self.facts.deals)
        return biggest(open_deals or self.facts.deals) if self.facts.deals else None

    @property
    def contact(self) -> Contact | None:
        """The contact to write to: the deal's primary contact, else the most senior one, if still at the account."""
        here = [each for each in self.facts.contacts if each.account_id == self.facts.id]
        primary = self.deal.contact_id if self.deal else None
        return min(here, key=lambda each: (each.id != primary, _rank(each), each.name, each.id), default=None)

    @property
    def has_new_sponsor(self) -> bool:
        """Whether the deal names a primary contact who is at the account."""
        deal, contact = self.deal, self.contact
        return deal is not None and contact is not None and deal.contact_id == contact.id

    @property
    def account_write_allowed(self) -> bool:
        """Whether a write may go on the account itself: it exists and is the reader's own."""
        return self.facts.account is not None and not self.facts.partial

    @property
    def has_parent(self) -> bool:
        """Whether there is a record to write on."""
        return self.account_write_allowed or self.deal is not None

    @property
    def is_about_account(self) -> bool:
        return self.main.kind in ACCOUNT_KINDS or (self.task is not None and self.task.deal_id is None)


def variables(situation: Situation) -> dict[str, str]:
    """The variables for the texts. CRM text is on one line and whole, because it is written; views escape it."""
    facts, context, deal, contact = situation.facts, situation.context, situation.deal, situation.contact
    open_deal = deal is not None and context.pipeline.is_open(deal.stage)
    return {
        "regarding": f", also regarding {quoted(deal.name, limit=NAME_LIMIT)}" if deal and open_deal else "",
        "contact": one_line(contact.name, limit=PERSON_LIMIT) if contact else "your contact",
        "who": _with_role(contact) if contact else "the customer",
        "task": one_line(situation.task.subject, limit=NAME_LIMIT) if situation.task else "",
        "owner": one_line(situation.owner.name, limit=PERSON_LIMIT),
        "manager": one_line(situation.manager.name, limit=PERSON_LIMIT) if situation.manager else "",
        "before": one_line((facts.account.account_type if facts.account else None) or "", limit=60),
        "facts": situation.says,
        "changes": situation.changes,
        "today": day_text(context.today, context),
    }


def named_in(situation: Situation, *texts: str) -> tuple[Evidence, ...]:
    """The contact's record, if one of the texts names them."""
    contact = situation.contact
    if contact is None or not any(one_line(contact.name, limit=PERSON_LIMIT) in each for each in texts):
        return ()
    field = "buying_role" if contact.buying_role else "title" if contact.title else "name"
    value = one_line(getattr(contact, field), limit=60)
    return (standing(contact, field, "Role" if field != "name" else "Contact", value),)


def is_escalation(situation: Situation) -> bool:
    """Whether the manager should know: a big deal at high risk with more than one problem."""
    deal, manager, policy = situation.deal, situation.manager, situation.context.policy
    return (
        deal is not None
        and situation.main.record_id == deal.id
        and len(situation.signals) > 1
        and any(signal.risk is Risk.HIGH for signal in situation.signals)
        and comparable(deal) >= policy.escalate_amount
        and manager is not None
        and manager.active
        and manager.id != situation.owner.id
    )


def _with_role(contact: Contact) -> str:
    """`Eva Sommer (Champion)`."""
    role = f" ({one_line(contact.buying_role, limit=40)})" if contact.buying_role else ""
    return f"{one_line(contact.name, limit=PERSON_LIMIT)}{role}"


def _rank(contact: Contact) -> int:
    role = (contact.buying_role or "").casefold()
    return _ROLES.index(role) if role in _ROLES else len(_ROLES)
