"""Undo, and approving several at one press, as a person does it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from store.domain.gate.proposals import State
from tests.browser.morning import Morning

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_what_was_approved_is_undone_and_the_record_loses_the_task_again(morning: Morning) -> None:
    task = await morning.task()
    await morning.control("Approve").click()
    await expect(morning.record).to_contain_text(f"Task: {task.subject}")
    await morning.control("Undo").click()
    await expect(morning.dialog).to_contain_text(f"Before: task {task.subject}")
    await expect(morning.dialog).to_contain_text("After: removed")
    await morning.dialog.get_by_role("button", name="Undo").click()

    await expect(morning.dialog).to_have_count(0)
    await expect(morning.words).to_contain_text(f"{morning.card.account_name}: undone, ")
    await expect(morning.control("Undo")).to_have_count(0)
    await expect(morning.record).not_to_contain_text(f"Task: {task.subject}")
    assert [write.op for write in morning.writes()] == ["create", "delete"]
    assert (await morning.newest()).state is State.UNDONE


async def test_what_was_undone_is_proposed_again_as_a_whole_card(morning: Morning) -> None:
    task = await morning.task()
    await morning.control("Approve").click()
    await morning.control("Undo").click()
    await morning.dialog.get_by_role("button", name="Undo").click()
    await morning.control("Propose again").click()
    await expect(morning.words).to_contain_text(f"“{task.subject}”")
    await expect(morning.control("Approve")).to_be_visible()
    await expect(morning.record).not_to_contain_text(f"Task: {task.subject}")
    assert [write.op for write in morning.writes()] == ["create", "delete"]


async def test_all_low_risk_ones_are_listed_approved_at_one_press_and_reported(easy_morning: Morning) -> None:
    await easy_morning.message.get_by_role("button", name="Approve all low-risk (2)").click()
    listed = easy_morning.dialog.get_by_text("Task for you")
    await expect(listed).to_have_count(2)
    assert easy_morning.writes() == ()
    await easy_morning.dialog.get_by_role("button", name="Approve 2").click()

    report = easy_morning.page.get_by_role("log").get_by_role("article").last
    await expect(report.get_by_text("task created, due")).to_have_count(2)
    await expect(easy_morning.message.get_by_role("button", name=re.compile("^Approve all"))).to_have_count(0)
    assert len(easy_morning.writes()) == 2
