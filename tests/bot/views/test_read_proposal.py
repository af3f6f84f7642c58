"""Reading a whole write before approving it: nothing is cut, and what can't be shown whole can't be approved."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.read_proposal import READ_MODAL, read_modal
from bot.views.space import PAGE, pages
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write
from tests.bot import samples
from tests.bot.views.screen import read

LONG = " ".join(f"word{number}" for number in range(1_000))  # about 8,000 characters


def waiting(write: Write, **more: Any) -> Proposal:
    return replace(samples.proposal(1, samples.advice(write)), **more)


def joined(view: dict[str, Any]) -> str:
    """The texts of all sections, as one person reads on from one to the next."""
    return " ".join(read(view["blocks"]).split())


def test_it_shows_every_field_and_its_submit_is_approve() -> None:
    view = read_modal(waiting(samples.task()), samples.READER, private_metadata="x:1")
    assert view["callback_id"] == READ_MODAL == "read_proposal_modal"
    assert view["submit"]["text"] == "Approve"
    assert view["private_metadata"] == "x:1"
    text = read(view["blocks"])
    for said in (
        "*Acme GmbH*",
        "Task for Anna Berg: Call Eva Sommer about the renewal",
        "Due: Tue 24 Nov",
        "Priority: High",
        "Description: Ask whether the budget stands.",
        "Approve writes exactly this to Zoho.",
    ):
        assert said in text


@pytest.mark.parametrize(
    "write",
    [
        replace(samples.task(), description=LONG[:8_000]),
        replace(samples.note(), text=LONG[:8_000]),
        replace(
            samples.update(fields=("description",)),
            changes=(replace(samples.update().changes[0], field="description", after=LONG[:8_000]),),
        ),
    ],
)
def test_a_text_beyond_one_section_goes_on_in_the_next_and_loses_no_word(write: Write) -> None:
    view = read_modal(waiting(write), samples.READER)
    assert not view_problems(view)
    assert LONG[:8_000].strip() in "".join(read([block]) for block in view["blocks"])
    assert "submit" in view


def test_lines_stay_lines() -> None:
    view = read_modal(waiting(replace(samples.task(), description="Ask:\n- Who?\n\n- When?")), samples.READER)
    assert "Description: Ask:\n- Who?\n\n- When?\n" in read(view["blocks"])


def test_what_slack_cannot_show_whole_has_no_approve() -> None:
    endless = replace(samples.update().changes[0], before="😀" * 8_000, after="😀" * 8_000)
    view = read_modal(
        waiting(replace(samples.update(), changes=(endless,) * 3)), samples.READER, private_metadata="x:1"
    )
    assert "submit" not in view
    assert len(json.dumps(view)) < 3_000
    assert "can't be approved here" in joined(view)


def test_the_second_approver_and_what_moved_are_told() -> None:
    moved = (Difference(label="Stage", shown="A", present="B"),)
    text = joined(read_modal(waiting(samples.task(), needs_second=True, drifted=moved), samples.READER))
    assert "👥 Needs two approvers · Approve writes exactly this to Zoho." in text
    assert "🔁 *Changed in Zoho since you were asked* Stage: A → B" in text


@given(st.lists(st.text(alphabet="ab &;\n", max_size=4_000), max_size=6))
def test_pages_lose_nothing_and_tear_no_escape(lines: list[str]) -> None:
    escaped = [line.replace("&", "&amp;").replace("\n", " ") for line in lines]
    made = pages(escaped)
    assert all(len(page) <= PAGE for page in made)
    assert "".join("".join(made).split()) == "".join("".join(escaped).split())
    assert all(page.count("&") == page.count("&amp;") for page in made)
