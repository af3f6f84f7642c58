"""The small functions that make our blocks, before the strict validator."""

from __future__ import annotations

import pytest

from bot.views.blocks import (
    CONTAINER_BLOCKS,
    Block,
    actions,
    alert,
    button,
    container,
    context,
    divider,
    modal,
    section,
    section_with,
)
from bot.views.space import characters
from integrations.sandbox.slack.blockkit import problems, text_length, view_problems

APPROVE = button("Approve", action_id="approve_proposal", value="p1:1", style="primary")


def grouped(*, collapsed: bool | None = None) -> Block:
    return container(
        "open",
        "Still open (1)",
        section("*Acme* since Fri", block_id="card:1", expand=True),
        actions("decide:p1:1", APPROVE),
        divider(),
        context("Closing 7 Oct"),
        subtitle="Nothing moved",
        collapsed=collapsed,
    )


@pytest.mark.parametrize("collapsed", [None, False, True])
def test_slack_takes_a_container_whether_it_collapses_or_not(collapsed: bool | None) -> None:
    made = grouped(collapsed=collapsed)
    assert problems([made], surface="message") == problems([made], surface="modal") == []
    assert made.get("is_collapsible", False) is (collapsed is not None)
    assert made.get("default_collapsed", False) is bool(collapsed)


def test_a_container_takes_as_many_blocks_as_we_count_on() -> None:
    full = [divider()] * CONTAINER_BLOCKS
    assert problems([container("a", "Full", *full)], surface="message") == []
    assert problems([container("a", "Full", *full, divider())], surface="message") != []


def test_text_inside_a_container_counts_as_the_validator_counts_it() -> None:
    made = [grouped(collapsed=True), section("Hello")]
    assert characters(made) == text_length(made)
    assert characters(made) > len("Still open (1)") + len("*Acme* since Fri") + len("Closing 7 Oct")


def test_only_a_section_that_must_be_read_is_expanded() -> None:
    assert "expand" not in section("x") | section_with("x", "a", APPROVE)
    assert section("x", expand=True)["expand"] is section_with("x", "a", APPROVE, expand=True)["expand"] is True


def test_an_alert_belongs_in_a_modal() -> None:
    notice = alert("The deal changed since this morning.", level="warning")
    assert view_problems(modal("Evidence", [notice], callback_id="why")) == []
    assert problems([notice], surface="message") != []
