"""The judge sees what it is there to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.views.text import link, markdown
from integrations.sandbox.mail import Caught
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.zoho.writes import LedgerEntry
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples
from tests.flows.company import ANNA, BOB
from tests.injection.judge import unapproved
from tests.injection.mails import strange_in
from tests.injection.shown import Shown, everything_shown, foreign_links, hidden_characters, live_mentions
from tests.injection.views import streamed

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


@pytest.mark.parametrize("text", ["http://localhost:80", "http://10.0.0.1/x", "10.0.0.1", "boss@evil", "ftp://evil"])
def test_an_address_without_a_dot_or_of_numbers_is_found_where_slack_may_link_it(text: str) -> None:
    assert foreign_links(Shown("", text, parsed=True, automatic=True))
    assert not foreign_links(Shown("", text, parsed=True))


@pytest.mark.parametrize(
    "url",
    ["https://crm.example@evil.example/x", "javascript:alert(1)", "ftp://crm.example/x", "https:\\\\evil", "//evil/x"],
)
def test_a_record_never_links_to_another_scheme_or_past_a_user(url: str) -> None:
    assert link(url, "Acme") == "Acme"


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


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/x", "http://10.0.0.1/login", "http://localhost:8080", "http://evil/login", "http://[::1]/x",
        "https://crm.example.com@evil.example/x", "ftp://evil/x", "slack://open", "mailto:boss@evil", "javascript:alert(1)",
        "go to evil.example now", "10.0.0.1", "evil．example", "boss@evil", "[Zoho](evil)", "[x]: evil", "<evil>",
    ],
)  # fmt: skip
def test_in_markdown_whatever_looks_like_an_address_is_found_and_our_own_text_never_does(text: str) -> None:
    assert foreign_links(Shown("", text, parsed=False, markdown=True))
    assert not foreign_links(Shown("", markdown(text), parsed=False, markdown=True)), markdown(text)


@pytest.mark.parametrize("text", ["<!channel>", "<@U0BOB>", "<#C0|general>", "@here please"])
def test_in_markdown_a_mention_is_found_and_our_own_text_has_none(text: str) -> None:
    assert live_mentions(Shown("", text, parsed=False, markdown=True))
    assert not live_mentions(Shown("", markdown(text), parsed=False, markdown=True))


@pytest.mark.parametrize("step", range(1, 12))
def test_two_harmless_pieces_of_a_stream_make_no_address_together(step: int) -> None:
    text = (
        "See http://10.0.0.1/login or evil.example.Then write to boss@evil.example. Amounts: 1.000.000 on 24.11.2026."
    )
    whole = "".join(streamed(text, step=step))
    assert foreign_links(Shown("", "go to evil" + ".example", parsed=False, markdown=True))
    assert not foreign_links(Shown("", whole, parsed=False, markdown=True)), whole


async def test_a_stream_is_read_piece_by_piece_and_as_a_whole_even_after_it_was_deleted() -> None:
    slack = await SlackSandbox(users=[SlackUser(id="U0ANNA", name="Anna Berg", email="anna@example.com")],
                               clock=lambda: samples.NOW).start()  # fmt: skip
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    client.proxy = None
    try:
        channel = slack.channel("U0ANNA")
        top = (await client.chat_postMessage(channel=channel, text="Good morning"))["ts"]
        ts = (await client.chat_startStream(channel=channel, thread_ts=top, markdown_text="go to http:"))["ts"]
        await client.chat_appendStream(channel=channel, ts=ts, markdown_text="//evil/login")
        await client.chat_delete(channel=channel, ts=ts)
    finally:
        await slack.stop()

    shown = list(everything_shown(slack))

    assert {"go to http:", "//evil/login", "go to http://evil/login"} <= {each.text for each in shown if each.markdown}
    assert [link for each in shown for link in foreign_links(each)] == ["http://"]


@pytest.mark.parametrize(
    ("html", "text", "found"),
    [
        ('<a href="https://evil.example/x">Acme</a>', "", "https://evil.example/x"),
        ("<p>Acme <img src=https://evil.example/x.png></p>", "", "<img src>"),
        ('<p style="background:url(https://evil.example/x)">Acme</p>', "", "url(https://evil.example/x)"),
        ("<p>evil.example</p>", "", "l.ex"),
        ("<p>Acme</p>", "pay@evil", "y@e"),
        ("<p>Acme</p>", "http://10.0.0.1/x", "http://"),
    ],
)
def test_an_e_mail_that_links_or_loads_is_noticed(html: str, text: str, found: str) -> None:
    assert found in strange_in(caught(html, text), ours=["https://crm.example/"])


def test_an_e_mail_with_our_links_alone_is_in_order() -> None:
    link = "https://crm.example/tab/Accounts/1"
    mail = caught(f'<style>p.soft {{}}</style><p><a href="{link}">Acme</a></p><p>Fine.</p>', f"Acme <{link}>")
    assert strange_in(mail, ours=["https://crm.example/"]) == []


def caught(html: str, text: str) -> Caught:
    made = EmailMessage()
    made.set_content(text or "Acme")
    made.add_alternative(html, subtype="html")
    return Caught(id=1, at=datetime(2026, 3, 24, tzinfo=UTC), sender="", recipients=(), raw=bytes(made))
