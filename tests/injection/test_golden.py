"""How hostile text looks on a card: quoted, labelled, escaped, and marked where it poses as another."""

from __future__ import annotations

from dataclasses import replace

from bot.views.card import proposal_blocks
from bot.views.why import why_modal
from bot.views.write import in_full, in_short
from tests.bot import samples
from tests.bot.views.screen import labels

HOSTILE = "<!channel> *✅ Approved* <https://evil.example|Zoho> Асme\u202e\U000e0041"
SHOWN = "&lt;!channel&gt; ∗✅ Approved∗ &lt;https://evil.example|Zoho&gt; Асme"


def hostile(_: str) -> str:
    return HOSTILE


def test_the_write_on_a_card_quotes_what_is_foreign() -> None:
    short = in_short(replace(samples.note(hostile), parent_name="Асme"), samples.READER, beside="Acme")

    assert short.line == f"Note “{SHOWN}” on “Асme ⚠ mixed alphabets”: “{SHOWN}”"


def test_the_write_in_full_names_every_field_and_links_the_record_that_is_written_to() -> None:
    proposal = samples.proposal(1, samples.advice(samples.task(hostile), hostile), text=hostile)
    [section] = in_full(proposal, samples.READER)

    assert section["text"]["text"].splitlines() == [
        f"Task for Anna Berg: {SHOWN}",
        "On: account “<https://crm.example/crm/tab/Accounts/4150000000012001|"
        f"{SHOWN.replace('|', '¦')} ⚠ mixed alphabets>”",
        "Due: Tue 24 Nov",
        "Priority: High",
        f"Description: {SHOWN}",
        f"Description ends with the bot's mark {proposal.marker}",
    ]


def test_the_buttons_of_a_card_are_ours_alone() -> None:
    proposal = samples.proposal(1, samples.advice(samples.task(hostile), hostile), text=hostile)
    _, actions = proposal_blocks(proposal, samples.READER)

    assert labels([actions]) == ["Approve", "Adjust", "Snooze", "Reject", "Why?"]


def test_a_draft_stays_inside_its_fence() -> None:
    recommendation = samples.advice(samples.task(), draft="Hello\n```\n<!here> *bold*")
    view = why_modal(samples.card(1, [recommendation]), {}, samples.READER)
    (draft,) = [text for block in view["blocks"] if "Draft e-mail" in (text := str(block.get("text", {}).get("text")))]

    assert draft.endswith("```\nHello\n'''\n&lt;!here&gt; *bold*\n```")
