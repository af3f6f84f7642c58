"""Texts come from Markdown; a missing variable fails, and what is filled in is never read again."""

from __future__ import annotations

import pytest

from agents.model.prompt import load_prompt, parse_prompt
from store.domain.signals.kinds import NEWS, SignalKind

SOURCE = (
    "# Title\n\nProse.\n\n## first\n\n### title\nCall $name\n\n### body\n\none\n\ntwo\n\n## second\n### title\nWrite\n"
)


def test_texts_are_found_by_section_and_part() -> None:
    prompt = parse_prompt("sample", SOURCE)
    assert dict(prompt.texts) == {"first.title": "Call $name", "first.body": "one\n\ntwo", "second.title": "Write"}
    assert "first.title" in prompt
    assert prompt.digest == parse_prompt("other", SOURCE).digest != parse_prompt("sample", SOURCE + " ").digest


def test_a_missing_variable_or_text_fails_and_is_named() -> None:
    prompt = parse_prompt("sample", SOURCE)
    with pytest.raises(KeyError, match=r"first\.title.*\$name is missing"):
        prompt.render("first.title", {"other": "x"})
    with pytest.raises(KeyError, match=r"no text “first\.none”"):
        prompt.render("first.none", {})


def test_a_variable_in_what_is_filled_in_stays_as_it_is() -> None:
    assert parse_prompt("sample", SOURCE).render("first.title", {"name": "$name ${secret}"}) == "Call $name ${secret}"


def test_the_playbook_has_a_title_a_reason_and_a_task_for_every_kind_that_is_no_news() -> None:
    playbook = load_prompt("playbook")
    for kind in set(SignalKind) - NEWS:
        for part in ("title", "why", "subject", "description"):
            assert f"{kind}.{part}" in playbook
