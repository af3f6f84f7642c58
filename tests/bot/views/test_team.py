"""The manager's morning and the modal with one person's decisions: what they say, and that Slack takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.blocks import Part
from bot.views.report import Report, report_modal
from bot.views.team import MEMBERS_SHOWN, team_messages
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.brief.brief import Brief, CameOfIt
from store.domain.brief.team import Cover, Member, Team, TeamRisk
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.bot.views.screen import labels, words
from tests.bot.views.test_hostile_text import always, assert_sendable, assert_tame, texts
from tests.repetition import times

CLAIRE = "4150000000000003"
READER = replace(samples.READER, names={**samples.READER.names, CLAIRE: "Claire Weber"}, me=samples.MANAGER)
RISK = TeamRisk(
    account_id="41", account_name="Beltide", owner_id=samples.OWNER, risk=Risk.HIGH, amount=84_200.0, open_money=None,
    statement="Your sponsor Maja Ekdal moved to another company on 24 Nov.",
)  # fmt: skip


def asked(number: int, **changes: Any) -> Proposal:
    return replace(samples.proposal(number, samples.advice(samples.task())), **changes)


def message(team: Team, proposals: list[Proposal], *, reports: set[str] | None = None) -> Part:
    brief = replace(
        samples.brief(), kind="team", owner_id=samples.MANAGER, owner_name="Max Lind", reader_id=samples.MANAGER, team=team
    )  # fmt: skip
    by_id = {each.id: each for each in proposals}
    known = {each.person_id for each in team.members} if reports is None else reports
    waiting = {each.person_id: waiting_of(each, by_id) for each in team.members if each.person_id in known}
    [part] = team_messages(brief, by_id, reader=READER, waiting=waiting)
    return part


def waiting_of(member: Member, proposals: dict[str, Proposal]) -> list[Proposal]:
    known = [proposals[each] for each in member.proposal_ids if each in proposals]
    return [each for each in known if each.state is State.PENDING]


def team(*members: Member, **more: Any) -> Team:
    return Team(**{"members": members, "since": date(2026, 11, 19), **more})


def rows(part: Part) -> list[list[str]]:
    [table] = [block for block in part.blocks if block["type"] == "data_table"]
    return [[cell["text"] for cell in row] for row in table["rows"]]


TODAY = {"expires_at": samples.NOW + timedelta(hours=3)}
DONE = {"state": State.DONE, "decided_by": samples.OWNER}


def test_the_table_counts_for_each_person_and_the_top_for_all() -> None:
    waiting, soon, written, rejected = asked(1), asked(2, **TODAY), asked(3, **DONE), asked(4, state=State.REJECTED)
    anna = Member(
        person_id=samples.OWNER, proposal_ids=(waiting.id, soon.id), decided_ids=(written.id, rejected.id), at_risk=9e4
    )  # fmt: skip
    claire = Member(person_id=CLAIRE)
    part = message(team(anna, claire, risks=(RISK,)), [waiting, soon, written, rejected])
    assert rows(part) == [
        ["Person", "To decide", "Today", "At risk", "Decided"],
        ["Anna Berg", "2", "1", "$90,000", "2, 1 written"],
        ["Claire Weber", "0", "0", "–", "0"],
    ]
    assert "Good morning, Max · your team, Fri 20 Nov" in words(part)
    assert "*2* to decide · 1 expires today · yesterday 2 decided: 1 written, 1 rejected" in str(part.blocks)
    assert "$84,200 open · Anna Berg: Your sponsor Maja Ekdal moved" in str(part.blocks)
    assert "Anna Berg: 2 to decide, 1 today, $90,000 at risk, 2 decided yesterday" in part.text
    assert labels(part.blocks) == ["Anna Berg · 2", "Claire Weber · 0"]


def test_the_table_has_no_column_without_anything_in_it() -> None:
    anna = Member(person_id=samples.OWNER, proposal_ids=(asked(1).id,))
    assert rows(message(team(anna), [asked(1)])) == [["Person", "To decide"], ["Anna Berg", "1"]]


def test_the_counts_follow_the_proposals_as_they_are_now() -> None:
    first, second = asked(1, **DONE), asked(2)
    anna = Member(person_id=samples.OWNER, proposal_ids=(first.id, second.id))
    assert "*1* still to decide" in message(team(anna), [first, second]).text
    assert "All decided" in message(team(anna), [first, replace(second, state=State.REJECTED)]).text
    late = replace(second, expires_at=samples.NOW)
    assert "1 decided, 1 expired undecided" in message(team(anna), [first, late]).text


def test_after_days_off_it_says_since_when() -> None:
    written = asked(3, **DONE)
    anna = Member(person_id=samples.OWNER, proposal_ids=(asked(1).id,), decided_ids=(written.id,))
    part = message(team(anna, since=date(2026, 11, 17)), [asked(1), written])
    assert "Tue to Thu 1 decided: 1 written" in part.text


def test_money_in_several_currencies_is_not_added() -> None:
    anna = Member(person_id=samples.OWNER, proposal_ids=(asked(1).id,), at_risk=None)
    assert rows(message(team(anna), [asked(1)]))[1][-1] == "in several currencies"


def test_a_quiet_day_takes_one_line() -> None:
    written, away = asked(3, **DONE), Cover(person_id=CLAIRE, until=samples.NOW, delegate_id=samples.OWNER)
    quiet = team(Member(person_id=samples.OWNER, decided_ids=(written.id,)), Member(person_id=CLAIRE), away=(away,))
    part = message(quiet, [written])
    assert part.text == (
        "Nothing waits in your team, Max. Yesterday 1 decided: 1 written. "
        "Claire Weber is away until Fri 20 Nov; Anna Berg decides for them."
    )
    assert [block["type"] for block in part.blocks] == ["section"]


def test_someone_who_left_the_team_is_in_no_part_of_it() -> None:
    anna = Member(person_id=samples.OWNER, proposal_ids=(asked(1).id,))
    away = Cover(person_id=samples.OWNER, until=samples.NOW, delegate_id=CLAIRE)
    part = message(team(anna, Member(person_id=CLAIRE), risks=(RISK,), away=(away,)), [asked(1)], reports={CLAIRE})
    assert "Anna" not in str(part)
    assert "Beltide" not in str(part)
    assert "No one in this message reports to you" in message(team(anna), [asked(1)], reports=set()).text


def test_someone_away_has_a_button_to_their_open_decisions() -> None:
    away = Cover(person_id=samples.OWNER, until=samples.NOW + timedelta(days=3), delegate_id=samples.MANAGER)
    part = message(team(Member(person_id=samples.OWNER, proposal_ids=(asked(1).id,)), away=(away,)), [asked(1)])
    assert "Anna Berg is away until Mon 23 Nov; you decide for them." in part.text
    assert "Open Anna Berg's 1" in labels(part.blocks)


@pytest.mark.parametrize("count", [MEMBERS_SHOWN, MEMBERS_SHOWN + 1, 400])
def test_a_large_team_fits_and_says_where_the_others_are(count: int) -> None:
    members = [Member(person_id=str(number), proposal_ids=(asked(1).id,), at_risk=1e6) for number in range(count)]
    part = message(team(*members), [asked(1)])
    assert_sendable([part])
    assert len(rows(part)) == MEMBERS_SHOWN + 1
    [opens] = [block["elements"] for block in part.blocks if block["type"] == "actions"]
    assert [each["type"] for each in opens] == ["button"] * 5 + ["static_select"]
    assert opens[-1]["options"][0]["text"]["text"] == "someone · 1 to decide"
    assert (f"And {count - MEMBERS_SHOWN} other" in str(part.blocks)) is (count > MEMBERS_SHOWN)


@pytest.mark.long
@settings(max_examples=times(20, 400))
@given(text=texts, count=st.integers(1, 60), state=st.sampled_from(State), quiet=st.booleans())
def test_any_text_is_taken_by_slack_and_stays_tame(text: str, count: int, state: State, quiet: bool) -> None:
    make = always(text)
    proposal = samples.proposal(1, samples.advice(samples.task(make), make), state=state, text=make)
    asks = () if quiet else (proposal.id,)
    members = [Member(person_id=f"{number}", proposal_ids=asks, decided_ids=(proposal.id,)) for number in range(count)]
    risks = tuple(replace(RISK, account_name=text, statement=text, owner_id=f"{number}") for number in range(3))
    away = tuple(Cover(person_id=f"{number}", until=samples.NOW, delegate_id="1") for number in range(count))
    brief: Brief = replace(samples.brief(), kind="team", owner_name=text, team=team(*members, risks=risks, away=away))
    reader = replace(READER, names={f"{number}": text for number in range(count)})
    parts = team_messages(
        brief, {proposal.id: proposal}, reader=reader, waiting={each.person_id: [proposal] for each in members}
    )
    assert_sendable(parts)


def test_the_modal_has_each_open_decision_with_its_buttons_and_what_came_of_the_others() -> None:
    written = asked(3, **DONE, done_at=samples.NOW)
    came = CameOfIt(
        account_id=written.account_id, account_name="Acme GmbH", proposal_id=written.id, title="Call Eva",
        verdict=OutcomeVerdict.IMPROVED, because="A call followed on 20 Nov.", evidence=(),
    )  # fmt: skip
    report = Report(
        person_id=samples.OWNER, name="Anna Berg", pending=[asked(1), asked(2, **TODAY)], decided=[written],
        came_of_it=[came],
    )  # fmt: skip
    view = report_modal(report, READER, note="Someone else was faster.")
    assert not view_problems(view)
    assert labels(view["blocks"]) == ["Approve", "Adjust", "Snooze", "Reject", "Why?"] * 2 + ["Undo"]
    shown = str(view["blocks"])
    assert "expires today 11:00" in shown
    assert "What came of it" in shown
    assert "“Call Eva” A call followed on 20 Nov." in shown
    assert "Someone else was faster." in shown


@pytest.mark.long
@settings(max_examples=times(20, 200))
@given(text=texts, pending=st.integers(0, 200), decided=st.integers(0, 20))
def test_the_modal_takes_any_text_and_number(text: str, pending: int, decided: int) -> None:
    make = always(text)
    made = [samples.proposal(number, samples.advice(samples.task(make), make), text=make) for number in range(pending)]
    past = [replace(asked(1_000 + number, **DONE), account_name=text) for number in range(decided)]
    view = report_modal(Report(person_id="1", name=text, pending=made, decided=past), READER, note=text)
    assert not view_problems(view)
    assert_tame(view["blocks"])
