"""One decision on a card: what it says in at most sixty words, what it would write, and its one line once it is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.views.blocks import Block
from bot.views.card import card_blocks, open_blocks, question_blocks
from store.domain.attention.ledger import Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.brief import Card, Statement
from store.domain.crm.accounts import Kind
from store.domain.crm.basis import Difference
from store.domain.crm.evidence import ConfidenceLevel
from store.domain.gate.proposals import AdviceSource, Proposal, SourceKind, State
from store.domain.gate.write import Write
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.kinds import Risk, SignalKind
from tests.bot import samples
from tests.bot.views.screen import block_ids, labels, read, word_count

READER = replace(samples.READER, me=samples.OWNER)
WORTH = Worth(risk=0.9, money=0.5, novelty=1.0, confidence=0.8)
DEAL = "Norpeak second site"
ON_A_DEAL = replace(
    samples.task(), parent_kind=Kind.DEAL, parent_name=DEAL, subject=f"Clarify the smaller scope of “{DEAL}”"
)


def statement(text: str) -> Statement:
    return Statement(text=text, kinds=(SignalKind.AMOUNT_DROPPED,), evidence=(samples.evidence(),))


def asked(
    write: Write | None = None, *says: str, state: State = State.PENDING, **more: object
) -> tuple[Card, dict[str, Proposal]]:
    """A new card about this write, with these statements."""
    advice = samples.advice(write or samples.task())
    card = replace(samples.card(0, [advice]), **({"worth": WORTH} | more))  # type: ignore[arg-type]  # given as plain keywords
    if says:
        card = replace(card, statements=tuple(map(statement, says)))
    proposal = samples.proposal(0, advice, state=state)
    return card, {proposal.id: proposal}


def shown(made: tuple[Card, dict[str, Proposal]], **changed: object) -> list[Block]:
    card, proposals = made
    after = {key: replace(each, **changed) for key, each in proposals.items()}  # type: ignore[arg-type]  # plain keywords
    return card_blocks(card, after, READER, brief_id="00000000000000b1")


def test_a_card_says_whose_account_what_moved_and_what_approve_writes_in_three_lines() -> None:
    made = asked(ON_A_DEAL, f"“{DEAL}” ($84,000) lost 28% of its amount (was $116,000) on 8 Jun.")
    assert read(shown(made)).split("\n") == [
        "🔴 *Acme 0* · $84,000 open · High risk, new",
        "The deal lost 28% of its amount (was $116,000) on 8 Jun.",
        f"→ Task for you, due Tue 24 Nov, high: “Clarify the smaller scope of “{DEAL}”” · “Ask whether the budget stands.”",
    ]


def test_a_card_is_a_section_that_never_folds_and_its_buttons_with_the_version_that_was_shown() -> None:
    card, proposals = asked()
    (proposal,) = proposals.values()
    section, actions = shown((card, proposals))
    assert section["expand"] is True
    assert block_ids([section, actions]) == [f"card:{card.account_id}", f"decide:{proposal.id}:1"]
    assert labels([actions]) == ["Approve", "Adjust", "Snooze", "Reject", "Why?"]
    approve, adjust, snooze, reject, why = actions["elements"]
    assert {approve["value"], adjust["value"], reject["value"]} == {f"{proposal.id}:1"}
    assert approve["style"] == "primary"
    assert [each["value"] for each in snooze["options"]] == [
        f"{proposal.id}:1:{until}" for until in (1, "monday", 14, "date", "change")
    ]
    assert (why["action_id"], why["value"]) == ("why_proposal", f"00000000000000b1:{card.account_id}")


@pytest.mark.parametrize(
    ("write", "says", "times"),
    [
        (ON_A_DEAL, f"“{DEAL}” ($28,800) slipped 40 days.", 1),
        (replace(ON_A_DEAL, subject="Ask why it slipped"), f"“{DEAL}” ($28,800) slipped 40 days.", 1),
        (replace(ON_A_DEAL, subject="Ask why it slipped"), "The task “Send it” is late.", 1),
        (replace(ON_A_DEAL, subject=f"Ask about the {DEAL}"), f"Nothing logged for 47 days; “{DEAL}” is open.", 1),
        (samples.task(), f"“{DEAL}” ($28,800) slipped 40 days.", 1),
    ],
)
def test_a_deal_is_named_once_on_its_card(write: CreateTask, says: str, times: int) -> None:
    assert read(shown(asked(write, says))).count(DEAL) == times


def test_a_write_on_a_record_that_nothing_else_on_the_card_names_is_named_by_the_payload() -> None:
    write = replace(ON_A_DEAL, parent_name="Another deal", subject="Ask why it slipped")
    assert "→ Task for you on “Another deal”, due" in read(shown(asked(write, "Nothing logged for 47 days.")))


def test_a_task_for_someone_else_and_a_usual_priority_read_so() -> None:
    write = replace(ON_A_DEAL, assignee_id=samples.MANAGER, assignee_name="Nobody", priority="Normal", subject="Ask")
    assert "→ Task for Max Lind" in (text := read(shown(asked(write))))
    assert "due Tue 24 Nov: “Ask”" in text


@pytest.mark.parametrize(
    ("reason", "risk", "label"),
    [
        (Reason.NEW, Risk.HIGH, "🔴 *Acme 0* · $84,000 open · High risk, new"),
        (Reason.FIRST, Risk.HIGH, "🔴 *Acme 0* · $84,000 open · High risk"),
        (Reason.CHANGED, Risk.MEDIUM, "🟠 *Acme 0* · $84,000 open"),
        (Reason.WAITED, Risk.LOW, "🟡 *Acme 0* · $84,000 open · Low risk, listed before"),
    ],
)
def test_a_colour_comes_with_words_and_the_words_say_what_is_new(reason: Reason, risk: Risk, label: str) -> None:
    assert read(shown(asked(reason=reason, risk=risk))).split("\n")[0] == label


def test_a_card_is_called_changed_only_if_it_says_first_what_changed() -> None:
    changed = asked(reason=Reason.CHANGED, moved=1)
    assert read(shown(changed)).split("\n")[0] == "🔴 *Acme 0* · $84,000 open · High risk, changed"


def test_a_card_of_an_earlier_release_does_not_claim_to_be_new() -> None:
    assert "new" not in read(shown(asked(worth=None))).split("\n")[0].lower()


def test_what_moved_is_said_first_and_a_second_sentence_only_if_it_is_short_enough() -> None:
    first, second = f"“{DEAL}” slipped 40 days.", f"“{DEAL}” hangs on one contact, Yasmin Khoury."
    assert "The deal slipped 40 days. It hangs on one contact, Yasmin Khoury.\n" in read(
        shown(asked(ON_A_DEAL, first, second))
    )
    long = "word " * 45
    assert "contact" not in read(shown(asked(ON_A_DEAL, long, second)))


WORDY = st.lists(st.text(alphabet="abc“”.", min_size=1, max_size=12), min_size=1, max_size=80).map(" ".join)


@example(account="a " * 40, deal="d " * 10, subject="s " * 22, says=["w " * 40], two=True)
@example(account="a " * 40, deal="d " * 40, subject="s " * 22, says=["w " * 40], two=True)
@given(account=WORDY, deal=WORDY, subject=WORDY, says=st.lists(WORDY, min_size=1, max_size=4), two=st.booleans())
def test_no_card_has_more_than_sixty_words(account: str, deal: str, subject: str, says: list[str], two: bool) -> None:
    made = asked(replace(ON_A_DEAL, parent_name=deal, subject=subject), *says, account_name=account)
    assert word_count(shown(made, needs_second=two)) <= 60


def test_a_card_stays_within_sixty_words_whatever_is_noted_on_it() -> None:
    moved = (Difference(label="Stage", shown="a " * 60, present="b " * 60),) * 5
    made = asked(replace(ON_A_DEAL, parent_name="d " * 10, subject="s " * 22), "w " * 40, account_name="a " * 40)
    assert word_count(shown(made, drifted=moved, needs_second=True)) <= 60


def test_a_card_without_room_for_a_tasks_description_still_says_its_subject() -> None:
    subject = "Agree with Eva who decides on offices"
    write = replace(ON_A_DEAL, parent_name="d " * 6, subject=subject, description="e " * 20)
    made = asked(write, "w " * 20, account_name="Acme Robotics")
    blocks = shown(made)
    assert f"“{subject}”" in read(blocks)
    assert "Read and approve" in labels(blocks)


def test_a_deal_whose_name_has_no_room_in_the_sentence_is_named_by_the_write() -> None:
    name = "The renewal of everything that we have ever sold"
    write = replace(ON_A_DEAL, parent_name=name, subject="Ask them")
    text = read(shown(asked(write, f"{'word ' * 60} “{name}” slipped.")))
    assert f"on “{name}”, due" in text


@example(subject="a " * 60)
@given(subject=WORDY)
def test_a_subject_is_shown_whole_or_approve_gives_way_to_reading_it(subject: str) -> None:
    blocks = shown(asked(replace(samples.task(), subject=subject)))
    texts = (subject, samples.task().description)
    whole = all(f"“{' '.join(text.split())}”" in read(blocks) for text in texts)
    assert ("Approve" in labels(blocks)) == whole
    assert ("Read and approve" in labels(blocks)) != whole
    assert ("…" in read(blocks).split("→")[1]) != whole


def test_a_long_note_is_counted_and_read_elsewhere_and_a_short_one_stands_on_the_card() -> None:
    short = shown(asked(samples.note()))
    assert "→ Note “Slipped” on “Renewal”: “To 31 Dec”" in read(short)
    assert labels(short)[0] == "Approve"
    long = shown(asked(replace(samples.note(), text="word " * 120)))
    assert "→ Note “Slipped” on “Renewal”, 120 words" in read(long)
    assert labels(long)[0] == "Read and approve"


def test_every_changed_value_is_on_the_card_or_none() -> None:
    few = shown(asked(samples.update(fields=("rating", "account_type"))))
    assert "Rating: Prospect → Customer; Account type: Prospect → Customer" in read(few)
    assert labels(few)[0] == "Approve"
    write = samples.update(fields=("rating", "description"))
    longer = replace(write, changes=(*write.changes[:1], replace(write.changes[1], after="word " * 60)))
    many = shown(asked(longer))
    assert "Rating, Description" in read(many)
    assert "word" not in read(many)
    assert labels(many)[0] == "Read and approve"


def test_the_write_is_told_from_the_payload_and_not_from_the_advice() -> None:
    made = asked()
    assert "“Cancel everything”" in read(shown(made, write=replace(samples.task(), subject="Cancel everything")))


def test_a_second_approver_and_what_moved_in_the_crm_take_a_short_line_each() -> None:
    text = read(shown(asked(), needs_second=True, drifted=(Difference(label="Stage", shown="A", present="B"),)))
    assert "\n👥 Needs two approvers\n" in text
    assert text.endswith("🔁 Changed since you were asked: Stage: A → B")
    first = read(shown(asked(), endorsed_by=samples.MANAGER, endorsed_at=samples.NOW))
    assert "☑️ Approved by Max Lind 08:00; needs a second approver" in first


def test_advice_that_someone_asked_for_says_who() -> None:
    card, proposals = asked()
    source = AdviceSource(kind=SourceKind.REQUEST, name=samples.MANAGER)
    advice = replace(card.recommendations[0], source=source)
    assert "Asked for by Max Lind" in read(shown((card, proposals), recommendation=advice))


@pytest.mark.parametrize(
    ("state", "line", "back"),
    [
        (State.READY, "⏳ *Acme 0*: approved; writing to Zoho…", []),
        (State.SENDING, "⏳ *Acme 0*: approved; writing to Zoho…", []),
        (State.DONE, "✅ *Acme 0*: task created, due Tue 24 Nov: “Call Eva Sommer about the renewal”", ["undo_write"]),
        (State.UNKNOWN, "❓ *Acme 0*: sent, but Zoho's answer was lost; checking, and not sending again before that", []),
        (State.DEAD, "⚠️ *Acme 0*: could not be written: Zoho refused it", []),
        (State.REJECTED, "✅ *Acme 0*: done already", ["reopen_proposal"]),
        (State.EXPIRED, "⌛ *Acme 0*: expired undecided; nothing was written", []),
        (State.SUPERSEDED, "✏️ *Acme 0*: adjusted; see the newer version", []),
        (State.SNOOZED, "💤 *Acme 0*: snoozed until Mon 23 Nov", ["bring_back_proposal"]),
        (State.UNDONE, "↩️ *Acme 0*: undone", ["reopen_proposal"]),
    ],
)  # fmt: skip
def test_a_decided_card_shrinks_to_one_line_with_the_way_back(state: State, line: str, back: list[str]) -> None:
    card, proposals = asked(state=state)
    wake = samples.NOW.replace(day=23)
    blocks = shown((card, proposals), done_at=samples.NOW, snoozed_until=wake)
    assert len(blocks) == 1
    assert read(blocks) == line
    assert blocks[0]["block_id"] == f"card:{card.account_id}"
    accessory = blocks[0].get("accessory")
    assert ([accessory["action_id"]] if accessory else []) == back


@pytest.mark.parametrize(
    ("state", "pressed"), [(State.DONE, ["Undo", "Draft e-mail"]), (State.REJECTED, ["Bring back"])]
)
def test_the_draft_of_an_e_mail_stays_within_reach_once_its_task_is_approved(state: State, pressed: list[str]) -> None:
    card, proposals = asked(state=state)
    mail = replace(card.recommendations[0], draft_email="Hello Eva")
    blocks = shown((card, proposals), recommendation=mail, done_at=samples.NOW)
    assert labels(blocks) == pressed
    if "Draft e-mail" in pressed:
        assert blocks[1]["elements"][-1]["value"] == f"00000000000000b1:{card.account_id}"


def test_two_decided_tasks_of_one_account_are_told_apart() -> None:
    said = [read(shown(asked(replace(samples.task(), subject=each), state=State.DONE))) for each in ("Ring", "Write")]
    assert said == [f"✅ *Acme 0*: task created, due Tue 24 Nov: “{each}”" for each in ("Ring", "Write")]


def test_a_decision_by_someone_else_names_them_and_when() -> None:
    made = asked(state=State.DONE)
    other = shown(made, decided_by=samples.MANAGER)
    assert read(other).endswith("about the renewal” · by Max Lind 08:12")
    both = shown(made, endorsed_by=samples.MANAGER, endorsed_at=samples.NOW)
    assert read(both).endswith("· by Max Lind 08:00 and Anna Berg 08:12")


def test_a_question_says_what_is_at_stake_and_why_before_it_asks_whether_that_still_matters() -> None:
    card, proposals = asked(ON_A_DEAL, f"“{DEAL}” slipped 40 days.", place=Place.QUESTION, since=date(2026, 11, 17))
    blocks = question_blocks(card, proposals, READER, brief_id="00000000000000b1")
    assert read(blocks).split("\n") == [
        "🔴 *Acme 0* · $84,000 open · High risk",
        "The deal slipped 40 days.",
        f"→ Task for you, due Tue 24 Nov, high: “Clarify the smaller scope of “{DEAL}”” · …",
        "Open since Tue 17 Nov. Does it still matter?",
    ]
    assert labels(blocks) == ["Keep", "Snooze", "Not relevant", "Why?"]
    assert blocks[0]["block_id"] == f"question:{card.account_id}"


def test_a_question_has_at_most_sixty_words_and_always_asks() -> None:
    card, proposals = asked(ON_A_DEAL, "word " * 80, place=Place.QUESTION, since=date(2026, 11, 17))
    blocks = question_blocks(card, proposals, READER, brief_id="00000000000000b1")
    assert 50 < word_count(blocks) <= 60
    assert read(blocks).endswith("\nOpen since Tue 17 Nov. Does it still matter?")


def test_a_kept_card_says_so_and_no_second_press_at_the_same_place_decides() -> None:
    card, proposals = asked(place=Place.QUESTION, since=date(2026, 11, 17), reason=Reason.UNANSWERED)
    question = question_blocks(card, proposals, READER, brief_id="00000000000000b1")
    kept = card_blocks(replace(card, place=Place.ASK, kept=True), proposals, READER, brief_id="00000000000000b1")
    assert read(kept) == read(question).replace(" · …", " · “Ask whether the budget stands.”").replace(
        "Open since Tue 17 Nov. Does it still matter?", "📌 Kept. Open since Tue 17 Nov."
    )
    assert labels(question)[0] == "Keep"
    assert labels(kept) == ["Why?", "Approve", "Adjust", "Snooze", "Reject"]


def test_what_is_still_open_takes_two_short_lines_and_one_button_that_opens_it() -> None:
    card, proposals = asked(place=Place.OPEN, since=date(2026, 11, 17))
    (block,) = open_blocks(card, proposals, READER, brief_id="00000000000000b1")
    assert read([block]) == "🔴 *Acme 0* · $84,000 · high risk, since Tue\n“Call Eva Sommer about the renewal”"
    assert labels([block]) == ["Decide"]
    assert block["accessory"]["value"] == f"{0:032x}:1:00000000000000b1"
    assert block["block_id"] == f"card:{card.account_id}"


def test_a_long_subject_is_cut_where_it_is_only_named() -> None:
    card, proposals = asked(replace(ON_A_DEAL, subject="word " * 40), place=Place.OPEN, since=date(2026, 11, 17))
    text = read(open_blocks(card, proposals, READER, brief_id="00000000000000b1"))
    assert text.endswith("“word word word word word word word word word word…”")


def test_advice_without_a_stored_proposal_cannot_be_pressed() -> None:
    card, _ = asked()
    assert labels(shown((card, {}))) == []


def test_a_pending_proposal_past_its_time_reads_as_expired_and_has_no_buttons() -> None:
    blocks = shown(asked(), expires_at=samples.NOW)
    assert "⌛ *Acme 0*: expired undecided" in read(blocks)
    assert labels(blocks) == []


@pytest.mark.parametrize(
    ("risk", "level", "says"),
    [
        (Risk.HIGH, ConfidenceLevel.LOW, True),
        (Risk.HIGH, ConfidenceLevel.MEDIUM, False),
        (Risk.MEDIUM, ConfidenceLevel.LOW, False),
    ],
)
def test_a_red_card_of_which_we_are_least_sure_says_so(risk: Risk, level: ConfidenceLevel, says: bool) -> None:
    card, proposals = asked(samples.task(), "No contact since 3 Feb.")
    advice = card.recommendations[0]
    sure = replace(advice, confidence=replace(advice.confidence, level=level))
    blocks = shown((replace(card, risk=risk, recommendations=(sure,)), proposals))
    assert ("not sure" in read(blocks).casefold()) is says
