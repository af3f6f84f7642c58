"""The administrators' part of the Home: one line if all is well, and no account named whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.views.administration import NAMED, administration_blocks
from bot.views.home import home_view
from bot.views.spending import ModelsToday
from bot.views.switch_features import FEATURES, features_modal, pressed_feature, wanted_from_submission
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.crm.accounts import Person
from store.domain.errors import BadInput
from store.domain.gate.proposals import Proposal, State
from store.domain.running.administration import Administration, CrmReads, Trouble, Unreached
from store.domain.running.features import Feature, Switched, standings
from store.domain.running.model_calls import Amount, CallFigures
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion, Silence
from tests.bot import samples

NOW, ANNA = samples.NOW, Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")
READ = CrmReads(at=NOW - timedelta(minutes=12))
WELL = Administration(
    unreached=(),
    delivered=34,
    due=34,
    reads=READ,
    waiting=0,
    unreadable=0,
    silent=(),
    signals_off=(),
    features=standings({}, {}),
)
CHEAP = ModelsToday(
    figures=CallFigures(calls=3, amount=Amount(tokens=10, usd=1.5)), ceiling=Amount(tokens=100_000, usd=10.0)
)
OFF = Switched(is_on=False, by=samples.MANAGER, at=NOW)


def shown(
    seen: Administration,
    *,
    stuck: tuple[Proposal, ...] = (),
    models: ModelsToday | None = None,
    anchors: str | None = None,
) -> list[dict[str, Any]]:
    blocks = administration_blocks(seen, stuck=stuck, models=models, anchors=anchors, reader=samples.READER)
    view = home_view(pending=(), recent=(), next_brief_at=None, reader=samples.READER, sections=blocks)
    assert not view_problems(view)
    return blocks


def test_all_well_is_one_line() -> None:
    title, line = shown(WELL, models=CHEAP)
    assert title["type"] == "header"
    expected = "✅ All well: CRM read 12 minutes ago · 34 of 34 briefs delivered · Claude $1.50 of $10.00 today."
    assert line["text"]["text"] == expected
    assert line["accessory"]["text"]["text"] == "Features"


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (replace(WELL, reads=CrmReads()), "The CRM was never read."),
        (replace(WELL, reads=replace(READ, at=NOW - timedelta(hours=5), is_late=True)), "last read 5 hours ago."),
        (
            replace(WELL, reads=replace(READ, error="Zoho <!here> is down.")),
            "12 minutes ago: Zoho &lt;!here&gt; is down.",
        ),
        (replace(WELL, reads=replace(READ, missing=("The field Rating has disappeared.",))), "Rating has disappeared"),
        (replace(WELL, waiting=3), "3 messages waiting for Slack for more than 15 minutes"),
        (replace(WELL, unreadable=1), "1 CRM record with a field that can't be read"),
    ],
)
def test_whatever_needs_an_administrator_is_said_and_the_rest_stays_one_line(seen: Administration, says: str) -> None:
    blocks = shown(seen)
    assert says in str(blocks)
    assert "All well" not in str(blocks)
    assert blocks[-1]["text"]["text"].startswith("Otherwise: ")


@pytest.mark.parametrize("trouble", list(Trouble))
def test_people_are_named_by_trouble_and_the_rest_counted(trouble: Trouble) -> None:
    many = (Unreached(person=ANNA, trouble=trouble, since=NOW),) * (NAMED + 2)
    text = shown(replace(WELL, unreached=many))[1]["text"]["text"]
    assert text.count("Anna Berg") == NAMED
    assert "and 2 more" in text


def test_a_stuck_write_names_its_owner_and_its_id_but_neither_account_nor_text() -> None:
    proposal = replace(samples.proposal(1, samples.advice(samples.task())), state=State.DEAD, error="invalid data")
    said = str(shown(WELL, stuck=(proposal,)))
    assert f"*Create task* for Anna Berg, id `{proposal.id[:8]}`" in said
    assert "invalid data" in said
    assert proposal.account_name not in said
    assert proposal.name not in said


def test_the_budget_gets_a_line_of_its_own_once_it_runs_out_or_claude_is_paused() -> None:
    dear = replace(CHEAP, figures=replace(CHEAP.figures, amount=Amount(tokens=10, usd=8.0)))
    assert "Left for today: $2.00 of $10.00" in str(shown(WELL, models=dear))
    assert "Claude is paused for 9 s" in str(shown(WELL, models=replace(CHEAP, paused_seconds=9, because="Down.")))
    assert "Left for today" not in str(shown(WELL, models=CHEAP))


def test_a_silent_signal_is_asked_about_and_one_that_is_off_has_its_way_back() -> None:
    kind = SignalKind.NO_NEXT_STEP
    asked = str(shown(replace(WELL, silent=(Silence(kind=kind, figures="Only 3% of 412"),))))
    assert "Should they stay off?" in asked
    assert "Only 3% of 412" in asked
    off = SignalQuestion(
        kind=kind, figures="", asked_at=NOW, answer=Answer.OFF, answered_by="operator", answered_at=NOW
    )
    *_, line, _ = shown(replace(WELL, signals_off=(off,)))
    assert "the signal “No next step” (the operator, Fri 20 Nov 08:00)" in line["text"]["text"]
    assert line["accessory"]["action_id"] == "keep_signal_silent"


def test_a_feature_that_is_off_is_named_with_who_did_it_unless_a_setting_rules_it_out() -> None:
    switched = {Feature.MEMORY: OFF, Feature.REMINDERS: OFF}
    features = standings(switched, {Feature.MEMORY: "SERGAS_MEMORY_URL"})
    said = str(shown(replace(WELL, features=features)))
    assert "Reminders before a decision expires (Max Lind, Fri 20 Nov 08:00)" in said
    assert "Earlier notes" not in said
    assert "All well" in said


def test_the_features_modal_ticks_those_that_are_on_and_names_the_setting_behind_the_rest() -> None:
    view = features_modal(standings({Feature.OFFERS: OFF}, {Feature.MEMORY: "SERGAS_MEMORY_URL"}))
    assert not view_problems(view)
    boxes = view["blocks"][0]["element"]
    ticked = [each["value"] for each in boxes["initial_options"]]
    assert set(Feature) - set(ticked) == {Feature.OFFERS, Feature.MEMORY}
    assert view["blocks"][1]["elements"][0]["text"] == (
        "Off by the setting SERGAS_MEMORY_URL: Earlier notes in briefs and answers."
    )


def test_only_boxes_that_this_person_changed_are_switched() -> None:
    view = features_modal(standings({Feature.OFFERS: OFF}, {}))
    kept = [each for each in view["blocks"][0]["element"]["options"] if each["value"] != Feature.REMINDERS]
    view["state"] = {"values": {FEATURES: {FEATURES: {"type": "checkboxes", "selected_options": kept}}}}
    assert wanted_from_submission(view) == {Feature.REMINDERS: False, Feature.OFFERS: True}
    view["state"] = {"values": {}}
    assert set(wanted_from_submission(view).values()) == {False}


def test_an_unknown_feature_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput):
        pressed_feature("everything")
    with pytest.raises(BadInput):
        wanted_from_submission({"private_metadata": "everything=on", "state": {"values": {}}})
