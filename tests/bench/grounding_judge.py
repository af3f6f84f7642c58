"""Judges the meaning of a sentence by the records themselves. It shares no line with the product's check, and reads no sentence:
the character that wrote it says which record, field and value it meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from integrations.sandbox.claude.characters.meaning import Claimed, Meant
from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Contact, Deal, StageOutcome
from store.domain.crm.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An account as it is in the CRM, its changes, the contacts that left it, and whom its stages count as won or lost."""

    facts: AccountFacts
    changes: Sequence[Change]
    departed: Sequence[Contact]
    outcomes: dict[str, StageOutcome]
    now: datetime

    def is_true(self, meant: Meant) -> bool:
        return all(self._holds(each) is not each.denied for each in meant.claims)

    def has(self, meant: Meant) -> bool:
        """Whether the records that the sentence names are here."""
        names = [each.name for each in self.facts.deals]
        names += [each.name for each in (*self.facts.contacts, *self.departed)]
        names += [each.subject for each in self.facts.activities]
        return all(not each.record or any(name.endswith(each.record) for name in names) for each in meant.claims)

    def _holds(self, claim: Claimed) -> bool:
        judge = getattr(self, f"_{claim.what.replace(' ', '_')}", None)
        return judge(claim) if judge is not None else False  # a claim that can't be looked up is invented

    def _worth(self, claim: Claimed) -> bool:
        return any(
            each.amount is not None and f"{each.amount:,.0f}" == _bare(claim.values[0]) for each in self._deals(claim)
        )

    def _larger(self, claim: Claimed) -> bool:
        others = self._deals(Claimed("worth", claim.values[0]))
        return any((one.amount or 0) > (other.amount or 0) for one in self._deals(claim) for other in others)

    def _together(self, claim: Claimed) -> bool:
        others, total = self._deals(Claimed("worth", claim.values[0])), _bare(claim.values[1])
        return any(
            f"{(one.amount or 0) + (other.amount or 0):,.0f}" == total for one in self._deals(claim) for other in others
        )

    def _was(self, claim: Claimed) -> bool:
        before = [float(each.before) for each in self._moves(claim, "amount") if each.before]
        return any(f"{each:,.0f}" == _bare(claim.values[0]) for each in before)

    def _overdue(self, claim: Claimed) -> bool:
        return any(
            each.closing_date is not None
            and each.closing_date < self.now.date()
            and self.outcomes.get(each.stage) is StageOutcome.OPEN
            and _same(claim.values[0], each.closing_date)
            for each in self._deals(claim)
        )

    def _office_left(self, claim: Claimed) -> bool:
        """Whether everyone who has or had this role is gone."""
        holders = [each for each in self.facts.contacts if each.buying_role == claim.values[0]]
        return not holders and any(each.buying_role == claim.values[0] for each in self.departed)

    def _last(self, claim: Claimed) -> bool:
        kind, day = claim.values
        held = [
            each.at
            for each in self.facts.activities
            if _kind(each) == kind and each.at is not None and each.is_done(self.now)
        ]
        return bool(held) and _same(day, max(held).date())

    def _closes(self, claim: Claimed) -> bool:
        return any(
            each.closing_date is not None and _same(claim.values[0], each.closing_date) for each in self._deals(claim)
        )

    def _stage(self, claim: Claimed) -> bool:
        return any(each.stage == claim.values[0] for each in self._deals(claim))

    def _step(self, claim: Claimed) -> bool:
        return any((each.next_step or "").strip() == claim.values[0] for each in self._deals(claim))

    def _no_step(self, claim: Claimed) -> bool:
        return any(not (each.next_step or "").strip() for each in self._deals(claim))

    def _won(self, claim: Claimed) -> bool:
        return any(self.outcomes.get(each.stage) is StageOutcome.WON for each in self._deals(claim))

    def _lost(self, claim: Claimed) -> bool:
        return any(self.outcomes.get(each.stage) is StageOutcome.LOST for each in self._deals(claim))

    def _later(self, claim: Claimed) -> bool:
        return any(days > 0 and _spans(claim, days) for days in self._slips(claim))

    def _earlier(self, claim: Claimed) -> bool:
        return any(days < 0 and _spans(claim, -days) for days in self._slips(claim))

    def _less(self, claim: Claimed) -> bool:
        return any(
            share < 0 and (not claim.values or f"{-share:.0%}" == claim.values[0]) for share in self._shares(claim)
        )

    def _more(self, claim: Claimed) -> bool:
        return any(share > 0 for share in self._shares(claim))

    def _back(self, claim: Claimed) -> bool:
        return self._went(claim, back=True)

    def _forward(self, claim: Claimed) -> bool:
        return self._went(claim, back=False)

    def _went(self, claim: Claimed, *, back: bool) -> bool:
        order = list(self.outcomes)
        return any(
            each.after == claim.values[0] and (order.index(each.after) < order.index(each.before)) is back
            for each in self._moves(claim, "stage")
            if each.before in order and each.after in order
        )

    def _times(self, claim: Claimed) -> bool:
        slips = self._slips(claim)
        return sum(days > 0 for days in (slips[:-1] if len(slips) > 1 else slips)) >= int(claim.values[0])

    def _moved_to(self, claim: Claimed) -> bool:
        moves = [date.fromisoformat(each.after) for each in self._moves(claim, "closing_date") if each.after]
        return any(_same(claim.values[0], day) for day in moves)

    def _moved_on(self, claim: Claimed) -> bool:
        return False  # no read of the CRM says on which day a date was moved

    def _role(self, claim: Claimed) -> bool:
        people = (*self.facts.contacts, *self.departed)
        return any(claim.values[0] in (each.title, each.buying_role) for each in people if each.name == claim.record)

    def _left(self, claim: Claimed) -> bool:
        gone = {each.id for each in self.departed if each.name == claim.record}
        days = [each.at.date() for each in self.changes if each.record_id in gone and each.field == "account_id"]
        return any(not claim.values or _same(claim.values[0], day) for day in days)

    def _only(self, claim: Claimed) -> bool:
        return [each.name for each in self.facts.contacts if each.account_id == self.facts.id] == [claim.record]

    def _contact(self, claim: Claimed) -> bool:
        people = {each.id: each.name for each in (*self.facts.contacts, *self.departed)}
        return any(people.get(each.contact_id or "") == claim.values[0] for each in self._deals(claim))

    def _activity(self, claim: Claimed) -> bool:
        kind, state, day = claim.values
        return any(
            _kind(each) == kind and state in self._states(each) and _on(each, day)
            for each in self.facts.activities
            if each.subject == claim.record
        )

    def _states(self, activity: Activity) -> tuple[str, ...]:
        if activity.type is ActivityType.TASK:
            return ("was done",) if activity.done else ("was due", "is due")
        past = activity.at is not None and activity.at <= self.now
        return ("took place",) if activity.done or past else ("is set",)

    def _silent(self, claim: Claimed) -> bool:
        """The days since the last touch; and, if it is named, that this was a touch of this kind on this day."""
        touches = [("note", each.created_at) for each in self.facts.notes]
        touches += [
            ("completed task" if each.type is ActivityType.TASK else _kind(each), at)
            for each in self.facts.activities
            if (at := each.done_at or each.at) is not None and at <= self.now
            and (each.done or each.type is ActivityType.EVENT)
        ]  # fmt: skip
        if not touches:
            return False
        last, name = max((at, name) for name, at in touches)
        days = (self.now.date() - last.date()).days
        told = len(claim.values) == 1 or (claim.values[1] == name and _same(claim.values[2], last.date()))
        return told and claim.values[0].split()[0] == str(days)

    def _note(self, claim: Claimed) -> bool:
        day, text = claim.values
        said = " ".join(text.split())
        return any(
            said in " ".join(each.text.split()) and (not day or _same(day, each.created_at.date()))
            for each in self.facts.notes
        )

    def _deals(self, claim: Claimed) -> list[Deal]:
        """By the whole name, or without the account's in front."""
        return [each for each in self.facts.deals if claim.record and each.name.endswith(claim.record)]

    def _moves(self, claim: Claimed, field: str) -> list[Change]:
        ids = {each.id for each in self._deals(claim)}
        return [each for each in self.changes if each.record_id in ids and each.field == field]

    def _slips(self, claim: Claimed) -> list[int]:
        moves = [each for each in self._moves(claim, "closing_date") if each.before and each.after]
        days = [(date.fromisoformat(each.before or ""), date.fromisoformat(each.after or "")) for each in moves]
        days += [(days[0][0], days[-1][1])] if len(days) > 1 else []
        return [(after - before).days for before, after in days]

    def _shares(self, claim: Claimed) -> list[float]:
        moves = [(float(each.before or 0), float(each.after or 0)) for each in self._moves(claim, "amount")]
        moves += [(moves[0][0], moves[-1][1])] if moves else []
        return [(after - before) / before for before, after in moves if before]


def judge_any(meant: Meant, accounts: Iterable[Known]) -> bool:
    """Whether it is true of an account that has its records; if several have them, of any. Two deals may be compared across
    accounts, each by its own record."""
    known = list(accounts)
    if len(known) > 1 and any(each.what in ("larger", "together") for each in meant.claims):
        deals = tuple(deal for each in known for deal in each.facts.deals)
        return replace(known[0], facts=replace(known[0].facts, deals=deals)).is_true(meant)
    return any(each.is_true(meant) for each in known if each.has(meant))


def _bare(amount: str) -> str:
    return amount.lstrip("$€£").rstrip(".")


def _spans(claim: Claimed, days: int) -> bool:
    return not claim.values or claim.values[0].split()[0] == str(days)


def _same(said: str, day: date) -> bool:
    return said in (f"{day.day} {day:%b}", f"{day.day} {day:%b %Y}")


def _kind(activity: Activity) -> str:
    return "meeting" if activity.type is ActivityType.EVENT else activity.type.value


def _on(activity: Activity, day: str) -> bool:
    return any(_same(day, at.date()) for at in (activity.done_at, activity.at) if at is not None)
