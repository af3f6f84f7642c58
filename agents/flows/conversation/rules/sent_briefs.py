"""Whether today's briefs were sent: for administrators everyone's, for others their own."""

from __future__ import annotations

from agents.flows.conversation.rules.reading import Answer, Reading
from store.domain.crm.accounts import Role
from store.domain.crm.people import local_day
from store.domain.text.wording import joined, plural

_MOST = 5


async def briefs(reading: Reading, text: str) -> Answer:
    """Names only: the contents of a brief are for its reader alone."""
    people = await reading.people()
    owners = [people[each] for each in await reading.tx.snapshots.owner_ids() if each in people and people[each].active]
    if reading.person.role is not Role.ADMIN:
        owners = [each for each in owners if each.id == reading.person.id]
    if not owners:
        return Answer(lines=("You own no account in the CRM, so there is no brief for you.",))
    days = {each.id: local_day(each, reading.talk.now) for each in owners}
    sent = await reading.tx.briefs.posted_on(days)
    missing = [each for each in owners if each.id not in sent]
    if reading.person.role is not Role.ADMIN:
        return Answer(lines=("Your brief of today was sent." if sent else "Your brief of today was not sent yet.",))
    head = f"{len(owners) - len(missing)} of {plural(len(owners), 'brief')} of today {'was' if len(owners) == 1 else 'were'} sent."
    if not missing:
        return Answer(lines=(head,))
    names = joined([each.name for each in missing[:_MOST]])
    more = f" and {len(missing) - _MOST} more" if len(missing) > _MOST else ""
    return Answer(lines=(head, f"Not yet: {names}{more}.", "Some may be due later, or have a day off."))
