"""Before someone has said who they are, no listener and no kind of message tells them anything from the CRM."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

import bot.listeners
from bot.app import build_app
from bot.views.confirm_link import ASKS, CONFIRM_LINK, CONFIRM_MODAL, REFUSE_LINK
from bot.wiring.answers import answers_of
from integrations.sandbox.slack import SlackUser
from store.domain.brief.brief import Brief
from store.domain.running.messages import SIGNALS
from store.repositories.briefs import BriefState
from tests.flows.company import ACME, ANNA, FIRST_NIGHT
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MORNING, NIGHT, PEOPLE, TEAM, Stage, stage, value_of

ANSWERS = {CONFIRM_LINK, REFUSE_LINK, CONFIRM_MODAL}
KINDS = get_args(get_type_hints(Brief)["kind"])
Asked = tuple[str, str]  # the kind of request, and the name of its listener


class Listing:
    """Takes registrations as Bolt's app does, and lists them."""

    def __init__(self) -> None:
        self.found: set[Asked] = set()

    def __getattr__(self, kind: str) -> Any:
        def register(name: str) -> Any:
            self.found.add((kind, name))
            return lambda listener: listener

        return register


def listeners() -> set[Asked]:
    """Every listener there is, also those added after this test was written."""
    listing: Any = Listing()
    for each in pkgutil.iter_modules(bot.listeners.__path__):
        register = import_module(f"bot.listeners.{each.name}").register
        register(listing, *[None] * (len(signature(register).parameters) - 1))
    found: set[Asked] = listing.found
    return found


@pytest.fixture
async def unasked(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(database_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        yield made


async def test_no_listener_answers_someone_unconfirmed_with_anything_but_the_question(unasked: Stage) -> None:
    secrets, before = await _secrets(unasked), await _audited(unasked)
    answers = await _ask_everything(unasked)
    await unasked.handled()

    assert len(answers) > 100
    assert [asked for asked, answer in answers.items() if _tells(answer, secrets)] == []
    assert not _tells(str(unasked.slack.calls), secrets)
    said = {arguments.get("text") for method, arguments in unasked.slack.calls if method.startswith("chat.post")}
    assert {each for each in said if not str(each).startswith("One moment, ")} == {ASKS}  # many of them at once
    assert "Looking at" not in str(answers.values())
    assert await _audited(unasked) - before == {("request.refused", ANNA)}


async def test_the_same_requests_do_tell_someone_who_is_confirmed(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        secrets = await _secrets(made)
        answers = await _ask_everything(made)
        await made.handled()
        assert _tells(str(answers) + str(made.slack.calls), secrets)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_kind_of_message_reaches_someone_unconfirmed_and_each_waits_or_is_in_the_brief(
    unasked: Stage, kind: str
) -> None:
    secrets, brief = await _secrets(unasked), await _held_brief(unasked)
    another = replace(brief, id="ab" * 8, kind=kind, reader_id=ANNA)  # type: ignore[arg-type]  # one of the kinds it lists
    async with unasked.bot.services.database.transaction() as tx:
        await tx.briefs.save_review(another)
    await unasked.bot.delivery.brief(another.id)
    await unasked.bot.delivery.refresh(another.id)
    await unasked.bot.delivery.catch_up()
    assert not _tells(str(unasked.slack.calls), secrets)

    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.until(ANNAS, "Acme Robotics")
    await unasked.handled()
    async with unasked.bot.services.database.reading() as tx:
        messages = await tx.messages.of_brief(another.id)
    assert [bool(each.ts) for each in messages] == ([] if kind == "reminder" else [True])


async def test_a_question_about_signals_goes_to_no_administrator_who_has_not_confirmed(
    sqlite_url: str, tmp_path: Path
) -> None:
    people = (*PEOPLE, SlackUser(id="U0ADA", name="Ada Admin", email="ada@example.com"))
    async with stage(sqlite_url, tmp_path, people=people, confirmed=False) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        made.clock.moment = MORNING.replace(hour=10)
        assert await made.bot.people.question() == 0
        async with made.bot.services.database.reading() as tx:
            assert await tx.messages.standing(SIGNALS) == []
        assert made.slack.dm("U0ADA") == []


async def _ask_everything(made: Stage) -> dict[str, str]:
    """Send each listener's kind of request as Anna, with every value that a button of hers could have; what was answered."""
    services = made.bot.services
    secret = services.settings.slack.signing_secret.get_secret_value()
    app = build_app(answers_of(made.bot), client=services.slack, signing_secret=secret)
    proposal = await made.proposal(ACME)
    values = [value_of(proposal), proposal.brief_id or "", f"{proposal.brief_id}:{ACME}", ACME, "no_value"]
    answers = {}
    for number, (asked, body) in enumerate(_bodies(values, made.slack.channel(ANNAS))):
        answers[asked] = await _dispatch(app, {**body, "event_id": f"Ev{number}"})
    return answers


def _bodies(values: list[str], channel: str) -> Iterator[tuple[str, dict[str, Any]]]:
    user = {"id": ANNAS, "team_id": TEAM}
    envelope = {"team": {"id": TEAM}, "team_id": TEAM, "user": user, "trigger_id": "1.2.3"}
    for kind, name in sorted(listeners()):
        if name in ANSWERS:
            continue
        for value in values:
            asked = f"{kind} {name} {value}"
            match kind:
                case "action":
                    action = {"action_id": name, "value": value, "block_id": "b", "type": "button", "action_ts": "1.1"}
                    action["selected_option"] = {"value": value, "text": {"type": "plain_text", "text": "Acme"}}  # type: ignore[assignment]  # a menu has it
                    where = {"channel": {"id": channel, "name": "directmessage"}, "message": {"ts": "1.1"}}
                    yield asked, {**envelope, **where, "type": "block_actions", "actions": [action]}
                    home = {"view": {"type": "home", "callback_id": "home"}}
                    yield f"{asked} home", {**envelope, **home, "type": "block_actions", "actions": [action]}
                case "view":
                    view = {"type": "modal", "callback_id": name, "private_metadata": value, "id": "V1"}
                    yield asked, {**envelope, "type": "view_submission", "view": {**view, "state": {"values": {}}}}
                case "command":
                    more = {"command": name, "text": "acme", "user_id": ANNAS, "channel_id": channel}
                    yield asked, {**envelope, **more, "response_url": ""}
                case "event":
                    yield asked, {**envelope, "type": "event_callback", "event": _event(name, channel)}
                case _:
                    raise AssertionError(f"Write the request of a {kind} listener here.")


def _event(name: str, channel: str) -> dict[str, Any]:
    event = {"type": name, "user": ANNAS, "channel": channel, "channel_type": "im", "ts": "9.9", "team": TEAM}
    return {**event, "tab": "home", "text": "what is new at Acme Robotics?"}


async def _dispatch(app: AsyncApp, body: Mapping[str, Any]) -> str:
    response = await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))
    assert response.status == 200
    return str(response.body)


async def _held_brief(made: Stage) -> Brief:
    async with made.bot.services.database.reading() as tx:
        found = await tx.briefs.on(ANNA, MORNING.date())
        assert found is not None
        assert found[1] is BriefState.HELD
        brief = await tx.briefs.get(found[0])
    assert brief is not None
    return brief


async def _secrets(made: Stage) -> set[str]:
    """The names of all accounts; short ones are words of ours, too."""
    async with made.bot.services.database.reading() as tx:
        people = await tx.people.all()
        return {facts.name for each in people for facts in await tx.snapshots.book(each.id) if facts.name}


def _tells(text: str, secrets: set[str]) -> list[str]:
    return sorted(each for each in secrets if each in text)


async def _audited(made: Stage) -> set[tuple[str, str]]:
    async with made.bot.services.database.reading() as tx:
        return {(each.action, each.actor) for each in await tx.audit.entries()}
