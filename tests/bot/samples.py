"""A brief and its proposals, as large and as hostile as a test wants them; shared by the tests of views and listeners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.views.reader import Reader, ZohoLinks
from store.domain.attention.ledger import Reason
from store.domain.brief.brief import Brief, Card, Listed, News, Statement
from store.domain.crm.accounts import Kind, Person
from store.domain.crm.basis import Difference
from store.domain.crm.evidence import Confidence, ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Action, Prior, Proposal, Recommendation, State
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.grounding.answer import Origin, SourceText
from store.domain.signals.kinds import Risk, Signal, SignalKind

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
TZ = ZoneInfo("Europe/Berlin")
CRM = "https://crm.example/crm"
OWNER, MANAGER = "4150000000000001", "4150000000000002"
PERSON = Person(id=OWNER, name="Anna Berg", email="anna@example.com", timezone="Europe/Berlin")
LINKS = ZohoLinks(CRM)
READER = Reader(links=LINKS, names={OWNER: "Anna Berg", MANAGER: "Max Lind"}, tz=TZ, now=NOW)

Text = Callable[[str], str]


def unchanged(text: str) -> str:
    return text


def task(text: Text = unchanged) -> CreateTask:
    return CreateTask(
        parent_kind=Kind.ACCOUNT,
        parent_id="4150000000012001",
        parent_name=text("Acme GmbH"),
        subject=text("Call Eva Sommer about the renewal"),
        description=text("Ask whether the budget stands."),
        due=date(2026, 11, 24),
        priority="High",
        assignee_id=OWNER,
        assignee_name=text("Anna Berg"),
    )


def note(text: Text = unchanged) -> AddNote:
    return AddNote(
        parent_kind=Kind.DEAL,
        parent_id="41500000013",
        parent_name=text("Renewal"),
        title=text("Slipped"),
        text=text("To 31 Dec"),
    )


def update(text: Text = unchanged, *, fields: Sequence[str] = ("rating",)) -> UpdateAccount:
    return UpdateAccount(
        account_id="4150000000012001",
        account_name=text("Acme GmbH"),
        changes=tuple(FieldChange(field=each, before=text("Prospect"), after=text("Customer")) for each in fields),
        unless_modified_since=NOW,
    )


def evidence(number: int = 0, text: Text = unchanged) -> Evidence:
    return Evidence(
        source=Source.FIELD,
        kind=Kind.DEAL,
        record_id=f"41500000000{number:05}",
        record_name=text("Renewal 2026"),
        field="closing_date",
        label=text("Closing date"),
        value=text("30 Sep → 31 Dec"),
        at=NOW - timedelta(days=6),
    )


def source(number: int = 0, text: Text = unchanged) -> SourceText:
    told = evidence(number, text)
    origin = Origin(kind=told.kind, record_id=told.record_id, name=told.record_name)
    return SourceText(id=told.id, text=told.value, origins=(origin,), label=told.label)


def advice(write: Write, text: Text = unchanged, *, draft: str | None = None) -> Recommendation:
    return Recommendation(
        key="k",
        action=Action.FOLLOW_UP,
        title=text("Call Eva Sommer"),
        rationale=text("Nobody has spoken to Acme for 47 days."),
        risk=Risk.HIGH,
        signals=(SignalKind.NO_ACTIVITY,),
        evidence=(evidence(1, text), evidence(2, text), evidence(3, text)),
        confidence=Confidence(score=0.62, level=ConfidenceLevel.MEDIUM, because=text("two fields agree")),
        write=write,
        draft_email=draft,
    )


def proposal(
    number: int, recommendation: Recommendation, *, state: State = State.PENDING, text: Text = unchanged
) -> Proposal:
    decided = state not in (State.PENDING, State.EXPIRED)
    return Proposal(
        id=f"{number:032x}",
        lineage=f"{number:032x}",
        version=1,
        brief_id="00000000000000b1",
        owner_id=OWNER,
        account_id="4150000000012001",
        account_name=text("Acme GmbH"),
        recommendation=recommendation,
        write=recommendation.write,
        digest=digest_of(recommendation.write),
        state=state,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=72),
        decided_by=OWNER if decided else None,
        decided_at=NOW + timedelta(minutes=12) if decided else None,
        reason=text("Already done") if decided else None,
        crm_id="4150000000099001" if state is State.DONE else None,
        error=text("Zoho refused it") if state is State.DEAD else None,
    )


def card(
    number: int, recommendations: Sequence[Recommendation], text: Text = unchanged, *, statements: int = 2
) -> Card:
    return Card(
        account_id=f"415000000001{number:04}",
        account_name=text(f"Acme {number}"),
        risk=Risk.HIGH if number % 2 == 0 else Risk.MEDIUM,
        score=0.9,
        amount=84_000.0,
        statements=tuple(
            Statement(
                text=text("“Renewal 2026” moved from 30 Sep to 31 Dec."),
                kinds=(SignalKind.CLOSE_DATE_SLIPPED,),
                evidence=(evidence(each, text),),
            )
            for each in range(statements)
        ),
        recommendations=tuple(recommendations),
        priors=(prior(text),) * 6,
        proposal_ids=tuple(f"{number * 10 + each:032x}" for each in range(len(recommendations))),
    )


def listed(number: int, *, statement: str = "“Rollout” ($9,000) has been in Proposal for 60 days.") -> Listed:
    return Listed(
        account_id=f"415000000002{number:04}",
        account_name=f"Other {number}",
        risk=Risk.HIGH if number == 0 else Risk.MEDIUM,
        amount=9_000.0,
        statement=statement,
        reason=Reason.NO_ROOM,
    )


def prior(text: Text = unchanged) -> Prior:
    return Prior(
        key="k",
        title=text("Call her"),
        action=Action.FOLLOW_UP,
        signals=(SignalKind.NO_ACTIVITY,),
        state=State.REJECTED,
        decided_by=OWNER,
        decided_at=NOW,
        reason=text("Not now"),
        created_at=NOW - timedelta(days=10),
        still_there=True,
    )


def news(text: Text = unchanged) -> News:
    signal = Signal(
        kind=SignalKind.DEAL_WON,
        account_id="4150000000012009",
        record_id="41",
        statement=text("“Fleet” was won."),
        weight=0.1,
        risk=Risk.LOW,
        since=NOW,
        evidence=(evidence(9, text),),
    )
    return News(account_id="4150000000012009", account_name=text("Umbra AG"), signal=signal)


def brief(
    cards: Sequence[Card] = (), *, news_items: Sequence[News] = (), text: Text = unchanged, problems: int = 0
) -> Brief:
    return Brief(
        id="00000000000000b1",
        owner_id=OWNER,
        owner_name=text("Anna Berg"),
        local_date=date(2026, 11, 20),
        generated_at=NOW,
        data_as_of=NOW - timedelta(hours=1),
        accounts=len(cards) + 14,
        cards=tuple(cards),
        news=tuple(news_items),
        quiet=14,
        problems=(text("Memory was down."),) * problems,
    )


def morning(
    *, cards: int = 2, advices: int = 1, state: State = State.PENDING, text: Text = unchanged, statements: int = 2
) -> tuple[Brief, dict[str, Proposal]]:
    """A brief with so many cards, each with so many recommendations, and the proposals that stand for them."""
    kinds: list[Callable[[Text], Write]] = [task, note, update]
    made, proposals = [], []
    for number in range(cards):
        recommendations = [
            advice(kinds[each % 3](text), text, draft=text("Dear Eva,\nhow are you?")) for each in range(advices)
        ]
        made.append(card(number, recommendations, text, statements=statements))
        proposals += [
            proposal(number * 10 + each, recommendation, state=state, text=text)
            for each, recommendation in enumerate(recommendations)
        ]
    whole = brief(made, news_items=[news(text)] * 12, text=text, problems=4)
    return whole, {each.id: each for each in proposals}


LEAVING = Difference(label="Task", shown="Call Eva Sommer", present=None)


def undo_of(original: Proposal, *, number: int, text: Text = unchanged) -> Proposal:
    """The pending proposal that undoes a written task, note or account update."""
    write = original.write
    back: Write
    if isinstance(write, UpdateAccount):
        changes = tuple(replace(each, before=each.after, after=each.before) for each in write.changes)
        back = replace(write, changes=changes)
    else:
        assert isinstance(write, CreateTask | AddNote)
        back = RemoveRecord(
            parent_kind=write.parent_kind,
            parent_id=write.parent_id,
            parent_name=write.parent_name,
            record="task" if isinstance(write, CreateTask) else "note",
            record_id="4150000000099001",
            title=text(write.subject if isinstance(write, CreateTask) else write.title),
            unless_modified_since=NOW,
        )
    return replace(
        proposal(number, replace(original.recommendation, write=back), text=text),
        undoes=original.id,
        expires_at=NOW + timedelta(minutes=15),
    )


def written(number: int, recommendation: Recommendation, text: Text = unchanged) -> Proposal:
    """Written to Zoho at this moment, and so not too late to undo."""
    return replace(proposal(number, recommendation, state=State.DONE, text=text), done_at=NOW, crm_modified_at=NOW)


def adjusted(old: Proposal, write: Write, *, number: int) -> tuple[Proposal, Proposal]:
    """The superseded version and the one in its place."""
    superseded = replace(old, state=State.SUPERSEDED, decided_by=OWNER, decided_at=NOW)
    return superseded, replace(old, id=f"{number:032x}", version=old.version + 1, write=write, digest=digest_of(write))
