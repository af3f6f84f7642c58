"""The author without a model: its proposals, on which record, for whom, and that it does not repeat itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agents.author.playbook import recommend
from agents.author.playbook.writes import after_working_days
from store.domain.brief.grouping import weightiest_first
from store.domain.crm.accounts import AccountFacts, Kind, Person
from store.domain.gate.adjust_proposal import check_write
from store.domain.gate.own_tasks import own_task_of
from store.domain.gate.proposals import Action, Prior, Recommendation, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.context import SignalContext
from store.domain.signals.kinds import Risk, Signal, SignalKind
from store.domain.signals.own_tasks import OwnTask
from tests.domain.makers import (
    ANNA,
    BEN,
    DAY,
    MIA,
    NOW,
    PEOPLE,
    SECOND,
    TODAY,
    account,
    call,
    contact,
    context,
    deal,
    facts,
    moved,
    signals_of,
    task,
)
from tests.domain.troubles import TROUBLES, Trouble
from tests.store.makers import proposal

SILENT = facts(deal(), activities=(call(NOW - 47 * DAY),))
LATE = facts(deal(closing_date=TODAY - DAY))


def advise(
    of: AccountFacts,
    at: SignalContext | None = None,
    *,
    owner: Person = ANNA,
    manager: Person | None = MIA,
    priors: tuple[Prior, ...] = (),
) -> tuple[Recommendation, ...]:
    at = at or context()
    return recommend(of, signals_of(of, at), owner=owner, manager=manager, priors=priors, context=at, data_as_of=NOW)


def prior(key: str, state: State, *, decided: timedelta) -> Prior:
    return Prior(
        key=key,
        title="Earlier",
        action=Action.FOLLOW_UP,
        signals=(SignalKind.CLOSE_DATE_PASSED,),
        state=state,
        decided_by="Anna Berg",
        decided_at=NOW - decided,
        reason=None,
        created_at=NOW - decided - DAY,
    )


def collapse(**fields: Any) -> tuple[AccountFacts, SignalContext]:
    """A deal that slipped and shrank to 150,000."""
    before = deal(amount=200_000.0, **fields)
    after, changes = moved(before, NOW - DAY, amount=150_000.0, closing_date=TODAY + 150 * DAY)
    return facts(after), context(*changes)


def test_a_calm_account_needs_nothing() -> None:
    assert advise(facts(deal())) == ()


def test_a_silence_is_answered_by_a_mail_to_a_contact_in_the_owners_name() -> None:
    (mail,) = advise(SILENT)
    assert (mail.action, mail.key) == (Action.EMAIL, "a1:email:no_activity:a1")
    assert mail.title == "Write to Eva Sommer"
    assert mail.draft_email is not None
    assert "Hello Eva Sommer," in mail.draft_email
    assert "It has been a while, so I would like to ask where you stand, also regarding “Renewal”." in mail.draft_email
    assert "“Renewal”" in mail.draft_email
    assert mail.draft_email.endswith("Anna Berg")
    assert isinstance(mail.write, CreateTask)
    assert (mail.write.parent_kind, mail.write.parent_id) == (Kind.ACCOUNT, "a1")
    assert mail.write.description == "Send the draft or call, and agree on a date to talk."


def test_no_mail_says_that_its_sender_spoke_with_whom_it_greets() -> None:
    """The last call may have been with a colleague of the sender, or of the contact."""
    for each in (*advise(SILENT), *advise(replace(SILENT, deals=(deal(contact_id="c1"),)))):
        assert each.draft_email is not None
        assert "4 Oct" not in each.draft_email
        assert not re.search(r"\b(spoke|talked|met|call(ed)?|last)\b", each.draft_email)


def test_the_mail_goes_to_the_deals_primary_contact_else_to_the_sponsor() -> None:
    people = (contact("c1", name="Ada"), contact("c2", name="Bo", buying_role="Sponsor"), contact("c3", name="Cy"))
    silent = replace(SILENT, contacts=people)
    assert "Write to Bo" in advise(silent)[0].title
    assert "Write to Cy" in advise(replace(silent, deals=(deal(contact_id="c3"),)))[0].title


def test_without_a_contact_a_call_is_proposed_and_no_mail() -> None:
    (advice,) = advise(replace(SILENT, contacts=()))
    assert (advice.action, advice.draft_email) == (Action.FOLLOW_UP, None)
    assert advice.title == "Call to find the right contact"


def test_a_late_deal_gets_a_task_for_its_owner_on_the_deal() -> None:
    (advice,) = advise(LATE)
    assert advice.key == "a1:follow_up:close_date_passed:d1"
    assert advice.title == "Set a realistic closing date"
    assert advice.rationale == "The forecast relies on a date that has passed."
    write = advice.write
    assert isinstance(write, CreateTask)
    assert (write.parent_kind, write.parent_id, write.assignee_id) == (Kind.DEAL, "d1", ANNA.id)
    assert (write.due, write.priority) == (TODAY + 4 * DAY, "Normal")  # Friday; two working days on is Tuesday


def test_a_movement_is_also_worth_a_note_that_says_what_moved() -> None:
    after, changes = moved(deal(amount=20_000.0), NOW - DAY, amount=15_000.0)
    step, note = advise(facts(after), context(*changes))
    assert (step.action, note.action) == (Action.FOLLOW_UP, Action.NOTE)
    assert isinstance(note.write, AddNote)
    assert (note.write.title, note.write.text) == ("Changes as of 20 Nov", "Amount: $20,000 → $15,000, 25% less")


def test_what_is_written_on_a_deal_neither_repeats_nor_cuts_its_name() -> None:
    long = "Roll-out " * 28
    (step,) = advise(facts(deal(name=long.strip(), closing_date=TODAY - DAY)))
    assert isinstance(step.write, CreateTask)
    assert (
        step.write.description == "Ask Eva Sommer for their own date, then correct it in Zoho or close the deal there."
    )
    assert "…" not in f"{step.write.subject}{step.write.description}"
    assert (step.write.parent_name, step.title) == (long.strip(), "Set a realistic closing date")


def test_a_note_holds_both_values_of_every_change_and_nothing_else() -> None:
    after, changes = moved(
        deal(name="Roll-out", amount=20_000.0, stage="Negotiation", next_step=None),
        NOW - DAY,
        amount=15_000.0,
        stage="Proposal",
        closing_date=TODAY + 150 * DAY,
    )
    of, at = facts(after), context(*changes)
    (note,) = [each for each in advise(of, at) if each.action is Action.NOTE]
    assert isinstance(note.write, AddNote)
    assert sorted(note.write.text.splitlines()) == [
        "Amount: $20,000 → $15,000, 25% less",
        "Closing date: 18 Feb 2027 → 19 Apr 2027, 60 days later",
        "Stage: Negotiation → Proposal on 19 Nov",
    ]


def test_a_big_deal_with_two_things_wrong_is_brought_before_the_manager() -> None:
    step, help_wanted = advise(*collapse())
    assert (step.action, help_wanted.action) == (Action.FOLLOW_UP, Action.ESCALATE)
    assert isinstance(help_wanted.write, CreateTask)
    assert (help_wanted.write.assignee_id, help_wanted.write.priority) == (MIA.id, "High")
    assert help_wanted.title == "Ask Mia Lindt for help"


@pytest.mark.parametrize("manager", [None, replace(MIA, active=False), ANNA])
def test_nothing_escalates_without_a_manager_who_is_there(manager: Person | None) -> None:
    assert Action.ESCALATE not in {advice.action for advice in advise(*collapse(), manager=manager)}


def test_a_smaller_deal_or_a_single_problem_does_not_escalate() -> None:
    smaller, at = collapse()
    shrunk, changes = moved(deal(amount=90_000.0), NOW - DAY, amount=60_000.0, closing_date=TODAY + 150 * DAY)
    for of, seen in ((facts(shrunk), context(*changes)), (replace(smaller), context(*at.changes[:1]))):
        assert Action.ESCALATE not in {advice.action for advice in advise(of, seen)}


def test_a_won_deal_makes_a_prospect_a_customer() -> None:
    won, changes = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    prospect = account(account_type="Prospect")
    (advice,) = advise(facts(won, account=prospect), context(*changes))
    assert advice.action is Action.UPDATE
    assert advice.write == UpdateAccount(
        account_id="a1",
        account_name="Acme GmbH",
        changes=(FieldChange(field="account_type", before="Prospect", after="Customer"),),
        unless_modified_since=prospect.modified_at,
    )
    assert [cited.id for cited in advice.evidence][-1] == "account:a1:account_type"
    assert advise(facts(won, account=account(account_type="Partner")), context(*changes)) == ()


def test_two_won_deals_make_one_customer() -> None:
    (first, one), (second, two) = (moved(deal(id), NOW - DAY / 2, stage="Closed Won") for id in ("d1", "d2"))
    (advice,) = advise(facts(first, second, account=account(account_type="Prospect")), context(*one, *two))
    assert advice.key == "a1:update:deal_won:d1"


def test_on_somebody_elses_account_everything_hangs_on_the_readers_deal() -> None:
    theirs = replace(LATE, account=account(owner_id=BEN.id, account_type="Prospect"), partial=True)
    late_task = task(TODAY - DAY, account_id="a1")
    for advice in advise(replace(theirs, activities=(late_task,))):
        assert (advice.write.parent_kind, advice.write.parent_id) == (Kind.DEAL, "d1")
    won, changes = moved(deal(), NOW - DAY / 2, stage="Closed Won")
    assert advise(replace(theirs, deals=(won,)), context(*changes)) == ()


def test_a_deal_without_an_account_is_named_in_the_key_and_carries_the_write() -> None:
    (advice,) = advise(facts(deal(account_id=None, next_step=None), account=None, activities=()))
    assert advice.key == "d1:follow_up:no_next_step:d1"
    assert (advice.write.parent_kind, advice.write.parent_id) == (Kind.DEAL, "d1")


def test_the_same_advice_has_the_same_key_the_day_after() -> None:
    today, tomorrow = context(), context(now=NOW + DAY, today=TODAY + DAY)
    for of in (SILENT, LATE):
        assert [each.key for each in advise(of, today)] == [each.key for each in advise(of, tomorrow)]


@pytest.mark.parametrize(
    ("state", "decided", "given"),
    [
        (State.REJECTED, 14 * DAY - SECOND, False),
        (State.REJECTED, 14 * DAY, True),
        (State.UNDONE, 14 * DAY - SECOND, False),
        (State.UNDONE, 14 * DAY, True),
        (State.DONE, 7 * DAY - SECOND, False),
        (State.DONE, 7 * DAY, True),
        (State.EXPIRED, DAY, True),
    ],
)
def test_advice_rejected_or_done_lately_is_not_given_again(state: State, decided: timedelta, given: bool) -> None:
    (key,) = [advice.key for advice in advise(LATE)]
    repeated = [advice.key for advice in advise(LATE, priors=(prior(key, state, decided=decided),))]
    assert repeated == ([key] if given else [])


def test_a_rejection_of_one_thing_leaves_other_advice_alone_but_lowers_its_confidence() -> None:
    rejected = prior("another", State.REJECTED, decided=DAY)
    (before,), (after,) = advise(LATE), advise(LATE, priors=(rejected,))
    assert after.key == before.key
    assert after.confidence.score < before.confidence.score


def test_advice_of_the_same_kind_that_helped_raises_confidence() -> None:
    helped = replace(
        prior("another", State.DONE, decided=20 * DAY), signals=(SignalKind.DEAL_STALLED,), still_there=False
    )
    (before,), (after,) = advise(LATE), advise(LATE, priors=(helped,))
    assert after.confidence.score > before.confidence.score
    assert "similar advice helped here once" in after.confidence.because
    (unlike,) = advise(LATE, priors=(replace(helped, action=Action.NOTE),))
    assert unlike.confidence == before.confidence


def test_recent_work_on_a_deal_speaks_against_its_being_stalled() -> None:
    stuck = context(stage_since={"d1": NOW - 60 * DAY})
    worked_on = facts(deal(), activities=(call(NOW - 3 * DAY, deal_id="d1"),))
    (idle,), (busy,) = advise(facts(deal()), stuck), advise(worked_on, stuck)
    assert busy.confidence.score < idle.confidence.score
    assert "a call on 17 Nov speaks against it" in busy.confidence.because


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_advice_is_at_most_two_distinct_cited_and_acceptable_to_the_policy(trouble: Trouble) -> None:
    given = advise(trouble.facts, trouble.context)
    assert len({advice.key for advice in given}) == len(given) <= 2
    for advice in given:
        assert advice.evidence
        shown = (advice.title, advice.rationale, repr(advice.write), advice.draft_email or "")
        assert not re.search(r"\$[a-z_]", " ".join(shown))  # every variable was filled in
        check_write(advice.write, replaces=advice.write, owner=ANNA, people=PEOPLE, choices={}, today=TODAY)


@pytest.mark.parametrize(
    "trouble", [each for each in TROUBLES if each.name != "reopened"], ids=lambda trouble: trouble.name
)
def test_every_kind_of_trouble_that_is_no_news_is_answered(trouble: Trouble) -> None:
    assert advise(trouble.facts, trouble.context)


def test_due_dates_fall_on_the_owners_working_days() -> None:
    thursday = TODAY - DAY
    assert after_working_days(thursday, 1, ANNA) == TODAY
    assert after_working_days(TODAY, 1, ANNA) == TODAY + 3 * DAY
    sunday_to_thursday = replace(ANNA, working_days=frozenset({6, 0, 1, 2, 3}))
    assert after_working_days(thursday, 1, sunday_to_thursday) == TODAY + 2 * DAY
    assert after_working_days(TODAY, 2, replace(ANNA, working_days=frozenset())) == TODAY + 2 * DAY


def test_of_two_signals_of_a_record_the_one_already_asked_about_leads_until_the_other_is_graver() -> None:
    of, at = collapse()
    alike = [replace(each, risk=Risk.MEDIUM) for each in signals_of(of, at)[:2]]
    one, other = sorted(alike, key=weightiest_first)

    def led_by(*signals: Signal, asked: tuple[str, ...] = ()) -> str:
        (first, *_) = recommend(
            of, signals, owner=ANNA, manager=None, priors=(), context=at, data_as_of=NOW, asked=asked
        )
        return first.key

    usual, asked = led_by(one, other), f"a1:follow_up:{other.kind}:{other.record_id}"
    assert one.record_id == other.record_id
    assert usual != asked
    assert led_by(one, other, asked=(usual,)) == usual
    assert led_by(one, other, asked=(asked,)) == asked
    assert led_by(replace(one, risk=Risk.HIGH), other, asked=(asked,)) == usual


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_the_reason_for_advice_is_a_reason_and_no_instruction(trouble: Trouble) -> None:
    for advice in advise(trouble.facts, trouble.context):
        orders = {text.split()[0] for text in (advice.title, *_lines_of(advice))}
        assert advice.rationale.endswith(".")
        assert advice.rationale.split()[0] not in orders | {"Ask", "Call", "Agree", "You"}
        assert "You should" not in advice.rationale


def _lines_of(advice: Recommendation) -> list[str]:
    """The lines of the task that tell what to do, after the facts."""
    text = advice.write.description if isinstance(advice.write, CreateTask) else ""
    return [line.lstrip("- ") for line in text.partition("\n\n")[2].splitlines() if line.strip("- ")]


def own_of(advice: Recommendation, id: str = "t9") -> OwnTask:
    """The task that this advice made."""
    made = replace(proposal("p1", write=advice.write, crm_id=id), recommendation=advice)
    own = own_task_of(made)
    assert own is not None
    return own


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_advice_rests_while_its_own_task_is_open_however_long_ago_it_was_agreed(trouble: Trouble) -> None:
    first = [each for each in advise(trouble.facts, trouble.context) if isinstance(each.write, CreateTask)]
    agreed = {f"t9{place}": own_of(each, f"t9{place}") for place, each in enumerate(first)}
    tasks = tuple(task(TODAY + DAY, id) for id in agreed)
    later = replace(trouble.facts, activities=(*trouble.facts.activities, *tasks))
    priors = tuple(prior(each.key, State.DONE, decided=60 * DAY) for each in first)
    again = advise(later, replace(trouble.context, own_tasks=agreed), priors=priors)
    assert {each.key for each in again}.isdisjoint(each.key for each in first)


def test_advice_returns_once_its_own_task_is_done() -> None:
    (first,) = advise(LATE)
    done = facts(*LATE.deals, activities=(call(NOW - 2 * DAY), task(TODAY + DAY, "t9", done=True)))
    (again,) = advise(done, context(own_tasks={"t9": own_of(first)}))
    assert again.key == first.key


def test_what_two_advices_would_tell_the_same_person_in_the_same_words_is_said_once() -> None:
    late = facts(deal("d1", closing_date=TODAY - DAY), deal("d2", closing_date=TODAY - 2 * DAY))
    (first,) = advise(late)
    busy = replace(late, activities=(*late.activities, task(TODAY + DAY, "t9")))
    assert advise(busy, context(own_tasks={"t9": own_of(first)})) == ()


def test_with_three_tasks_of_its_own_open_it_asks_for_no_other() -> None:
    tasks = tuple(task(TODAY + DAY, f"t{number}") for number in range(3))
    own = {each.id: OwnTask(id=each.id) for each in tasks}
    busy = replace(LATE, activities=(*LATE.activities, *tasks))
    assert advise(busy, context(own_tasks=own)) == ()
    del own["t0"]  # a person's own
    assert [each.key for each in advise(busy, context(own_tasks=own))] == ["a1:follow_up:close_date_passed:d1"]


def overdue(advice: Recommendation, *, days: int = 1, **fields: Any) -> tuple[AccountFacts, SignalContext]:
    """LATE, with this advice agreed a week ago and its task overdue."""
    own = replace(own_of(advice), agreed_at=NOW - 7 * DAY)
    late = task(TODAY - days * DAY, "t9", subject=advice.write.name(), deal_id="d1", **fields)
    return replace(LATE, activities=(*LATE.activities, late)), context(own_tasks={"t9": own})


def test_if_what_was_agreed_is_overdue_the_advice_is_to_move_close_or_drop_it() -> None:
    (first,) = advise(LATE)
    (step,) = advise(*overdue(first, status="In Progress"))
    assert (step.key, step.title) == ("a1:step:t9", "Move, close or drop what was agreed")
    assert step.signals == first.signals
    write = step.write
    assert isinstance(write, UpdateTask)
    assert (write.task_id, write.subject, write.step) == ("t9", "Confirm a new closing date", "move")
    assert (write.agreed_on, write.was_due, write.due) == (TODAY - 7 * DAY, TODAY - DAY, TODAY + 4 * DAY)
    assert (write.was_status, write.parent_kind, write.parent_id) == ("In Progress", Kind.DEAL, "d1")
    assert ("t9", "at") in {(each.record_id, each.field) for each in step.evidence}


def test_what_was_moved_and_is_overdue_again_is_to_be_dropped() -> None:
    (first,) = advise(LATE)
    (step,) = advise(*overdue(first), priors=(prior("a1:step:t9", State.DONE, decided=8 * DAY),))
    assert isinstance(step.write, UpdateTask)
    assert (step.write.step, step.write.due) == ("drop", TODAY - DAY)


@pytest.mark.parametrize("state", [State.DONE, State.REJECTED])
def test_what_someone_just_decided_about_it_rests_and_no_other_task_takes_its_place(state: State) -> None:
    (first,) = advise(LATE)
    assert advise(*overdue(first), priors=(prior("a1:step:t9", state, decided=3 * DAY),)) == ()


def test_if_the_reason_is_gone_an_overdue_task_of_the_bots_own_takes_no_card() -> None:
    (first,) = advise(LATE)
    of, at = overdue(first)
    assert advise(replace(of, deals=(deal(),)), at) == ()


def test_a_deferred_task_asks_for_nothing_and_keeps_nothing_back() -> None:
    (first,) = advise(LATE)
    (again,) = advise(*overdue(first, status="Deferred"))
    assert again.key == first.key
