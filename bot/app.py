"""The Bolt app: admission first, then the asker, the gate for those who confirmed who they are, the listeners, and the one error
handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery.web_api.client import SlackClient
from bot.inbound import catch_all
from bot.inbound.admission import Handled, Requests, Say, admission
from bot.inbound.asker import People, introduction
from bot.inbound.confirmed import only_confirmed
from bot.inbound.on_error import on_error
from bot.inbound.openings import Noticing, Openings
from bot.listeners import (
    absences,
    approve_batch,
    confirm_link,
    converse,
    decide_proposal,
    home,
    keep_asking,
    learn_from_answers,
    my_settings,
    operate_writes,
    pilot,
    question_signals,
    read_proposal,
    reassign_accounts,
    reopen_proposal,
    reports,
    review_account,
    set_aside,
    snooze_proposal,
    survey,
    switch_features,
    take_over,
    undo_write,
    why,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers for each part of the app, in the shape that the part declares. Every method may raise the errors of
    store/domain/errors.py; each becomes one sentence for the person who asked."""

    requests: Requests
    say: Say
    people: People
    decisions: decide_proposal.Decisions
    snoozes: snooze_proposal.Snoozes
    keep_asking: keep_asking.Questions
    reopen: reopen_proposal.Reopenings
    undos: undo_write.Undos
    batches: approve_batch.Batches
    handovers: take_over.TakeOvers
    reassignments: reassign_accounts.Reassignments
    why: why.Whys
    reviews: review_account.Reviews
    conversation: converse.Conversation
    show_again: converse.ShowAgain
    ratings: converse.Ratings
    home: home.Homes
    absences: absences.Absences
    settings: my_settings.MySettings
    aside: set_aside.Aside
    links: confirm_link.Links
    learning: learn_from_answers.Learning
    stuck_writes: operate_writes.StuckWrites
    signals: question_signals.SignalAnswers
    features: switch_features.Features
    openings: Openings
    surveys: survey.Surveys
    figures: pilot.Figures


def build_app(answers: Answers, *, client: SlackClient, signing_secret: str, app_id: str | None = None) -> AsyncApp:
    """An app for one workspace, that of the client's token, over Socket Mode or behind `http_gateway`.

    `app_id` is our own id; if it is known, requests meant for another app are dropped.
    """
    app = AsyncApp(
        name="sergas", client=client, signing_secret=signing_secret, before_authorize=_with_our_client(client)
    )
    app.use(admission(answers.requests, answers.say, app_id=app_id))
    app.use(introduction(answers.people))
    handled = Handled(answers.requests)
    app.use(only_confirmed(handled))
    app.error(on_error)
    app.listener_runner.listener_completion_handler = Noticing(answers.openings, handled)
    decide_proposal.register(app, answers.decisions, answers.home)
    read_proposal.register(app, answers.decisions, answers.home)
    snooze_proposal.register(app, answers.snoozes, answers.home)
    keep_asking.register(app, answers.keep_asking, answers.decisions, answers.home)
    reopen_proposal.register(app, answers.reopen, answers.home)
    undo_write.register(app, answers.undos, answers.home)
    approve_batch.register(app, answers.batches)
    take_over.register(app, answers.handovers)
    reassign_accounts.register(app, answers.reassignments)
    why.register(app, answers.why)
    review_account.register(app, answers.reviews)
    converse.register(app, answers.conversation, answers.show_again, answers.ratings)
    home.register(app, answers.home)
    reports.register(app, answers.home)
    absences.register(app, answers.absences, answers.home)
    set_aside.register(app, answers.aside)
    my_settings.register(app, answers.settings, answers.home)
    confirm_link.register(app, answers.links, answers.home)
    learn_from_answers.register(app, answers.learning, answers.home)
    operate_writes.register(app, answers.stuck_writes, answers.home)
    question_signals.register(app, answers.signals, answers.home)
    switch_features.register(app, answers.features, answers.home)
    survey.register(app, answers.surveys)
    pilot.register(app, answers.figures)
    catch_all.register(app)
    return app


def _with_our_client(client: SlackClient) -> Callable[..., Awaitable[None]]:
    """Bolt makes a plain client for each request, which would go past our pace and keep the token of the start."""

    async def ours(context: AsyncBoltContext, next_: Callable[[], Awaitable[object]]) -> None:
        context["client"] = client
        await next_()

    return ours
