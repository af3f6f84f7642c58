"""How hostile text looks on a card: quoted, labelled, escaped, and marked where it poses as another."""

from __future__ import annotations

from bot.views.card import details_part, recommendation_blocks
from bot.views.write import in_full, in_short
from tests.bot import samples

HOSTILE = "<!channel> *✅ Approved* <https://evil.example|Zoho> Асme\u202e\U000e0041"
SHOWN = "&lt;!channel&gt; ∗✅ Approved∗ &lt;https://evil.example|Zoho&gt; Асme"


def hostile(_: str) -> str:
    return HOSTILE


def test_the_write_on_a_card_is_labelled_as_ours_and_quotes_what_is_foreign() -> None:
    line = in_short(samples.note(hostile), samples.READER)

    assert line == (
        f"_Will add to Zoho:_ note “{SHOWN}” on deal "
        f"“&lt;!channel&gt; ∗✅ Approved∗ &lt;https:/… ⚠ mixed alphabets”: “{SHOWN}”"
    )


def test_the_write_in_full_names_every_field_and_links_the_record_that_is_written_to() -> None:
    proposal = samples.proposal(1, samples.advice(samples.task(hostile), hostile), text=hostile)

    assert in_full(proposal, samples.READER).splitlines() == [
        f"Task: {SHOWN}",
        "On: account “<https://crm.example/crm/tab/Accounts/4150000000012001|"
        "&lt;!channel&gt; ∗✅ Approved∗ &lt;https:/… ⚠ mixed alphabets>”",
        "Due: Tue 24 Nov",
        "Priority: High",
        "For: Anna Berg",
        f"Description: {SHOWN}",
        f"Mark in Zoho: {proposal.marker}",
    ]


def test_the_buttons_and_the_state_of_a_card_are_ours_alone() -> None:
    proposal = samples.proposal(1, samples.advice(samples.task(hostile), hostile), text=hostile)
    _, context, actions = recommendation_blocks(proposal.recommendation, proposal, samples.READER)

    assert [element["text"]["text"] for element in actions["elements"]] == ["Approve", "Adjust", "Reject"]
    assert context["elements"][-1]["text"].startswith("Decide by ")


def test_a_draft_stays_inside_its_fence() -> None:
    recommendation = samples.advice(samples.task(), draft="Hello\n```\n<!here> *bold*")
    part = details_part(samples.card(1, [recommendation]), {}, samples.READER)
    (draft,) = [text for block in part.blocks if "Draft e-mail" in (text := str(block.get("text", {}).get("text")))]

    assert draft.endswith("```\nHello\n'''\n&lt;!here&gt; *bold*\n```")
