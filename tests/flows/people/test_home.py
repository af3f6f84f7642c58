"""The App Home on the stage: what the brief left out, and what one's own answers changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agents.flows.accounts.learn_from_answers import REMEMBERED
from bot.views.blocks import actions, button
from store.domain.attention.answers import LEAST, Choice
from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from store.domain.errors import Refused, Unconfirmed
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk, SignalKind
from tests.flows.company import ACME, ANNA, BOB, DELTA, FJORD, GRANITE, NAMES
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, TEAM, Stage, by

TOPIC = "no_next_step"


async def home_of(stage: Stage, user_id: str, *, says: str = "Sergas") -> str:
    await stage.slack.home(user_id)
    await stage.slack.until(lambda: says in str(stage.slack.home_view(user_id)))
    return str(stage.slack.home_view(user_id))


async def dismiss(stage: Stage, count: int, *, owner_id: str = ANNA, taken: int = 0) -> None:
    """The owner answered so much advice about next steps yesterday."""
    made = await stage.proposal(ACME)
    at = stage.clock.moment - timedelta(days=1)
    states = [State.REJECTED] * count + [State.DONE] * taken
    answered = [_answered(made, number, state, owner_id) for number, state in enumerate(states)]
    async with stage.bot.services.database.transaction() as tx:
        await tx.proposals.add(*(replace(each, decided_at=at) for each in answered))


def _answered(made: Proposal, number: int, state: State, owner_id: str) -> Proposal:
    advice = replace(made.recommendation, key=f"k{number}", signals=(SignalKind.NO_NEXT_STEP,))
    id = f"{number:032x}"
    return replace(
        made, id=id, lineage=id, brief_id=None, owner_id=owner_id, recommendation=advice, state=state, decided_by=owner_id
    )  # fmt: skip


async def choices(stage: Stage, owner_id: str = ANNA) -> dict[str, Choice]:
    async with stage.bot.services.database.reading() as tx:
        return await tx.answers.choices(owner_id)


async def only_listed(stage: Stage, *account_ids: str, risk: Risk = Risk.HIGH) -> Ledger:
    """Anna's last brief named or counted these accounts, and no others."""
    async with stage.bot.services.database.transaction() as tx:
        last = await tx.attention.last(ANNA)
        assert last is not None
        entries = tuple(_counted(last.entries[0], account_id, risk) for account_id in account_ids)
        ledger = replace(last, entries=entries)
        await tx.attention.keep(ledger)
    return ledger


def _counted(entry: Entry, account_id: str, risk: Risk) -> Entry:
    name = NAMES[account_id]
    return replace(
        entry, account_id=account_id, account_name=name, place=Place.COUNTED, risk=risk, statement=f"{name} is silent."
    )  # fmt: skip


async def test_home_lists_what_the_brief_only_counted_and_reviews_it_on_a_press(morning: Stage) -> None:
    await only_listed(morning, FJORD)
    home = await home_of(morning, ANNAS, says="Also at risk")
    assert "Fjord Lines is silent." in home

    before = len(morning.briefs(ANNAS))
    await morning.slack.click_in_view(ANNAS, "review_account", block_id=f"risk:{FJORD}")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) > before)
    assert "Fjord Lines" in str(morning.briefs(ANNAS)[-1])
    assert "the review comes in our direct message" in str(morning.slack.modal(ANNAS))


async def test_who_owns_no_account_is_promised_no_brief_but_told_what_comes_instead(morning: Stage) -> None:
    manager = await home_of(morning, MIAS)
    assert (
        "Next message about your team: Wed 25 Mar 08:00.\\nYou own no accounts, so you get no brief of your own."
        in manager
    )
    assert "Next brief" not in manager
    assert morning.briefs(MIAS) == []
    assert "Next brief: " in await home_of(morning, ANNAS)


async def test_an_open_decision_says_what_the_brief_said_and_is_not_listed_a_second_time(morning: Stage) -> None:
    async with morning.bot.services.database.transaction() as tx:
        last = await tx.attention.last(ANNA)
        assert last is not None
        entries = [each for each in last.entries if each.account_id == ACME]
        await tx.attention.keep(
            replace(last, entries=tuple(replace(each, statement="It fell silent.") for each in entries))
        )
    home = await home_of(morning, ANNAS, says="It fell silent.")
    assert home.count("Acme Robotics") == 1

    await only_listed(morning, ACME, FJORD)
    home = await home_of(morning, ANNAS, says="Also at risk")
    assert "Fjord Lines is silent." in home
    assert f"risk:{ACME}" not in home


async def test_home_does_not_list_a_snoozed_account_as_at_risk(morning: Stage) -> None:
    ledger = await only_listed(morning, FJORD, DELTA)
    asleep = tuple(
        replace(each, reason=Reason.SNOOZED) if each.account_id == FJORD else each for each in ledger.entries
    )
    async with morning.bot.services.database.transaction() as tx:
        await tx.attention.keep(replace(ledger, entries=asleep))
    home = await home_of(morning, ANNAS, says="Delta Freight")
    assert "Fjord Lines" not in home


async def test_home_does_not_list_an_account_that_went_to_someone_else(morning: Stage) -> None:
    await only_listed(morning, FJORD, GRANITE)
    home = await home_of(morning, ANNAS, says="Also at risk")
    assert "Fjord Lines" in home
    assert "Granite Works" not in home


async def test_a_press_on_review_for_someone_elses_account_is_refused_and_recorded(morning: Stage) -> None:
    await only_listed(morning, FJORD)
    await home_of(morning, ANNAS, says="Also at risk")
    await home_of(morning, BOBS)
    await _forge(morning, BOBS, "review_account", FJORD)
    await morning.until(BOBS, "This belongs to Anna Berg")
    assert "Fjord" not in morning.shown(BOBS)
    assert "request.refused" in [each.action for each in await morning.trail(FJORD)]


async def test_nine_dismissals_of_ten_are_asked_about_and_show_fewer_lowers_the_topic_for_that_person_alone(
    morning: Stage,
) -> None:
    await dismiss(morning, 9, taken=1)
    home = await home_of(morning, ANNAS, says="What your answers changed")
    assert "You dismissed 9 of 10 about next steps. Show fewer?" in home
    assert "next steps" not in await home_of(morning, BOBS)

    await morning.slack.click_in_view(ANNAS, "show_fewer", block_id=f"answers:{TOPIC}")
    await morning.slack.until(lambda: "You chose to see fewer" in str(morning.slack.home_view(ANNAS)))
    assert await choices(morning) == {TOPIC: Choice.FEWER}
    assert await choices(morning, BOB) == {}
    assert await _factors(morning) == {TOPIC: LEAST}

    await morning.slack.click_in_view(ANNAS, "show_as_before", block_id=f"answers:{TOPIC}")
    await morning.slack.until(lambda: "They come as before, as you chose." in str(morning.slack.home_view(ANNAS)))
    assert await choices(morning) == {TOPIC: Choice.AS_BEFORE}
    assert await _factors(morning) == {TOPIC: 1.0}


async def test_leaving_it_ends_the_question_and_keeps_the_topic_as_it_was(morning: Stage) -> None:
    await dismiss(morning, 10)
    await home_of(morning, ANNAS, says="Show fewer?")
    await morning.slack.click_in_view(ANNAS, "show_as_before", block_id=f"answers:{TOPIC}")
    await morning.slack.until(lambda: "Show fewer?" not in str(morning.slack.home_view(ANNAS)))
    assert await _factors(morning) == {TOPIC: 1.0}


async def test_a_choice_is_in_the_audit_trail(morning: Stage) -> None:
    await dismiss(morning, 10)
    await home_of(morning, ANNAS, says="Show fewer?")
    await morning.slack.click_in_view(ANNAS, "show_fewer", block_id=f"answers:{TOPIC}")
    await morning.slack.until(lambda: "You chose to see fewer" in str(morning.slack.home_view(ANNAS)))
    (entry,) = [each for each in await morning.trail(ANNA) if each.action == "answers.chosen"]
    assert (entry.actor, entry.detail["topic"], entry.detail["choice"]) == (ANNA, TOPIC, "fewer")


async def test_a_topic_that_does_not_exist_is_refused_and_stored_nowhere(morning: Stage) -> None:
    await home_of(morning, ANNAS)
    await _forge(morning, ANNAS, "show_fewer", "<!channel>")
    await morning.slack.until(lambda: "I don't know this topic any more" in str(morning.slack.modal(ANNAS)))
    assert await choices(morning) == {}


async def test_a_dismissed_topic_weighs_less_in_the_next_brief_and_its_answers_count_in_the_tally(
    either_morning: Stage,
) -> None:
    morning = either_morning
    await dismiss(morning, 9, taken=1)
    at = morning.clock.moment + timedelta(days=1)
    await morning.look(at - timedelta(hours=4))
    await morning.morning(at)
    async with morning.bot.services.database.reading() as tx:
        last = await tx.attention.last(ANNA)
    assert last is not None
    assert last.local_date == at.date()
    assert last.tally.answers == {TOPIC: (1, 7)}  # as at most eight answers


async def test_answers_older_than_ninety_days_are_forgotten(morning: Stage) -> None:
    await dismiss(morning, 10)
    morning.clock.advance(REMEMBERED)
    assert "next steps" not in await home_of(morning, ANNAS)


async def test_people_choose_only_once_they_confirmed_who_they_are_and_strangers_never(morning: Stage) -> None:
    with pytest.raises(Refused):
        await morning.bot.accounts.learn.choose(by(EVES), TOPIC, Choice.FEWER)
    async with morning.bot.services.database.transaction() as tx:
        await tx.links.unlink(ANNA)
        await tx.links.link(TEAM, ANNAS, ANNA, morning.clock.now())
    with pytest.raises(Unconfirmed):
        await morning.bot.accounts.learn.choose(by(ANNAS), TOPIC, Choice.FEWER)
    assert await choices(morning) == {}


async def _forge(stage: Stage, user_id: str, action_id: str, value: str) -> None:
    """Press a button that the bot never showed."""
    view = stage.slack.home_view(user_id)
    assert view is not None
    view["blocks"].append(actions("forged", button("Forged", action_id=action_id, value=value)))
    await stage.slack.click_in_view(user_id, action_id, block_id="forged")


async def _factors(stage: Stage) -> dict[str, float]:
    """What the next brief would weigh Anna's topics with."""
    contents = await stage.bot.people.home(by(ANNAS))
    return {each.topic: each.factor for each in contents.lessons}
