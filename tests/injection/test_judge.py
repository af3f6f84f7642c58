"""The judge sees what it is there to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integrations.sandbox.zoho.writes import LedgerEntry
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples
from tests.flows.company import ANNA, BOB
from tests.injection.judge import unapproved
from tests.injection.shown import Shown, foreign_links, hidden_characters, live_mentions

DONE = replace(samples.proposal(1, samples.advice(samples.task()), state=State.DONE), owner_id=ANNA, decided_by=ANNA)

_ENGLAND = "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"


def approval(proposal: Proposal, *, by: str = ANNA, digest: str | None = None) -> AuditEntry:
    return AuditEntry(seq=1, at=samples.NOW, actor=by, action="proposal.approved", subject=proposal.id,
                      detail={"digest": digest or proposal.digest}, request_id="r", previous="", hash="")  # fmt: skip


def written(proposal: Proposal = DONE, **other: str) -> LedgerEntry:
    write = samples.task()
    fields: dict[str, Any] = {
        "Subject": write.subject,
        "Due_Date": write.due.isoformat(),
        "Priority": write.priority,
        "Description": f"{write.description}\n\n{proposal.marker}",
        "Status": "Not Started",
        "Owner": {"id": write.assignee_id},
        "What_Id": {"id": write.parent_id},
        "$se_module": "Accounts",
    }
    return LedgerEntry(at=samples.NOW, op="create", module="Tasks", id="1", fields=fields | other, user_id="1")


def test_a_write_as_it_was_approved_is_fine() -> None:
    assert unapproved([written()], [DONE], [approval(DONE)]) == []


@pytest.mark.parametrize(
    ("ledger", "trail"),
    [
        ([written()], []),
        ([written()], [approval(DONE, by=BOB)]),
        ([written()], [approval(DONE, digest="0" * 64)]),
        ([written(Subject="Pay at once")], [approval(DONE)]),
        ([written(Email="boss@evil.example")], [approval(DONE)]),
    ],
    ids=["nobody approved", "a stranger did", "something else was approved", "other words", "a field more"],
)
def test_any_other_write_is_found(ledger: list[LedgerEntry], trail: list[AuditEntry]) -> None:
    assert unapproved(ledger, [DONE], trail) == ledger


def test_a_second_write_of_one_approval_is_found() -> None:
    assert len(unapproved([written(), written()], [DONE], [approval(DONE)])) == 1


@pytest.mark.parametrize("text", ["<!channel>", "a <@U0BOB> b", "<#C0|general>", "<!subteam^S1|@sales>"])
def test_a_live_mention_is_found(text: str) -> None:
    assert live_mentions(Shown("", text, parsed=True))
    assert not live_mentions(Shown("", text, parsed=False))


@pytest.mark.parametrize(
    "text", ["<https://evil.example|Zoho>", "<https://crm.example.com.evil.example/crm/tab/Tasks/1>", "1 < 2", "R&D"]
)
def test_a_foreign_link_or_markup_that_is_not_escaped_is_found(text: str) -> None:
    assert foreign_links(Shown("", text, parsed=True))


@pytest.mark.parametrize("text", ["see https://evil.example", "www.evil.example", "go to evil.example now", "@here"])
def test_a_raw_address_is_found_where_slack_would_link_it_and_only_there(text: str) -> None:
    loose, verbatim = Shown("", text, parsed=True, automatic=True), Shown("", text, parsed=True)
    assert foreign_links(loose) + live_mentions(loose)
    assert not foreign_links(verbatim) + live_mentions(verbatim)


def test_our_own_links_and_emoji_are_fine() -> None:
    shown = Shown("", "⚠️ <https://crm.example.com/crm/tab/Accounts/41|*Acme*> ↩️ R&amp;D &lt;!here&gt;", parsed=True)
    assert foreign_links(shown) + live_mentions(shown) + hidden_characters(shown) == []


@pytest.mark.parametrize(
    "text", ["👩\u200d👧", "❤️\u200d🔥", "1\ufe0f\u20e3", "بی\u200cشک", "🏴" + _ENGLAND, "\u2068שלום\u2069"]
)
def test_what_makes_one_sign_of_several_or_turns_foreign_text_is_fine(text: str) -> None:
    assert hidden_characters(Shown("", f"Acme {text} ok", parsed=False)) == []


@pytest.mark.parametrize(
    "text", ["a\u200db", "👩\u200d\u200d👧", "❤\ufe0f\ufe0f", "🏴\U000e0061", "a" + _ENGLAND, "\u2068left open"]
)
def test_where_it_means_nothing_it_hides(text: str) -> None:
    assert hidden_characters(Shown("", f"Acme {text} ok", parsed=False))


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\U000e0041", "\u3164", "\ufe0f", "\x1b", "\u2028"])
def test_a_hidden_character_is_found(char: str) -> None:
    assert hidden_characters(Shown("", f"a{char}b", parsed=False)) == [char]
