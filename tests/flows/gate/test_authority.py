"""Everybody tries everything: what each person of a company comes to with each action on Anna's recommendations.

The people come from the CRM and are bound as in production. The guest, the stranger, the unknown one and the app itself are
not, so their identities come as a request would bring them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from agents.flows.access.identity import Caller
from integrations.sandbox.history import Company, CrmUser
from integrations.sandbox.slack import SlackUser
from store.domain.access.rules import Standing
from store.domain.errors import AlreadyDecided, NotFound, Refused
from store.domain.gate.absences import Absence
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CEDAR, FIRST_NIGHT, GRANITE, MIA, company, happens
from tests.flows.stage import ANNAS, BOBS, CORAS, EVES, MIAS, MORNING, NIGHT, PEOPLE, TEAM, Stage, stage

FIRST, LAST = date(2026, 3, 24), date(2026, 3, 25)
TOM, MAX, DAN, DORA = (f"415086800000010001{n}" for n in range(1, 5))
TOMS, MAXS, DANS, DORAS, ADAS, GUESTS = "U0TOM", "U0MAX", "U0DAN", "U0DORA", "U0ADA", "U0GUEST"

# Who may decide → their Slack identity, as what, and whether they see the account at all.
MAY: Mapping[str, tuple[str, Standing, bool]] = {
    "the owner": (ANNAS, Standing.OWNER, True),
    "the manager above one who left": (MIAS, Standing.MANAGER, True),
    "the delegate": (DORAS, Standing.DELEGATE, True),
    "an administrator": (ADAS, Standing.ADMIN, False),
}
# Everybody else → their Slack identity and what they are told.
MAY_NOT: Mapping[str, tuple[tuple[str, str], str]] = {
    "the manager who left": ((TEAM, MAXS), "find you in the CRM"),
    "the manager's manager": ((TEAM, TOMS), "belongs to Anna Berg"),
    "a peer": ((TEAM, BOBS), "belongs to Anna Berg"),
    "somebody of another team": ((TEAM, CORAS), "belongs to Anna Berg"),
    "the delegate of last week": ((TEAM, DANS), "belongs to Anna Berg"),
    "a guest with an owner's address": ((TEAM, GUESTS), "find you in the CRM"),
    "the owner's user id in another workspace": (("T0OTHER", ANNAS), "find you in the CRM"),
    "somebody whom the CRM does not know": ((TEAM, EVES), "find you in the CRM"),
    "the app itself": ((TEAM, "U0SERGASBOT"), "find you in the CRM"),
}


@dataclass(frozen=True)
class Scene:
    """`task` and `update` wait for Anna; `written` is a note of hers that stands in the CRM, approved by her."""

    stage: Stage
    task: Proposal
    update: Proposal
    written: Proposal


Act = Callable[[Scene, Caller], Awaitable[object]]


async def _adjust(scene: Scene, caller: Caller) -> object:
    assert isinstance(scene.task.write, CreateTask)
    changed = replace(scene.task.write, subject="Call Acme about the line")
    return await scene.stage.bot.gate.adjust.adjust(caller, scene.task.id, 1, changed)


ACTIONS: Mapping[str, Act] = {
    "see": lambda scene, caller: scene.stage.bot.accounts.review.by_id(caller, ACME),
    "approve": lambda scene, caller: scene.stage.bot.gate.decide.approve(caller, scene.task.id, 1),
    "open the modal": lambda scene, caller: scene.stage.bot.gate.adjust.look(caller, scene.task.id, 1),
    "adjust": _adjust,
    "reject": lambda scene, caller: scene.stage.bot.gate.decide.reject(caller, scene.task.id, 1, "No."),
    "undo": lambda scene, caller: scene.stage.bot.gate.undo.offer(caller, scene.written.id, scene.written.version),
}
NOTED = {"approve": "proposal.approve", "adjust": "proposal.adjust", "reject": "proposal.reject", "undo": "undo.offer"}


async def test_nobody_else_sees_decides_or_undoes_anything(database_url: str, tmp_path: Path) -> None:
    async with _scene(database_url, tmp_path) as scene:
        before = await _standing(scene)
        for who, (identity, told) in MAY_NOT.items():
            for what, act in ACTIONS.items():
                with pytest.raises(Refused) as refusal:
                    await act(scene, _as(identity))
                expected = told if what != "see" or "find you" in told else "belongs to"
                assert expected in str(refusal.value), (who, what)

        assert await _standing(scene) == before
        assert len(scene.stage.zoho.ledger) == 1
        refused = [entry for entry in await _trail(scene) if entry.action == "request.refused"]
        assert {(entry.detail["slack_user"], entry.detail["asked"]) for entry in refused} >= {
            (identity[1], asked) for identity, _ in MAY_NOT.values() for asked in NOTED.values()
        }


async def test_nobody_else_confirms_for_the_owner_or_sends_them_away(database_url: str, tmp_path: Path) -> None:
    async with _scene(database_url, tmp_path) as scene:
        bot = scene.stage.bot
        for who, (identity, _) in MAY_NOT.items():
            with pytest.raises(Refused):
                await bot.people.confirm.confirm(_as(identity), ANNA)
            with pytest.raises(Refused):
                await bot.people.confirm.refuse(_as(identity), ANNA)
            with pytest.raises(Refused):
                await bot.people.absences.set(_as(identity), person_id=ANNA, first=FIRST, last=LAST, delegate_id=BOB)
            with pytest.raises(Refused):
                await bot.people.absences.end(_as(identity), person_id=ANNA)
            async with bot.services.database.reading() as tx:
                assert await tx.links.is_confirmed(TEAM, ANNAS), who
                absence = await tx.absences.of(ANNA)
            assert absence is not None
            assert absence.delegate_id == DORA, who


@pytest.mark.parametrize("who", MAY)
async def test_whoever_may_decide_may_do_everything_as_what_they_are(who: str, sqlite_url: str, tmp_path: Path) -> None:
    user_id, standing, _ = MAY[who]
    caller = _as((TEAM, user_id))
    async with _scene(sqlite_url, tmp_path) as scene:
        bot = scene.stage.bot
        assert (await bot.gate.adjust.look(caller, scene.task.id, 1)).proposal == scene.task
        adjusted = (await bot.gate.adjust.adjust(caller, scene.task.id, 1, _shorter(scene.task))).proposal
        approved = await bot.gate.decide.approve(caller, adjusted.id, adjusted.version)
        rejected = await bot.gate.decide.reject(caller, scene.update.id, 1, "Not now.")
        undone = await bot.gate.undo.offer(caller, scene.written.id, scene.written.version)

        assert (approved.standing, approved.actor.id) == (standing, approved.proposal.decided_by)
        assert (rejected.standing, rejected.proposal.state) == (standing, State.REJECTED)
        assert undone.undo.undoes == scene.written.id
        [entry] = [each for each in await scene.stage.trail(adjusted.id) if each.action == "proposal.approved"]
        assert (entry.detail["standing"], entry.detail["slack_user"]) == (str(standing), user_id)


@pytest.mark.parametrize("who", MAY)
async def test_only_the_circle_sees_the_account(who: str, sqlite_url: str, tmp_path: Path) -> None:
    user_id, _, sees = MAY[who]
    async with _scene(sqlite_url, tmp_path) as scene:
        if sees:
            review = await scene.stage.bot.accounts.review.by_id(_as((TEAM, user_id)), ACME)
            assert review is not None
        else:
            with pytest.raises(Refused, match="belongs to Anna Berg"):
                await scene.stage.bot.accounts.review.by_id(_as((TEAM, user_id)), ACME)


async def test_an_owner_who_lost_the_account_between_the_message_and_the_press_decides_nothing(
    database_url: str, tmp_path: Path
) -> None:
    """Nor does the one who has it now: what was shown was addressed to somebody else, and their own brief covers it."""
    async with _scene(database_url, tmp_path, handed_over=True) as scene:
        await scene.stage.look(MORNING + timedelta(hours=1))
        for user_id in (ANNAS, MIAS, DORAS, ADAS):
            with pytest.raises(Refused, match="has a new owner in the CRM"):
                await scene.stage.bot.gate.decide.approve(_as((TEAM, user_id)), scene.task.id, 1)
        with pytest.raises(Refused, match="belongs to Anna Berg"):
            await scene.stage.bot.gate.decide.approve(_as((TEAM, BOBS)), scene.task.id, 1)

        assert await scene.stage.state(scene.task.id) is State.PENDING
        assert len(scene.stage.zoho.ledger) == 1


async def test_whoever_left_between_the_message_and_the_press_decides_nothing(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    async with morning.bot.services.database.transaction() as tx:
        people = await tx.people.all()
        await tx.people.replace([replace(each, active=each.id != ANNA) for each in people])
    with pytest.raises(Refused, match="find you in the CRM"):
        await morning.bot.gate.decide.approve(_as((TEAM, ANNAS)), proposal.id, 1)
    approved = await morning.bot.gate.decide.approve(_as((TEAM, MIAS)), proposal.id, 1)
    assert approved.standing is Standing.MANAGER


async def test_a_guessed_id_finds_nothing_and_a_version_that_is_not_in_force_counts_for_nothing(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    caller = _as((TEAM, ANNAS))
    with pytest.raises(NotFound):
        await morning.bot.gate.decide.approve(caller, "0" * 32, 1)
    await morning.bot.gate.decide.approve(caller, proposal.id, 1)
    with pytest.raises(AlreadyDecided):
        await morning.bot.gate.decide.approve(caller, proposal.id, 1)


@asynccontextmanager
async def _scene(url: str, home: Path, *, handed_over: bool = False) -> AsyncIterator[Scene]:
    """Anna is away, with Dora as her delegate. Max, her manager, has left; Mia is above him, and Tom above her. Dan was a
    delegate once."""
    async with stage(url, home, of=_company(handed_over=handed_over), people=(*PEOPLE, *_others())) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        note = await made.reviewed(BOREALIS, kind="add_note")
        await made.approved(note, says="note added")
        await made.bot.people.absences.set(_as((TEAM, ANNAS)), first=FIRST, last=LAST, delegate_id=DORA)
        async with made.bot.services.database.transaction() as tx:
            written = await tx.proposals.get(note.id)
            await tx.absences.set(_over(made, BOB, delegate_id=DAN))
            await tx.links.link(TEAM, MAXS, MAX, made.clock.now())
            await tx.links.confirm(TEAM, MAXS, made.clock.now())
        assert written is not None
        assert written.state is State.DONE
        yield Scene(made, await made.proposal(ACME), await made.reviewed(CEDAR, kind="update_account"), written)


def _over(made: Stage, person_id: str, *, delegate_id: str) -> Absence:
    began, now = made.clock.now() - timedelta(days=9), made.clock.now()
    ended = now - timedelta(days=2)
    return Absence(
        person_id=person_id, starts=began, ends=ended, delegate_id=delegate_id, set_by=person_id, set_at=began
    )


def _company(*, handed_over: bool) -> Company:
    """Somebody between Anna and Mia who has left, somebody above Mia, and more peers; perhaps Acme goes to Bob at nine."""
    made = company()
    users = [replace(user, manager_id={ANNA: MAX, MIA: TOM}.get(user.id, user.manager_id)) for user in made.users]
    users += [
        _user(TOM, "Tom", "Top"),
        _user(MAX, "Max", "Mid", manager_id=MIA, active=False),
        _user(DAN, "Dan", "Day", manager_id=MIA),
        _user(DORA, "Dora", "Dew"),
    ]
    after = MORNING + timedelta(minutes=30)
    given = [happens("Accounts", ACME, after, Owner={"id": BOB})] if handed_over else []
    owning = [happens("Accounts", GRANITE, FIRST_NIGHT - timedelta(days=30), Owner={"id": DORA})]
    events = sorted([*made.events, *owning, *given], key=lambda event: event.at)
    return replace(made, users=tuple(users), events=tuple(events))


def _user(user_id: str, first: str, last: str, *, manager_id: str | None = None, active: bool = True) -> CrmUser:
    email = f"{first.lower()}@example.com"
    return CrmUser(
        id=user_id,
        first_name=first,
        last_name=last,
        email=email,
        time_zone="Europe/Berlin",
        manager_id=manager_id,
        active=active,
    )


def _others() -> list[SlackUser]:
    named = {TOMS: "Tom Top", MAXS: "Max Mid", DANS: "Dan Day", DORAS: "Dora Dew", ADAS: "Ada Admin"}
    colleagues = [
        SlackUser(id=user_id, name=name, email=f"{name.split()[0].lower()}@example.com")
        for user_id, name in named.items()
    ]
    return [*colleagues, SlackUser(id=GUESTS, name="Gus Guest", email="gus@example.com", guest=True)]


def _as(identity: tuple[str, str]) -> Caller:
    return Caller(team_id=identity[0], user_id=identity[1], request_id="test", place="test")


def _shorter(proposal: Proposal) -> CreateTask:
    assert isinstance(proposal.write, CreateTask)
    return replace(proposal.write, subject="Call them")


async def _standing(scene: Scene) -> list[Proposal | None]:
    async with scene.stage.bot.services.database.reading() as tx:
        return [await tx.proposals.get(each.id) for each in (scene.task, scene.update, scene.written)]


async def _trail(scene: Scene) -> list[AuditEntry]:
    async with scene.stage.bot.services.database.reading() as tx:
        return await tx.audit.entries()
