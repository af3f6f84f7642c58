"""Recommend what to do about an account's signals: at most two recommendations, the most useful first.

Signals on one record make a situation. The weightiest situation gets the advice for its weightiest signal. Then follow the
manager if the situation is big, the account's own fields if a deal was won, advice for the next situations, and a note of
the changes. Advice that was recently rejected or carried out is not repeated, nor any whose task is still open: if that task
is overdue, the advice is to move, close or drop it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from agents.author.playbook.situation import MOVEMENTS, Situation, is_escalation, named_in, variables
from agents.author.playbook.sureness import sureness
from agents.author.playbook.writes import agreed_step, customer_update, follow_up_task, is_won_prospect, movement_note
from agents.model.prompt import load_prompt
from store.domain.brief.grouping import grouped, riskiest, united
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Action, Prior, Recommendation, State
from store.domain.gate.reasons import rests
from store.domain.gate.write import Write
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import standing
from store.domain.signals.kinds import NEWS, Signal, SignalKind
from store.domain.signals.own_tasks import MOST_OPEN, OwnTask, Saying, is_overdue, open_own, says
from store.domain.signals.people import owner_changed
from store.domain.signals.tasks import due_text

MOST = 2
REJECTED_FOR = timedelta(days=14)
DONE_FOR = timedelta(days=7)
# Situations whose first step is a mail, if there is a contact to write to.
MAILS = frozenset({SignalKind.NO_ACTIVITY, SignalKind.OWNER_CHANGED})


def recommend(
    facts: AccountFacts,
    signals: Sequence[Signal],
    *,
    owner: Person,
    manager: Person | None,
    priors: Sequence[Prior],
    context: SignalContext,
    data_as_of: datetime | None,
    asked: Collection[str] = (),
) -> tuple[Recommendation, ...]:
    """Recommendations for one account, each with the exact write it proposes. The same facts give the same advice. `asked` are
    the keys of what the owner was asked and has not decided."""
    found = [
        Situation(signals=_as_asked(group, asked), facts=facts, context=context, owner=owner, manager=manager)
        for group in grouped(signals)
    ]
    told = [situation for situation in found if situation.main.kind not in NEWS and situation.has_parent]
    news = [situation for situation in found if SignalKind.DEAL_WON in situation.kinds]
    own = open_own(facts, context.own_tasks)
    chosen: list[Recommendation] = []
    said = [each.says for each in own]
    for situation, action in _candidates(told, news):
        key = _key(situation, action)
        if len(chosen) == MOST:
            break
        is_task = action not in (Action.NOTE, Action.UPDATE)
        agreed = [each for each in own if each.answers(key, situation.kinds, situation.main.record_id)]
        if is_task and agreed:  # it was agreed, and is still to be done
            step = _agreed_step(situation, agreed, priors=priors, data_as_of=data_as_of)
            if step is not None and step.key not in {each.key for each in chosen}:
                chosen.append(step)
            continue
        if _settled(key, situation.marks, priors, context.now):
            continue
        advice = _recommendation(situation, action, priors=priors, data_as_of=data_as_of)
        if (task := _saying(advice.write)) is not None:
            if task in said or len(said) >= MOST_OPEN:
                continue
            said.append(task)
        chosen.append(advice)
    return tuple(chosen)


def _as_asked(signals: Sequence[Signal], asked: Collection[str]) -> tuple[Signal, ...]:
    """A record's signals; first the one that an earlier question is about, unless a graver one leads. Two that weigh about
    the same would otherwise take turns from day to day, and each turn would be another question."""
    first = next(
        (each for each in signals if any(key.endswith(f":{each.kind}:{each.record_id}") for key in asked)), None
    )
    if first is None or first.risk is not signals[0].risk:
        return tuple(signals)
    return (first, *(each for each in signals if each is not first))


def introduction(
    facts: AccountFacts, *, owner: Person, context: SignalContext, data_as_of: datetime | None
) -> Recommendation | None:
    """The task to introduce oneself at an account that changed hands lately; None if it did not, if that task is open already
    or if the account has as many open tasks of ours as it may have."""
    changed, own = owner_changed(facts, context).signals, open_own(facts, context.own_tasks)
    if not changed or len(own) >= MOST_OPEN:
        return None
    situation = Situation(signals=changed, facts=facts, context=context, owner=owner, manager=None)
    action = _first_step(situation)
    if action is None:
        return None
    key = _key(situation, action)
    if any(each.answers(key, situation.kinds, situation.main.record_id) for each in own):
        return None
    return _recommendation(situation, action, priors=(), data_as_of=data_as_of)


def _candidates(told: Sequence[Situation], news: Sequence[Situation]) -> Iterator[tuple[Situation, Action]]:
    """All possible advice, the most useful first."""
    steps = [(situation, action) for situation in told if (action := _first_step(situation)) is not None]
    yield from steps[:1]
    yield from ((situation, Action.ESCALATE) for situation in told[:1] if is_escalation(situation))
    yield from ((situation, Action.UPDATE) for situation in news[:1] if is_won_prospect(situation))
    yield from steps[1:]
    yield from ((situation, Action.NOTE) for situation in told if MOVEMENTS & set(situation.kinds))


def _first_step(situation: Situation) -> Action | None:
    if situation.main.kind not in MAILS:
        return Action.FOLLOW_UP
    if not situation.account_write_allowed:
        return None  # another owner's account: greeting or waking it is up to them
    return Action.EMAIL if situation.contact else Action.FOLLOW_UP


def _key(situation: Situation, action: Action) -> str:
    main = situation.main
    return f"{main.account_id or main.record_id}:{action}:{main.kind}:{main.record_id}"


def _agreed_step(
    situation: Situation, agreed: Sequence[OwnTask], *, priors: Sequence[Prior], data_as_of: datetime | None
) -> Recommendation | None:
    """Advice to move, close or drop the task that was agreed for this situation and is longest overdue; None if none is, or it was
    decided lately."""
    context, main, texts = situation.context, situation.main, load_prompt("playbook")
    tasks = {each.id: each for each in situation.facts.activities}
    overdue = [each for each in agreed if is_overdue(tasks[each.id], context.today)]
    if not overdue:
        return None
    own = min(overdue, key=lambda each: (str(tasks[each.id].at), each.id))
    task, key = tasks[own.id], f"{main.account_id or main.record_id}:step:{own.id}"
    marks = (f"agreed:{own.id}:{task.at}", *situation.marks)
    if _settled(key, marks, priors, context.now):
        return None
    due = standing(task, "at", "Due date", due_text(task, context))
    evidence = united([*(signal.evidence for signal in situation.signals), (due,)])
    moved_before = any(each.key == key and each.state is State.DONE for each in priors)
    return Recommendation(
        key=key,
        action=Action.FOLLOW_UP,
        title=texts.render("agreed_step.title", {}),
        rationale=texts.render("agreed_step.why", {}),
        risk=riskiest([signal.risk for signal in situation.signals]),
        signals=situation.kinds,
        marks=marks,
        evidence=evidence,
        confidence=sureness(situation, data_as_of=data_as_of, also=(due,)),
        write=agreed_step(situation, task, own, moved_before=moved_before),
    )


def _saying(write: Write) -> Saying | None:
    return says(write.subject, write.description, write.assignee_id) if isinstance(write, CreateTask) else None


def _settled(key: str, marks: Sequence[str], priors: Sequence[Prior], now: datetime) -> bool:
    """Whether a rejection keeps this advice back, or it was undone or carried out so recently that repeating it would only
    annoy."""
    rest = {State.UNDONE: REJECTED_FOR, State.DONE: DONE_FOR}
    return rests(key, marks, priors, now=now) or any(
        prior.key == key and prior.state in rest and now - (prior.decided_at or prior.created_at) < rest[prior.state]
        for prior in priors
    )


def _recommendation(
    situation: Situation, action: Action, *, priors: Sequence[Prior], data_as_of: datetime | None
) -> Recommendation:
    texts, said, section = load_prompt("playbook"), variables(situation), _section(situation, action)
    write, title = _write(situation, action, section), texts.render(f"{section}.title", said)
    mail = texts.render(f"{section}.email", said) if action is Action.EMAIL else None
    named = named_in(
        situation, title, mail or "", *(write.subject, write.description) if isinstance(write, CreateTask) else ()
    )
    evidence = united([*(signal.evidence for signal in situation.signals), _filed_as(situation, action), named])
    return Recommendation(
        key=_key(situation, action),
        action=action,
        title=title,
        rationale=texts.render(f"{section}.why", said),
        risk=riskiest([signal.risk for signal in situation.signals]),
        signals=situation.kinds,
        marks=situation.marks,
        evidence=evidence,
        confidence=sureness(
            situation,
            also=_filed_as(situation, action),
            data_as_of=data_as_of,
            priors=[prior for prior in priors if _is_like(prior, situation, action)],
        ),
        write=write,
        draft_email=mail,
    )


def _is_like(prior: Prior, situation: Situation, action: Action) -> bool:
    """Earlier advice on the same signals; if a signal has gone since, earlier advice of the same kind on any signal."""
    if set(situation.kinds) & set(prior.signals):
        return True
    return prior.action is action and prior.still_there is False and prior.state is State.DONE


def _filed_as(situation: Situation, action: Action) -> tuple[Evidence, ...]:
    account = situation.facts.account
    if action is not Action.UPDATE or account is None:
        return ()
    return (standing(account, "account_type", "Account type", account.account_type or ""),)


def _write(situation: Situation, action: Action, section: str) -> Write:
    if action is Action.UPDATE:
        return customer_update(situation)
    texts, said = load_prompt("playbook"), variables(situation)
    subject, text = (texts.render(f"{section}.{part}", said) for part in ("subject", "description"))
    if action is Action.NOTE:
        return movement_note(situation, title=subject, text=text)
    return follow_up_task(situation, subject=subject, description=text, escalates=action is Action.ESCALATE)


def _section(situation: Situation, action: Action) -> str:
    """The section of prompts/playbook.md with the texts for this advice."""
    kind = situation.main.kind
    if kind is SignalKind.SPONSOR_CHANGED and action is Action.FOLLOW_UP and situation.has_new_sponsor:
        return "sponsor_replaced"
    named = {Action.ESCALATE: "escalate", Action.NOTE: "note", Action.UPDATE: "customer"}
    return named.get(action) or (f"{kind}_call" if kind in MAILS and action is Action.FOLLOW_UP else str(kind))
