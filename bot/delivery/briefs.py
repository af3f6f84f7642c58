"""The bot's messages in Slack: rendered from rows, posted once through the outbox, updated in place.

Rows also record pending display work: a moved proposal is `unshown`, a stored brief isn't `posted` yet, a message under
update is stale. After a crash or a Slack outage, any process's `catch_up` finishes that work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from secrets import token_hex
from weakref import WeakValueDictionary

import structlog

from agents.flows.people.mail_copies import note_copy
from agents.flows.people.team_message import message_of_today, messages_about
from agents.ports import Clock
from bot.delivery.confirm_link import LinkQuestions
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox, take_turns
from bot.delivery.poster import Post
from bot.delivery.rendering import Rendered, Rendering
from bot.delivery.slack_errors import SLACK_ERRORS
from bot.delivery.updates import Ended, Updates
from bot.delivery.web_api.client import SlackClient
from bot.views.blocks import Part
from store.database import Database
from store.domain.brief.brief import AGAIN, Brief
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused, SlackUnavailable, Unconfirmed
from store.domain.gate.proposals import Proposal
from store.domain.running.messages import UNPOSTED, Message, MessageState

log = structlog.get_logger()

# How often to render a brief again because another process updated it at the same time.
ATTEMPTS = 3


class SlackDelivery:
    """Satisfies `agents.ports.Delivery`. Many processes may deliver at once. `by_mail`: people may ask for copies by e-mail."""

    def __init__(
        self,
        database: Database,
        client: SlackClient,
        clock: Clock,
        outbox: Outbox,
        rendering: Rendering,
        *,
        by_mail: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._render = rendering
        self._by_mail = by_mail
        self._updates = Updates(database, client, outbox.policy)
        self._directory = Directory(database, client, clock)
        self.questions = LinkQuestions(database, client, clock, outbox)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._round = asyncio.Lock()

    async def brief(self, brief_id: str) -> None:
        """Post a brief to its reader; if they have not confirmed who they are, ask them instead and hold it until they do. A
        reminder or an offer with nothing left to decide is not posted.

        Raises: NotFound or Refused if Slack can't deliver messages to them; SlackUnavailable if some pieces are not posted yet.
        """
        async with self._lock(f"post:{brief_id}"):
            try:
                rendered = await self._render(brief_id)
            except Unconfirmed as unknown:
                if await self._held(brief_id, unknown.person_id):
                    return
                rendered = await self._render(brief_id)
            if rendered.is_moot and not rendered.standing:  # decided between the question and now
                log.info("brief.moot", brief_id=brief_id)
                await self._give_up(brief_id)
                return
            try:
                await self._post(rendered)
            except Refused:
                await self._give_up(brief_id)
                raise
            # A decision may have come after rendering, and an interrupted attempt shows the earlier state.
            await self._refresh(brief_id, rendered)
            now = self._clock.now()
            async with self._database.transaction() as tx:
                if await tx.briefs.posted(brief_id, now) and self._by_mail:
                    await note_copy(tx, rendered.brief, rendered.person, now)
        if rendered.brief.kind == "morning":
            await self._count(rendered.brief.owner_id, now)

    async def refresh(self, brief_id: str) -> None:
        """Render a brief's messages again and update those that changed. `catch_up` repeats an update that Slack didn't accept."""
        await self._refresh(brief_id)

    async def show(self, owner_id: str, proposal_ids: Collection[str]) -> None:
        """Render again, each once, the messages that show these proposals of one owner: the owner's brief, a review or a
        question to someone else; for a proposal that undoes a write, also those that show the write."""
        async with self._database.reading() as tx:
            proposals = await tx.proposals.by_ids(proposal_ids)
        await self._show(owner_id, proposals)

    async def again(self, brief_id: str, proposal_id: str) -> tuple[str, str]:
        """Show a proposal again in a brief's thread, as another piece of that brief. Returns its channel and ts, "" before it is
        posted."""
        async with self._database.transaction() as tx:
            standing = await tx.messages.of_brief(brief_id)
            if not standing:
                raise NotFound(f"The brief {brief_id} has no messages.")
            part, top = f"{AGAIN}{proposal_id}", standing[0]
            intent = Message(
                id=token_hex(8),
                dedupe_key=f"{brief_id}:{part}",
                person_id=top.person_id,
                brief_id=brief_id,
                part=part,
                thread_of=top.id,
                created_at=self._clock.now(),
            )
            await tx.messages.add(intent)
        await self.brief(brief_id)
        async with self._database.reading() as tx:
            shown = await tx.messages.by_key(intent.dedupe_key)
        return (shown.channel or "", shown.ts or "") if shown is not None else ("", "")

    async def catch_up(self) -> None:
        """Finish pending work: post answers and briefs, show decisions, and render outdated messages again. Work that another
        process has just begun is left to it."""
        async with self._round:
            await self._outbox.catch_up()
            now = self._clock.now()
            async with self._database.reading() as tx:
                unshown = await tx.proposals.unshown()
                unposted = await tx.briefs.unposted(
                    since=now - self._outbox.policy.keep, before=now - self._outbox.policy.patience
                )
            await take_turns([partial(self._show, each.owner_id, [each]) for each in unshown])
            await take_turns([partial(self._finish, brief_id) for brief_id in unposted])
            async with self._database.reading() as tx:
                stale = await tx.messages.stale(patience=self._outbox.policy.patience)
            await take_turns([partial(self._refresh, brief_id) for brief_id in stale])

    async def _count(self, owner_id: str, now: datetime) -> None:
        """Update the counts in the manager's message if it came before this owner's brief."""
        async with self._database.reading() as tx:
            brief_id = await message_of_today(tx, owner_id, now)
        if brief_id is not None:
            await self._refresh(brief_id)

    async def _finish(self, brief_id: str) -> bool:
        """Post a leftover brief. Returns whether Slack was reachable."""
        try:
            await self.brief(brief_id)
        except SlackUnavailable as exc:
            log.warning("brief.postponed", brief_id=brief_id, problem=str(exc))
            return False
        except (NotFound, Refused) as exc:
            log.warning("brief.given_up", brief_id=brief_id, problem=str(exc))
            await self._give_up(brief_id)
        return True

    async def _show(self, owner_id: str, proposals: Sequence[Proposal]) -> bool:
        """Returns whether Slack was reachable. If not, the messages stay stale and the proposals need nothing more."""
        async with self._database.reading() as tx:
            undone = await tx.proposals.by_ids([each.undoes for each in proposals if each.undoes])
            lineages = {each for one in (*proposals, *undone) for each in (one.lineage, one.logs) if each}
            versions = [each for lineage in lineages for each in await tx.proposals.by_lineage(lineage)]
            readers = {owner_id, *(each.offered_to for each in versions if each.offered_to)}
            showing = await tx.briefs.showing(readers, [each.id for each in versions]) if versions else []
            newest, earlier = await messages_about(tx, owner_id, self._clock.now())
            showing = [each for each in {*showing, *([newest] if newest else [])} if each not in earlier]
        reached = await asyncio.gather(*(self._refresh(brief_id) for brief_id in showing))
        async with self._database.transaction(urgent=True) as tx:
            for proposal in proposals:
                await tx.proposals.mark_shown(proposal)
        return all(reached)

    async def _refresh(self, brief_id: str, rendered: Rendered | None = None) -> bool:
        """Returns whether Slack was reachable. `rendered` is the form in which it was just posted."""
        async with self._lock(f"update:{brief_id}"):
            for _ in range(ATTEMPTS):
                try:
                    rendered = await self._render(brief_id, rendered)
                except (
                    NotFound,
                    Unconfirmed,
                ) as exc:  # they stay as they are: it has no reader, or none who may see more
                    log.info("brief.not_refreshed", brief_id=brief_id, problem=str(exc))
                    async with self._database.transaction() as tx:
                        await tx.messages.let_be(brief_id)
                    return True
                ended = await self._updates.bring(rendered.standing, rendered.parts)
                if ended is not Ended.OVERTAKEN:
                    return ended is Ended.DONE
        return True

    async def _held(self, brief_id: str, person_id: str) -> bool:
        """Ask its reader who they are, and hold the brief; False if they have confirmed it by then. Raises: as `brief`."""
        async with self._database.reading() as tx:
            person = await tx.people.get(person_id)
        if person is None:
            raise NotFound(f"There is no one to send the brief {brief_id} to.")
        try:
            await self.questions.ask(person)
        except Refused:
            await self._give_up(brief_id)
            raise
        async with self._database.transaction() as tx:
            link = await tx.links.of_person(person_id, lock=True)
            if link is not None and link.is_confirmed:
                return False
            await tx.held.hold(brief_id)
        log.info("brief.held", brief_id=brief_id)
        return True

    async def _give_up(self, brief_id: str) -> None:
        async with self._database.transaction() as tx:
            await tx.briefs.give_up(brief_id)

    async def _post(self, rendered: Rendered) -> None:
        """Post the missing pieces in order. Raises: Refused if Slack refuses the first one."""
        messages = await self._intend(rendered.brief, rendered.parts)
        channel = await self._channel(rendered.person) if any(each.state in UNPOSTED for each in messages) else ""
        top_ts: str | None = None
        for message, part in zip(messages, rendered.parts, strict=True):
            ts = message.ts
            if message.state in UNPOSTED and (top_ts or not part.in_thread):
                under = top_ts if part.in_thread else None
                post = Post(message=message, channel=channel, text=part.text, blocks=part.blocks, under=under)
                ts = await self._outbox.post(post)
            if top_ts is None and ts is None and message.state is not MessageState.POSTED:
                await self._outbox.drop(messages)
                raise Refused("Slack refused this brief; none of it was posted.")
            top_ts = top_ts or ts

    async def _channel(self, person: Person) -> str:
        try:
            user_id = await self._directory.user_of(person)
        except SLACK_ERRORS as exc:
            raise SlackUnavailable("Slack can't be reached; the message goes out later.") from exc
        return await self._outbox.direct_message(user_id)

    async def _intend(self, brief: Brief, parts: Sequence[Part]) -> list[Message]:
        """The rows of a brief's messages, in the order of its parts. Missing ones are created."""
        async with self._database.transaction() as tx:
            standing = {message.part: message for message in await tx.messages.of_brief(brief.id)}
            if missing := [part for part in parts if part.name not in standing]:
                top = standing[parts[0].name].id if parts[0].name in standing else token_hex(8)
                await tx.messages.add_all([self._intent(brief, part, top) for part in missing])
                standing = {message.part: message for message in await tx.messages.of_brief(brief.id)}
        return [standing[part.name] for part in parts]

    def _intent(self, brief: Brief, part: Part, top: str) -> Message:
        return Message(
            id=token_hex(8) if part.in_thread else top,
            dedupe_key=f"{brief.id}:{part.name}",
            person_id=brief.reader_id or brief.owner_id,
            brief_id=brief.id,
            part=part.name,
            thread_of=top if part.in_thread else None,
            created_at=self._clock.now(),
        )

    def _lock(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())
