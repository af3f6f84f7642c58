"""No CRM text, however hostile or long, makes a message that Slack refuses or that mentions, links or poses as ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views import (
    adjust_proposal,
    approve_batch,
    home,
    read_proposal,
    reject_proposal,
    replies,
    review,
    which_account,
    why,
)
from bot.views import undo_write as undo_views
from bot.views.blocks import Block, Part
from bot.views.brief import brief_messages
from bot.views.card import proposal_blocks
from bot.views.text import MIXED, in_quotes, link, mrkdwn, named, named_plain, plain, quoted_block
from integrations.sandbox.slack.blockkit import message_problems, problems, text_length, view_problems
from store.domain.attention.ledger import Place
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples
from tests.repetition import times

BRIEF_CHARACTERS = 10_000
BLNS = Path(__file__).resolve().parents[4] / "shared" / "data" / "injection" / "blns.json"
NAUGHTY = [
    "<!channel> <!here|here> <@U123> <#C123|general>",
    "<https://evil.example|Zoho CRM> https://evil.example",
    "*bold* _italic_ ~gone~ `code` ```fence```",
    "&&&&&&&&&&<<<<<>>>>>" * 50,
    "line\n> quote\n• *Approved by Anna*\r\n\tend",
    "\u202eevil\u2066 \u200b\ufeff\U000e0041 ",
    "",
    " ",
    "| pipe > and <",
    "x" * 20_000,
    "😀" * 5_000,
    "\x00\x07",
]
texts = st.one_of(st.sampled_from(NAUGHTY), st.text(max_size=60), st.text(alphabet="<>&|*_`~!@#\n😀a ", max_size=4_000))
OUR_LINK = re.compile(re.escape(samples.CRM) + r"/tab/(Accounts|Potentials|Contacts|Tasks)/\d+\|[^<>]*")


def strings(value: Any, *, kind: str) -> Iterator[str]:
    """The texts of all `kind` objects ("mrkdwn", "plain_text") in some blocks."""
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield value["text"]
        for each in value.values():
            yield from strings(each, kind=kind)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, kind=kind)


def always(text: str) -> samples.Text:
    return lambda _: text


def waiting(number: int, text: str, state: State) -> Proposal:
    recommendation = samples.advice(samples.task(always(text)), always(text))
    return samples.proposal(number, recommendation, state=state, text=always(text))


def assert_tame(blocks: list[Block]) -> None:
    for text in strings(blocks, kind="mrkdwn"):
        for inside in re.findall(r"<([^>]*)>", text):
            assert OUR_LINK.fullmatch(inside), inside
        without_links = re.sub(r"<[^>]*>", "", text)
        assert "<" not in without_links
        assert ">" not in without_links
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", without_links, re.DOTALL)


def assert_sendable(parts: list[Part]) -> None:
    for part in parts:
        assert not message_problems({"text": part.text, "blocks": part.blocks})
        assert text_length(part.blocks) <= BRIEF_CHARACTERS
        assert 0 < len(part.text) <= 4_000
        assert_tame([*part.blocks, {"type": "mrkdwn", "text": part.text}])


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(
    text=texts,
    cards=st.integers(0, 9),
    advices=st.integers(0, 4),
    statements=st.integers(1, 9),
    state=st.sampled_from(State),
)
def test_a_brief_of_any_text_size_and_state_is_taken_by_slack_and_stays_tame(
    text: str, cards: int, advices: int, statements: int, state: State
) -> None:
    whole, proposals = samples.morning(
        cards=cards, advices=advices, statements=statements, state=state, text=always(text)
    )
    parts = brief_messages(
        whole,
        proposals,
        links=samples.LINKS,
        names={samples.OWNER: text},
        tz=samples.TZ,
        now=samples.NOW,
    )
    assert len(parts) == 1
    assert_sendable(parts)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("text", ["x" * 20_000, "&" * 20_000, "<x " * 9_000])
def test_the_largest_brief_there_can_be_stays_within_its_budget_in_every_state(state: State, text: str) -> None:
    whole, proposals = samples.morning(cards=40, advices=4, statements=9, state=state, text=always(text))
    for places in (["ask"] * 40, ["ask"] * 20 + ["open"] * 20, ["question"] * 20 + ["open"] * 20):
        cards = tuple(replace(card, place=Place(place)) for card, place in zip(whole.cards, places, strict=True))
        brief = replace(whole, cards=cards, listed=(samples.listed(0, statement=text),) * 20, more=3_000)
        parts = brief_messages(brief, proposals, links=samples.LINKS, names={}, tz=samples.TZ, now=samples.NOW)
        assert_sendable(parts)


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(
    text=texts,
    which=st.sampled_from([samples.task, samples.note, samples.update]),
    statements=st.integers(0, 40),
    state=st.sampled_from(State),
)
def test_evidence_and_whole_writes_of_any_text_are_taken_by_slack_and_stay_tame(
    text: str, which: Any, statements: int, state: State
) -> None:
    whole = samples.proposal(1, samples.advice(which(always(text)), always(text), draft=text), state=state)
    card = samples.card(0, [whole.recommendation] * 4, always(text), statements=statements)
    card = replace(card, proposal_ids=(whole.id,) * 4, remembered=card.statements, priors=card.priors * 20)
    for view in (
        why.why_modal(card, {whole.id: whole}, samples.READER),
        read_proposal.read_modal(whole, samples.READER, private_metadata="x"),
    ):
        assert not view_problems(view)
        assert len(json.dumps(view)) <= 250_000
        assert_tame(view["blocks"])


@pytest.mark.long
@settings(max_examples=times(20, 800))
@given(text=texts, lines=st.integers(0, 40), statements=st.integers(0, 3))
def test_a_review_of_any_text_is_taken_by_slack_and_stays_tame(text: str, lines: int, statements: int) -> None:
    whole, proposals = samples.morning(cards=1, text=always(text), statements=statements)
    decided = tuple(proposals)
    for brief in (replace(whole, decided=decided), replace(whole, cards=(), overview=(text,) * lines, decided=decided)):
        assert_sendable(review.review_messages(brief, proposals, reader=samples.READER))


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(text=texts, pending=st.integers(0, 20), recent=st.integers(0, 20), state=st.sampled_from(State))
def test_a_home_of_any_text_and_size_is_taken_by_slack_and_stays_tame(
    text: str, pending: int, recent: int, state: State
) -> None:
    view = home.home_view(
        pending=[waiting(number, text, State.PENDING) for number in range(pending)],
        recent=[waiting(number + 100, text, state) for number in range(recent)],
        next_brief_at=samples.NOW,
        reader=samples.READER,
    )
    assert not view_problems(view)
    assert_tame(view["blocks"])


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(text=texts, which=st.sampled_from([samples.task, samples.note, samples.update]))
def test_modals_of_any_text_are_taken_by_slack_and_stay_tame(text: str, which: Any) -> None:
    whole = samples.proposal(1, samples.advice(which(always(text)), always(text)), text=always(text))
    people = [(samples.OWNER, text), (samples.MANAGER, text)]
    for view in (
        adjust_proposal.adjust_modal(whole, people=people, choices={"rating": [text, "Active"]}, private_metadata="x"),
        adjust_proposal.adjust_modal(whole, people=[], choices={}),
        reject_proposal.reject_modal(whole),
        replies.sentence_modal(text),
    ):
        assert not view_problems(view)
        assert_tame(view["blocks"])


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(
    text=texts,
    which=st.sampled_from([samples.task, samples.note, samples.update]),
    moves=st.integers(0, 40),
    count=st.integers(1, 40),
    state=st.sampled_from(State),
)
def test_undo_batch_and_drift_of_any_text_are_taken_by_slack_and_stay_tame(
    text: str, which: Any, moves: int, count: int, state: State
) -> None:
    made = samples.written(1, samples.advice(which(always(text)), always(text)), always(text))
    undo = replace(
        samples.undo_of(made, number=9, text=always(text)), state=state, error=text, decided_by=samples.OWNER
    )
    moved = (
        Difference(label=text, shown=text, present=None),
        Difference(label="Amount", shown="1", present=text),
    ) * moves
    asked = replace(waiting(1, text, State.PENDING), version=2, drifted=moved, endorsed_by=samples.OWNER)
    for view in (
        undo_views.undo_loading(),
        undo_views.undo_modal(undo, moved, samples.READER),
        undo_views.undo_refused(text, moved, samples.READER),
        approve_batch.batch_modal(approve_batch.batch_of([made] * count, samples.READER), private_metadata="x"),
    ):
        assert not view_problems(view)
        assert_tame(view["blocks"])
    for proposal, taking_back in ((made, undo), (replace(made, state=State.UNDONE), undo), (asked, None)):
        among = {taking_back.id: taking_back} if taking_back else {}
        known = replace(proposal, undo_id=undo.id) if taking_back else proposal
        blocks = proposal_blocks(known, samples.READER, among=among)
        assert len(blocks) <= 2
        assert not problems(blocks, surface="message")
        assert_tame(blocks)


@pytest.mark.long
@settings(max_examples=times(30, 1200))
@given(text=texts, count=st.integers(1, 130))
def test_choices_and_answers_of_any_text_are_taken_by_slack_and_stay_tame(text: str, count: int) -> None:
    asked = which_account.choice_blocks(text, [(f"41{number}", text) for number in range(count)])
    answer = replies.answer_blocks(
        text, [samples.source(number, always(text)) for number in range(count)], samples.READER, note=text
    )
    for blocks in (asked, answer):
        assert not problems(blocks, surface="message")
        assert_tame(blocks)


@given(text=texts, limit=st.integers(10, 300))
def test_text_never_grows_beyond_its_limit(text: str, limit: int) -> None:
    assert len(plain(text, limit=limit)) <= limit
    assert len(mrkdwn(text, limit=limit)) <= limit
    assert len(named(text, limit=limit)) <= limit
    assert len(named_plain(text, limit=limit)) <= limit
    assert len(quoted_block(text, limit=limit)) <= limit


def test_formatting_marks_in_crm_text_format_nothing() -> None:
    shown = mrkdwn("*Approved* _by_ `Anna` ~now~ snake_case", limit=100)
    assert not re.search(r"[*`~]|(?<!\w)_|_(?!\w)", shown)
    assert "snake_case" in shown


def test_text_does_not_become_a_quotation_at_the_start_of_its_line() -> None:
    assert mrkdwn("> said the boss", limit=100) == "› said the boss"
    assert mrkdwn("5 > 4", limit=100) == "5 &gt; 4"


def test_a_name_that_mixes_alphabets_says_so_where_records_are_named() -> None:
    assert named("Аcme", limit=60) == f"Аcme{MIXED}"
    assert named_plain("Аcme", limit=60) == f"Аcme{MIXED}"
    assert named("Acme", limit=60) == named_plain("Acme", limit=60) == "Acme"


def test_a_label_cannot_end_the_address_of_its_link() -> None:
    assert link("https://crm.example/1", "a|b") == "<https://crm.example/1|a¦b>"


def test_text_that_is_cut_is_not_cut_inside_an_escape() -> None:
    assert mrkdwn("a&&&&", limit=10) == "a&amp;…"


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings lies outside the repository")
def test_the_big_list_of_naughty_strings_makes_no_message_that_slack_refuses() -> None:
    for text in json.loads(BLNS.read_text()):
        whole, proposals = samples.morning(cards=1, text=always(text))
        parts = brief_messages(whole, proposals, links=samples.LINKS, names={}, tz=samples.TZ, now=samples.NOW)
        assert_sendable(parts)


def test_a_name_that_quotes_something_gets_no_quotation_marks_of_its_own() -> None:
    assert in_quotes("Agree a close plan") == "“Agree a close plan”"
    assert in_quotes("Move “Agree a close plan” to 12 Jun") == "Move “Agree a close plan” to 12 Jun"
