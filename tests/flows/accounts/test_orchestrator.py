"""How a brief gets its words: which account is worth how much, a few at a time, in time, and by rules where no model answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from agents.author.depth import Depth, DepthPolicy, plan
from agents.author.dossier import dossier_of
from agents.author.one_account import NO_SCOUT, AccountRun, OneAccount, kept
from agents.author.orchestrator import BROKEN, TOO_LONG, Orchestrator
from agents.author.subagents.subagent import Subagent
from agents.model.question import Answer, Listener, Models, Question, Scope
from agents.model.toolbox import Agent, Toolbox, ToolsChanged
from store.database import Database
from store.domain.brief.brief import PLAYBOOK, Brief, Card, Statement
from store.domain.brief.confidence import confidence
from store.domain.crm.accounts import Kind
from store.domain.crm.money import Currency
from store.domain.errors import BadInput, BudgetSpent, ModelUnavailable
from store.domain.gate.proposals import Action, Prior, Recommendation, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.evidence import standing
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import ANNA, NOW, PIPELINE, TODAY, account, deal, facts

AUTHOR, REVIEWER, SCOUT = Agent.RECOMMENDATION_AUTHOR, Agent.COMPLIANCE_REVIEWER, Agent.ZOHO_SCOUT
MODELS = Models(small="small", strong="strong")
Say = Callable[[Question, Scope], Awaitable[Mapping[str, Any]]]


@dataclass
class Writer:
    """A model that words every candidate in its own way and passes everything, unless it is told what to say instead."""

    instead: dict[Agent, Say] = field(default_factory=dict)
    asked: list[tuple[Question, Scope]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0

    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        self.asked.append((question, scope))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(0)
            say = self.instead.get(question.agent, _words)
            return Answer(value=await say(question, scope))
        finally:
            self._now -= 1

    def of(self, agent: Agent) -> list[Question]:
        return [question for question, _ in self.asked if question.agent is agent]


async def _words(question: Question, scope: Scope) -> Mapping[str, Any]:
    given = question.blocks[0].value
    if question.agent is AUTHOR:
        return authored(given)
    if question.agent is REVIEWER:
        return {
            "verdicts": [
                {"recommendation": each["id"], "verdict": "pass", "strip": [], "reason": ""}
                for each in given["recommendations"]
            ]
        }
    return {"facts": [], "events": [], "mood": None, "promises": []}


def authored(dossier: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    written = [
        {"candidate": each["id"], "title": each["title"], "rationale": "Ask what holds them up.", "cites": each["rests_on"],
         "subject": each["subject"], "text": "Ask, and agree on a date.", "email": None} | other
        for each in dossier["candidates"]
    ]  # fmt: skip
    return {"summary": "“Renewal” is worth a call today.", "cites": ["F1"], "recommendations": written}


def failing(error: Exception, agent: Agent = AUTHOR) -> dict[Agent, Say]:
    async def say(question: Question, scope: Scope) -> Mapping[str, Any]:
        raise error

    return {agent: say}


def saying(agent: Agent, **value: Any) -> dict[Agent, Say]:
    async def say(question: Question, scope: Scope) -> Mapping[str, Any]:
        return value

    return {agent: say}


def advice(number: int, risk: Risk = Risk.MEDIUM, what: str = "stalled") -> Recommendation:
    evidence = (standing(deal(f"d{number}"), "stage", "Stage", "Proposal"),)
    return Recommendation(
        key=f"a{number}:{what}",
        action=Action.FOLLOW_UP,
        title="Get “Renewal” moving" if what == "stalled" else "Call about “Renewal”",
        rationale="Ask what it takes.",
        risk=risk,
        signals=(SignalKind.DEAL_STALLED,),
        evidence=evidence,
        confidence=confidence(evidence, now=NOW, data_as_of=NOW),
        write=CreateTask(
            parent_kind=Kind.DEAL,
            parent_id=f"d{number}",
            parent_name="Renewal",
            subject="Get “Renewal” moving",
            description="Ask.",
            due=TODAY + timedelta(days=2),
            assignee_id=ANNA.id,
            assignee_name=ANNA.name,
        ),
    )


def card(number: int, risk: Risk = Risk.MEDIUM, **more: Any) -> Card:
    evidence = (standing(deal(f"d{number}"), "stage", "Stage", "Proposal"),)
    given: dict[str, Any] = {
        "account_id": f"a{number}",
        "account_name": f"Account {number}",
        "risk": risk,
        "score": 0.5,
        "amount": 9_000.0,
        "statements": (Statement(text="“Renewal” stands at Proposal.", kinds=(), evidence=evidence),),
        "recommendations": (advice(number, risk),),
    }
    return Card(**given | more)


def brief(*cards: Card, **more: Any) -> Brief:
    given: dict[str, Any] = {
        "id": "b1", "owner_id": ANNA.id, "owner_name": ANNA.name, "local_date": TODAY, "generated_at": NOW,
        "data_as_of": NOW, "accounts": len(cards), "cards": cards, "news": (), "quiet": 0,
    }  # fmt: skip
    return Brief(**given | more)


@dataclass
class StillClock:
    def now(self) -> Any:
        return NOW


def no_tools(agent: Agent, owner_id: str) -> Toolbox | None:
    return None


def orchestrator(
    database: Database, writer: Writer, *, tools: Callable[[Agent, str], Toolbox | None] = no_tools, **policy: Any
) -> Orchestrator:
    one = OneAccount(writer, MODELS, tools, called="Claude")
    return Orchestrator(database, one, StillClock(), DepthPolicy(**policy))


async def test_the_riskiest_accounts_get_the_strong_model_and_the_rest_the_small_one(sqlite_database: Database) -> None:
    writer = Writer()
    cards = [*(card(number, Risk.HIGH) for number in range(4)), card(4), card(5, Risk.LOW)]
    made = await orchestrator(sqlite_database, writer, full=2)(brief(*cards))

    models = {scope.account_id: question.model for question, scope in writer.asked if question.agent is AUTHOR}
    assert [models[f"a{number}"] for number in range(6)] == ["strong", "strong", "small", "small", "small", "small"]
    assert made.author == "Claude (strong, small)"
    assert [each.account_id for each in made.cards] == [each.account_id for each in cards]


async def test_of_a_long_tail_the_rest_goes_by_rules_and_nobody_calls_that_a_problem(sqlite_database: Database) -> None:
    writer = Writer()
    made = await orchestrator(sqlite_database, writer, most=3)(brief(*(card(number) for number in range(5))))

    assert [each.author for each in made.cards] == [*["Claude (small)"] * 3, *[PLAYBOOK] * 2]
    assert made.author == "Claude (small) and playbook"
    assert made.problems == ()


async def test_a_card_without_advice_and_a_quiet_brief_ask_nobody(sqlite_database: Database) -> None:
    writer = Writer()
    made = await orchestrator(sqlite_database, writer)(brief(card(1, recommendations=())))

    assert writer.asked == []
    assert made.author == PLAYBOOK
    assert await orchestrator(sqlite_database, writer)(brief()) == brief()


async def test_only_a_few_accounts_are_written_at_once(sqlite_database: Database) -> None:
    writer = Writer()
    await orchestrator(sqlite_database, writer, at_once=3)(brief(*(card(number) for number in range(12))))

    assert writer.most_at_once == 3


async def test_what_is_spent_for_the_day_stops_the_rest_and_is_told_once(sqlite_database: Database) -> None:
    spent = BudgetSpent("The Claude budget today is used up for now.", on="day")
    writer = Writer(failing(spent))
    made = await orchestrator(sqlite_database, writer, at_once=1)(brief(*(card(number) for number in range(6))))

    assert len(writer.asked) == 1
    assert made.problems == ("The Claude budget today is used up for now: this brief is worded by rules.",)
    assert made.cards == brief(*(card(number) for number in range(6))).cards


async def test_what_is_spent_on_one_account_leaves_the_others(sqlite_database: Database) -> None:
    async def say(question: Question, scope: Scope) -> Mapping[str, Any]:
        if scope.account_id == "a1":
            raise BudgetSpent("The Claude budget for this account is used up.", on="account")
        return await _words(question, scope)

    made = await orchestrator(sqlite_database, Writer({AUTHOR: say}))(brief(*(card(number) for number in range(3))))

    assert [each.author for each in made.cards] == ["Claude (small)", PLAYBOOK, "Claude (small)"]
    assert made.problems == ("The Claude budget for this account is used up: 1 of 3 accounts is worded by rules.",)


async def test_after_a_few_failures_in_a_row_nobody_is_asked_any_more(sqlite_database: Database) -> None:
    writer = Writer(failing(ModelUnavailable("Claude is overloaded or down.")))
    made = await orchestrator(sqlite_database, writer, at_once=1, patience=3)(
        brief(*(card(number) for number in range(9)))
    )

    assert len(writer.asked) == 3
    assert made.problems == ("Claude is overloaded or down: this brief is worded by rules.",)


async def test_a_model_that_takes_too_long_is_not_waited_for(sqlite_database: Database) -> None:
    async def say(question: Question, scope: Scope) -> Mapping[str, Any]:
        if scope.account_id == "a1":
            await asyncio.Event().wait()
        return await _words(question, scope)

    async with asyncio.timeout(20):
        made = await orchestrator(sqlite_database, Writer({AUTHOR: say}), account_seconds=2.0)(brief(card(1), card(2)))

    assert [each.author for each in made.cards] == [PLAYBOOK, "Claude (small)"]
    assert made.problems == (f"{TOO_LONG.rstrip('.')}: 1 of 2 accounts is worded by rules.",)


async def test_a_morning_ends_at_its_deadline_with_what_there_is(sqlite_database: Database) -> None:
    async def say(question: Question, scope: Scope) -> Mapping[str, Any]:
        if scope.account_id != "a0":
            await asyncio.Event().wait()
        return await _words(question, scope)

    async with asyncio.timeout(20):
        made = await orchestrator(sqlite_database, Writer({AUTHOR: say}), at_once=2, morning_seconds=3.0)(
            brief(*(card(number) for number in range(5)))
        )

    assert Counter(each.author for each in made.cards) == {"Claude (small)": 1, PLAYBOOK: 4}


async def test_a_fault_of_ours_costs_the_words_and_never_the_brief(sqlite_database: Database) -> None:
    before = brief(card(1))
    made = await orchestrator(sqlite_database, Writer(failing(RuntimeError("a fault"))))(before)

    assert made == replace(before, problems=(BROKEN,))


async def test_what_the_reviewer_says_nothing_of_stays_in_the_words_of_the_rules(sqlite_database: Database) -> None:
    made = await orchestrator(sqlite_database, Writer(saying(REVIEWER, verdicts=[])))(brief(card(1)))

    assert made.cards[0].recommendations == card(1).recommendations
    assert made.cards[0].summary is None
    assert made.cards[0].author == PLAYBOOK
    assert "The reviewer gave no verdict." in {each.reason for each in made.cards[0].struck}


async def test_without_a_reviewer_nothing_of_the_author_goes_out(sqlite_database: Database) -> None:
    made = await orchestrator(sqlite_database, Writer(failing(ModelUnavailable("Down."), REVIEWER)))(brief(card(1)))

    assert made.cards == (card(1),)


async def test_the_reviewer_can_strip_a_text_and_hold_a_recommendation_but_not_save_one(
    sqlite_database: Database,
) -> None:
    verdicts = [
        {"recommendation": "R1", "verdict": "strip", "strip": ["rationale"], "reason": "It flatters."},
        {"recommendation": "summary", "verdict": "hold", "strip": [], "reason": "It guesses."},
    ]
    made = await orchestrator(sqlite_database, Writer(saying(REVIEWER, verdicts=verdicts)))(brief(card(1)))
    one = made.cards[0].recommendations[0]
    assert (one.rationale, made.cards[0].summary) == ("Ask what it takes.", None)
    assert isinstance(one.write, CreateTask)
    assert one.write.description == "Ask, and agree on a date."

    async def discounting(question: Question, scope: Scope) -> Mapping[str, Any]:
        return authored(question.blocks[0].value, text="Offer them a discount.")

    kind = [{"recommendation": "R1", "verdict": "pass", "strip": [], "reason": "All is well."}]
    writer = Writer({AUTHOR: discounting, **saying(REVIEWER, verdicts=kind)})
    made = await orchestrator(sqlite_database, writer)(brief(card(1)))
    assert made.cards[0].recommendations == card(1).recommendations


async def test_the_author_orders_and_leaves_out_but_never_what_is_at_high_risk(sqlite_database: Database) -> None:
    async def second_only(question: Question, scope: Scope) -> Mapping[str, Any]:
        said = authored(question.blocks[0].value)
        return said | {"recommendations": said["recommendations"][1:]}

    for risk, keys in ((Risk.HIGH, ["a1:other", "a1:stalled"]), (Risk.MEDIUM, ["a1:other"])):
        both = card(1, risk, recommendations=(advice(1, risk), advice(1, Risk.MEDIUM, "other")))
        made = await orchestrator(sqlite_database, Writer({AUTHOR: second_only}))(brief(both))
        assert [each.key for each in made.cards[0].recommendations] == keys


async def test_records_days_people_and_confidence_of_a_write_are_never_the_models(sqlite_database: Database) -> None:
    async def grasping(question: Question, scope: Scope) -> Mapping[str, Any]:
        more = {
            "parent_id": "d999",
            "due": "2027-01-01",
            "assignee_id": "u-mia",
            "confidence": 1.0,
            "email": "Dear Sam,",
        }
        return authored(question.blocks[0].value, **more)

    made = await orchestrator(sqlite_database, Writer({AUTHOR: grasping}))(brief(card(1)))
    one, plain = made.cards[0].recommendations[0], advice(1)
    assert isinstance(one.write, CreateTask)
    assert replace(one.write, description="Ask.") == plain.write
    assert (one.confidence, one.risk, one.signals, one.draft_email) == (
        plain.confidence,
        plain.risk,
        plain.signals,
        None,
    )


async def test_the_model_adds_nothing_to_a_note_that_states_facts(sqlite_database: Database) -> None:
    note = AddNote(
        parent_kind=Kind.DEAL,
        parent_id="d1",
        parent_name="Renewal",
        title="Changes as of 20 Nov",
        text="Amount: $20,000 → $15,000, 25% less",
    )

    async def advising(question: Question, scope: Scope) -> Mapping[str, Any]:
        return authored(question.blocks[0].value, subject="Call them", text="Ask, and agree on a date.")

    noted = replace(advice(1), action=Action.NOTE, write=note)
    made = await orchestrator(sqlite_database, Writer({AUTHOR: advising}))(brief(card(1, recommendations=(noted,))))
    (one,) = made.cards[0].recommendations
    assert one.write == note
    assert one.rationale == "Ask what holds them up."  # the rest is worded as ever


@pytest.mark.parametrize(
    ("made", "subject"),
    [("Call them", "Ask what holds them up"), ("Ask what holds them up", "Get “Renewal” moving")],
)
async def test_a_subject_that_repeats_a_task_made_before_gives_way_to_the_rules_own(
    sqlite_database: Database, made: str, subject: str
) -> None:
    async def advising(question: Question, scope: Scope) -> Mapping[str, Any]:
        return authored(question.blocks[0].value, subject="Ask what holds them up")

    before = Prior(
        key="a1:other",
        title="Call",
        action=Action.FOLLOW_UP,
        signals=(SignalKind.DEAL_STALLED,),
        state=State.DONE,
        decided_by=ANNA.id,
        decided_at=NOW,
        reason=None,
        created_at=NOW,
        name=f"Move “{made}” to 3 Dec",
    )
    told = await orchestrator(sqlite_database, Writer({AUTHOR: advising}))(brief(card(1, priors=(before,))))
    (one,) = told.cards[0].recommendations
    assert isinstance(one.write, CreateTask)
    assert one.write.subject == subject


def test_what_a_model_said_yesterday_stays_as_far_as_todays_facts_support_it() -> None:
    def moving(says: str) -> Card:
        one = advice(1)
        assert isinstance(one.write, CreateTask)
        return card(1, recommendations=(replace(one, write=replace(one.write, description=says)),))

    today = moving("Ask what is missing.")
    of = dossier_of(today, None, PIPELINE, owner=ANNA.name, today=TODAY, now=NOW, currency=Currency())
    run = AccountRun(card=today, dossier=of, facts=None, owner_id=ANNA.id, trace="b1")
    told = kept(run, replace(moving("Ask them to agree on a date."), author="Claude (small)"))
    stale = kept(run, replace(moving("Ask about the 9 open points."), author="Claude (small)"))

    assert told.recommendations == moving("Ask them to agree on a date.").recommendations
    assert told.author == "Claude (small)"
    assert stale.recommendations == today.recommendations, "nothing says 9 any more"


async def test_with_the_scout_down_the_review_goes_on_and_says_what_is_missing(sqlite_database: Database) -> None:
    class Changed(Toolbox):
        def __init__(self) -> None:
            super().__init__(SCOUT, {})

    async with sqlite_database.transaction() as tx:
        await tx.snapshots.upsert([account(), *facts(deal()).deals], seen_at=NOW)
    writer = Writer(failing(ToolsChanged("The tools of the server “crm” differ from the reviewed ones."), SCOUT))
    tools = orchestrator(sqlite_database, writer, tools=lambda agent, owner: Changed() if agent is SCOUT else None)
    made = await tools(brief(card(1), kind="review", account_name="Acme"))

    assert made.cards[0].author == "Claude (strong)"
    assert made.problems == (f"{NO_SCOUT} The tools of the server “crm” differ from the reviewed ones.",)


def test_a_review_is_always_worth_the_full_run() -> None:
    (only,) = plan(brief(card(1, Risk.LOW, recommendations=()), kind="review"), {}, DepthPolicy(full=0))

    assert only[1] is Depth.FULL


def test_an_account_is_written_anew_where_its_facts_its_advice_or_a_decision_moved() -> None:
    before = {"a1": replace(card(1), author="Claude (small)")}
    moved = standing(deal("d1"), "stage", "Stage", "Negotiation")
    told = Statement(text="“Renewal” stands at Negotiation.", kinds=(), evidence=(moved,))

    def depth(today: Card) -> Depth:
        return next(iter(plan(brief(today), before, DepthPolicy())))[1]

    assert depth(card(1)) is Depth.KEPT
    assert depth(card(1, statements=(told,))) is Depth.PLAIN
    assert depth(card(1, recommendations=(advice(1, what="other"),))) is Depth.PLAIN
    assert depth(card(1, Risk.HIGH)) is Depth.FULL
    before = {"a1": card(1)}  # by rules
    assert depth(card(1)) is Depth.PLAIN


@pytest.mark.parametrize("agent", [AUTHOR, REVIEWER, SCOUT, Agent.MEMORY_ANALYST])
def test_each_prompt_begins_with_who_it_is_for_and_names_no_variable_that_it_is_not_given(agent: Agent) -> None:
    from agents.author.subagents.compliance_reviewer import REVIEWER as READS
    from agents.author.subagents.memory_analyst import ANALYST
    from agents.author.subagents.recommendation_author import AUTHOR as WRITES
    from agents.author.subagents.zoho_scout import SCOUT as LOOKS

    subagent = next(each for each in (READS, ANALYST, WRITES, LOOKS) if each.agent is agent)
    said = subagent.system()
    assert said.startswith(f"You are the {agent.replace('_', ' ').title()} of Sergas.")
    assert "$" not in said
    assert str(date.today().year) not in said  # the same each day, so that it can be kept in the cache


def test_a_prompt_with_a_variable_that_nobody_gives_is_told_in_one_sentence() -> None:
    with pytest.raises(
        BadInput, match=r"prompts/zoho_scout\.md, “zoho_scout\.system”: the variable \$\w+ is missing\."
    ):
        Subagent(agent=SCOUT, schema={}).system()
