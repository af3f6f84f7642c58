"""Every kind of write has a view, or the bot doesn't start."""

from __future__ import annotations

from types import ModuleType

import pytest

from bot.views.write import view_in, view_of
from store.domain.gate.registry import kinds
from tests.domain.proposals import NOTE, REMOVAL, TASK, UPDATE


def test_every_kind_has_a_view() -> None:
    each = (TASK, NOTE, UPDATE, REMOVAL)
    assert {write.kind for write in each} == set(kinds())
    assert len({view_of(write).result for write in each}) == len(each)


def test_a_file_without_a_view_is_refused() -> None:
    with pytest.raises(TypeError, match="blank has to define as VIEW how this write looks"):
        view_in(ModuleType("bot.views.writes.blank"))
