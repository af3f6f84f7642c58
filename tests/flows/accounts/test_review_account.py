"""`/review-account`: one account, looked at now, for those who may see it."""

from __future__ import annotations

from tests.flows.company import ACME, BOREALIS, MIA
from tests.flows.gate.test_undo_write import UNDONE, press_undo, written
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, MORNING, Stage


async def test_an_exact_name_is_reviewed_although_others_contain_it(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "acme robotics")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)

    assert "Acme Robotics" in str(morning.briefs(ANNAS)[-1])
    assert ": no." not in morning.shown(ANNAS)  # what was checked in vain is no news


async def test_part_of_a_name_that_fits_one_account_is_enough(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "fjord")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)

    assert "Fjord Lines" in str(morning.briefs(ANNAS)[-1])


async def test_a_name_that_fits_several_asks_which_and_reviews_the_chosen_one(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "acme")
    await morning.slack.until(lambda: "choose_account" in str(morning.slack.ephemerals(ANNAS)))
    choice = next(each for each in morning.slack.ephemerals(ANNAS) if "choose_account" in str(each))
    assert "Acme East" in str(choice)
    await morning.slack.click(ANNAS, "choose_account", ts=choice["ts"], value=ACME)
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)

    assert "Acme Robotics" in str(morning.briefs(ANNAS)[-1])


async def test_an_unknown_name_is_answered_with_the_nearest_one(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "Borealis Fruits")
    assert await morning.answered(ANNAS, "Did you mean “Borealis Foods”")
    assert len(morning.briefs(ANNAS)) == 1


async def test_somebody_elses_account_is_refused(morning: Stage) -> None:
    await morning.slack.command(BOBS, "/review-account", "Acme Robotics")
    assert await morning.answered(BOBS, "belongs to someone else")
    assert len(morning.briefs(BOBS)) == 1


async def test_whom_the_crm_does_not_know_is_refused(morning: Stage) -> None:
    await morning.slack.command(EVES, "/review-account", "Acme Robotics")
    assert await morning.answered(EVES, "find you in the CRM")
    assert "Robotics" not in morning.shown(EVES)


async def test_a_manager_decides_in_their_review_and_the_owners_card_says_so(morning: Stage) -> None:
    proposal = await morning.proposal(BOREALIS, kind="create_task")
    await morning.slack.command(MIAS, "/review-account", "borealis")
    await morning.until(MIAS, "Cold chain")
    assert (await morning.proposal(BOREALIS, kind="create_task")).id == proposal.id
    await morning.approve(proposal, by=MIAS, at=MIAS)
    await morning.until(MIAS, "task created, due")

    assert (await morning.trail(proposal.id))[0].actor == MIA
    await morning.until(ANNAS, "by Mia")


async def test_a_review_leaves_the_decision_with_the_brief(morning: Stage) -> None:
    proposal = await morning.proposal(BOREALIS, kind="create_task")
    await morning.slack.command(MIAS, "/review-account", "borealis")
    await morning.until(MIAS, "Cold chain")
    await morning.approve(proposal)

    await morning.until(ANNAS, "task created, due")
    await morning.until(MIAS, "task created, due")
    assert len(morning.zoho.ledger) == 1


async def test_after_an_undo_a_review_offers_to_propose_it_again(morning: Stage) -> None:
    before = await written(morning, ACME, "create_task")
    await press_undo(morning, before)
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, UNDONE)
    await morning.slack.command(ANNAS, "/review-account", "acme robotics")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)
    review = morning.briefs(ANNAS)[-1]
    assert "Propose again" in str(review)

    await morning.slack.click(ANNAS, "reopen_proposal", ts=review["ts"])
    await morning.slack.until(lambda: "approve_proposal" in str(morning.briefs(ANNAS)[-1]))
    assert "Propose again" not in str(morning.briefs(ANNAS)[-1])
    await morning.approved(await morning.proposal(ACME), says="task created")
    assert [entry.op for entry in morning.zoho.ledger] == ["create", "delete", "create"]


async def test_an_account_without_a_problem_is_told_as_it_stands(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "fjord")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)
    review = str(morning.briefs(ANNAS)[-1])
    assert "Nothing here needs you today." in review
    assert "Last contact: a " in review
    assert ": no. " not in review


async def test_with_zoho_down_what_was_known_is_shown_and_its_age_told(morning: Stage) -> None:
    morning.zoho.faults.answer("*", "/crm/", status=503, times=1_000)
    await morning.slack.command(ANNAS, "/review-account", "acme robotics")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2, timeout=20)

    assert "could not be read right now" in str(morning.briefs(ANNAS)[-1])


async def test_a_review_rests_on_what_stands_in_the_crm_now(morning: Stage) -> None:
    assert morning.zoho.play(MORNING) == 1
    before = morning.zoho.calls
    await morning.slack.command(ANNAS, "/review-account", "cedar")
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)

    assert morning.zoho.calls > before
    async with morning.bot.services.database.reading() as tx:
        [account] = await tx.snapshots.find_accounts("cedar")
    assert account.industry == "Health"


async def test_a_review_under_way_is_finished_before_the_bot_stops(morning: Stage) -> None:
    await morning.slack.command(ANNAS, "/review-account", "acme robotics")
    await morning.stop()

    assert len(morning.briefs(ANNAS)) == 2
