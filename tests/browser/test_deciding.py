"""Approve, Adjust and Reject as a person presses them, and what the CRM and the audit trail hold afterwards."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from store.domain.gate.proposals import State
from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_approve_writes_the_task_and_leaves_one_line_with_undo(morning: Morning) -> None:
    task, left = await morning.task(), await morning.left() - 1
    await expect(morning.counts).to_contain_text(re.compile(rf"^{left + 1} (left )?to decide"))
    await morning.control("Approve").click()

    await expect(morning.words.locator(".fold")).to_have_text(
        re.compile(rf"^✅ {re.escape(morning.card.account_name)}: task created, due \w{{3}} \d+ Jun: “.+”$")
    )
    await expect(morning.counts).to_contain_text(f"{left} left to decide" if left else "All decided")
    await expect(morning.control("Undo")).to_be_visible()
    for name in ("Approve", "Adjust", "Snooze", "Reject", "Why?"):
        await expect(morning.control(name)).to_have_count(0)
    [write] = morning.writes()
    assert (write.module, write.fields["Subject"], write.fields["Due_Date"]) == (
        "Tasks",
        task.subject,
        task.due.isoformat(),
    )


async def test_the_new_task_stands_out_in_the_record_and_every_step_in_the_audit_trail(morning: Morning) -> None:
    task = await morning.task()
    await morning.control("Approve").click()

    new = morning.record.get_by_role("listitem").filter(has=morning.page.get_by_text("New", exact=True))
    await expect(new).to_contain_text(f"Task: {task.subject}")
    trail = await morning.audited()
    assert (trail[:3], trail[-1]) == (["write.done", "write.attempted", "proposal.approved"], "brief.prepared")
    await expect(morning.audit).to_contain_text("The chain of entries is unbroken")


async def test_the_outcome_links_to_the_new_task(morning: Morning) -> None:
    await morning.control("Approve").click()
    link = morning.words.get_by_role("link", name="task created, due")
    await expect(link).to_be_visible()
    [write] = morning.writes()
    assert str(await link.get_attribute("href")).endswith(f"/Tasks/{write.id}")
    await link.click()
    await expect(morning.record.locator("summary")).to_be_focused()


async def test_two_presses_at_once_write_once_and_both_are_answered(morning: Morning) -> None:
    await morning.control("Approve").evaluate("button => { button.click(); button.click(); }")

    await expect(morning.words).to_contain_text("task created, due")
    await expect(morning.page.get_by_text("Only visible to you")).to_have_count(1)
    await expect(morning.page.locator(".ephemeral")).to_contain_text("approved this")
    assert len(morning.writes()) == 1


async def test_an_adjusted_task_is_shown_again_and_written_as_adjusted(morning: Morning) -> None:
    await morning.control("Adjust").click()
    await expect(morning.dialog.get_by_label("Task")).to_have_value((await morning.task()).subject)
    await morning.adjust(subject="Call before the board meets", due="2026-06-19")

    await expect(morning.dialog).to_have_count(0)
    await expect(morning.words).to_contain_text("due Fri 19 Jun")
    await expect(morning.words).to_contain_text("“Call before the board meets”")
    assert morning.writes() == ()
    await morning.control("Approve").click()
    await expect(morning.words).to_contain_text("task created, due")
    [write] = morning.writes()
    assert (write.fields["Subject"], write.fields["Due_Date"]) == ("Call before the board meets", "2026-06-19")
    await expect(morning.record).to_contain_text("Call before the board meets")
    assert (await morning.audited())[:4] == [
        "write.done",
        "write.attempted",
        "proposal.approved",
        "proposal.adjusted",
    ]


async def test_what_is_wrong_in_the_modal_is_said_beside_the_field_and_kept_there(reading: Morning) -> None:
    before = await reading.task()
    await reading.control("Adjust").click()
    await reading.adjust(subject="", due="2026-06-19")

    subject = reading.dialog.get_by_label("Task")
    await expect(subject).to_have_attribute("aria-invalid", "true")
    await expect(subject).to_be_focused()
    await expect(reading.dialog.get_by_role("alert").filter(visible=True)).to_have_count(1)
    await expect(reading.dialog.get_by_label("Due")).to_have_value("2026-06-19")
    await reading.adjust(subject=before.subject, due="2020-01-01")
    await expect(reading.dialog.get_by_label("Due")).to_have_attribute("aria-invalid", "true")
    assert (await reading.task(), reading.writes()) == (before, ())


async def test_reject_asks_why_and_remembers_the_reason(morning: Morning) -> None:
    await morning.control("Reject").click()
    await morning.dialog.get_by_role("button", name="Reject").click()
    await expect(morning.dialog).to_contain_text("Please complete this required field.")
    await morning.dialog.get_by_label("Something else").check()
    await morning.dialog.get_by_label("Comment").fill("They are on holiday")
    await morning.dialog.get_by_role("button", name="Reject").click()

    await expect(morning.words).to_contain_text(
        f"{morning.card.account_name}: rejected: Something else: They are on holiday"
    )
    assert (await morning.newest()).state is State.REJECTED
    assert morning.writes() == ()


async def test_what_was_rejected_by_mistake_is_brought_back_and_approved(morning: Morning) -> None:
    left = await morning.left()
    await morning.control("Reject").click()
    await morning.dialog.get_by_label("Something else").check()
    await morning.dialog.get_by_role("button", name="Reject").click()
    await morning.control("Bring back").click()
    await expect(morning.counts).to_contain_text(re.compile(rf"^{left} (left )?to decide"))
    await morning.control("Approve").click()
    await expect(morning.words).to_contain_text("task created, due")
    assert len(morning.writes()) == 1


async def test_words_decide_nothing(reading: Morning) -> None:
    await reading.say("yes, approve")
    await reading.page.get_by_role("button", name="1 reply").last.click()
    await expect(reading.page.get_by_role("complementary", name="Thread")).to_contain_text(
        "A reply can't approve or reject"
    )
    assert ((await reading.newest()).state, reading.writes()) == (State.PENDING, ())
