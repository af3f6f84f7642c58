"""The accounts of someone who left: which matter most, what became of each, and the modals that give them to colleagues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.views.approve_batch import Batch
from bot.views.blocks import (
    Block,
    Part,
    View,
    actions,
    button,
    context,
    header,
    input_block,
    modal,
    section,
    select,
)
from bot.views.handed import OPTIONS, accounts_menu, handed_line, handed_list, handed_name
from bot.views.reader import Reader
from bot.views.space import MESSAGE_CHARACTERS, fitting, pages
from bot.views.status import in_force, status_line
from bot.views.text import link, mrkdwn, named, named_plain, plain
from store.domain.brief.brief import Brief
from store.domain.brief.handover import SHOWN, Handed, LeftDeal
from store.domain.crm.accounts import Kind, Person
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import UNDER_WAY, Proposal, State
from store.domain.gate.writes.reassign_account import ReassignAccount
from store.domain.text.wording import joined, plural

REASSIGN, CHOOSE_MODAL, REASSIGN_MODAL = "reassign_accounts", "reassign_choose", "reassign_modal"
NEW_OWNER, CHOSEN = "new_owner", "reassigned"  # the blocks of the modal in which they are chosen


def orphan_messages(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    left: Sequence[Handed],
    deals: Sequence[LeftDeal] = (),
    *,
    reader: Reader,
    over: bool,
) -> list[Part]:
    """The message, the only part. `left` are the accounts that are still without an owner by the CRM's last data, `deals` those
    without an account; with `over`, the reader may not give accounts away here."""
    given = _given(brief, proposals)
    under_way = {account_id for account_id, each in given.items() if each.state in (*UNDER_WAY, State.DONE)}
    waiting = [each for each in left if each.account_id not in under_way]
    title = _title(brief)

    def make(reader: Reader) -> list[Block]:
        return [
            header(plain(title, limit=150)),
            *_given_to(brief, given, reader),
            *_head(brief, waiting, deals, reader, over=over),
            *(section(page, expand=True) for page in pages([handed_line(each, reader) for each in waiting[:SHOWN]])),
            *([actions(f"orphans:{brief.id}", _choose(brief))] if waiting and not over else []),
            *handed_list(waiting[SHOWN:], reader, title="The others"),
            *_deals(brief, deals, reader),
            *_came_of_it(given, reader),
        ]

    return [Part(name="orphans", text=title, blocks=fitting(make, reader, budget=MESSAGE_CHARACTERS))]


def choose_modal(accounts: Sequence[Handed], receivers: Sequence[Person], *, private_metadata: str) -> View:
    """Ask who gets which of the accounts: at first as many as one press gives."""
    people = [(each.id, named_plain(each.name, limit=70)) for each in sorted(receivers, key=lambda each: each.name)]
    menu = accounts_menu(accounts, action_id=CHOSEN, chosen=MOST_AT_ONCE, placeholder="Choose accounts")
    notes = [f"Up to {MOST_AT_ONCE} at once; the others can follow."] if len(accounts) > MOST_AT_ONCE else []
    if len(accounts) > OPTIONS:
        notes.append(f"These are the {OPTIONS} most valuable of {len(accounts):,}.")
    return modal(
        "Choose a new owner",
        [
            input_block(
                NEW_OWNER, "New owner", select(people, action_id=NEW_OWNER, placeholder="Choose an active colleague")
            ),
            input_block(CHOSEN, "Accounts", menu),
            *([context(" ".join(notes))] if notes else []),
        ],
        callback_id=CHOOSE_MODAL,
        private_metadata=private_metadata,
        submit="Next",
    )


def writes_modal(writes: Batch, *, private_metadata: str) -> View:
    """Show each change of owner in full, and ask once for all."""
    left = [f"{plural(writes.too_long, 'account')} had no room here."] if writes.too_long else []
    to = joined(list(dict.fromkeys(_to(each) for each in writes.proposals)))
    return modal(
        "Choose a new owner",
        [
            section(" ".join([f"Give {plural(len(writes.proposals), 'account')} to {to or 'someone else'}?", *left])),
            *(block for _, blocks in writes.shown for block in blocks),
            context(
                "Give away writes exactly this to Zoho: the deals, contacts and open tasks of an account keep their owner there. "
                "There is no Undo, as the former owner left; "
                "you can give them to someone else in Zoho. The new owner reads of it in their next brief."
            ),
        ],
        callback_id=REASSIGN_MODAL,
        private_metadata=private_metadata,
        submit="Give away",
    )


def _given(brief: Brief, proposals: Mapping[str, Proposal]) -> dict[str, Proposal]:
    """The last change of owner of each account that someone asked for here."""
    found = (in_force(id, proposals) for id in (brief.handover.introductions if brief.handover else ()))
    return {each.account_id: each for each in found if each is not None}


def _title(brief: Brief) -> str:
    deals = len(brief.handover.deals) if brief.handover else 0
    counts = [plural(brief.accounts, "account")] if brief.accounts or not deals else []
    counts += [f"{plural(deals, 'deal')} without an account"] if deals else []
    count = joined(counts)
    if not brief.owner_name:
        return (
            f"{count} without an owner" if brief.accounts or not deals else f"{plural(deals, 'deal')} without an owner"
        )
    return f"{named_plain(brief.owner_name, limit=60)} left {count} behind"


def _head(
    brief: Brief, waiting: Sequence[Handed], deals: Sequence[LeftDeal], reader: Reader, *, over: bool
) -> Iterator[Block]:
    """The remaining work."""
    if waiting:
        yield _accounts_left(brief, waiting, reader, over=over)
    elif not deals:
        yield section("✅ Each of them has an owner again, or is getting one.")


def _deals(brief: Brief, deals: Sequence[LeftDeal], reader: Reader) -> Iterator[Block]:
    """The deals without an account: a line for each of the most valuable."""
    if deals:
        missing = "an owner who left Slack" if brief.reason == "slack" else "no active owner"
        has = "deal without an account has" if len(deals) == 1 else "deals without an account have"
        shown = [_deal_line(each, reader) for each in deals[:SHOWN]]
        more = [f"… and {len(deals) - SHOWN:,} more"] if len(deals) > SHOWN else []
        yield section(f"{len(deals):,} {has} {missing}. Give them an owner or an account in Zoho.")
        yield from (section(page, expand=True) for page in pages([*shown, *more]))


def _deal_line(each: LeftDeal, reader: Reader) -> str:
    name = link(reader.links.record(Kind.DEAL, each.deal_id), reader.named(each.name, limit=60))
    return f"• {name}{f' · {mrkdwn(each.money, limit=40)}' if each.money else ''}"


def _accounts_left(brief: Brief, waiting: Sequence[Handed], reader: Reader, *, over: bool) -> Block:
    amount = sum(each.amount for each in waiting)
    is_one = all(reader.open_money(each) in ("", reader.money(each.amount)) for each in waiting)  # currency
    worth = f", {reader.money(amount)} in open deals" if amount > 0 and is_one else ""
    verb = "has" if len(waiting) == 1 else "have"
    missing = "an owner who left Slack" if brief.reason == "slack" else "no active owner"
    said = f"{plural(len(waiting), 'account')} {verb} {missing}{worth}."
    return section(f"{said} {_in_zoho(brief)}".rstrip() if over else said)


def _choose(brief: Brief) -> Block:
    return button("Choose a new owner", action_id=REASSIGN, value=brief.id)


def _in_zoho(brief: Brief) -> str:
    if brief.reason == "slack":
        return "Zoho still has them as an active user; if they left, give their accounts to others there."
    return "" if brief.owner_name else "Give them an owner in Zoho."


def _given_to(brief: Brief, given: Mapping[str, Proposal], reader: Reader) -> Iterator[Block]:
    """`5 of 12 given to Nia Okoro`, once any are."""
    to = Counter(_receiver(each, reader) for each in given.values() if each.state is State.DONE)
    of = f"✅ {to.total()} of {brief.accounts} given"
    if len(to) == 1:
        yield section(f"{of} to {next(iter(to))}.")
    elif to:
        yield section(f"{of}: {joined([f'{count} to {name}' for name, count in to.most_common()])}.")


def _came_of_it(given: Mapping[str, Proposal], reader: Reader) -> Iterator[Block]:
    """A line for each change of owner that is not written."""
    lines = [
        f"• {handed_name(each.account_id, each.account_name, reader)}: {status_line(each, reader, None)}"
        for each in given.values()
        if each.state in (*UNDER_WAY, State.DEAD)
    ]
    if lines:
        left = [f"… and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
        yield from (section(page, expand=True) for page in pages([*lines[:SHOWN], *left]))


def _receiver(proposal: Proposal, reader: Reader) -> str:
    write = proposal.write
    assert isinstance(write, ReassignAccount)
    return named(reader.names.get(write.to_id, write.to_name), limit=60)


def _to(proposal: Proposal) -> str:
    """The new owner by the payload, which is written as it is."""
    assert isinstance(proposal.write, ReassignAccount)
    return f"*{named(proposal.write.to_name, limit=60)}*"
