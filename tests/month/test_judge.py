"""The judge notices each thing that must not be, where it is planted, and says nothing where all is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.views.blocks import Block, actions, button, section
from integrations.sandbox.history import CrmUser
from store.domain.brief.brief import Brief, CameOfIt
from store.domain.crm.basis import Difference
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.outcomes import Outcome, OutcomeVerdict
from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.signals.kinds import SignalKind
from tests.bot import samples
from tests.month import judge, ledger
from tests.month.company import Habit
from tests.month.fate import Reopened
from tests.month.seen import BotTask, Record, Shown, Sort

OLD = "2026-11-01T09:00:00+00:00"
ACCOUNT = "4150000000012001"
READER = CrmUser(
    id=samples.OWNER, first_name="Anna", last_name="Berg", email="anna@example.com", time_zone="Europe/Berlin"
)
MINE = {"Account_Name": "Acme GmbH", "Owner": {"id": READER.id, "name": "Anna Berg"}, "Modified_Time": OLD}
SUBJECT = samples.task().subject


@dataclass
class Crm:
    """A CRM with these records, by module and id. `changed` are fields of records that someone changed, `history` what was written
    into them."""

    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=lambda: {("Accounts", ACCOUNT): dict(MINE)})
    changed: dict[str, list[str]] = field(default_factory=dict)
    history: dict[str, list[tuple[datetime, Record]]] = field(default_factory=dict)
    tasks: dict[str, BotTask] = field(default_factory=dict)
    written: list[Proposal] = field(default_factory=list)

    def record(self, module: str, key: str) -> Record | None:
        return self.records.get((module, key))

    def related(self, module: str, lookup: str, key: str) -> Sequence[Record]:
        return [each for (kind, _), each in self.records.items() if kind == module and each[lookup]["id"] == key]

    def changes(self, record_id: str, *, since: datetime) -> Sequence[str]:
        return self.changed.get(record_id, [])

    def past(self, record_id: str) -> Sequence[tuple[datetime, Record]]:
        return self.history.get(record_id, [])

    def manager(self, person_id: str) -> str | None:
        return "9" if person_id == READER.id else None

    def with_task(self, number: int, subject: str, *, status: str = "Not Started") -> None:
        """A task that the bot made on our account."""
        key = f"t{number}"
        self.records["Tasks", key] = {"Status": status, "Modified_Time": OLD}
        self.tasks[key] = BotTask(id=key, subject=subject, parent_id=ACCOUNT, owner_id=READER.id, made_at=samples.NOW)

    def with_deal(self, key: str, amount: float, stage: str = "Qualification") -> None:
        deal = {"Amount": amount, "Stage": stage, "Modified_Time": OLD, "Account_Name": {"id": ACCOUNT}}
        self.records["Deals", key] = deal


def advice(number: int = 1, **changes: Any) -> Proposal:
    return replace(samples.proposal(number, samples.advice(samples.task())), **changes)


def cites(proposal: Proposal, kind: SignalKind, *evidence: Evidence) -> Proposal:
    return replace(proposal, recommendation=replace(proposal.recommendation, signals=(kind,), evidence=evidence))


def shown(*proposals: Proposal, sort: Sort = "morning", **more: Any) -> Shown:
    fields: dict[str, Any] = {"at": samples.NOW, "reader": READER, "habit": Habit.DILIGENT, "blocks": (), "sort": sort}
    return Shown(**fields | {"proposals": proposals, "brief": samples.brief()} | more)


def broken(seen: Shown, crm: Crm) -> set[str]:
    found = ledger.Broken()
    found.judge(seen, crm)
    return set(found.counts)


def test_a_morning_on_which_all_is_well_breaks_nothing() -> None:
    assert broken(shown(advice()), Crm()) == set()


def test_a_task_about_a_task_of_the_bots_own_is_noticed() -> None:
    crm = Crm()
    crm.with_task(1, "Call Eva Sommer", status="Completed")
    assert broken(shown(advice()), crm) == {"a subject contains a bot-made subject"}


def test_advice_while_its_own_task_is_open_is_noticed_and_not_once_that_is_done() -> None:
    crm = Crm(written=[advice(2, state=State.DONE, crm_id="t1")])
    crm.with_task(1, SUBJECT)
    assert broken(shown(advice()), crm) == {"advice while its own task is open"}
    crm.with_task(1, SUBJECT, status="Completed")
    assert broken(shown(advice()), crm) == set()


def test_a_pending_decision_that_the_morning_does_not_name_is_noticed() -> None:
    seen = shown(pending=(advice(),))
    assert broken(seen, Crm()) == {"a pending decision without a line"}
    assert broken(replace(seen, blocks=(section("Still open: Acme GmbH"),)), Crm()) == set()


def test_nothing_needs_you_beside_a_decision_is_noticed() -> None:
    said = (section("All quiet; nothing needs you today. ☀️ (Acme GmbH)"),)
    assert broken(shown(advice(), pending=(advice(),), blocks=said), Crm()) == {
        "nothing needs you, but a decision waits"
    }


@pytest.mark.parametrize("sort", ["home", "reminder", "offer"])
def test_a_decision_about_an_account_of_someone_else_is_noticed(sort: Sort) -> None:
    crm = Crm()
    crm.records["Accounts", ACCOUNT]["Owner"] = {"id": "9", "name": "Bob Chan"}
    assert broken(shown(advice(), sort=sort), crm) == {"listed although it is over or not theirs"}


@pytest.mark.parametrize(("stage", "gone"), [("Closed Won", True), ("Qualification", False)])
def test_a_decision_about_a_deal_that_is_closed_is_noticed(stage: str, gone: bool) -> None:
    crm, evidence = Crm(), samples.evidence()
    crm.with_deal(evidence.record_id, 9, stage)
    asked = cites(advice(), SignalKind.CLOSE_DATE_PASSED, evidence)
    assert bool(broken(shown(asked, sort="home"), crm)) is gone


@pytest.mark.parametrize(("stage", "gone"), [("Closed Won", False), ("Negotiation/Review", True)])
def test_a_decision_about_a_won_deal_that_is_open_again_is_noticed(stage: str, gone: bool) -> None:
    crm, evidence = Crm(), samples.evidence()
    crm.with_deal(evidence.record_id, 9, stage)
    asked = cites(advice(), SignalKind.DEAL_WON, evidence)
    assert bool(broken(shown(asked, sort="home"), crm)) is gone


@pytest.mark.parametrize(
    ("at", "odd"),
    [
        (datetime(2026, 11, 20, 7, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 6, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 17, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), True),
    ],
)
def test_a_reminder_at_night_or_on_a_weekend_is_noticed(at: datetime, odd: bool) -> None:
    assert ("reminder or offer outside working hours" in broken(shown(sort="reminder", at=at), Crm())) is odd


def test_a_card_with_neither_a_button_nor_a_decision_is_noticed() -> None:
    card = section("Acme GmbH has been quiet", block_id="card:1")
    assert broken(shown(blocks=(card,)), Crm()) == {"a card without a point"}
    asking = actions("decide:1:1", button("Approve", action_id="approve_proposal", value="1:1"))
    decided = section("✅ Acme GmbH: task created", block_id="card:1")
    blocks: tuple[Block, ...] = (card, asking, decided)
    assert broken(shown(blocks=blocks), Crm()) == set()


def test_an_open_amount_other_than_the_sum_of_the_open_deals_is_noticed() -> None:
    crm = Crm()
    crm.with_deal("d1", 1_000)
    crm.with_deal("d2", 500, "Closed Lost")
    card = replace(samples.card(1, []), account_id=ACCOUNT, amount=1_500.0)
    assert broken(shown(brief=samples.brief([card])), crm) == {"open is not the sum of open deals"}
    assert broken(shown(brief=samples.brief([replace(card, amount=1_000.0)])), crm) == set()
    brief = samples.brief([card])
    crm.records["Accounts", ACCOUNT]["Owner"] = {"id": "somebody else"}
    crm.with_deal("d3", 7_000)
    for key, owner_id in (("d1", brief.owner_id), ("d2", brief.owner_id), ("d3", "somebody else")):
        crm.records["Deals", key]["Owner"] = {"id": owner_id}
    assert broken(shown(brief=samples.brief([replace(card, amount=1_000.0)])), crm) == set()


def _came(because: str) -> Brief:
    came = CameOfIt(
        account_id=ACCOUNT,
        account_name="Acme GmbH",
        proposal_id=advice().id,
        title="Call",
        verdict=OutcomeVerdict.IMPROVED,
        because=because,
        evidence=(),
    )
    return replace(samples.brief(), came_of_it=(came,))


def test_an_outcome_of_the_day_of_approval_is_noticed() -> None:
    crm = Crm(written=[advice(state=State.DONE, done_at=samples.NOW)])
    assert broken(shown(brief=_came("A call followed on 20 Nov 2026.")), crm) == {"an outcome on the day of approval"}
    early = Crm(written=[advice(state=State.DONE, done_at=samples.NOW.replace(day=2))])
    assert broken(shown(brief=_came("A call followed on 12 Nov 2026.")), early) == set()
    assert broken(shown(brief=_came("A call followed on 21 Nov 2026.")), crm) == set()


def test_an_outcome_that_the_crm_contradicts_is_noticed() -> None:
    crm = Crm(written=[advice(state=State.DONE, crm_id="t1", done_at=samples.NOW)])
    crm.with_task(1, "Something else")
    seen = shown(brief=_came("The task was completed on 21 Nov 2026."))
    assert broken(seen, crm) == {"an outcome that the CRM contradicts"}
    crm.with_task(1, "Something else", status="Completed")
    assert broken(seen, crm) == set()


def test_a_change_that_nobody_made_is_noticed() -> None:
    changed = replace(advice(), drifted=(Difference(label="Closing date", shown="2026-09-30", present="2026-12-31"),))
    record_id = changed.recommendation.evidence[0].record_id
    assert broken(shown(changed), Crm()) == {"changed in Zoho without an event"}
    assert broken(shown(changed), Crm(changed={record_id: ["Stage"]})) == {"changed in Zoho without an event"}
    assert broken(shown(changed), Crm(changed={record_id: ["Closing_Date"]})) == set()


def _told(kind: SignalKind) -> Brief:
    """A brief with a card that tells this of a deal."""
    card = samples.card(1, [])
    statement = replace(card.statements[0], kinds=(kind,), evidence=(samples.evidence(),))
    return samples.brief([replace(card, account_id=ACCOUNT, amount=0.0, statements=(statement,))])


@pytest.mark.parametrize(
    ("kind", "later", "wrong"),
    [
        (SignalKind.CLOSE_DATE_SLIPPED, {}, True),
        (SignalKind.CLOSE_DATE_SLIPPED, {"Closing_Date": "2026-12-31"}, False),
        (SignalKind.STAGE_MOVED_BACK, {}, True),
        (SignalKind.DEAL_REOPENED, {}, False),
    ],
)
def test_a_reopened_deal_that_is_told_as_a_slip_is_noticed(
    kind: SignalKind, later: Mapping[str, str], wrong: bool
) -> None:
    day, crm = timedelta(days=1), Crm()
    crm.history[samples.evidence().record_id] = [
        (samples.NOW - 3 * day, {"Stage": "Closed Won", "Closing_Date": "2026-11-17"}),
        (samples.NOW - 2 * day, {"Stage": "Negotiation/Review", "Closing_Date": "2026-12-15"}),
        *([(samples.NOW - day, later)] if later else []),
    ]
    assert ("a reopened deal told as a slip" in broken(shown(brief=_told(kind)), crm)) is wrong


@pytest.mark.parametrize(("owner", "wrong"), [(READER.id, False), ("9", True)])
def test_asking_someone_who_cannot_decide_is_noticed(owner: str, wrong: bool) -> None:
    crm, block = Crm(), {"type": "actions", "block_id": f"decide:{advice().id}:1", "elements": []}
    crm.records["Accounts", ACCOUNT]["Owner"] = {"id": owner, "name": "Bob Chan"}
    asked = shown(advice(), blocks=(block,))
    assert broken(asked, crm) == ({"asked of someone who can't decide it"} if wrong else set())
    managed = replace(asked, reader=replace(READER, id="9"))
    assert broken(managed, crm) == set()


def test_an_update_long_after_the_decisions_ended_is_noticed() -> None:
    seen = shown(advice(), update=True, posted_at=samples.NOW)
    assert broken(replace(seen, at=samples.NOW + timedelta(days=2)), Crm()) == set()
    assert broken(replace(seen, at=samples.NOW + timedelta(days=9)), Crm()) == {"an update after the decisions ended"}


def test_a_morning_brief_in_the_afternoon_is_noticed() -> None:
    seen = shown(at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    assert broken(seen, Crm()) == {"a morning brief later in the day"}


def test_a_leaver_of_whom_the_manager_does_not_hear_is_noticed() -> None:
    leaver = replace(READER, id="7", last_name="Moss", manager_id=READER.id)
    told = shown(sort="answer", at=samples.NOW, blocks=(section("Eve Moss left: Acme, Globex"),))
    at, until = samples.NOW - timedelta(hours=1), samples.NOW + timedelta(days=9)

    def unheard(*everything: Shown) -> bool:
        return bool(
            list(ledger.unheard_leaving(everything, leaver=leaver, accounts=["Acme", "Globex"], at=at, until=until))
        )

    assert unheard(shown(sort="answer", blocks=(section("Acme, Globex"),)))
    assert not unheard(told)


@pytest.mark.parametrize(("told_at", "wrong"), [(1, False), (30, True)])
def test_a_manager_who_hears_of_a_leaver_too_late_is_noticed(told_at: int, wrong: bool) -> None:
    leaver, at = replace(READER, id="7", last_name="Moss", manager_id=READER.id), datetime(2026, 11, 17, 7, tzinfo=UTC)
    told = shown(sort="orphans", at=at + timedelta(hours=told_at), blocks=(section("Eve Moss left: Acme"),))
    until = at + timedelta(days=9)
    found = ledger.unheard_leaving([told], leaver=leaver, accounts=["Acme"], at=at, until=until)
    assert bool(list(found)) is wrong


@pytest.mark.parametrize(("said", "wrong"), [("Acme GmbH is now yours", False), ("Globex is now yours", True)])
def test_open_advice_that_does_not_reach_the_new_owner_is_noticed(said: str, wrong: bool) -> None:
    at, until = samples.NOW - timedelta(hours=1), samples.NOW + timedelta(days=9)
    seen = [shown(blocks=(section(said),))]
    waiting = {ACCOUNT: "Acme GmbH"}
    assert bool(list(ledger.unreached_advice(seen, taker=READER, waiting=waiting, at=at, until=until))) is wrong


@pytest.mark.parametrize(("state", "wrong"), [(State.PENDING, True), (State.RETRACTED, False)])
def test_a_decision_that_waits_for_someone_who_left_is_noticed(state: State, wrong: bool) -> None:
    until = samples.NOW + timedelta(days=5)
    left = advice(state=state, expires_at=until + timedelta(days=1))
    found = ledger.left_waiting([left], leaver=READER, given={ACCOUNT: samples.NOW}, until=until)
    assert bool(list(found)) is wrong


@pytest.mark.parametrize(("said", "wrong"), [("🔄 Reopened: Acme GmbH", False), ("Acme GmbH slipped", True)])
def test_a_reopened_deal_that_no_brief_tells_is_noticed(said: str, wrong: bool) -> None:
    deal = Reopened(at=samples.NOW - timedelta(hours=20), deal="Renewal", account_id=ACCOUNT, owner_id=READER.id)
    seen, until = [shown(blocks=(section(said),))], samples.NOW + timedelta(days=9)
    assert bool(list(ledger.unheard_reopenings(seen, [deal], {ACCOUNT: "Acme GmbH"}, until=until))) is wrong


def _outcome(because: str, *evidence: str) -> Outcome:
    return Outcome(
        proposal_id=advice().id,
        account_id=ACCOUNT,
        verdict=OutcomeVerdict.FLAT,
        score=0.5,
        because=because,
        evidence=evidence,
        measured_at=samples.NOW + timedelta(days=20),
    )


MEETING = "415000000007700001"


@pytest.mark.parametrize(
    ("because", "held", "wrong"),
    [
        ("A meeting followed on 24 Nov 2026.", timedelta(days=4), False),
        ("A meeting followed on 24 Nov 2026.", timedelta(days=30), True),
        ("Until 4 Dec 2026 no call, meeting or note followed.", timedelta(days=6), True),
        ("Until 4 Dec 2026 no call, meeting or note followed.", timedelta(days=30), False),
    ],
)
def test_an_outcome_of_a_meeting_that_was_not_or_was_forgotten_is_noticed(
    because: str, held: timedelta, wrong: bool
) -> None:
    crm = Crm()
    at = (samples.NOW + held).isoformat()
    crm.records["Events", MEETING] = {
        "id": MEETING,
        "What_Id": {"id": ACCOUNT},
        "Event_Title": "Demo",
        "End_DateTime": at,
        "Account_Name": {"id": ""},
    }
    cites = (passage_id(MemoryKind.MEETING, MEETING),) if because.startswith("A meeting") else ()
    written = {advice().id: advice(state=State.DONE, done_at=samples.NOW)}
    assert bool(list(ledger.untrue_silence([_outcome(because, *cites)], written, crm))) is wrong


def test_too_great_a_share_of_writes_on_its_own_tasks_is_noticed() -> None:
    assert list(ledger.missed_targets({"writes_on_own_tasks_share": 0.65, "bot_tasks_open_share": 0.2})) == [
        "writes_on_own_tasks_share is 65%, at most 5% is meant"
    ]


def test_a_write_on_an_overdue_task_counts_as_one_on_its_own_if_the_bot_made_that() -> None:
    overdue = cites(advice(), SignalKind.TASK_OVERDUE, replace(samples.evidence(), record_id="t1"))
    crm = Crm()
    assert not judge.answers_own_task(overdue, crm.tasks)
    crm.with_task(1, SUBJECT)
    assert judge.answers_own_task(overdue, crm.tasks)


def test_a_fourth_open_task_on_an_account_is_noticed() -> None:
    crm = Crm()
    for number in range(3):
        crm.with_task(number, SUBJECT)
    assert not list(judge.crowded_accounts(crm))
    crm.with_task(3, SUBJECT)
    assert list(judge.crowded_accounts(crm)) == [f"Acme GmbH: 4 open, as “{SUBJECT}”"]


def test_a_fourth_message_on_the_day_of_a_handover_is_noticed() -> None:
    posts = [shown() for _ in range(3)]
    told = {"taker": READER.id, "at": samples.NOW}
    assert not list(ledger.handover_messages(posts, **told))  # type: ignore[arg-type]  # given as plain keywords
    assert list(ledger.handover_messages([*posts, shown()], **told)) == ["4 messages on Fri 20 Nov"]  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(("briefs", "wrong"), [(0, True), (1, False), (2, True)])
def test_a_morning_with_no_brief_or_two_is_noticed(briefs: int, wrong: bool) -> None:
    expected = [(READER.id, "Anna Berg", date(2026, 11, 20))]
    assert bool(list(ledger.wrong_briefs([shown()] * briefs, expected))) is wrong


@pytest.mark.parametrize(("times", "wrong"), [(0, True), (1, False), (2, True)])
def test_an_outcome_that_no_brief_shows_or_two_do_is_noticed(times: int, wrong: bool) -> None:
    because = "The task was completed on 21 Nov 2026."
    outcome = Outcome(
        proposal_id=advice().id,
        account_id=ACCOUNT,
        verdict=OutcomeVerdict.IMPROVED,
        score=1.0,
        because=because,
        evidence=(),
        measured_at=samples.NOW,
    )
    seen = [shown(brief=_came(because), blocks=(section(because),)) for _ in range(times)]
    later = shown(at=samples.NOW + timedelta(days=8))
    found = ledger.hidden_outcomes([*seen, later], [(outcome, READER.id)], until=samples.NOW + timedelta(days=9))
    assert bool(list(found)) is wrong


def test_work_that_takes_three_times_as_long_after_six_weeks_is_noticed() -> None:
    start = date(2026, 3, 2)
    monday = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def took(last: float) -> Mapping[datetime, float]:
        return {monday: 0.05, monday + timedelta(weeks=5): last}

    assert list(ledger.growing("outcomes.measure", list(took(0.15).items()), start=start))
    assert not list(ledger.growing("outcomes.measure", list(took(0.09).items()), start=start))
