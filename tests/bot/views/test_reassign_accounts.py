"""The message about accounts that someone left behind, and its modals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.views.approve_batch import batch_of
from bot.views.blocks import Part
from bot.views.reassign_accounts import REASSIGN, choose_modal, orphan_messages, writes_modal
from integrations.sandbox.slack.blockkit import message_problems, view_problems
from store.domain.brief.brief import Brief
from store.domain.brief.handover import Handover
from store.domain.crm.accounts import Person
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import plural
from tests.bot import samples
from tests.bot.views.screen import elements, read
from tests.bot.views.test_take_over import handed
from tests.domain import proposals


def brief(count: int, **fields: object) -> Brief:
    made = replace(samples.brief(), kind="orphans", cards=(), accounts=count, owner_name="Tom Tall")
    return replace(made, handover=Handover(accounts=tuple(map(handed, range(count))), **fields))  # type: ignore[arg-type]  # each test gives what it is about


def given(number: int, state: State) -> Proposal:
    made = samples.proposal(number, samples.advice(proposals.REASSIGNMENT), state=state)
    return replace(made, account_id=handed(number).account_id, account_name=f"Client {number}")


def shown(of: Brief, *given: Proposal, over: bool = False) -> Part:
    assert of.handover is not None
    (part,) = orphan_messages(
        of, {each.id: each for each in given}, of.handover.accounts, reader=samples.READER, over=over
    )
    assert not list(message_problems({"text": part.text, "blocks": part.blocks}))
    return part


@pytest.mark.parametrize("count", [1, 5, 12, 400])
def test_it_says_how_many_with_how_much_money_and_offers_to_choose(count: int) -> None:
    part = shown(brief(count))
    assert part.text.startswith(f"Tom Tall left {count} account")
    assert f"${9_000 * count:,} in open deals" in read(part.blocks)
    assert [each["action_id"] for each in elements(part.blocks)] == [REASSIGN]


@pytest.mark.parametrize("state", [State.SUPERSEDED, State.REJECTED, State.EXPIRED, State.RETRACTED])
def test_an_account_whose_change_of_owner_fell_through_is_offered_again(state: State) -> None:
    lapsed = given(0, state)
    text = read(shown(brief(1, introductions=(lapsed.id,)), lapsed).blocks)
    assert "1 account has no active owner" in text


def test_what_was_given_is_summed_up_and_what_was_not_has_a_line() -> None:
    done, dead = given(0, State.DONE), given(1, State.DEAD)
    part = shown(brief(3, introductions=(done.id, dead.id)), done, dead)
    text = read(part.blocks)
    assert text.split("\n")[1] == "✅ 1 of 3 given to Ben Okoro."
    assert "2 accounts have no active owner" in text
    assert "Zoho refused it" in text


def test_once_all_are_given_nothing_is_left_to_press() -> None:
    done = given(0, State.DONE)
    part = shown(brief(1, introductions=(done.id,)), done)
    assert "has an owner again" in read(part.blocks)
    assert not list(elements(part.blocks))


def test_whoever_may_not_give_them_away_gets_no_button() -> None:
    assert not list(elements(shown(brief(2), over=True).blocks))
    nobodys = shown(replace(brief(2), owner_name=""), over=True)
    assert nobodys.text == "2 accounts without an owner"
    assert "Give them an owner in Zoho" in read(nobodys.blocks)
    deactivated = shown(replace(brief(2), reason="slack"), over=True)
    assert "2 accounts have an owner who left Slack" in read(deactivated.blocks)


@pytest.mark.parametrize("count", [1, 40, 300])
def test_slack_takes_the_modals(count: int) -> None:
    people = [Person(id=str(number), name=f"Owner {number}", email="") for number in range(130)]
    handover = brief(count).handover
    assert handover is not None
    assert not list(view_problems(choose_modal(handover.accounts, people, private_metadata=samples.brief().id)))
    writes = [given(number, State.PENDING) for number in range(min(count, MOST_AT_ONCE))]
    view = writes_modal(batch_of(writes, samples.READER), private_metadata="x" * 1_400)
    assert not list(view_problems(view))
    assert str(view["blocks"]).count("Anna Berg → Ben Okoro") == len(writes)
    assert f"Give {plural(len(writes), 'account')} to *Ben Okoro*?" in read(view["blocks"])
    assert "contacts and open tasks of an account keep their owner there. There is no Undo" in read(view["blocks"])
