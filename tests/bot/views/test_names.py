"""A write has one name wherever people meet it, also after someone adjusted it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.views.home import home_view
from bot.views.reject_proposal import reject_modal
from store.domain.gate.proposals import State
from store.domain.gate.write import Write
from tests.bot import samples
from tests.bot.views.screen import read


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (samples.task(), "Call Eva Sommer about the renewal"),
        (samples.note(), "Slipped"),
        (samples.update(), "Change rating to Customer"),
        (samples.update(fields=("rating", "account_type")), "Change rating, account type"),
    ],
)
def test_each_kind_names_what_it_writes(write: Write, name: str) -> None:
    assert write.name() == samples.proposal(1, samples.advice(write)).name == name


def test_an_adjusted_write_goes_by_its_new_name() -> None:
    proposal = replace(
        samples.proposal(1, samples.advice(samples.task())), write=replace(samples.task(), subject="Ring")
    )
    decided = replace(proposal, state=State.REJECTED)
    home = home_view(pending=(), recent=[decided], next_brief_at=None, reader=samples.READER)
    assert "Acme GmbH: Ring" in read(home["blocks"])
    assert "*Ring*" in read(reject_modal(proposal)["blocks"])


def test_an_undo_goes_by_the_name_of_what_it_undoes() -> None:
    written = samples.written(1, samples.advice(samples.task()))
    undo = samples.undo_of(written, number=2)
    title = f"Undo: {written.name}"
    named = replace(undo, recommendation=replace(undo.recommendation, title=title))
    assert named.name == "Undo: Call Eva Sommer about the renewal"
