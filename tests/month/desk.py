"""A person's hands in Slack: the decisions in front of them, and what they press, submit and write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.views.absences import AWAY
from bot.views.action_ids import ADJUST, APPROVE, KEEP_ASKING, NOT_RELEVANT, READ, REJECT, SNOOZE, UNDO
from bot.views.confirm_link import CONFIRM_LINK
from bot.views.reassign_accounts import CHOSEN as REASSIGNED
from bot.views.reassign_accounts import NEW_OWNER, REASSIGN
from bot.views.take_over import CHOSEN, TAKE_OVER
from integrations.sandbox.slack import forms
from integrations.sandbox.slack.blockkit import every_block
from store.domain.errors import BadInput
from tests.month.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A proposal with its buttons in a message; `actions` are what they do."""

    value: str
    ts: str
    block_id: str
    actions: frozenset[str]

    @property
    def proposal_id(self) -> str:
        return self.value.partition(":")[0]


@dataclass(slots=True, kw_only=True)
class Desk:
    stage: Stage
    user: str  # in Slack

    def decisions(self) -> list[Decision]:
        """What stands open in their messages, each once, where it stands last."""
        found: dict[str, Decision] = {}
        for message in self.stage.slack.dm(self.user):
            for value, block_id, actions in _asking(message.get("blocks") or []):
                found.pop(value, None)
                found[value] = Decision(value=value, ts=message["ts"], block_id=block_id, actions=actions)
        return list(found.values())

    async def confirm(self) -> None:
        """Say that they are who the bot takes them for, if it asks."""
        blocks = [block for message in self.stage.slack.dm(self.user) for block in message.get("blocks") or []]
        if any(element["action_id"] == CONFIRM_LINK for _, element in forms.elements(blocks)):
            await self.stage.slack.click(self.user, CONFIRM_LINK)
            await self.stage.quiet()

    async def approve(self, decision: Decision) -> None:
        if APPROVE in decision.actions:
            await self._press(APPROVE, decision)
        elif READ in decision.actions:
            await self._press(READ, decision)
            await self._submit({})
        elif KEEP_ASKING in decision.actions:
            await self._press(KEEP_ASKING, decision)

    async def reject(self, decision: Decision, reason: str, *, log: bool = True) -> None:
        """Say no for one of the reasons in the list, and `log` what is done already; to the question whether it still matters, say
        that it doesn't."""
        if NOT_RELEVANT in decision.actions:
            await self._press(NOT_RELEVANT, decision)
        elif await self._press_anywhere(REJECT, decision):
            await self._submit({"reason": {"reason": reason}}, again=log)

    async def adjust(self, decision: Decision, due: str) -> None:
        """Move the task to another day."""
        if await self._press_anywhere(ADJUST, decision):
            await self._submit({"due": {"due": due}})

    async def snooze(self, decision: Decision) -> None:
        """Put it off for as long as the first choice says."""
        if SNOOZE in decision.actions:
            for block, element in self._elements(decision):
                if element["action_id"] == SNOOZE:
                    chosen = element["options"][0]["value"]
                    await self._click(SNOOZE, decision, block["block_id"], chosen)
        elif READ in decision.actions:
            await self._press(READ, decision)
            await self._in_modal(SNOOZE)
            await self._close()

    async def undo(self, proposal_id: str) -> None:
        """Take back what was written, while it can be."""
        for ts, block_id, element in self._buttons(UNDO):
            if str(element.get("value")).startswith(proposal_id):
                await self._press_at(UNDO, ts, block_id, element.get("value"))
                await self._submit({})
                return

    async def take_over(self) -> bool:
        """Take over the accounts of the latest handover, with the introductions that are chosen at first."""
        return await self._open_last(TAKE_OVER) and await self._choose({CHOSEN: self._chosen(CHOSEN)})

    async def give_away(self, choose: Callable[[Sequence[str]], str]) -> tuple[str, tuple[str, ...]] | None:
        """Give the accounts of someone who left to one of those whom the bot offers; return to whom and which, if any."""
        if not await self._open_last(REASSIGN):
            return None
        view = self.stage.slack.modal(self.user)
        offered, accounts = _options(view or {"blocks": []}, NEW_OWNER), self._chosen(REASSIGNED)
        if not offered or not accounts:
            await self._close()
            return None
        to = choose(offered)
        given = await self._choose({NEW_OWNER: to, REASSIGNED: accounts})
        return (to, tuple(accounts)) if given else None

    async def ask(self, text: str) -> None:
        """Write in the thread of the latest message of the bot."""
        own = [each for each in self.stage.slack.dm(self.user) if each.get("bot_id") and not each.get("thread_ts")]
        if own:
            await self.stage.slack.message(self.user, text, thread_ts=own[-1]["ts"])
            await self.stage.quiet()

    async def review(self, account_name: str) -> None:
        await self.stage.slack.command(self.user, "/review-account", account_name)
        await self.stage.quiet()

    async def look_home(self) -> None:
        await self.stage.slack.home(self.user)
        await self.stage.quiet()

    async def go_away(self, *, first: str, last: str) -> str | None:
        """Fill in “I'm away”; the first person offered stands in. Return their CRM id; None if nobody can."""
        await self.look_home()
        await self.stage.slack.click_in_view(self.user, AWAY)
        await self.stage.quiet()
        view = self.stage.slack.modal(self.user)
        chosen = _options(view, "delegate") if view else []
        if not chosen:
            await self._close()
            return None
        values = {
            "first": {"first": first},
            "last": {"last": last},
            "delegate": {"delegate": chosen[0]},
        }
        await self._submit(values)
        return chosen[0]

    async def _press_anywhere(self, action: str, decision: Decision) -> bool:
        """Press it on the card, or in the view that shows all of it."""
        if action in decision.actions:
            await self._press(action, decision)
            return True
        if READ not in decision.actions:
            return False
        await self._press(READ, decision)
        return await self._in_modal(action)

    async def _in_modal(self, action: str) -> bool:
        view = self.stage.slack.modal(self.user)
        for block, element in forms.elements(view["blocks"] if view else []):
            if element["action_id"] == action:
                value = element["options"][0]["value"] if "options" in element else element.get("value")
                await self.stage.slack.click_in_view(self.user, action, block_id=block["block_id"], value=value)
                await self.stage.quiet()
                return True
        await self._close()
        return False

    async def _press(self, action: str, decision: Decision) -> None:
        for block, element in self._elements(decision):
            if element["action_id"] == action:
                await self._click(action, decision, block["block_id"], element.get("value"))
                return

    async def _open_last(self, action: str) -> bool:
        """Press this button where it stands last; whether a modal opened."""
        found = list(self._buttons(action))
        if found:
            ts, block_id, element = found[-1]
            await self._press_at(action, ts, block_id, element.get("value"))
        return bool(found) and self.stage.slack.modal(self.user) is not None

    async def _choose(self, chosen: Mapping[str, Any]) -> bool:
        """Submit the choices, and what is shown then; whether both went through."""
        values = {name: {name: value} for name, value in chosen.items()}
        went_through = True
        for given in (values, {}):
            went_through = went_through and (await self.stage.slack.submit(self.user, given)).ok
            await self.stage.quiet()
        await self._close()
        return went_through

    def _chosen(self, action_id: str) -> list[str]:
        """What a menu of the open modal has chosen at first."""
        view = self.stage.slack.modal(self.user)
        found = [each for _, each in forms.elements(view["blocks"] if view else []) if each["action_id"] == action_id]
        return [option["value"] for each in found for option in each.get("initial_options", ())]

    def _buttons(self, action: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The buttons for this in their messages, each with the message's ts and its block."""
        for message in self.stage.slack.dm(self.user):
            for block, element in forms.elements(message.get("blocks") or []):
                if element["action_id"] == action:
                    yield message["ts"], block["block_id"], element

    async def _press_at(self, action: str, ts: str, block_id: str, value: Any) -> None:
        with suppress(BadInput):  # the button is not there any more
            await self.stage.slack.click(self.user, action, ts=ts, block_id=block_id, value=value)
        await self.stage.quiet()

    async def _click(self, action: str, decision: Decision, block_id: str, value: Any) -> None:
        await self._press_at(action, decision.ts, block_id, value)

    def _elements(self, decision: Decision) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The elements of its card, as they are now."""
        for message in self.stage.slack.dm(self.user):
            if message["ts"] == decision.ts:
                for block, element in forms.elements(message.get("blocks") or []):
                    if block["block_id"] == decision.block_id:
                        yield block, element

    async def _submit(self, values: dict[str, dict[str, Any]], *, again: bool = True) -> None:
        """Submit the front modal, once more where the bot asks `again`, as with another version, and close what is left."""
        for _ in range(1 + again):
            view = self.stage.slack.modal(self.user)
            if view is None or not view.get("submit"):
                break
            answer = await self.stage.slack.submit(self.user, values)
            await self.stage.quiet()
            if not answer.ok:
                break
            values = {}
        await self._close()

    async def _close(self) -> None:
        if self.stage.slack.modal(self.user) is not None:
            await self.stage.slack.close(self.user, everything=True)
            await self.stage.quiet()


def _asking(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each open proposal: its value, its block, and the actions there."""
    for block in every_block(blocks):
        actions: dict[str, set[str]] = {}
        for _, element in forms.elements([block]):
            value = str(element.get("value") or "")
            if element["action_id"] in (APPROVE, READ, KEEP_ASKING):
                actions.setdefault(":".join(value.split(":")[:2]), set())
        names = frozenset(element["action_id"] for _, element in forms.elements([block]))
        for value in actions:
            yield value, block["block_id"], names


def _options(view: dict[str, Any], action_id: str) -> list[str]:
    for _, element in forms.elements(view["blocks"]):
        if element["action_id"] == action_id:
            groups = element.get("option_groups") or [element]
            return [each["value"] for group in groups for each in group.get("options", ())]
    return []
