"""What became of the recommendations: the right one changed, in the right way, and no other.

`does` reads “p2 snoozed 2026-04-07”: the executive's second recommendation of the morning, and what it must be now. “|” separates
what is right as well, “+” what must all be so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal, State
from tests.conversation.room import Room

Newest = Mapping[str, Proposal]  # version of each recommendation


async def proposals(room: Room) -> Newest:
    async with room.stage.bot.services.database.reading() as tx:
        found = await tx.proposals.starting_with("", limit=1_000)
    return {each.lineage: each for each in sorted(found, key=lambda each: each.version)}


def missed(does: str, before: Newest, after: Newest, executive: Person, waiting: Sequence[str]) -> str:
    """What is not as `does` demands, or "". `waiting` are the accounts of the executive's recommendations."""
    changed = [each for key, each in after.items() if each != before.get(key)]
    if does == "nothing":
        return f"it changed {changed[0].account_name}" if changed else ""
    which, _, wanted = does.partition(" ")
    account = waiting[int(which[1:]) - 1]
    if wrong := [each for each in changed if each.account_name != account]:
        return f"it changed {wrong[0].account_name}"
    asked_about = [each for each in changed if each.lineage in before]  # without a note that the bot offers besides
    if not asked_about:
        return f"it changed nothing on {account}"
    facts = _facts(asked_about[0], executive)
    missing = [each for each in wanted.split(" + ") if not any(one in facts for one in _alternatives(each))]
    return f"it is {', '.join(sorted(facts))}" if missing else ""


def _alternatives(wanted: str) -> list[str]:
    word, _, values = wanted.partition(" ")
    return [f"{word} {each}".strip() for each in values.split("|")]


def _facts(proposal: Proposal, executive: Person) -> set[str]:
    facts = {str(proposal.state)}
    if proposal.state is State.SNOOZED and proposal.snoozed_until is not None:
        zone = ZoneInfo(executive.timezone)
        until = "change" if proposal.until_change else proposal.snoozed_until.astimezone(zone).date()
        facts.add(f"snoozed {until}")
    for field in proposal.write.fields():
        facts.add(f"{field.name} {field.value}")
        if field.name == "assignee_id" and field.value == executive.manager_id:
            facts.add("assigned manager")
    return facts
