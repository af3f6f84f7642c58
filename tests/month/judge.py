"""The judge: what must never be seen in a month, each as a rule that tells in a sentence where it was broken.

A rule about one thing shown takes it with the CRM's truth at that moment; rules about a day or the whole month stand below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

from bot.views.blocks import Block
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.kinds import SignalKind
from tests.bench.quality.words import spoken
from tests.month.hours import at_work
from tests.month.questions import named
from tests.month.seen import BotTask, Record, Shown, Truth, subject_of

Rule = Callable[[Shown, Truth], Iterator[str]]

MOST_OPEN_TASKS, MOST_HANDOVER_MESSAGES = 3, 3
LIFETIME = timedelta(hours=72)
LATEST_MORNING = 10  # local time
READ_LATELY = timedelta(hours=7)  # what changed in the CRM since then, the bot may not have read
_CLOSED = ("Closed Won", "Closed Lost")
_DECIDED = ("✅", "✖️", "💤", "⏳", "⚠️", "↩️", "❓", "🔁", "✏️", "⌛", "⏹️")
_ABOUT_A_DEAL = frozenset(
    {
        SignalKind.DEAL_STALLED,
        SignalKind.CLOSE_DATE_PASSED,
        SignalKind.CLOSE_DATE_SLIPPED,
        SignalKind.AMOUNT_DROPPED,
        SignalKind.STAGE_MOVED_BACK,
        SignalKind.NO_NEXT_STEP,
    }
)
_OF_A_CLOSING = frozenset({SignalKind.DEAL_WON, SignalKind.DEAL_LOST})
_MOVED: Mapping[SignalKind, str] = {
    SignalKind.CLOSE_DATE_SLIPPED: "Closing_Date",
    SignalKind.STAGE_MOVED_BACK: "Stage",
    SignalKind.AMOUNT_DROPPED: "Amount",
}
_FIELDS: Mapping[str, str] = {
    "due": "due_date",
    "done": "status",
    "account": "account_name",
    "primary contact": "contact_name",
}


def nested_subject(shown: Shown, truth: Truth) -> Iterator[str]:
    """A task about a task of the bot's own."""
    made = [task.subject for task in truth.tasks.values() if task.subject]
    for proposal in _asked(shown):
        subject = subject_of(proposal)
        for inner in made:
            if inner in subject and inner != subject:
                yield f"{_where(shown)}: “{subject}” is about “{inner}”"
                break


def asked_while_open(shown: Shown, truth: Truth) -> Iterator[str]:
    """Advice to create a task, while the one that it made before on this account for the same reason is open."""
    open_tasks = {task.id for task in truth.tasks.values() if is_open(truth.record("Tasks", task.id))}
    for proposal in _asked(shown):
        for earlier in truth.written if isinstance(proposal.write, CreateTask) else ():
            if earlier.crm_id in open_tasks and earlier.id != proposal.id and _same_reason(earlier, proposal):
                name, subject = proposal.account_name, subject_of(proposal)
                yield f"{_where(shown)}: “{subject}” for {name}, while “{subject_of(earlier)}” is open"
                break


def pending_without_line(shown: Shown, truth: Truth) -> Iterator[str]:
    """A decision that waits, and that the morning doesn't mention."""
    if not _is_new_morning(shown):
        return
    in_cards = {proposal.lineage for proposal in shown.proposals}
    for proposal in shown.pending:
        name = spoken(" ".join(proposal.account_name.split()[:3]))
        if proposal.lineage not in in_cards and name not in shown.text:
            yield f"{_where(shown)}: {named(proposal)}, asked {proposal.created_at:%a %d %b}"


def nothing_but_pending(shown: Shown, truth: Truth) -> Iterator[str]:
    if _is_new_morning(shown) and "nothing needs you today" in shown.text and shown.pending:
        yield f"{_where(shown)}: nothing needs you today, and {named(shown.pending[0])} waits"


def gone_but_listed(shown: Shown, truth: Truth) -> Iterator[str]:
    """A Home, a reminder or an offer with a decision whose reason is over, or that is not its owner's any more."""
    if shown.update or shown.sort not in ("home", "reminder", "offer"):
        return
    for proposal in _asked(shown):
        if why := why_gone(proposal, truth, shown.at):
            yield f"{_where(shown)}: {named(proposal)}: {why}"


def outside_hours(shown: Shown, truth: Truth) -> Iterator[str]:
    """A reminder or an offer at a time when its reader doesn't work."""
    if not shown.update and shown.sort in ("reminder", "offer") and not at_work(shown.at, shown.reader.time_zone):
        yield _where(shown)


def card_without_point(shown: Shown, truth: Truth) -> Iterator[str]:
    """A card in the main message with nothing to press, and without a word on what was decided."""
    if _is_new_morning(shown):
        yield from (f"{_where(shown)}: {text[:80]}" for text in pointless_cards(shown.blocks))


def wrong_open_amount(shown: Shown, truth: Truth) -> Iterator[str]:
    """An account's *open* that is not the sum of its open deals; of somebody else's account, of the deals there that are theirs."""
    brief = shown.brief
    for card in brief.cards if brief and _is_new_morning(shown) else ():
        deals = truth.related("Deals", "Account_Name", card.account_id) if card.account_id else []
        if any(_is_fresh(deal, shown.at) for deal in deals):
            continue
        account = truth.record("Accounts", card.account_id or "")
        if account and brief and account["Owner"]["id"] != brief.owner_id:
            deals = [deal for deal in deals if deal["Owner"]["id"] == brief.owner_id]
        total = sum(float(deal["Amount"] or 0) for deal in deals if deal["Stage"] not in _CLOSED)
        if card.account_id and abs(total - card.amount) >= 1:
            yield f"{_where(shown)}: {card.account_name} shows {card.amount:,.0f} open, its deals have {total:,.0f}"


def outcome_at_once(shown: Shown, truth: Truth) -> Iterator[str]:
    """An outcome of the day on which its write was approved."""
    written = {proposal.id: proposal for proposal in truth.written}
    for came in shown.brief.came_of_it if shown.brief and _is_new_morning(shown) else ():
        proposal = written.get(came.proposal_id)
        if proposal and proposal.done_at and _says_day(came.because, proposal.done_at):
            yield f"{_where(shown)}: {came.account_name}: {came.because} Approved the same day"


def outcome_untrue(shown: Shown, truth: Truth) -> Iterator[str]:
    """An outcome that the CRM contradicts."""
    written = {proposal.id: proposal for proposal in truth.written}
    for came in shown.brief.came_of_it if shown.brief and _is_new_morning(shown) else ():
        proposal = written.get(came.proposal_id)
        deals = truth.related("Deals", "Account_Name", came.account_id)
        told_done = came.because.startswith("The task was completed")
        if told_done and proposal and proposal.crm_id and is_open(truth.record("Tasks", proposal.crm_id)):
            yield f"{_where(shown)}: {came.because} “{proposal.name}” is open"
        if came.because.startswith("The deal was lost") and all(deal["Stage"] != "Closed Lost" for deal in deals):
            yield f"{_where(shown)}: {came.account_name}: {came.because} None of its deals is lost"


def changed_without_event(shown: Shown, truth: Truth) -> Iterator[str]:
    """“Changed in Zoho” without anyone having changed that field."""
    for proposal in shown.proposals:
        records = {fact.record_id for fact in proposal.basis} | {
            each.record_id for each in proposal.recommendation.evidence
        }
        since = proposal.created_at - LIFETIME
        changed = {name.lower() for record in records for name in truth.changes(record, since=since)}
        for each in proposal.drifted:
            field = _FIELDS.get(each.label.lower(), each.label.lower().replace(" ", "_"))
            if not changed or (each.present is not None and field not in changed):
                yield f"{_where(shown)}: {named(proposal)}: {each.label} from {each.shown} to {each.present}"


def moved_by_reopening(shown: Shown, truth: Truth) -> Iterator[str]:
    """A slip, a step back or a loss of a deal that was only closed and opened again."""
    for card in shown.brief.cards if shown.brief and not shown.update else ():
        for statement in card.statements:
            fields = [_MOVED[kind] for kind in statement.kinds if kind in _MOVED]
            for record_id in {each.record_id for each in statement.evidence if each.kind == "deal"}:
                past = truth.past(record_id)
                since = reopened_at(past)
                own = [name for at, changed in past if since and at > since for name in changed]
                if since and fields and not set(fields) & set(own):
                    yield f"{_where(shown)}: {statement.text} It was reopened {since:%a %d %b}"


def updated_late(shown: Shown, truth: Truth) -> Iterator[str]:
    """An update of a message whose decisions have all ended long ago."""
    if not shown.update or shown.posted_at is None or shown.brief is None:
        return
    ends = [shown.posted_at + LIFETIME, *(proposal.expires_at for proposal in shown.proposals)]
    if shown.at > max(ends) + READ_LATELY:  # expiry itself is shown at the next tick
        days, states = (shown.at - shown.posted_at).days, ", ".join(sorted({each.state for each in shown.proposals}))
        yield f"{_where(shown)}: {shown.sort} of {shown.posted_at:%a %d %b}, {days} days old ({states or 'no decisions'})"


def at_another_time(shown: Shown, truth: Truth) -> Iterator[str]:
    """A morning brief that comes hours after the morning."""
    local = shown.at.astimezone(ZoneInfo(shown.reader.time_zone))
    if _is_new_morning(shown) and local.hour >= LATEST_MORNING:
        yield _where(shown)


def cannot_decide(shown: Shown, truth: Truth) -> Iterator[str]:
    """A new message that asks someone who is neither the owner of the account or record, nor beside them."""
    if shown.update:
        return
    for proposal in _asked(shown):
        if proposal.id not in shown.asked or proposal.undoes is not None:
            continue
        account = truth.record("Accounts", proposal.account_id)
        records = [each for each in (account, truth.record("Deals", proposal.write.parent_id)) if each]
        if account is None or any(_is_fresh(each, shown.at) for each in records):
            continue
        owners = {str(each["Owner"]["id"]) for each in records}
        if shown.reader.id not in owners | {proposal.offered_to} | {truth.manager(each) for each in owners}:
            yield f"{_where(shown)}: {named(proposal)} is {account['Owner']['name']}'s"


RULES: Mapping[str, Rule] = {
    "a subject contains a bot-made subject": nested_subject,
    "advice while its own task is open": asked_while_open,
    "a pending decision without a line": pending_without_line,
    "nothing needs you, but a decision waits": nothing_but_pending,
    "listed although it is over or not theirs": gone_but_listed,
    "reminder or offer outside working hours": outside_hours,
    "a card without a point": card_without_point,
    "open is not the sum of open deals": wrong_open_amount,
    "an outcome on the day of approval": outcome_at_once,
    "an outcome that the CRM contradicts": outcome_untrue,
    "changed in Zoho without an event": changed_without_event,
    "a reopened deal told as a slip": moved_by_reopening,
    "asked of someone who can't decide it": cannot_decide,
    "an update after the decisions ended": updated_late,
    "a morning brief later in the day": at_another_time,
}


def crowded_accounts(truth: Truth) -> Iterator[str]:
    """Accounts with too many open tasks of the bot's."""
    found: dict[str, list[BotTask]] = {}
    for task in truth.tasks.values():
        if is_open(truth.record("Tasks", task.id)):
            found.setdefault(account_of(task, truth), []).append(task)
    for account_id, tasks in found.items():
        if len(tasks) > MOST_OPEN_TASKS:
            account = truth.record("Accounts", account_id) or {}
            yield f"{account.get('Account_Name', account_id)}: {len(tasks)} open, as “{tasks[-1].subject}”"


def account_of(task: BotTask, truth: Truth) -> str:
    deal = truth.record("Deals", task.parent_id)
    account = deal.get("Account_Name") if deal else None
    return str(account["id"]) if account else task.parent_id


def why_gone(proposal: Proposal, truth: Truth, now: datetime) -> str:
    """Why a decision makes no sense any more; "" if it does, or if the bot may not know yet."""
    account = truth.record("Accounts", proposal.account_id) if proposal.account_id else None
    if proposal.account_id and account is None:
        return "the account is gone"
    if account and not _is_fresh(account, now) and account["Owner"]["id"] != proposal.owner_id:
        return f"the account is {account['Owner']['name']}'s"
    signals, cited = frozenset(proposal.recommendation.signals), proposal.recommendation.evidence
    if signals and signals <= _ABOUT_A_DEAL:
        deals = [truth.record("Deals", each.record_id) for each in cited if each.kind == "deal"]
        if deals and all(deal is None or _is_over(deal, now) for deal in deals):
            return f"its deal is {deals[0]['Stage'] if deals[0] else 'gone'}"
    if signals & _OF_A_CLOSING:
        deals = [truth.record("Deals", each.record_id) for each in cited if each.kind == "deal"]
        if any(deal is not None and deal["Stage"] not in _CLOSED and not _is_fresh(deal, now) for deal in deals):
            return "its deal is open again"
    if signals == {SignalKind.TASK_OVERDUE} and proposal.version == 1:  # what a person adjusted stays
        tasks = [truth.record("Tasks", each.record_id) for each in cited if each.kind == "activity"]
        if tasks and all(task is None or (not is_open(task) and not _is_fresh(task, now)) for task in tasks):
            return "its task is done or gone"
    return ""


def reopened_at(past: Sequence[tuple[datetime, Record]]) -> datetime | None:
    """When a deal was last opened again after it had been won or lost."""
    stages = [(at, str(fields["Stage"])) for at, fields in past if "Stage" in fields]
    pairs = pairwise(stages)
    found = [at for (_, was), (at, now) in pairs if was in _CLOSED and now not in _CLOSED]
    return found[-1] if found else None


def pointless_cards(blocks: Sequence[Block]) -> Iterator[str]:
    """The texts of cards with neither a button nor a decision."""
    every = [each for block in blocks for each in (block, *block.get("child_blocks", ()))]
    nothing: Block = {}
    for block, following in zip_longest(every, every[1:], fillvalue=nothing):
        if not str(block.get("block_id", "")).startswith(("card:", "question:")):
            continue
        text = str((block.get("text") or {}).get("text", ""))
        asks = "accessory" in block or following.get("type") == "actions"
        if not asks and not text.startswith(_DECIDED):
            yield text


def is_open(task: Record | None) -> bool:
    return task is not None and task["Status"] != "Completed"


def answers_own_task(proposal: Proposal, tasks: Mapping[str, BotTask]) -> bool:
    """Whether it was made because a task of the bot's own is overdue."""
    overdue = SignalKind.TASK_OVERDUE in proposal.recommendation.signals
    return overdue and any(each.record_id in tasks for each in proposal.recommendation.evidence)


def _asked(shown: Shown) -> list[Proposal]:
    """The open decisions that a new message or a Home asks for."""
    found = () if shown.update else shown.proposals
    return [proposal for proposal in found if proposal.state is State.PENDING and shown.at < proposal.expires_at]


def _same_reason(earlier: Proposal, later: Proposal) -> bool:
    """Whether it is the same advice, answers the same signal about the same record, or is about the earlier one's task."""
    was, now = earlier.recommendation, later.recommendation
    cited = {each.record_id for each in now.evidence}
    if earlier.account_id != later.account_id:
        return False
    same_signal = was.signals[:1] == now.signals[:1] != () and not cited.isdisjoint(
        each.record_id for each in was.evidence
    )
    return was.key == now.key or earlier.crm_id in cited or same_signal


def _is_new_morning(shown: Shown) -> bool:
    return shown.sort == "morning" and not shown.update and not shown.in_thread


def _is_over(deal: Record, now: datetime) -> bool:
    return deal["Stage"] in _CLOSED and not _is_fresh(deal, now)


def _is_fresh(record: Record, now: datetime) -> bool:
    """Whether it changed so lately that the bot may not have read it."""
    return datetime.fromisoformat(str(record["Modified_Time"])) > now - READ_LATELY


def _says_day(text: str, day: datetime) -> bool:
    return re.search(rf"\b{day.day} {day:%b %Y}\b", text) is not None


def _where(shown: Shown) -> str:
    local = shown.at.astimezone(ZoneInfo(shown.reader.time_zone))
    return f"{shown.sort} of the {shown.habit}, {local:%a %d %b %H:%M}"
